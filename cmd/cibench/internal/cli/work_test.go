package cli

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
)

// TestFindUnfinished goes on with the latest run that can be gone on with.
func TestFindUnfinished(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	start := time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)
	for i, tt := range []struct {
		run  results.Run
		end  store.How // "" for none
		want string    // what latest stands for once the run is there
	}{
		{results.Run{ID: "complete"}, store.Complete, "complete"},
		{results.Run{ID: "killed"}, "", "killed"},
		{results.Run{ID: "interrupted"}, store.Interrupted, "interrupted"},
		{results.Run{ID: "late"}, store.OutOfTime, "late"},
		{results.Run{ID: "complete-too"}, store.Complete, "late"},
		{results.Run{ID: "simulated", Simulated: true}, store.Interrupted, "late"},
		{results.Run{ID: "fresh", Confirms: "late"}, store.Interrupted, "late"},
	} {
		tt.run.Started, tt.run.Plan = start.AddDate(0, 0, i), []byte("{}")
		if _, err := st.BeginRun(t.Context(), tt.run); err != nil {
			t.Fatal(err)
		}
		if tt.end != "" {
			if err := st.EndRun(t.Context(), tt.run.ID, tt.end, ""); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := findUnfinished(t.Context(), st, store.Latest); got.ID != tt.want || err != nil {
			t.Errorf("after %s: got %q and error %v, want %q", tt.run.ID, got.ID, err, tt.want)
		}
		if got, err := findUnfinished(t.Context(), st, tt.run.ID); got.ID != tt.run.ID || err != nil {
			t.Errorf("by its id: got %q and error %v, want %q", got.ID, err, tt.run.ID)
		}
	}
}
