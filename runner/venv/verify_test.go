package venv

import (
	"testing"

	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
	"github.com/cibench/cibench/scenarios"
)

// asked is one operation of a cache step, with what came of it.
func asked(op cachestep.Op, key string, r cachestep.Report) job.Step {
	return askedFor("p", op, key, r)
}

// askedFor is asked for another path.
func askedFor(path string, op cachestep.Op, key string, r cachestep.Report) job.Step {
	return job.Step{Name: string(op) + " " + key, Caches: []job.Cache{{
		Op: op, Paths: []string{path}, Keys: cachekey.Keys{Primary: key, Restore: []string{"k-"}}, Report: r,
	}}}
}

// TestChecks has jobs that primed an entry "k-1" with ten files, for which
// priming fetched 100 bytes, and one of that key with an environment.
func TestChecks(t *testing.T) {
	t.Parallel()
	primedEntries := entries{
		cachekey.Version([]string{"p"}):     {"k-1": {Rest: 10}},
		cachekey.Version([]string{".venv"}): {"k-1": {Environments: []string{".venv"}}, "v-1": {}},
	}
	whole := cachestep.Report{Found: "k-1", Exact: true, Matched: "k-1"}
	other := cachestep.Report{Found: "k-1", Matched: "k-1"}
	for _, tt := range []struct {
		name  string
		state scenarios.State
		steps []job.Step
		cache actionscache.Counters
		bytes int64      // fetched from the index
		files lane.Files // likewise
		wrong string     // the check that fails; "" for none
	}{
		{"restored", scenarios.Hit, []job.Step{asked(cachestep.Restore, "k-1", whole)}, actionscache.Counters{Hits: 1}, 0, nil, ""},
		{"restored by a fallback", scenarios.DepsBump, []job.Step{asked(cachestep.Restore, "k-2", other), asked(cachestep.Save, "k-2", cachestep.Report{})},
			actionscache.Counters{Fallbacks: 1}, 10, lane.Files{"b.whl": true}, ""},
		{"restored by another fallback than there can be", scenarios.DepsBump,
			[]job.Step{asked(cachestep.Restore, "k-2", cachestep.Report{Found: "k-0", Matched: "k-0"})},
			actionscache.Counters{Fallbacks: 1}, 100, nil, `step "restore k-2": key found`},
		{"restored, and fetched again", scenarios.Hit, []job.Step{asked(cachestep.Restore, "k-1", whole)},
			actionscache.Counters{Hits: 1}, 100, lane.Files{"a.whl": true}, "index: files fetched that the cache held"},
		{"found, not restored", scenarios.Hit, []job.Step{asked(cachestep.Restore, "k-1", cachestep.Report{Found: "k-1", Exact: true})},
			actionscache.Counters{Hits: 1}, 100, nil, "archives restored"},
		{"a look-up that nothing shows", scenarios.Hit, []job.Step{asked(cachestep.Restore, "k-1", whole)},
			actionscache.Counters{Hits: 2}, 0, nil, "cache: look-ups"},

		{"looked up alone", scenarios.Hit, []job.Step{asked(cachestep.LookUp, "k-1", whole)}, actionscache.Counters{Hits: 1}, 0, nil, ""},
		{"looked up alone, and installed", scenarios.Hit, []job.Step{asked(cachestep.LookUp, "k-1", whole)}, actionscache.Counters{Hits: 1}, 100, nil, ""},
		{"looked up in nothing", scenarios.Cold, []job.Step{asked(cachestep.LookUp, "k-1", cachestep.Report{})}, actionscache.Counters{Misses: 1}, 100, nil, ""},
		{"looked up in nothing, nothing fetched", scenarios.Cold, []job.Step{asked(cachestep.LookUp, "k-1", cachestep.Report{})},
			actionscache.Counters{Misses: 1}, 0, nil, "index: bytes of files"},
		{"looked up, and missed", scenarios.Hit, []job.Step{asked(cachestep.LookUp, "k-1", cachestep.Report{})},
			actionscache.Counters{Misses: 1}, 100, nil, `step "look-up k-1": cache`},
		{"looked up, then restored", scenarios.Corrupt,
			[]job.Step{asked(cachestep.LookUp, "k-1", whole), asked(cachestep.Restore, "k-1", cachestep.Report{Found: "k-1", Exact: true, Warning: "cut"})},
			actionscache.Counters{Hits: 2}, 100, nil, ""},

		{"one key for two paths", scenarios.Hit, []job.Step{
			asked(cachestep.Restore, "k-1", whole),
			askedFor(".venv", cachestep.Restore, "k-1", cachestep.Report{Found: "k-1", Exact: true, Matched: "k-1", Environments: []string{".venv"}}),
		}, actionscache.Counters{Hits: 2}, 0, nil, ""},
		{"a key of other paths alone", scenarios.Hit, []job.Step{asked(cachestep.Restore, "v-1", other)}, actionscache.Counters{Fallbacks: 1}, 0, nil, ""},
	} {
		s := &session{
			report: &job.Report{Steps: tt.steps},
			primed: &primed{note: note{Entries: primedEntries, Files: lane.Files{"a.whl": true}}},
			clean:  &primed{note: note{Bytes: 100}},
		}
		used := counts{cache: tt.cache, index: pypi.Counters{Files: pypi.Count{Bytes: tt.bytes}}}
		wrong := ""
		for _, c := range (proof{state: tt.state, session: s, used: used, files: tt.files}).checks() {
			if !c.OK {
				wrong += c.Name
			}
		}
		if wrong != tt.wrong {
			t.Errorf("%s: got %q, want %q to be wrong", tt.name, wrong, tt.wrong)
		}
	}
}
