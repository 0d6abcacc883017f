package venv

import (
	"slices"
	"strings"
)

// freezeScript prints the distributions of the Python that runs it, one a line
// as name==version with names normalized (PEP 503). It needs no pip, which an
// environment of uv's has not. The last line is python==version, with every
// version that has packages in the environment: one that was made over that of
// another Python has two.
const freezeScript = `
import glob, os, re, sys, importlib.metadata as m
print("\n".join(sorted({
    re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower() + "==" + d.version
    for d in m.distributions() if d.metadata["Name"]
})))
own = "%d.%d" % sys.version_info[:2]
all = {os.path.basename(p)[len("python"):] for p in glob.glob(sys.prefix + "/lib/python*.*")}
print("python==" + "+".join(sorted(all | {own})))
`

// pythonName stands for the interpreter among the packages of an environment.
const pythonName = "python"

// bootstrap are the distributions that make environments, not those that a
// project asks for: which versions a clean environment has follows from the
// way it was made.
var bootstrap = []string{"pip", "setuptools", "wheel", "uv"}

// parseFreeze returns the distributions in freezeScript's output by name.
func parseFreeze(out string) map[string]string {
	versions := map[string]string{}
	for line := range strings.Lines(out) {
		name, version, ok := strings.Cut(strings.TrimSpace(line), "==")
		if ok && !slices.Contains(bootstrap, name) {
			versions[name] = version
		}
	}
	return versions
}

// drift returns the names of the packages that an environment has in another
// version than a clean one, has beyond it or lacks, sorted.
func drift(got, clean map[string]string) []string {
	var names []string
	for name, version := range got {
		if clean[name] != version {
			names = append(names, name)
		}
	}
	for name := range clean {
		if _, ok := got[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// countPackages returns how many distributions there are.
func countPackages(packages map[string]string) int64 {
	n := len(packages)
	if _, ok := packages[pythonName]; ok {
		n--
	}
	return int64(n)
}
