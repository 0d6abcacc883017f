package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// TestRecordings finds a recording for as much as it covers, until something
// changes that decides what is installed.
func TestRecordings(t *testing.T) {
	t.Parallel()
	study := strings.Replace(tinyStudy, "states: [cold]", "states: [cold, warm]", 1)
	of := func(s *session, states ...scenarios.State) []string {
		var p plan.Plan
		for _, state := range states {
			p.Trials = append(p.Trials, plan.Trial{Job: "build", Variant: "before", State: state})
		}
		return s.covered(p)
	}
	held := (*pypi.Lock)(nil).With([]pypi.Entry{lockEntry("six-1.16.0.tar.gz", "six")})
	s := newSession(t, writeStudy(t, study))
	if s.recorded(of(s, scenarios.Cold)) != nil {
		t.Error("a recording was found where there is none")
	}
	for _, states := range [][]scenarios.State{{scenarios.Cold}, {scenarios.Cold, scenarios.Warm}} {
		if err := s.keepRecording(of(s, states...), held); err != nil {
			t.Fatal(err)
		}
	}
	if entries, err := os.ReadDir(s.recordings()); err != nil || len(entries) != 1 {
		t.Errorf("%d recordings, %v: want the one that covers the other", len(entries), err)
	}
	for _, tt := range []struct {
		name, study string
		states      []scenarios.State
		want        bool
	}{
		{"the same", study, []scenarios.State{scenarios.Warm, scenarios.Cold}, true},
		{"less", study, []scenarios.State{scenarios.Warm}, true},
		{"another title", strings.Replace(study, "A tiny study", "Another", 1), []scenarios.State{scenarios.Cold}, true},
		{"more", study, []scenarios.State{scenarios.Cold, scenarios.Hit}, false},
		{"another cut-off", study + "index: {cutoff: 2025-10-16T00:00:00Z}\n", []scenarios.State{scenarios.Cold}, false},
		{"another setup", strings.Replace(study, "dockerfile: Dockerfile", "dockerfile: Dockerfile, persistence: ephemeral", 1), []scenarios.State{scenarios.Cold}, false},
	} {
		other := newSession(t, writeStudy(t, tt.study))
		other.cfg.CacheDir = s.cfg.CacheDir
		if got := other.recorded(of(other, tt.states...)) != nil; got != tt.want {
			t.Errorf("%s: found a recording: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
