package target

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const good = `version: 1
name: mine
tables:
  - job: build
    baseline: before
    columns:
      before: {variant: old, states: [cold, warm]}
      after: {variant: new, states: [warm]}
    rows:
      total: {before: 10-20 min, after: 5 min}
    savings:
      - {phase: total, column: after, label: 40-50% faster}
      - {phase: total, column: after, label: ~5 min}
`

// line writes a target in one line, seconds as they are and ratios as per cent.
func line(t Target) string {
	low, high := t.Low, t.High
	if t.Unit == Ratio {
		low, high = 100*low, 100*high
	}
	s := fmt.Sprintf("%s %s/%s %s %s %.1f %.1f %q", t.ID, t.Job, t.Phase, t.Variant, t.Unit, low, high, t.Label)
	if t.Baseline != "" {
		s += " against " + t.Baseline
	}
	if t.Derived {
		s += " derived"
	}
	return s + " in " + strings.Join(t.States, ",")
}

func TestParse(t *testing.T) {
	t.Parallel()
	set, err := Parse("t.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, target := range set.Targets {
		got = append(got, line(target))
	}
	want := []string{
		`build/total/before build/total old seconds 600.0 1200.0 "10-20 min" in cold,warm`,
		`build/total/after build/total new seconds 300.0 300.0 "5 min" in warm`,
		`build/total/after/saving build/total new ratio 50.0 75.0 "50-75%" against old derived in warm`,
		`build/total/after/stated-saving-ratio build/total new ratio 40.0 50.0 "40-50% faster" against old in warm`,
		`build/total/after/stated-saving-seconds build/total new seconds 300.0 300.0 "~5 min" against old in warm`,
	}
	if set.Name != "mine" || !slices.Equal(got, want) {
		t.Errorf("got %s\n%s\nwant\n%s", set.Name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ old, new, want, hint string }{
		"unknown key":    {"variant: old", "variants: old", `7:16: unknown key "variants"`, `did you mean "variant"?`},
		"version":        {"version: 1", "version: 1.0", `1:10: this program reads version 1 of the format, not "1.0"`, ""},
		"name":           {"name: mine", "name: My", `2:7: "My" is no name`, "use a-z, 0-9, - and ., at most 63 of them, a letter or digit first"},
		"figure":         {"after: 5 min", "after: soon", `10:41: "soon" is no figure`, "such as 12-18 min, ~30 sec or 55-65%"},
		"backwards":      {"10-20 min", "20-10 min", `10:23: "20-10 min" is no figure`, "such as 12-18 min, ~30 sec or 55-65%"},
		"saving in row":  {"after: 5 min", "after: 5%", `10:41: a row holds times, not "5%"`, "a saving stands below savings"},
		"missing figure": {", after: 5 min", "", `10:14: total: missing key "after"`, ""},
		"other column":   {"after: 5 min}", "after: 5 min, later: 1 min}", `10:48: unknown key "later"`, `did you mean "after"?`},
		"baseline":       {"baseline: before", "baseline: befor", `5:15: unknown column "befor"`, `did you mean "before"?`},
		"zero baseline":  {"10-20 min", "0-20 min", "10:23: a time of zero cannot be a baseline", ""},
		"line":           {"total: {before", "total: {line: 0, before", `10:21: line: want a whole number from 1 to 2147483647, found "0"`, ""},
		"saving's column": {"column: after, label: ~", "column: later, label: ~",
			`13:32: unknown column "later"`, `did you mean "after"?`},
		"saving of the baseline": {"column: after, label: ~", "column: before, label: ~",
			`13:32: "before" is the baseline: it saves nothing of itself`, "name the column that saves"},
		"no states":     {"[warm]", "[]", "8:37: it speaks of no state", ""},
		"double state":  {"[cold, warm]", "[cold, cold]", `7:45: state "cold" stands here twice`, ""},
		"double saving": {"~5 min", "55%", `13:9: a second target "build/total/after/stated-saving-ratio"`, ""},
		"double row": {"      total: {before: 10-20 min, after: 5 min}\n", "      total: {before: 10-20 min, after: 5 min}\n      total: {before: 1 min, after: 1 min}\n",
			`11:7: duplicate key "total", first in line 10`, ""},
	} {
		if strings.Count(good, tc.old) != 1 {
			t.Fatalf("%s: the set holds %q %d times, want once", name, tc.old, strings.Count(good, tc.old))
		}
		set, err := Parse("t.yaml", []byte(strings.Replace(good, tc.old, tc.new, 1)))
		if err == nil || err.Error() != "t.yaml:"+tc.want {
			t.Errorf("%s: got %v, %v, want\n%s", name, set, err, tc.want)
			continue
		}
		var hinter interface{ Hint() string }
		if errors.As(err, &hinter) && hinter.Hint() != tc.hint {
			t.Errorf("%s: got hint %q, want %q", name, hinter.Hint(), tc.hint)
		}
	}
}

func TestParseClaims(t *testing.T) {
	t.Parallel()
	text := good + `claims:
  - id: mounts-stay
    line: 85
    says: a mount outlives the build
    checks:
      - {in: a laptop, given: [wheels.built >= 1], rules: ["index.files <= 1", "index.requests >= 1"]}
      - {rules: [steps.executed >= 1]}
  - {id: less-energy, says: it takes less energy, unmeasured: nothing measures it}
`
	set, err := Parse("t.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []Claim{
		{ID: "mounts-stay", Line: 85, Says: "a mount outlives the build", Checks: []Check{
			{In: "a laptop", Given: []string{"wheels.built >= 1"}, Rules: []string{"index.files <= 1", "index.requests >= 1"}},
			{Rules: []string{"steps.executed >= 1"}}}},
		{ID: "less-energy", Says: "it takes less energy", Unmeasured: "nothing measures it"},
	}
	if !reflect.DeepEqual(set.Claims, want) {
		t.Errorf("got %+v, want %+v", set.Claims, want)
	}
	for name, tc := range map[string]struct{ old, new, want string }{
		"double":     {"id: less-energy", "id: mounts-stay", `t.yaml:21:10: a second claim "mounts-stay"`},
		"undecided":  {", unmeasured: nothing measures it", "", "t.yaml:21:10: nothing decides the claim"},
		"no checks":  {"unmeasured: nothing measures it", "checks: []", "t.yaml:21:10: nothing decides the claim"},
		"no reason":  {"unmeasured: nothing measures it", `unmeasured: ""`, "t.yaml:21:10: nothing decides the claim"},
		"both":       {"unmeasured: nothing", "checks: [{rules: [a < 1]}], unmeasured: nothing", "t.yaml:21:91: a claim that is checked is not unmeasured"},
		"no rule":    {"[steps.executed >= 1]", "[]", "t.yaml:20:17: the check has no rule"},
		"not a line": {"line: 85", "line: 0", "t.yaml:16:11: line: want a whole number from 1 to 2147483647, found \"0\""},
		"no words":   {"says: it takes less energy, ", "", "t.yaml:21:5: claims, entry 2: missing key \"says\""},
	} {
		if _, err := Parse("t.yaml", []byte(strings.Replace(text, tc.old, tc.new, 1))); err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

func TestColumnNamedLine(t *testing.T) {
	t.Parallel()
	_, err := Parse("t.yaml", []byte(strings.Replace(good, "      after: {variant", "      line: {variant", 1)))
	if want := "t.yaml:8:7: a column cannot be named line\n"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s first", err, want)
	}
}

func TestParseSizes(t *testing.T) {
	t.Parallel()
	const size = "sizes:\n  - {id: mount, line: 138, job: build, counter: builder.mount.bytes, variant: new, states: [cold], label: ~150-300 MB}\n"
	set, err := Parse("t.yaml", []byte("project: starter\n"+good+size))
	if err != nil {
		t.Fatal(err)
	}
	want := Target{ID: "mount", Line: 138, Job: "build", Phase: "builder.mount.bytes", Variant: "new", States: []string{"cold"},
		Unit: Bytes, Low: 150e6, High: 300e6, Label: "~150-300 MB"}
	if got := set.Targets[len(set.Targets)-1]; set.Project != "starter" || !reflect.DeepEqual(got, want) {
		t.Errorf("got %s, %+v, want starter, %+v", set.Project, got, want)
	}
	_, err = Parse("t.yaml", []byte(good+strings.Replace(size, "~150-300 MB", "large", 1)))
	if want := `"large" is no size`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestParseSize(t *testing.T) {
	t.Parallel()
	for label, want := range map[string][2]float64{
		"~200-400 MB": {200e6, 400e6}, "150–300 MB": {150e6, 300e6}, "900 MB to 1.2 GB": {900e6, 1.2e9}, "300-300 MB": {300e6, 300e6},
		"1.5 GB": {1.45e9, 1.55e9}, "~1.5 GB": {1.45e9, 1.55e9}, "300 MB": {299.5e6, 300.5e6}, "1.25 kB": {1245, 1255}, "7 B": {6.5, 7.5}, "0 MB": {0, 0.5e6},
		"about 1 KiB": {512, 1536}, "": {}, "large": {}, "400-200 MB": {}, "12-18 min": {}, "- MB": {},
	} {
		low, high, ok := ParseSize(label)
		if got := [2]float64{low, high}; ok != (want != [2]float64{}) || ok && got != want {
			t.Errorf("%q: got %v, %t, want %v", label, got, ok, want)
		}
	}
}

func TestParseWithoutBaseline(t *testing.T) {
	t.Parallel()
	text := strings.Replace(good, "    baseline: before\n", "", 1)
	want := "t.yaml:11:7: savings need a baseline"
	if _, err := Parse("t.yaml", []byte(text)); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	text, _, _ = strings.Cut(text, "    savings:")
	set, err := Parse("t.yaml", []byte(text))
	if got, want := len(set.Targets), 2; got != want || err != nil {
		t.Errorf("got %d targets, %v, want the %d times alone", got, err, want)
	}
	text, _, _ = strings.Cut(text, "  - job")
	if _, err := Parse("t.yaml", []byte(strings.Replace(text, "tables:", "tables: []", 1))); err == nil ||
		err.Error() != "t.yaml:3:9: the set holds no target" {
		t.Errorf("got %v, want that it holds no target", err)
	}
	want = "t.yaml:3:8: tables: want a list, found nothing"
	if _, err := Parse("t.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestParseLabel(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		label     string
		low, high float64
		unit      Unit
	}{
		{"12-18 min", 720, 1080, Seconds},
		{"12–18 min", 720, 1080, Seconds},
		{"30-60 seconds", 30, 60, Seconds},
		{"30 sec", 30, 30, Seconds},
		{"1.5s", 1.5, 1.5, Seconds},
		{"~6-9 min", 360, 540, Seconds},
		{"~10-14 minutes", 600, 840, Seconds},
		{"55-65% faster", 0.55, 0.65, Ratio},
		{"~60%", 0.6, 0.6, Ratio},
		{"≈ 5 min", 300, 300, Seconds},
		{"about 5 minutes", 300, 300, Seconds},
		{"1 min 30 s", 90, 90, Seconds},
		{"1m30s", 90, 90, Seconds},
		{"1 h 5 min - 2 h", 3900, 7200, Seconds},
		{"45 s to 2 min", 45, 120, Seconds},
		{"30s–1m30s", 30, 90, Seconds},
		{"1.5 — 2 hours", 5400, 7200, Seconds},
		{"250 ms", 0.25, 0.25, Seconds},
		{"0%", 0, 0, Ratio},
		{"20% – 30 % reduction", 0.2, 0.3, Ratio},
		{"8-12 Min", 480, 720, Seconds},
		{"2-3 MINUTES", 120, 180, Seconds},
		{"About 1H 5Min to 2 Hours", 3900, 7200, Seconds},
		{"Roughly 30S", 30, 30, Seconds},
		{"40-50 percent", 0.4, 0.5, Ratio},
		{"50 Per Cent Faster", 0.5, 0.5, Ratio},
	} {
		low, high, unit, ok := ParseLabel(tc.label)
		if low != tc.low || high != tc.high || unit != tc.unit || !ok {
			t.Errorf("%s: got %v, %v, %s, %v, want %v, %v, %s", tc.label, low, high, unit, ok, tc.low, tc.high, tc.unit)
		}
	}
	for _, bad := range []string{"", "min", "5", "5 days", "-5 min", "5-", "5--6 min", "1e3 s", "9-3 min", "5 min faster", "5 % ", "1234567 s",
		"5-6", "~", "~ ", "25+ min", "< 5 min", "over 25 min", "5 min - 10 %", "30 s 1 min", "1 min 30", "1 min 2 min", "5%5%", "50% slower",
		"200-400 MB", "1-2-3 min", "1,5 min", "5 min, warm", "NaN s", "1 to min",
		"200M", "1M 30 s", "50 percentiles", "-50%", "2x", "2:30", "5 min\n30 s"} {
		if low, high, unit, ok := ParseLabel(bad); ok {
			t.Errorf("%q: got %v, %v, %s, want it refused", bad, low, high, unit)
		}
	}
}

func TestPercentLabel(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		low, high float64
		want      string
	}{
		{0, 0, "0%"},
		{0.6666, 0.7142, "67-71%"},
		{0.598, 0.602, "60%"},
		{-0.5, 0.25, "-50 to 25%"},
		{-0.001, 0, "0%"},
	} {
		if got := percentLabel(tc.low, tc.high); got != tc.want {
			t.Errorf("percentLabel(%v, %v) = %q, want %q", tc.low, tc.high, got, tc.want)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"mine.yaml": {Data: []byte(good)}}
	for name, want := range map[string]string{"": "", "mine.yaml": "mine", BuildTimeDocument: BuildTimeDocument} {
		if set, err := Names(nil).Load(fsys, name); set.Name != want || err != nil {
			t.Errorf("Load(%q): got %q, %v, want %q", name, set.Name, err, want)
		}
	}
	_, err := Names(nil).Load(fsys, "build-time-documents")
	var hinter interface{ Hint() string }
	if !errors.As(err, &hinter) || hinter.Hint() != `did you mean "build-time-document"?, or a path that ends in .yaml` {
		t.Errorf("got %v, want an error with a hint", err)
	}
	if _, err := Names(nil).Load(fsys, "none.yaml"); err == nil {
		t.Error("got no error for a missing file")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add(buildTimeDocument)
	f.Add([]byte("tables: [{job: a, columns: {b: {variant: c, states: [d]}}, rows: {e: {b: 1 s}}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := Parse("t.yaml", data)
		if err != nil {
			return
		}
		ids := map[string]bool{}
		for _, target := range set.Targets {
			if target.Low > target.High || math.IsNaN(target.Low) || math.IsInf(target.Low, 0) || math.IsInf(target.High, 0) {
				t.Errorf("%s has the range %v to %v", target.ID, target.Low, target.High)
			}
			if ids[target.ID] || target.Job == "" || target.Phase == "" || target.Variant == "" || len(target.States) == 0 {
				t.Errorf("incomplete or double target %+v", target)
			}
			ids[target.ID] = true
		}
	})
}
