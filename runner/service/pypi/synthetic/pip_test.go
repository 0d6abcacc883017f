package synthetic_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/internal/testneed"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/pypi/synthetic"
)

// pip is a virtual environment whose pip sees nothing of the host.
type pip struct {
	t      *testing.T
	python string
	home   string // holds pip's cache, too
	path   string
}

func newPip(t *testing.T) *pip {
	t.Helper()
	for _, tool := range []string{"python3", "cc"} {
		if _, err := exec.LookPath(tool); err != nil {
			testneed.Skip(t, "pypi", err.Error())
		}
	}
	home := t.TempDir()
	p := &pip{t: t, home: home, path: os.Getenv("PATH"), python: filepath.Join(home, "venv/bin/python")}
	if out, err := p.run("python3", "-m", "venv", filepath.Join(home, "venv")); err != nil {
		testneed.Skip(t, "pypi", "python3 -m venv: "+err.Error()+"\n"+out)
	}
	return p
}

// with returns p for another test, with a cache of its own.
func (p *pip) with(t *testing.T) *pip {
	return &pip{t: t, home: t.TempDir(), path: p.path, python: p.python}
}

func (p *pip) run(name string, args ...string) (string, error) {
	cmd := exec.CommandContext(p.t.Context(), name, args...)
	cmd.Dir = p.home
	cmd.Env = []string{"PATH=" + p.path, "HOME=" + p.home, "PIP_CONFIG_FILE=" + os.DevNull, "PIP_DISABLE_PIP_VERSION_CHECK=1"}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// install installs into a new directory and returns pip's output.
func (p *pip) install(index, target string, args ...string) (string, error) {
	// pip caches nothing from plain HTTP unless the host is trusted.
	return p.run(p.python, append([]string{"-m", "pip", "install", "--index-url", index, "--trusted-host", "127.0.0.1",
		"--cache-dir", filepath.Join(p.home, "cache"), "--target", filepath.Join(p.home, target)}, args...)...)
}

func (p *pip) mustInstall(index, target string, args ...string) {
	p.t.Helper()
	if out, err := p.install(index, target, args...); err != nil {
		p.t.Fatalf("pip install %v: %v\n%s", args, err, out)
	}
}

// installed returns the "name-version" of each distribution in target.
func (p *pip) installed(target string) []string {
	p.t.Helper()
	dirs, err := filepath.Glob(filepath.Join(p.home, target, "*.dist-info"))
	if err != nil {
		p.t.Fatal(err)
	}
	for i, d := range dirs {
		dirs[i] = strings.TrimSuffix(filepath.Base(d), ".dist-info")
	}
	return dirs
}

// serve serves the synthetic index of seed 1 from a replaying server.
func serve(t *testing.T, seed uint64) (*pypi.Server, *pypi.Index) {
	t.Helper()
	store, err := pypi.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	lock, err := synthetic.Fill(store, seed)
	if err != nil {
		t.Fatal(err)
	}
	x, err := pypi.New(pypi.Config{Store: store, Lock: lock})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Preload(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := pypi.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	s := pypi.Serve(l, x)
	t.Cleanup(func() {
		for _, c := range []interface{ Close() error }{s, x, store} {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return s, x
}

func TestPip(t *testing.T) {
	t.Parallel()
	p := newPip(t)
	for name, test := range map[string]func(*testing.T, *pip){
		"installs":              testInstalls,
		"names missing package": testMissingPackage,
		"needs a compiler":      testWithoutCompiler,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, p.with(t))
		})
	}
}

func testInstalls(t *testing.T, p *pip) {
	s, x := serve(t, 1)

	p.mustInstall(s.URL(), "first", synthetic.App)
	got := p.installed("first")
	if len(got) != 11 || !slices.Contains(got, "synth_lib_03-1.1.0") || !slices.Contains(got, "synth_ext-2.0.0") {
		t.Errorf("installed %v, want 11 packages, synth_lib_03-1.1.0 and synth_ext-2.0.0 among them", got)
	}
	if files := len(x.FilesSince(0)); files != len(got)+1 {
		t.Errorf("%d files fetched for %d packages, want one more: the synth-lib-03 that pip dropped", files, len(got))
	}
	cold := x.Counters()
	if cold.Metadata.Requests == 0 || cold.Files.Bytes < 100_000 || cold.NotModified.Requests != 0 {
		t.Errorf("cold: %+v, want metadata, files and no 304", cold)
	}
	if out, err := p.run(p.python, "-c", "import sys; sys.path.insert(0, 'first'); import synth_ext; print(synth_ext.checksum())"); err != nil {
		t.Errorf("the extension does not run: %v\n%s", err, out)
	}

	mark := x.Mark()
	p.mustInstall(s.URL(), "second", synthetic.App)
	warm := x.Counters().Sub(cold)
	if warm.Files.Requests != 0 || warm.Metadata.Requests != 0 || len(x.FilesSince(mark)) != 0 {
		t.Errorf("from pip's cache: %+v, want no file requests", warm)
	}
	if warm.NotModified.Requests == 0 && warm.Served().Requests != 0 {
		t.Errorf("from pip's cache: %+v, want pages revalidated with 304 or not asked for", warm)
	}
	if problems := x.ProblemsSince(0); len(problems) != 0 {
		t.Errorf("problems: %v", problems)
	}
	cached, err := p.run(p.python, "-m", "pip", "--cache-dir", filepath.Join(p.home, "cache"), "cache", "info")
	if err != nil || strings.Contains(cached, "Number of HTTP files: 0") {
		t.Errorf("pip cache info: %v\n%s\nwant no empty cache", err, cached)
	}
}

func testMissingPackage(t *testing.T, p *pip) {
	s, x := serve(t, 1)
	if out, err := p.install(s.URL(), "target", "no-such-package"); err == nil {
		t.Fatalf("pip installed a package that is not there:\n%s", out)
	}
	problems := x.ProblemsSince(0)
	if len(problems) != 1 || !strings.Contains(problems[0].Error(), `"no-such-package"`) {
		t.Errorf("problems: %v, want one that names the package", problems)
	}
}

func testWithoutCompiler(t *testing.T, p *pip) {
	p.path = filepath.Dir(p.python)
	s, _ := serve(t, 1)
	out, err := p.install(s.URL(), "target", synthetic.Extension)
	if err == nil || !strings.Contains(out, "no C compiler") {
		t.Errorf("got %v and\n%s\nwant an error that says: no C compiler", err, out)
	}
}
