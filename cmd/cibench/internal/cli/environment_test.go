package cli

import (
	"maps"
	"os"
	"path/filepath"
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
