package cli

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

// TestPrintError has every hint stand below the error that it is about.
func TestPrintError(t *testing.T) {
	t.Parallel()
	one, two := usageHint("mend one", "one"), usageHint("mend two", "two")
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"alone":         {one, "cibench: one\nhint: mend one\n"},
		"without hint":  {errors.New("one"), "cibench: one\n"},
		"joined":        {errors.Join(one, two), "cibench: one\nhint: mend one\ncibench: two\nhint: mend two\n"},
		"same hint":     {errors.Join(one, one, two), "cibench: one\ncibench: one\nhint: mend one\ncibench: two\nhint: mend two\n"},
		"marked":        {usage(errors.Join(one, errors.Join(two))), "cibench: one\nhint: mend one\ncibench: two\nhint: mend two\n"},
		"in a sentence": {fmt.Errorf("study: %w", errors.Join(one, two)), "cibench: study: one\ntwo\nhint: mend one\nhint: mend two\n"},
		"of its own":    {usageHint("mend both", "%w", errors.Join(one, two)), "cibench: one\ntwo\nhint: mend both\nhint: mend one\nhint: mend two\n"},
		"twice":         {fmt.Errorf("%w, %w", one, usageHint("mend one", "again")), "cibench: one, again\nhint: mend one\n"},
	} {
		var got bytes.Buffer
		printError(&got, tc.err)
		if got.String() != tc.want {
			t.Errorf("%s: got\n%swant\n%s", name, got.String(), tc.want)
		}
	}
}
