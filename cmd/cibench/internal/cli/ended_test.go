package cli

import (
	"errors"
	"testing"

	"github.com/cibench/cibench/results"
)

func TestMeasured(t *testing.T) {
	t.Parallel()
	trial := func(id string, o results.Outcome, warmup bool) results.Trial {
		return results.Trial{ID: id, Outcome: o, Warmup: warmup, Reason: id + "'s reason\nand more"}
	}
	for _, tt := range []struct {
		name      string
		trials    []results.Trial
		want, how string // the error and its hint
	}{
		{"one is ok", []results.Trial{trial("a", results.Failed, false), trial("b", results.OK, false)}, "", ""},
		{"none yet", nil, "", ""},
		{"a warm-up alone", []results.Trial{trial("w", results.Failed, true)}, "", ""},
		{
			"none is ok", []results.Trial{
				trial("w", results.OK, true), trial("a", results.Invalid, false), trial("b", results.Failed, false), trial("c", results.Failed, false),
			},
			"nothing was measured: of 3 trials 2 failed and 1 are invalid", "a is invalid: a's reason",
		},
	} {
		err := measured(tt.trials)
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: got %v, want nothing", tt.name, err)
			}
			continue
		}
		var got *nothingMeasuredError
		if !errors.As(err, &got) || got.Error() != tt.want || got.Hint() != tt.how {
			t.Errorf("%s: got %v, want %q with the hint %q", tt.name, err, tt.want, tt.how)
		}
	}
}
