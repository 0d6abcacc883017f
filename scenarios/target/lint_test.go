package target

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func findings(t *testing.T, set Set, pipelines map[string][]string) []string {
	t.Helper()
	var got []string
	for _, f := range Lint(set, pipelines) {
		got = append(got, fmt.Sprintf("%s: %s, %s give %s", f.Target.ID, f.Target.Label, f.Because, f.Label()))
	}
	return got
}

// TestLintBuildTimeDocument has the document's own arithmetic, worked out by
// hand: 13 to 20 minutes that become 6 to 9 are 54 and 55 % less.
func TestLintBuildTimeDocument(t *testing.T) {
	t.Parallel()
	set, err := Names(nil).Load(nil, BuildTimeDocument)
	if err != nil {
		t.Fatal(err)
	}
	got := findings(t, set, map[string][]string{"pipeline": {"lint-and-test", "build-and-push"}})
	want := []string{
		"lint-and-test/total/after-cache-hit/stated-saving-ratio: 55-65% faster, its rows give 54-55%",
		"build-and-push/total/after-cache-hit/stated-saving-ratio: 70-75% faster, its rows give 67-71%",
		"pipeline/total/before: 25-35 min, its jobs, one after the other give 27-41 min",
		"pipeline/total/after-cache-hit/stated-saving-ratio: ~60% faster, its rows give 54-60%",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	const text = `version: 1
name: mine
tables:
  - job: build
    baseline: before
    columns:
      before: {variant: old, states: [cold, warm]}
      after: {variant: new, states: [warm]}
    rows:
      base: {before: BASE, after: 1 min}
      install: {before: 4.5-8.5 min, after: 20 s}
      install.parts: {before: 40 min, after: 40 min}
      total: {before: 6-10 min, after: 80 s}
    savings:
      - {phase: total, column: after, label: SAVED faster}
      - {phase: total, column: after, label: 4.7-8.7 Min}
`
	for _, tc := range []struct{ base, saved, want string }{
		{"1.0-1.5 min", "78-87%", ""},           // 5.5 to 10 are 6 to 10, as minutes go
		{"1.0-1.5 min", "77-87%", "77-87%"},     // of 77.8 and 86.7
		{"60-200 s", "78-87%", "6-10 min"},      // 5.5 to 11.8
		{"1 min - 1 min 30 s", "78-87%", ""},    // the first number has the last digit
		{"1.0-1.5 min", "78-87.5%", "78-87.5%"}, // the first number has no digits
	} {
		set, err := Parse("t.yaml", []byte(strings.NewReplacer("BASE", tc.base, "SAVED", tc.saved).Replace(text)))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(findings(t, set, nil), "\n")
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) || strings.Count(got, "\n") > 0 {
			t.Errorf("%s and %s: got %q, want one about %q", tc.base, tc.saved, got, tc.want)
		}
	}
}
