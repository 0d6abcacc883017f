package scenarios

import (
	"reflect"
	"testing"
)

func TestWithNull(t *testing.T) {
	t.Parallel()
	s := &Study{Jobs: []Job{{
		Name: "build", Baseline: "before", States: []State{Cold, Warm},
		Variants: []Variant{
			{Name: "before", Dockerfile: "Dockerfile", States: []State{Cold}, Baseline: "after", DocumentedAs: "doc"},
			{Name: "after"}, {Name: "before-again"},
		},
	}}}
	all := s.WithNull()
	if got, want := len(s.Jobs[0].Variants), 3; got != want {
		t.Errorf("the study itself has %d variants now, want %d", got, want)
	}
	if got, want := all.Cells(), s.Cells(); !reflect.DeepEqual(got, want) {
		t.Errorf("got cells %v, want %v", got, want)
	}
	want := Variant{
		Name: "before-again-2", Title: "the baseline once more", Dockerfile: "Dockerfile",
		States: []State{Cold}, Baseline: "before", Null: true,
	}
	if got, err := all.Jobs[0].Variant("before-again-2"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	cells := []Cell{{"build", "before", Cold}, {"build", "after", Warm}}
	if got, want := all.NullCells(cells), []Cell{{"build", "before-again-2", Cold}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got null cells %v, want %v", got, want)
	}
	if got := s.NullCells(cells); got != nil {
		t.Errorf("got null cells %v of a study without", got)
	}
}
