package results_test

import (
	"slices"
	"testing"

	"github.com/cibench/cibench/results"
)

func TestChecklist(t *testing.T) {
	t.Parallel()
	var c results.Checklist
	results.CheckEqual(&c, "requests", int64(3), 0)
	results.CheckEqual(&c, "step", "kept", "kept")
	c.AtLeast("bytes", 9, 10)
	c.AtLeast("bytes", 10, 10)
	want := results.Checklist{
		{Name: "requests", Want: "0", Got: "3"},
		{Name: "step", Want: "kept", Got: "kept", OK: true},
		{Name: "bytes", Want: "at least 10", Got: "9"},
		{Name: "bytes", Want: "at least 10", Got: "10", OK: true},
	}
	if !slices.Equal(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
}
