package trace

import (
	"slices"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/piplog"
)

// TestSplitLines cuts one output in every possible way: the lines stay the
// same, and each has the time of its first byte.
func TestSplitLines(t *testing.T) {
	t.Parallel()
	const text = "\x1b[1mCollecting a\x1b[0m\r\n   ━━ 1/2 MB\r   ━━━━ 2/2 MB\n\nDone"
	want := []string{"Collecting a", "   ━━ 1/2 MB", "   ━━━━ 2/2 MB", "Done"}
	for i := range text {
		for j := i; j <= len(text); j++ {
			lines := splitLines([]chunk{
				{1, []byte(text[:i]), *at(1)}, {2, []byte("warning\n"), *at(2)}, {1, []byte(text[i:j]), *at(3)}, {1, []byte(text[j:]), *at(4)},
			})
			var got []string
			for _, l := range lines {
				if l.Text != "warning" {
					got = append(got, l.Text)
				}
			}
			if !slices.Equal(got, want) || len(lines) != len(want)+1 {
				t.Fatalf("cut at %d and %d: lines = %q, want %q and the warning", i, j, got, want)
			}
			if !slices.IsSortedFunc(lines, func(a, b piplog.Line) int { return a.Time.Compare(b.Time) }) {
				t.Fatalf("cut at %d and %d: lines %v are out of order", i, j, lines)
			}
			if first := lineTime(lines, "Collecting a"); i > 0 && !first.Equal(*at(1)) {
				t.Fatalf("cut at %d: first line at %v, want the time of its first byte", i, first)
			}
		}
	}
}

func lineTime(lines []piplog.Line, text string) time.Time {
	i := slices.IndexFunc(lines, func(l piplog.Line) bool { return l.Text == text })
	return lines[i].Time
}

func TestClipped(t *testing.T) {
	t.Parallel()
	lines := []piplog.Line{{Text: "Collecting a"}, {Text: "[output clipped, log limit 200KiB/s reached]"}, {Text: "Successfully installed a-1"}}
	if out := readPip(lines, *at(10)); !out.clipped || out.Runs != 0 || len(out.Parts) != 0 || out.Packages != 0 {
		t.Errorf("output = %+v, want nothing but clipped", out)
	}
}
