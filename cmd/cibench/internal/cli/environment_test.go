package cli

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/runner/snapshot"
)

// TestBuilderFilesystem notes the file system of the builders' states, which
// need not be that of the cache directory, nor of the engine.
func TestBuilderFilesystem(t *testing.T) {
	t.Parallel()
	states := filepath.Join(t.TempDir(), "states")
	if err := os.Mkdir(states, 0o700); err != nil {
		t.Fatal(err)
	}
	machine := host.New("/")
	want, ok := machine.Filesystem(states)
	if !ok {
		t.Skip("this machine does not tell its file systems")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(states, link); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{link, filepath.Join(states, "not yet there")} {
		env := results.Environment{}
		s := &session{build: image.BuilderContainer, states: &snapshot.Store{Dir: dir}}
		if s.builderFilesystem(env, machine); env["builder.filesystem"] != want {
			t.Errorf("%s: got %v, want %s", dir, env, want)
		}
		s.build = image.BuilderEngine
		env = results.Environment{}
		if s.builderFilesystem(env, machine); len(env) > 0 {
			t.Errorf("the engine's builder: got %v, want nothing", env)
		}
	}
}

// TestFacts says that documented times hold for this machine only where the
// user does.
func TestFacts(t *testing.T) {
	t.Parallel()
	want := results.Environment{"cibench.version": programVersion(), "network.profile": "none", "network.down": "10 MB/s"}
	c := &config{Profile: "none", Link: map[string]string{"down": "10 MB/s"}}
	if got := c.facts(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	c.ComparableTimes, want[verdict.ComparableFact] = true, "true"
	if got := c.facts(); !maps.Equal(got, want) {
		t.Errorf("comparable: got %v, want %v", got, want)
	}
}

// TestHostDifferences compares what both runs used, and not what only one of them
// needed: one that confirms another runs a part of its trials.
func TestHostDifferences(t *testing.T) {
	t.Parallel()
	whole := results.Environment{
		versionFact: "1", "kernel": "6.1", "builder": "container", "buildkit.version": "v0.34.2",
		"image.python:3.11.digest": "sha256:a", "image.docker/dockerfile:1.digest": "sha256:b",
	}
	for name, tt := range map[string]struct {
		now  results.Environment
		want string
	}{
		"the same":       {whole, ""},
		"jobs alone":     {results.Environment{versionFact: "2", "kernel": "6.1", "image.python:3.11.digest": "sha256:a"}, ""},
		"another base":   {results.Environment{"kernel": "6.1", "builder": "container", "buildkit.version": "v0.34.2", "image.python:3.12.digest": "sha256:c"}, ""},
		"a moved base":   {results.Environment{"kernel": "6.1", "image.python:3.11.digest": "sha256:d"}, "image.python:3.11.digest"},
		"another kernel": {results.Environment{"kernel": "6.2", "image.python:3.11.digest": "sha256:a"}, "kernel"},
		"no kernel":      {results.Environment{"image.python:3.11.digest": "sha256:a"}, "kernel"},
	} {
		var got []string
		for _, d := range hostDifferences(whole, tt.now) {
			got = append(got, d.Name)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		w := &work{like: &results.Run{ID: "r1", Environment: whole}}
		if err := w.setEnvironment(tt.now); (err == nil) != (tt.want == "") {
			t.Errorf("%s: a run that confirms it: got %v", name, err)
		}
	}
}
