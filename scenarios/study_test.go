package scenarios

import (
	"reflect"
	"testing"
)

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

// TestSetup has every field of a variant either in its setup, or in the list of
// those that say nothing of what it builds or runs.
func TestSetup(t *testing.T) {
	t.Parallel()
	apart := map[string]bool{
		"Title": true, "Baseline": true, "Needs": true, "States": true,
		"DocumentedAs": true, "Departs": true, "Null": true,
	}
	v := Variant{
		Name: "after", Title: "as documented", Context: "app", Dockerfile: "Dockerfile", BuildArgs: map[string]string{"A": "1"},
		Persistence: Ephemeral, Cache: BuildCache{Backend: BackendGHA, Mode: ModeMax}, Workflow: "ci.yml", Baseline: "before",
		Matrix: map[string]string{"python": "3.11"},
		Needs:  []Need{NeedImagePull}, States: []State{Cold}, DocumentedAs: "before", Departs: true, Null: true,
	}
	all, setup := reflect.ValueOf(v), reflect.ValueOf(v.Setup())
	for i := range all.NumField() {
		name := all.Type().Field(i).Name
		if all.Field(i).IsZero() {
			t.Errorf("%s: the test gives it no value", name)
		}
		if kept := !setup.Field(i).IsZero(); kept == apart[name] {
			t.Errorf("%s: in the setup = %v, want %v", name, kept, !kept)
		}
	}
}
