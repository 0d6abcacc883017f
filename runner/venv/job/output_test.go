package job

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestOutput(t *testing.T) {
	t.Parallel()
	o := newOutput()
	at := time.Unix(0, 0)
	o.now = func() time.Time { return at }
	stdout, stderr := o.streams()
	for i, w := range []struct {
		to   string
		text string
	}{
		{"out", "\x1b[32mgreen\x1b[0m\nbeg"}, {"err", "other\n\n"}, {"out", "un\r 10%\r 20%\nno "}, {"err", "last"}, {"out", "end"},
	} {
		at = time.Unix(int64(i), 0)
		if w.to == "out" {
			fmt.Fprint(stdout, w.text)
		} else {
			fmt.Fprint(stderr, w.text)
		}
	}
	var got strings.Builder
	lines, dropped := o.lines()
	for _, l := range lines {
		fmt.Fprintf(&got, "%d %s|", l.Time.Unix(), l.Text)
	}
	if want := "0 green|0 begun|1 other|2  10%|2  20%|2 no end|3 last|"; got.String() != want || dropped != 0 {
		t.Errorf("got %s, %d dropped, want %s", got.String(), dropped, want)
	}
}

func TestOutputIsBounded(t *testing.T) {
	t.Parallel()
	o := newOutput()
	stdout, _ := o.streams()
	const n = 200_000
	for i := range n {
		fmt.Fprintf(stdout, "%06d %s\n", i, strings.Repeat("x", 93))
	}
	fmt.Fprint(stdout, strings.Repeat("y", 3*longest))
	lines, dropped := o.lines()
	size := 0
	for _, l := range lines {
		size += len(l.Text)
	}
	if first := lines[0].Text[:6]; size > keepFirst+keepLast || dropped == 0 || first != "000000" || !strings.HasSuffix(lines[len(lines)-1].Text, "yyy") {
		t.Errorf("kept %d bytes from %s, dropped %d lines", size, first, dropped)
	}
}
