package baseline_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/baseline"
)

const good = `cibench baseline 1
study starter
study-digest sha256:8abb
run r1
started 2026-11-24T03:15:00Z
policy.confidence 0.9375
policy.same 0.03
policy.effect 0.02
fact kernel "6.1"
series build/after/cold total phase seconds 1.5 2
`

func TestParseErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		old  string // of good, replaced
		new  string
		want string // the error, "x:" for "x.baseline:"
		hint string // part of it
	}{
		{"empty", good, "", `x:1: not a baseline: the first line is not "cibench baseline 1"`, "baseline set"},
		{"another file", good, "# cibench\n", `x:1: not a baseline: the first line is not "cibench baseline 1"`, "baseline set"},
		{"newer", "baseline 1", "baseline 2", "x:1: the baseline has version 2, and this cibench knows 1", "newer cibench"},
		{"version 0", "baseline 1", "baseline 0", `x:1: "0" is no version of a baseline`, "baseline set"},
		{"version 01", "baseline 1", "baseline 01", `x:1: "01" is no version of a baseline`, ""},
		{"version -1", "baseline 1", "baseline -1", `x:1: "-1" is no version of a baseline`, ""},
		{"no version", "baseline 1", "baseline x y", `x:1: "x y" is no version of a baseline`, ""},
		{"unknown line", "study starter", "study starter\nsutdy x", `x:3: unknown line "sutdy x"`, "one of study"},
		{"conflict", "run r1", "<<<<<<< HEAD\nrun r1\n=======\n>>>>>>> branch", "x:4: a mark of a merge conflict\nx:6: a mark of a merge conflict\nx:7: a mark of a merge conflict", "two branches"},
		{"no study", "study starter\n", "", `x:9: the file ends without a line "study"`, ""},
		{"cut off", "series build/after/cold total phase seconds 1.5 2\n", "", `x:9: the file ends without a line "series"`, ""},
		{"two words", "study starter", "study starter 2", `x:2: study: want the end of the line at "2"`, "study NAME"},
		{"no name", "study starter", "study", `x:2: study: the line ends where a name is missing`, ""},
		{"bare unicode", "study starter", "study ü", `x:2: study: want a name at "ü"`, ""},
		{"twice", "run r1", "run r1\nrun r2", "x:5: run stands in line 4, too", "keep one"},
		{"fact twice", `fact kernel "6.1"`, "fact kernel \"6.1\"\nfact \"kernel\" \"6.1\"", "x:10: fact kernel stands in line 9, too", "keep one"},
		{"series twice", "1.5 2\n", "1.5 2\nseries \"build\"/after/cold total counter count 3\n", "x:11: build/after/cold total stands in line 10, too", "keep one"},
		{"fact without quotes", `"6.1"`, "6.1", `x:9: fact: want a text in double quotes at "6.1"`, "fact NAME"},
		{"fact without end", `"6.1"`, `"6.1`, `x:9: fact: "\"6.1" does not end with a quote`, ""},
		{"fact with more", `"6.1"`, `"6.1"x`, `x:9: fact: want the end of the line at "x"`, ""},
		{"fact without space", `kernel "6.1"`, `kernel"6.1"`, `x:9: fact: want a space at "\"6.1\""`, ""},
		{"no time", "2026-11-24T03:15:00Z", "yesterday", `x:5: started: "yesterday" is no time in UTC`, "2026-11-24T03:15:00Z"},
		{"another zone", "2026-11-24T03:15:00Z", "2026-11-24T03:15:00+01:00", `x:5: started: "2026-11-24T03:15:00+01:00" is no time in UTC`, ""},
		{"simulated maybe", "run r1", "run r1\nsimulated maybe", `x:5: simulated: got "maybe", want true`, "no such line"},
		{"decided by two words", "policy.effect 0.02", "policy.effect 0.02\npolicy.decide pip install", `x:9: policy.decide: want the end of the line at "install"`, "policy.decide NAME"},
		{"decided twice", "policy.effect 0.02", "policy.effect 0.02\npolicy.decide a\npolicy.decide b", "x:10: policy.decide stands in line 9, too", "keep one"},
		{"no share", "0.03", "3%", `x:7: policy.same: "3%" is not a finite decimal number`, ""},
		{"a large share", "0.03", "3", `x:7: policy.same: "3" is not between 0 and 1`, ""},
		{"NaN", "1.5", "NaN", `x:10: series: "NaN" is not a finite decimal number`, "UNIT VALUE"},
		{"infinite", "1.5", "-Inf", `x:10: series: "-Inf" is not a finite decimal number`, ""},
		{"too large", "1.5", "1e999", `x:10: series: "1e999" is not a finite decimal number`, ""},
		{"hexadecimal", "1.5", "0x1p4", `x:10: series: "0x1p4" is not a finite decimal number`, ""},
		{"no value", "1.5 2", "", "x:10: series: no value", ""},
		{"two parts", "build/after/cold", "build/after", `x:10: series: want job/variant/state at " total phase seconds 1.5 2"`, ""},
		{"four parts", "build/after/cold", "build/after/cold/x", `x:10: series: want a space at "/x total phase seconds 1.5 2"`, ""},
		{"kind and unit", "phase seconds", "phrase hours", "x:10: series: unknown kind \"phrase\"\nunknown unit \"hours\"", ""},
		{"cut in the middle", " phase seconds 1.5 2", "", "x:10: series: the line ends where a name is missing", ""},
		{"hidden characters", "total", "to\u200btal", `x:10: series: want a space at "\u200btal phase seconds 1.5 2"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data := strings.Replace(good, tt.old, tt.new, 1)
			if data == good {
				t.Fatalf("%q is not in the good one", tt.old)
			}
			b, err := baseline.Parse("x", []byte(data))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if !reflect.DeepEqual(b, baseline.Baseline{}) {
				t.Errorf("got %+v beside the error, want none", b)
			}
			var one *baseline.Error
			if !errors.As(err, &one) || one.Hint() == "" || !strings.Contains(one.Hint(), tt.hint) {
				t.Errorf("got %#v, want an Error with a hint that has %q", one, tt.hint)
			}
		})
	}
}

func TestParseErrorsAreBounded(t *testing.T) {
	t.Parallel()
	_, err := baseline.Parse("x", []byte(good+strings.Repeat("nonsense "+strings.Repeat("x", 1000)+"\n", 1000)))
	lines := strings.Split(fmt.Sprint(err), "\n")
	if len(lines) != 21 || lines[20] != "x: 980 more problems" || len(lines[0]) > 100 {
		t.Errorf("got %d lines, the last %q, want 21 short ones", len(lines), lines[len(lines)-1])
	}
}

// TestParseRounds holds what is read to what would be written.
func TestParseRounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		unit results.Unit
		v    string
		want string
	}{
		{results.Seconds, "1.00005001", "1.0001"},
		{results.Seconds, "-0.00001", "0.0000"},
		{results.Seconds, "1e3", "1000.0000"},
		{results.Seconds, "1.7976931348623157e308", baseline.Number(results.Seconds, math.MaxFloat64)},
		{results.Bytes, "40592011", "40592011"},
		{results.Count, "-0", "0"},
		{results.Ratio, "0.123456789", "0.123456789"},
	}
	for _, tt := range tests {
		data := strings.Replace(good, "seconds 1.5 2", string(tt.unit)+" "+tt.v, 1)
		b, err := baseline.Parse("x", []byte(data))
		if err != nil {
			t.Errorf("%s %s: %v", tt.v, tt.unit, err)
			continue
		}
		if got := baseline.Number(tt.unit, b.Series[0].Values[0]); got != tt.want || !strings.HasSuffix(text(t, b), " "+tt.want+"\n") {
			t.Errorf("%s %s: got %s, want %s", tt.v, tt.unit, got, tt.want)
		}
	}
}

func TestCheckVersion(t *testing.T) {
	t.Parallel()
	const foreign = `x:1: not a baseline: the first line is not "cibench baseline 1"`
	for data, want := range map[string]string{
		good: "<nil>", "cibench baseline 1\r\n?": "<nil>", "cibench baseline 1": "<nil>", "": foreign, "# cibench baseline 1": foreign,
		"cibench baseline 9\n?": "x:1: the baseline has version 9, and this cibench knows 1",
	} {
		if got := fmt.Sprint(baseline.CheckVersion("x", []byte(data))); got != want {
			t.Errorf("%q: got %s, want %s", data, got, want)
		}
	}
}

// FuzzParse holds that nothing panics, and that what was read is written and
// read as the same.
func FuzzParse(f *testing.F) {
	golden, err := os.ReadFile("testdata/hostile.baseline")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		string(golden), good, "", "cibench baseline 1", strings.ReplaceAll(good, "\n", "\r\n"),
		strings.Replace(good, "1.5", "1e300", 1), strings.Replace(good, "1.5", "123456789012.00005", 1), strings.Replace(good, "starter", "\"\xff\"", 1),
		strings.Replace(good, "run r1", "run r1\nsimulated true\npolicy.decide total", 1), strings.Replace(good, "2026", "0000", 1),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := baseline.Parse("x", data)
		if err != nil {
			if lines := strings.Count(err.Error(), "\n"); lines > 60 {
				t.Errorf("got %d lines of errors", lines)
			}
			return
		}
		written := text(t, b)
		back, err := baseline.Parse("x", []byte(written))
		if err != nil {
			t.Fatalf("what was written does not parse: %v\n%s", err, written)
		}
		if !reflect.DeepEqual(back, b) {
			t.Errorf("got\n%+v\nwant\n%+v", back, b)
		}
		if again := text(t, back); again != written {
			t.Errorf("got\n%s\nwant\n%s", again, written)
		}
		if d := baseline.Diff(b, back); len(d) > 0 {
			t.Errorf("got %+v, want no difference to itself", d)
		}
	})
}
