// Package testneed says what a test does without what it needs.
package testneed

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Skip skips the test for want of a need, such as "docker", or fails it where
// the list in BENCH_REQUIRE names that: nothing may skip in CI.
func Skip(t *testing.T, need, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("BENCH_REQUIRE"), ","), need) {
		t.Fatalf("BENCH_REQUIRE=%s: %s", need, reason)
	}
	t.Skip(reason)
}
