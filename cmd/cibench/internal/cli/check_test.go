package cli_test

import (
	"context"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/cibench/cibench/results/store"
)

// runid VAR FILE: set VAR to the id of the newest run in the store that confirms
// no other.
func runID(ts *testscript.TestScript, _ bool, args []string) {
	st, err := store.OpenExisting(context.Background(), ts.MkAbs(args[1]))
	ts.Check(err)
	ts.Defer(func() { st.Close() })
	runs, err := st.Runs(context.Background())
	ts.Check(err)
	i := slices.IndexFunc(runs, func(r store.Summary) bool { return r.Confirms == "" })
	if i < 0 {
		ts.Fatalf("%s has no run", args[1])
	}
	ts.Setenv(args[0], runs[i].ID)
}
