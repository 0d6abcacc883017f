package store_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
)

func TestTrialsRoundTrip(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	rng := newRand()
	full, bare := newTrial(0, 4, rng), newTrial(1, 0, rng)
	other := newTrial(0, 2, rng)
	r := begin(t, s, newRun("r1"))
	record(t, r, bare, full) // the plan's order is by slot
	record(t, begin(t, s, newRun("r2")), other)

	got, err := s.Trials(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	if want := []results.Trial{full, bare}; !reflect.DeepEqual(got, want) {
		t.Errorf("Trials:\ngot  %+v\nwant %+v", got, want)
	}

	light := full
	light.Spans, light.Checks = nil, nil
	var streamed []results.Trial
	for tr, err := range s.Stream(t.Context(), "r1") {
		if err != nil {
			t.Fatal(err)
		}
		streamed = append(streamed, tr)
	}
	if want := []results.Trial{light, bare}; !reflect.DeepEqual(streamed, want) {
		t.Errorf("Stream:\ngot  %+v\nwant %+v", streamed, want)
	}
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		edit func(*results.Trial)
		want string
	}{
		{"unknown outcome", func(t *results.Trial) { t.Outcome = "fine" }, `unknown outcome "fine"`},
		{"no reason", func(t *results.Trial) { t.Reason = "" }, "without a reason"},
		{"NaN sample", func(t *results.Trial) { t.Samples[1].Value = math.NaN() }, "sample sample.1 is NaN"},
		{"infinite stop", func(t *results.Trial) { t.Spans[0].Stop = math.Inf(1) }, "stop of RUN pip is +Inf"},
		{"NaN duration", func(t *results.Trial) { t.Duration = math.NaN() }, "duration is NaN"},
		{"NaN load", func(t *results.Trial) { t.Host.Load1 = math.NaN() }, "host"},
		{"a sample twice", func(t *results.Trial) { t.Samples[2].Name = t.Samples[0].Name }, "the sample is there already"},
		{"the same id", func(t *results.Trial) { t.ID = "b01-000000" }, "the trial is there already"},
		{"the same slot", func(t *results.Trial) { t.Slot = 0 }, "the trial is there already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := newStore(t)
			r := begin(t, s, newRun("r1"))
			kept := newTrial(0, 1, newRand())
			record(t, r, kept)
			bad := newTrial(1, 3, newRand())
			tt.edit(&bad)
			err := r.Record(t.Context(), bad)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want %q in it", err, tt.want)
			}
			got, err := s.Trials(t.Context(), "r1")
			if err != nil || !reflect.DeepEqual(got, []results.Trial{kept}) {
				t.Errorf("after it: got %+v and error %v, want the first trial alone", got, err)
			}
		})
	}
}

func TestRecordNeedsAnOpenRun(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	r := begin(t, s, newRun("r1"))
	if err := s.EndRun(t.Context(), "r1", store.Complete, ""); err != nil {
		t.Fatal(err)
	}
	err := r.Record(t.Context(), newTrial(0, 1, newRand()))
	if err == nil || !strings.Contains(err.Error(), "the run has ended") {
		t.Errorf("Record after the end: got %v, want an error", err)
	}
	if err := s.EndRun(t.Context(), "r1", store.Broken, "x"); err == nil {
		t.Error("EndRun a second time: got nil, want an error")
	}
	if err := s.EndRun(t.Context(), "r2", store.Complete, ""); err == nil {
		t.Error("EndRun of a run that is not there: got nil, want an error")
	}
}

func TestAppendOnly(t *testing.T) {
	t.Parallel()
	s, path := newStore(t)
	record(t, begin(t, s, newRun("r1")), newTrial(0, 2, newRand()))
	begin(t, s, newRun("r2"))
	if err := s.EndRun(t.Context(), "r2", store.Complete, ""); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	for table, column := range map[string]string{
		"runs": "study", "run_ends": "how", "trials": "reason", "samples": "value", "spans": "start", "checks": "got",
	} {
		for query, want := range map[string]string{
			fmt.Sprintf("UPDATE %s SET %s = 1", table, column):                  "append-only",
			"DELETE FROM " + table:                                              "append-only",
			fmt.Sprintf("INSERT OR REPLACE INTO %s SELECT * FROM %[1]s", table): "is there already",
		} {
			if _, err := db.ExecContext(t.Context(), query); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q in it", query, err, want)
			}
		}
	}
}
