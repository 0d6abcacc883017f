package cli

import (
	"runtime/debug"
	"testing"
)

func TestBuiltVersion(t *testing.T) {
	t.Parallel()
	of := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	revision, clean, modified := debug.BuildSetting{Key: "vcs.revision", Value: "8544489f"},
		debug.BuildSetting{Key: "vcs.modified", Value: "false"}, debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for name, tc := range map[string]struct {
		info *debug.BuildInfo
		want string
	}{
		"installed":            {of("v1.2.3"), "v1.2.3"},
		"of a checkout":        {of("v0.0.0-20261126114425-8544489f3c1a+dirty", revision, modified), "v0.0.0-20261126114425-8544489f3c1a+dirty"},
		"without a version":    {of("(devel)", revision, clean), "8544489f"},
		"changed":              {of("", modified, revision), "8544489f-dirty"},
		"changed from nothing": {of("(devel)", modified), ""},
		"a test":               {of("(devel)"), ""},
		"without modules":      {nil, ""},
	} {
		if got := builtVersion(tc.info); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}
