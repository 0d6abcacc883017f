package lane_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/cibench/cibench/runner/lane"
)

// TestOnce makes again what broke, and nothing else.
func TestOnce(t *testing.T) {
	t.Parallel()
	var once lane.Once[string]
	failed := &lane.Failure{Err: errors.New("exit code 1")}
	ends := map[string][]error{
		"made":   {nil},
		"failed": {fmt.Errorf("wrapped: %w", failed)},
		"broken": {errors.New("broken"), nil},
	}
	tries := map[string]int{}
	for i := range 3 {
		for name, errs := range ends {
			got, err := once.Get(name, func() (string, error) {
				tries[name]++
				return "a " + name, errs[tries[name]-1]
			})
			if want := errs[min(i, len(errs)-1)]; want == nil && (err != nil || got != "a "+name) || want != nil && !errors.As(err, new(*lane.Failure)) && err != want {
				t.Errorf("%s, try %d: got %q, %v, want %v", name, i, got, err, want)
			}
			if name == "failed" && !errors.Is(err, error(failed)) {
				t.Errorf("%s: got %v, want the failure", name, err)
			}
		}
	}
	if tries["made"] != 1 || tries["failed"] != 1 || tries["broken"] != 2 {
		t.Errorf("tried %v, want what broke twice and the rest once", tries)
	}
	if all := slices.Sorted(once.All()); !slices.Equal(all, []string{"a broken", "a made"}) {
		t.Errorf("made %q", all)
	}
}
