package job

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/workflow"
	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
)

// setupPython does what actions/setup-python does with a Python that is there
// (setup-python.ts, find-python.ts): the image's, which must be of the minor
// version that was asked for.
func (d *doing) setupPython(ctx context.Context) error {
	asked, err := d.task.Python(d.host.Tree.FS)
	if err != nil {
		d.fail("%v", err)
		return nil
	}
	if asked == "" {
		d.out.say("Warning: The `python-version` input is not set.  The version of Python currently in `PATH` will be used.")
		return nil
	}
	facts, err := d.ask(ctx, "python", "-c", "import platform, sys; print(platform.python_version(), sys.base_prefix, sys.executable, sep='\\n')")
	if err != nil {
		return err
	}
	if len(facts) != 3 {
		d.fail("The version '%s' was not found: the image has no python.", asked)
		return nil
	}
	version, prefix, executable := facts[0], facts[1], facts[2]
	if err := sameMinor(asked, version); err != nil {
		d.fail("%v", err)
		return nil
	}
	d.result.Env = []workflow.Variable{
		{Name: "pythonLocation", Value: prefix}, {Name: "PKG_CONFIG_PATH", Value: prefix + "/lib/pkgconfig"},
		{Name: "Python_ROOT_DIR", Value: prefix}, {Name: "Python2_ROOT_DIR", Value: prefix},
		{Name: "Python3_ROOT_DIR", Value: prefix}, {Name: "LD_LIBRARY_PATH", Value: d.libraryPath(prefix + "/lib")},
	}
	d.result.Path = []string{prefix, prefix + "/bin"}
	d.output("python-version", version)
	d.output("python-path", executable)
	d.out.say("Successfully set up CPython (%s)", version)
	if d.task.Inputs["cache"] == "" {
		return nil
	}
	return d.restorePip(ctx, version)
}

// libraryPath puts a folder before those of the step's LD_LIBRARY_PATH.
func (d *doing) libraryPath(lib string) string {
	for _, v := range d.task.Env {
		if v.Name != "LD_LIBRARY_PATH" || v.Value == "" {
			continue
		}
		for dir := range strings.SplitSeq(v.Value, ":") {
			if dir == lib {
				return v.Value
			}
		}
		return lib + ":" + v.Value
	}
	return lib
}

var minorVersion = regexp.MustCompile(`^(\d+\.\d+)(\.\w+)?$`)

// sameMinor tells whether the image's version is of the minor version asked
// for. The image was chosen for it, and may not be of the same patch.
func sameMinor(asked, have string) error {
	want, got := minorVersion.FindStringSubmatch(asked), minorVersion.FindStringSubmatch(have)
	if want == nil {
		return fmt.Errorf("python-version %q: want a minor version or a patch of one, such as 3.11 or 3.11.9", asked)
	}
	if got == nil || got[1] != want[1] {
		return fmt.Errorf("python-version %q: the image has Python %s", asked, have)
	}
	return nil
}

// ask returns the lines that a command prints; none when it fails.
func (d *doing) ask(ctx context.Context, args ...string) ([]string, error) {
	var out bytes.Buffer
	code, err := d.run(ctx, Workspace, &out, nil, args...)
	if err != nil || code != 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSpace(out.String()), "\n"), nil
}

// restorePip restores pip's cache (cache-distributor.ts, pip-cache.ts).
func (d *doing) restorePip(ctx context.Context, python string) error {
	dir, err := d.ask(ctx, "pip", "cache", "dir")
	if err != nil {
		return err
	}
	if len(dir) != 1 {
		d.fail("Could not get cache folder path for pip package manager")
		return nil
	}
	// As the action does where there is no lsb_release (utils.ts, getLinuxInfo).
	system, err := d.ask(ctx, "sh", "-c", `lsb_release -i -r -s 2>/dev/null || { . /etc/os-release; printf '%s\n%s\n' "${ID:-Linux}" "$VERSION_ID"; }`)
	if err != nil {
		return err
	}
	system = append(system, "", "")
	arch := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	host := cachekey.Host{OS: "Linux", Arch: arch, Distribution: system[0], Release: system[1]}
	keys, err := cachekey.Pip(d.host.Tree, host, python, d.task.Inputs["cache-dependency-path"])
	if err != nil {
		d.fail("%v", err)
		return nil
	}
	r, err := d.request(ctx, cachestep.Restore, dir, keys)
	if err != nil {
		return err
	}
	if r.Failure != "" {
		d.out.say("[warning]%s", r.Failure)
		d.output("cache-hit", "false")
		return nil
	}
	d.caches[d.task.Step] = &cacheState{keys: keys, paths: dir, matched: r.Matched}
	if r.Matched != "" {
		d.out.say("Cache restored from key: %s", r.Matched)
	} else {
		d.out.say("pip cache is not found")
	}
	d.output("cache-hit", strconv.FormatBool(r.Matched == keys.Primary))
	return nil
}

// savePip saves pip's cache, if the step is one with a cache (cache-save.ts).
func (d *doing) savePip(ctx context.Context) error {
	if d.task.Inputs["cache"] == "" {
		return nil
	}
	state := d.caches[d.task.Step]
	if state == nil {
		d.out.say("Warning: Cache paths are empty. Please check the previous logs and make sure that the python version is specified")
		return nil
	}
	key := state.keys.Primary
	if state.matched == key {
		d.out.say("Cache hit occurred on the primary key %s, not saving cache.", key)
		return nil
	}
	r, err := d.request(ctx, cachestep.Save, state.paths, cachekey.Keys{Primary: key})
	if err != nil {
		return err
	}
	if r.Failure != "" { // there is no such folder, as the action finds in words of its own
		d.out.say("[warning]%s", r.Failure)
	}
	if r.Entry != "" {
		d.out.say("Cache saved with the key: %s", key)
	}
	return nil
}
