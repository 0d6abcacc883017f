package cachekey

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/runner/venv/workflow/glob"
)

// The versions were made with, for the first,
//
//	printf '%s' '~/.cache/pip|zstd-without-long|1.0' | sha256sum
//
// and the others alike, and agree with getCacheVersion of @actions/cache 6.3.0.
func TestVersion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		paths, want string
	}{
		{"~/.cache/pip", "2a50607a47f0c27aad98b33e03fa13615fdc9c33dc4fff3945d2d5078a8f7664"},
		{"~/.cache/pip .venv", "a9cbaff0065189f756af563c509ff8cee8e457abd7f089e1fbd9b82e98fe97eb"},
		{".venv ~/.cache/pip", "f50fba68790d92b180a758830e9cb34b29db828f3c0a9b14f644039dd0ecfba3"},
	} {
		if got := Version(strings.Fields(tt.paths)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.paths, got, tt.want)
		}
	}
}

// Version must not write into the array behind its argument.
func TestVersionLeavesPaths(t *testing.T) {
	t.Parallel()
	paths := []string{"a", "b", "c"}
	Version(paths[:1])
	if want := []string{"a", "b", "c"}; !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		keys Keys
		want string // "": accepted
	}{
		{"ten keys", Keys{"k", make([]string, 9)}, ""},
		{"eleven keys", Keys{"k", make([]string, 10)}, "11 keys are more than 10"},
		{"512 characters", Keys{strings.Repeat("é", 512), nil}, ""},
		{"513 characters", Keys{strings.Repeat("é", 513), nil}, "513 characters are more than 512"},
		{"long restore key", Keys{"k", []string{strings.Repeat("x", 513)}}, "513 characters"},
		{"comma", Keys{"a,b", nil}, `"a,b": it holds a comma`},
		{"comma in a restore key", Keys{"k", []string{"a", "b,"}}, `"b,"`},
		{"none", Keys{}, "there is no key"},
	} {
		err := tt.keys.Check()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestExact(t *testing.T) {
	t.Parallel()
	keys := Keys{Primary: "Linux-pip-a"}
	for found, want := range map[string]bool{"Linux-pip-a": true, "linux-PIP-a": true, "Linux-pip-": false, "": false} {
		if got := keys.Exact(found); got != want {
			t.Errorf("%q: got %v, want %v", found, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	got := Lines("~/.cache/pip\n  .venv \n\n! .venv/x\r\n#no comment\n")
	want := []string{"~/.cache/pip", ".venv", "!.venv/x", "#no comment"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPip(t *testing.T) {
	t.Parallel()
	const (
		// The digest of the digests: printf 'a\n' | sha256sum | cut -c1-64 | xxd -r -p | sha256sum
		hashA = "225f1bbbc4b1a3d97c622a492d91ea8d6858d7e1164bbbb5953f74311d6d222e"
		hashP = "693f5fea56173e707ae0d879b25da8c44ca0fb856d57deb87eb712df8c18b2e5" // of 'p\n'
		hashL = "68fe950e842939c752e49f0dc55638f82c233644d23be64a7f3cec6774925a16" // of 'a\n' twice
		start = "setup-python-Linux-x64-24.04-Ubuntu-python-3.11.9-pip"
	)
	host := Host{OS: "Linux", Arch: "x64", Distribution: "Ubuntu", Release: "24.04"}
	requirements := fstest.MapFS{"sub/requirements.txt": {Data: []byte("a\n")}, "pyproject.toml": {Data: []byte("p\n")}, "dev.txt": {Data: []byte("a\n")}}
	project := fstest.MapFS{"pyproject.toml": {Data: []byte("p\n")}}
	linked := fstest.MapFS{"sub/requirements.txt": {Data: []byte("a\n")}, "link": {Data: []byte("sub"), Mode: fs.ModeSymlink}}
	for _, tt := range []struct {
		name, dependencies string
		files              fstest.MapFS
		want               string
	}{
		{"requirements", "", requirements, hashA},
		{"named", " dev.txt ", requirements, hashA},
		{"named, but not there", "no.txt", requirements, hashP},
		{"pyproject", "", project, hashP},
		{"through a link", "*/requirements.txt", linked, hashL},
	} {
		keys, err := Pip(glob.Tree{FS: tt.files, Dir: "/w"}, host, "3.11.9", tt.dependencies)
		if err != nil || keys.Primary != start+"-"+tt.want || !slices.Equal(keys.Restore, []string{start}) {
			t.Errorf("%s: got %+v, %v, want %s-%s", tt.name, keys, err, start, tt.want)
		}
	}
	_, err := Pip(glob.Tree{FS: fstest.MapFS{}, Dir: "/w"}, host, "3.11.9", "a.txt\nb.txt")
	if want := `no file matches ["a.txt" "b.txt"] or "**/pyproject.toml"`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("no file: got %v, want an error with %s", err, want)
	}
}
