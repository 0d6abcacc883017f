package store_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
)

func TestRunRoundTrip(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	bare := results.Run{ID: "bare", Started: epoch.Add(-time.Hour), Plan: []byte("{}"), Simulated: true}
	for _, want := range []results.Run{newRun("r1"), bare} {
		begin(t, s, want)
		got, err := s.Run(t.Context(), want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

func TestRunByReference(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	// Begun out of order, with one id the prefix of another.
	for i, id := range []string{"20261125-bb", "20261124-a", "20261124-ab", "100%_x"} {
		run := newRun(id)
		run.Started = epoch.AddDate(0, 0, -i)
		begin(t, s, run)
	}
	tests := []struct {
		ref  string
		want string
		err  error
		hint string
	}{
		{ref: "latest", want: "20261125-bb"},
		{ref: "20261125-bb", want: "20261125-bb"},
		{ref: "20261125", want: "20261125-bb"},
		{ref: "20261124-a", want: "20261124-a"},
		{ref: "20261124-ab", want: "20261124-ab"},
		{ref: "100%", want: "100%_x"},
		{ref: "%", err: store.ErrNotFound, hint: "the latest is 20261125-bb"},
		{ref: "", err: store.ErrNotFound, hint: "the latest is 20261125-bb"},
		{ref: "20261124", err: store.ErrAmbiguous, hint: "it begins 20261124-a, 20261124-ab"},
		{ref: "2", err: store.ErrAmbiguous, hint: "it begins 20261124-a, 20261124-ab, 20261125-bb"},
	}
	for _, tt := range tests {
		got, err := s.Run(t.Context(), tt.ref)
		if got.ID != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("Run(%q): got %q and error %v, want %q and %v", tt.ref, got.ID, err, tt.want, tt.err)
		}
		if tt.hint != "" && !strings.HasSuffix(text(t, err), "\nhint: "+tt.hint) {
			t.Errorf("Run(%q): got error %q, want the hint %q", tt.ref, err, tt.hint)
		}
	}
}

// TestLatest prefers what was measured, and a run of its own to one that confirms
// another.
func TestLatest(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	for i, tt := range []struct {
		id, confirms string
		simulated    bool
		want         string // what is the latest once this one is stored
	}{
		{"simulated", "", true, "simulated"},
		{"again", "", true, "again"},
		{"real", "", false, "real"},
		{"confirming", "real", false, "real"},
		{"later-simulated", "", true, "real"},
		{"later-real", "", false, "later-real"},
	} {
		run := newRun(tt.id)
		run.Started, run.Confirms, run.Simulated = epoch.AddDate(0, 0, i), tt.confirms, tt.simulated
		begin(t, s, run)
		if got, err := s.Run(t.Context(), store.Latest); got.ID != tt.want || err != nil {
			t.Errorf("after %s: got %q and error %v, want %q", tt.id, got.ID, err, tt.want)
		}
	}
}

func TestRunInEmptyStore(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	_, err := s.Run(t.Context(), store.Latest)
	if !errors.Is(err, store.ErrNotFound) || !strings.Contains(text(t, err), "no run yet") {
		t.Errorf("got error %v, want ErrNotFound and a hint", err)
	}
	if runs, err := s.Runs(t.Context()); len(runs) != 0 || err != nil {
		t.Errorf("Runs: got %v and error %v, want none", runs, err)
	}
}

func TestBeginRunRefuses(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	begin(t, s, newRun("r1"))
	for _, id := range []string{"", "latest", "r1"} {
		if _, err := s.BeginRun(t.Context(), newRun(id)); err == nil {
			t.Errorf("BeginRun(%q): got nil, want an error", id)
		}
	}
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	rng := newRand()
	older, newer := newRun("older"), newRun("newer")
	older.Started = epoch.Add(-time.Nanosecond)
	begin(t, s, newer)
	r := begin(t, s, older)
	for i, outcome := range []results.Outcome{results.OK, results.Failed, results.OK, results.Invalid} {
		tr := newTrial(i, 1, rng)
		tr.Outcome = outcome
		record(t, r, tr)
	}
	before := time.Now().Add(-time.Second)
	if err := s.EndRun(t.Context(), "older", store.Interrupted, "SIGINT"); err != nil {
		t.Fatal(err)
	}
	runs, err := s.Runs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != 2 || runs[1].End == nil {
		t.Fatalf("got %+v, want two runs, the second with an end", runs)
	}
	if at := runs[1].End.At; at.Before(before) || at.After(time.Now()) {
		t.Errorf("End.At: got %v, want now", at)
	}
	runs[1].End.At = time.Time{}
	want := []store.Summary{
		{ID: "newer", Study: "starter", Started: epoch, Trials: map[results.Outcome]int{}},
		{
			ID: "older", Study: "starter", Started: older.Started,
			End:    &store.End{How: store.Interrupted, Reason: "SIGINT"},
			Trials: map[results.Outcome]int{results.OK: 2, results.Failed: 1, results.Invalid: 1},
		},
	}
	if !reflect.DeepEqual(runs, want) {
		t.Errorf("Runs:\ngot  %+v\nwant %+v", runs, want)
	}
	one, err := s.Summary(t.Context(), "old")
	if one.End != nil {
		one.End.At = time.Time{}
	}
	if err != nil || !reflect.DeepEqual(one, want[1]) {
		t.Errorf("Summary(old): got %+v and error %v, want %+v", one, err, want[1])
	}
}
