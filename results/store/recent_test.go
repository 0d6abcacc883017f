package store_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
)

func TestRecent(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	for i, r := range []struct {
		id, study string
		simulated bool
	}{
		{"r1", "starter", false}, {"r2", "other", false}, {"r3", "starter", true}, {"r4", "starter", false}, {"r5", "starter", false},
	} {
		run := newRun(r.id)
		run.Study, run.Simulated = r.study, r.simulated
		run.Started = epoch.Add(time.Duration(i) * time.Hour)
		run.Environment = results.Environment{"cpu.model": r.id}
		begin(t, s, run)
	}
	for _, tt := range []struct {
		study string
		n     int
		want  string
	}{
		{"starter", 10, "[r5 r4 r1]"},
		{"starter", 2, "[r5 r4]"},
		{"none", 10, "[]"},
	} {
		runs, err := s.Recent(t.Context(), tt.study, tt.n)
		if err != nil {
			t.Fatal(err)
		}
		ids := []string{}
		for _, r := range runs {
			ids = append(ids, r.ID)
			if r.Environment["cpu.model"] != r.ID || r.Started.IsZero() {
				t.Errorf("run %s: got %+v, want its start and environment", r.ID, r)
			}
		}
		if got := fmt.Sprint(ids); got != tt.want {
			t.Errorf("Recent(%s, %d): got %s, want %s", tt.study, tt.n, got, tt.want)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	r := begin(t, s, newRun("r1"))
	rng := newRand()
	second, first := newTrial(1, 2, rng), newTrial(0, 2, rng)
	record(t, r, second, first)
	record(t, begin(t, s, newRun("r2")), newTrial(0, 1, rng))
	got, err := s.Times(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	var want []results.Trial
	for _, tr := range []results.Trial{first, second} {
		want = append(want, results.Trial{Slot: tr.Slot, Cell: tr.Cell, Outcome: tr.Outcome, Started: tr.Started, Duration: tr.Duration, Untimed: tr.Untimed})
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
