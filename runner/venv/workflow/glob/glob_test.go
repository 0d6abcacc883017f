package glob

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const testDir, testHome = "/home/runner/work", "/home/runner"

// testTree is the tree of testdata/tree.json.
func testTree(t testing.TB) Tree {
	t.Helper()
	var files map[string]any
	readJSON(t, "testdata/tree.json", &files)
	fsys := fstest.MapFS{}
	for name, content := range files {
		switch content := content.(type) {
		case string:
			fsys[name] = &fstest.MapFile{Data: []byte(content)}
		case map[string]any:
			fsys[name] = &fstest.MapFile{Data: []byte(content["link"].(string)), Mode: fs.ModeSymlink}
		}
	}
	return Tree{fsys, testDir, testHome}
}

func readJSON(t testing.TB, name string, to any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// A vector is what the library finds; testdata/README.md says how it was asked.
type vector struct {
	Patterns  string   `json:"patterns"`
	Links     Links    `json:"links"`
	Found     []string `json:"found"`
	Hash      string   `json:"hash"`
	FindFails bool     `json:"findFails"`
	HashFails bool     `json:"hashFails"`
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var all []vector
	readJSON(t, "testdata/vectors.json", &all)
	if len(all) < 100 {
		t.Fatalf("only %d vectors: the file is not whole", len(all))
	}
	return all
}

func TestVectors(t *testing.T) {
	t.Parallel()
	memory := testTree(t)
	for name, tree := range map[string]Tree{"in memory": memory, "on disk": onDisk(t, memory)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			holdVectors(t, tree)
		})
	}
}

// onDisk writes a tree into a folder.
func onDisk(t *testing.T, tree Tree) Tree {
	t.Helper()
	dir := t.TempDir()
	for name, f := range tree.FS.(fstest.MapFS) {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if f.Mode == fs.ModeSymlink {
			err = os.Symlink(string(f.Data), at)
		} else {
			err = os.WriteFile(at, f.Data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return Tree{os.DirFS(dir), tree.Dir, tree.Home}
}

func holdVectors(t *testing.T, tree Tree) {
	t.Helper()
	for _, v := range vectors(t) {
		patterns := strings.ReplaceAll(v.Patterns, "{dir}", testDir)
		found, err := tree.Find(patterns, v.Links)
		if (err != nil) != v.FindFails || !slices.Equal(found, v.Found) {
			t.Errorf("find %q, %s links: got %q, %v\nwant %q, fails: %v", v.Patterns, v.Links, found, err, v.Found, v.FindFails)
		}
		hash, err := tree.Hash(patterns, v.Links)
		if (err != nil) != v.HashFails || hash != v.Hash {
			t.Errorf("hash %q, %s links: got %s, %v\nwant %s, fails: %v", v.Patterns, v.Links, hash, err, v.Hash, v.HashFails)
		}
	}
}

// The vectors come from a library that another may replace; this hash is
// written down with the commands that made it.
func TestHashByHand(t *testing.T) {
	t.Parallel()
	tree := Tree{FS: fstest.MapFS{"b/r.txt": {Data: []byte("two\n")}, "a/r.txt": {Data: []byte("one\n")}}, Dir: testDir}
	// { printf 'one\n' | sha256sum; printf 'two\n' | sha256sum; } | cut -c1-64 | xxd -r -p | sha256sum
	const want = "b3e00007a221fb65fa01a1d9b968f4b3f290fe1f8a53061187adb40118314e5f"
	if got, err := tree.Hash("**/r.txt", KeepLinks); got != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestFindFails(t *testing.T) {
	t.Parallel()
	out := fstest.MapFS{"out": {Data: []byte("/etc"), Mode: fs.ModeSymlink}, "etc/x": {}}
	for _, tt := range []struct {
		tree     Tree
		patterns string
		want     string
	}{
		{testTree(t), "[[:alpha:]].txt", "named classes"},
		{testTree(t), "a/\n../x", `pattern "../x": ".." is not allowed in it`},
		{Tree{FS: fstest.MapFS{}, Dir: testDir}, "~/x", "no home folder"},
		{Tree{FS: os.DirFS("testdata"), Dir: testDir}, "tree.json/x", "tree.json/x"},
		{Tree{FS: linkFS{out}, Dir: testDir}, "**", "out: the link leads out of the workspace, to /etc"},
	} {
		if found, err := tt.tree.Find(tt.patterns, FollowLinks); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %q, %v, want an error with %q", tt.patterns, found, err, tt.want)
		}
	}
}

// linkFS opens an absolute link as the folder of that name inside, as a file
// system does that shows another machine's.
type linkFS struct{ fstest.MapFS }

func (f linkFS) Stat(name string) (fs.FileInfo, error) {
	if name == "out" {
		name = "etc"
	}
	return f.MapFS.Stat(name)
}

func FuzzFind(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Patterns, v.Links == FollowLinks)
	}
	tree := testTree(f)
	f.Fuzz(func(t *testing.T, patterns string, follow bool) {
		links := KeepLinks
		if follow {
			links = FollowLinks
		}
		found, err := tree.Find(patterns, links)
		if err != nil {
			return
		}
		for i, name := range found {
			if _, err := fs.Lstat(tree.FS, name); err != nil || slices.Contains(found[:i], name) {
				t.Errorf("%q: found %q, which is not there or stands there twice: %v", patterns, name, err)
			}
		}
		// What is excluded at the end is not found, whatever stands before it.
		if found, err := tree.Find(patterns+"\n!**", links); err != nil || len(found) > 0 {
			t.Errorf("%q without everything: got %q, %v, want nothing", patterns, found, err)
		}
	})
}
