package cli

import (
	"cmp"
	"runtime/debug"
)

// version is set by the linker where make builds the program.
var version string

// programVersion says which cibench this is. It is evidence: two runs of two
// versions may differ for that alone.
func programVersion() string {
	info, _ := debug.ReadBuildInfo() // nil without modules
	return cmp.Or(version, builtVersion(info), "unknown")
}

// builtVersion returns what Go noted when it built the program: the version of
// the module, or the revision; "" where it noted neither, as in tests.
func builtVersion(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "-dirty"
		}
	}
	if revision == "" {
		return ""
	}
	return revision + dirty
}
