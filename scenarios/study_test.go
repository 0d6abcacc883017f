package scenarios

import "testing"

func TestBaselineOf(t *testing.T) {
	t.Parallel()
	job := Job{Baseline: "before"}
	for _, tt := range []struct {
		variant Variant
		want    string
	}{
		{Variant{Name: "after"}, "before"},
		{Variant{Name: "before"}, ""},
		{Variant{Name: "after-compiled", Baseline: "before-compiled"}, "before-compiled"},
		{Variant{Name: "before-compiled", Baseline: "before-compiled"}, ""},
	} {
		if got := job.BaselineOf(tt.variant); got != tt.want {
			t.Errorf("baseline of %s: got %q, want %q", tt.variant.Name, got, tt.want)
		}
	}
}
