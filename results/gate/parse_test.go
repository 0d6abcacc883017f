package gate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cibench/cibench/results/gate"
)

const rulesText = `# what a build may take
pip-install[state=hit] p50 < 60s
total[ after vs before ,state=hit ]   saves 55%..65%   # the claim
total[after vs before, job=build-and-push] saves >= -2.5%

  image-size <= +2%
total[state=warm]<=+5%
index.bytes[state=code-change] == 0
drift[variant=after-*,state=[ab]\],job=x=y] == 0
image.bytes <= 1.50GiB
lint.2 max != 90m
image.bytes >= -10.0%
total p90 < 1h
lint[variant=before] takes 50%..60%  # of the total`

func TestParse(t *testing.T) {
	t.Parallel()
	pct := func(v float64) gate.Quantity { return gate.Quantity{Number: v, Unit: "%"} }
	want := []struct {
		rule      gate.Rule
		canonical string
	}{
		{gate.Rule{Line: 2, Name: "pip-install", State: "hit", Aggregate: gate.P50, Of: gate.Value, Op: gate.Less, Bound: gate.Quantity{Number: 60, Unit: "s"},
			Text: "pip-install[state=hit] p50 < 60s"}, "pip-install[state=hit] p50 < 60s"},
		{gate.Rule{Line: 3, Name: "total", State: "hit", Variant: "after", Baseline: "before", Of: gate.Saving, Op: gate.Within, Bound: pct(55), Upper: pct(65),
			Text: "total[ after vs before ,state=hit ]   saves 55%..65%"}, "total[after vs before, state=hit] saves 55%..65%"},
		{gate.Rule{Line: 4, Name: "total", Job: "build-and-push", Variant: "after", Baseline: "before", Of: gate.Saving, Op: gate.GreaterEqual, Bound: pct(-2.5),
			Text: "total[after vs before, job=build-and-push] saves >= -2.5%"}, "total[after vs before, job=build-and-push] saves >= -2.5%"},
		{gate.Rule{Line: 6, Name: "image-size", Of: gate.Change, Op: gate.LessEqual, Bound: pct(2), Text: "image-size <= +2%"}, "image-size <= +2%"},
		{gate.Rule{Line: 7, Name: "total", State: "warm", Of: gate.Change, Op: gate.LessEqual, Bound: pct(5),
			Text: "total[state=warm]<=+5%"}, "total[state=warm] <= +5%"},
		{gate.Rule{Line: 8, Name: "index.bytes", State: "code-change", Of: gate.Value, Op: gate.Equal,
			Text: "index.bytes[state=code-change] == 0"}, "index.bytes[state=code-change] == 0"},
		{gate.Rule{Line: 9, Name: "drift", Job: "x=y", Variant: "after-*", State: `[ab]\]`, Of: gate.Value, Op: gate.Equal,
			Text: `drift[variant=after-*,state=[ab]\],job=x=y] == 0`}, `drift[job=x=y, variant=after-*, state=[ab]\]] == 0`},
		{gate.Rule{Line: 10, Name: "image.bytes", Of: gate.Value, Op: gate.LessEqual, Bound: gate.Quantity{Number: 1.5, Unit: "GiB"},
			Text: "image.bytes <= 1.50GiB"}, "image.bytes <= 1.5GiB"},
		{gate.Rule{Line: 11, Name: "lint.2", Aggregate: gate.Max, Of: gate.Value, Op: gate.NotEqual, Bound: gate.Quantity{Number: 90, Unit: "m"},
			Text: "lint.2 max != 90m"}, "lint.2 max != 90m"},
		{gate.Rule{Line: 12, Name: "image.bytes", Of: gate.Change, Op: gate.GreaterEqual, Bound: pct(-10), Text: "image.bytes >= -10.0%"}, "image.bytes >= -10%"},
		{gate.Rule{Line: 13, Name: "total", Aggregate: gate.P90, Of: gate.Value, Op: gate.Less, Bound: gate.Quantity{Number: 1, Unit: "h"}, Text: "total p90 < 1h"}, "total p90 < 1h"},
		{gate.Rule{Line: 14, Name: "lint", Variant: "before", Of: gate.Share, Op: gate.Within, Bound: pct(50), Upper: pct(60),
			Text: "lint[variant=before] takes 50%..60%"}, "lint[variant=before] takes 50%..60%"},
	}
	for ending, text := range map[string]string{"LF": rulesText, "CRLF": strings.ReplaceAll(rulesText, "\n", "\r\n")} {
		rules, err := gate.Parse("rules", []byte(text))
		if err != nil || len(rules) != len(want) {
			t.Fatalf("%s: got %d rules and the error %v, want %d", ending, len(rules), err, len(want))
		}
		for i, w := range want {
			w.rule.File = "rules"
			if rules[i] != w.rule {
				t.Errorf("%s: got %+v, want %+v", ending, rules[i], w.rule)
			}
			if got := rules[i].String(); got != w.canonical {
				t.Errorf("%s: got %s, want %s", ending, got, w.canonical)
			}
			again, err := gate.ParseRule(w.canonical)
			if w.rule.Text, w.rule.Line, w.rule.File = w.canonical, 1, ""; err != nil || again != w.rule {
				t.Errorf("of the canonical form: got %+v and %v, want %+v", again, err, w.rule)
			}
		}
	}
	if got, err := json.Marshal(want[0].rule); err != nil || string(got) != `"pip-install[state=hit] p50 \u003c 60s"` {
		t.Errorf("as JSON: got %s and %v, want its text", got, err)
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	const name, units = "for example: total[state=warm] p50 < 60s", "one of ms, s, m, h, B, kB, MB, GB, KiB, MiB, GiB, or no unit for a count"
	const selection = "one of job=PATTERN, variant=PATTERN, state=PATTERN, VARIANT vs BASELINE"
	const pattern = "a name, in which * stands for any characters; no spaces"
	const ops, saves, number = "one of < <= > >= == !=", "for example: saves >= 50%, saves 55%..65%, takes >= 50%", "for example: 60s, 1.5GB, 0, +5%"
	const shift = "it is the shift between all trials of the two runs"
	const percent = "+5% or -5% is relative to an earlier run, saves 50% to the baseline variant, takes 50% to the total"
	for _, tt := range []struct{ text, want string }{
		{"total[a=b] p75 < 1s", `rule:7: unknown selection "a=b"|` + selection},
		{"total p75 < 1s", `rule:7: unknown aggregate "p75"|one of p50, p90, min, max, saves, takes`},
		{"", `rule:1: a rule begins with the name of a phase or counter|` + name},
		{"  < 1", `rule:3: a rule begins with the name of a phase or counter|` + name},
		{"\x1b[31m", `rule:1: a rule begins with the name of a phase or counter|` + name},
		{"total[state=warm p50", `rule:7: the selection has no end|a selection ends in ]`},
		{"total[] p50 < 1s", `rule:7: unknown selection ""|` + selection},
		{"total[after] p50 < 1s", `rule:7: unknown selection "after"|` + selection},
		{"total[state=] p50 < 1s", `rule:13: bad pattern ""|` + pattern},
		{"total[state=a b] p50 < 1s", `rule:13: bad pattern "a b"|` + pattern},
		{"total[state=a\xff] p50 < 1s", `rule:13: bad pattern "a\xff"|` + pattern},
		{"total[job=a vs b] saves 1%", `rule:11: bad pattern "a vs b"|` + pattern},
		{`total[state=[b-a\] p50 < 1s`, `rule:7: the selection has no end|a selection ends in ]`},
		{"total[ä vs b,  state=[]] p50 < 1s", `rule:22: bad pattern "[]"|` + pattern},
		{"total[state=a, state=b] p50 < 1s", `rule:16: a second state|one pattern may match several names: use *`},
		{"total[variant=a, a vs b] saves > 1%", `rule:18: a second variant "a"|give the variant once`},
		{"total[a vs b, variant=a] saves > 1%", `rule:15: a second variant|one pattern may match several names: use *`},
		{"total[a vs b] p50 < 1s", `rule:15: a vs b needs a saving|` + saves},
		{"total p50", `rule:10: expected an operator, got ""|` + ops},
		{"total p50 60s", `rule:11: expected an operator, got "60s"|` + ops},
		{"total p50 = 60s", `rule:11: expected an operator, got "="|` + ops},
		{"total p50 max < 60s", `rule:11: unexpected "max" after p50|` + ops},
		{"total p50 saves 1%", `rule:11: a saving has no p50: it is the estimate of all pairs|` + saves},
		{"total saves p50 > 1%", `rule:13: unexpected "p50" after saves|` + saves},
		{"total saves 50%", `rule:13: expected an operator or a range, got "50%"|` + saves},
		{"total saves > 50s", `rule:15: what something saves is in per cent, got "50s"|` + saves},
		{"total saves 50%..60", `rule:18: what something saves is in per cent, got "60"|` + saves},
		{"lint takes >= 150%", `rule:15: nothing takes more than 100 %, got "150%"|` + saves},
		{"lint takes 50%..101%", `rule:17: nothing takes more than 100 %, got "101%"|` + saves},
		{"lint takes > -1%", `rule:14: nothing takes less than 0 %, got "-1%"|` + saves},
		{"total saves > 100.5%", `rule:15: nothing saves more than 100 %, got "100.5%"|` + saves},
		{"lint takes 1s..2s", `rule:12: what something takes is in per cent, got "1s"|` + saves},
		{"lint[a vs b] takes > 5%", `rule:14: a vs b needs a saving|` + saves},
		{"lint min takes > 5%", `rule:10: a share has no min: it is the median of all trials|` + saves},
		{"lint takes saves > 5%", `rule:12: unexpected "saves" after takes|` + saves},
		{"total saves 60%..50%", `rule:18: the range 60%..50% is empty|the smaller percentage comes first`},
		{"total saves > 50%..60%", `rule:15: a range has no operator, got ">"|` + saves},
		{"total saves > ", `rule:15: expected a number of at most 20 digits, got ""|` + number},
		{"total p50 < 5%", `rule:13: a percentage needs a sign, got "5%"|` + percent},
		{"total p50 < +5s", `rule:13: a bound that is no percentage has no sign, got "+5s"|` + percent},
		{"total max < +5%", `rule:7: a change has no max: ` + shift + `|leave out max`},
		{"total p50 <= +5%", `rule:7: a change has no p50: ` + shift + `|leave out p50`},
		{"total p50 < fast", `rule:13: expected a number of at most 20 digits, got "fast"|` + number},
		{"total p50 < 123456789012345678901", `rule:13: expected a number of at most 20 digits, got "123456789012345678901"|` + number},
		{"total p50 < 1.", `rule:14: unexpected "." after the rule|a rule has one condition, and a line one rule`},
		{"total p50 < 1e3s", `rule:14: unknown unit "e"|` + units},
		{"total p50 < 5 s", `rule:15: unexpected "s" after the rule|a rule has one condition, and a line one rule`},
		{"total p50 < 5S", `rule:14: unknown unit "S"|` + units},
		{"total p50 < 5µs", `rule:14: unknown unit "µs"|` + units},
	} {
		_, err := gate.ParseRule(tt.text)
		if got := withHint(err); got != tt.want {
			t.Errorf("ParseRule(%q): got %s, want %s", tt.text, got, tt.want)
		}
	}
	rules, err := gate.Parse("my rules", []byte("total p75 < 1s\n\ntotal p50 < 1s # fine\nx\n"))
	if want := "my rules:1:7: unknown aggregate \"p75\"\nmy rules:4:2: expected an operator, got \"\""; err == nil || err.Error() != want || len(rules) != 1 {
		t.Errorf("got %v and %d rules, want %s and the good one", err, len(rules), want)
	}
	if rules, err := gate.Parse("empty", []byte("\n# nothing\n")); err != nil || len(rules) != 0 {
		t.Errorf("of no rules: got %v, %v, want none", rules, err)
	}
}

func withHint(err error) string {
	var h interface{ Hint() string }
	if !errors.As(err, &h) {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%v|%s", err, h.Hint())
}

// FuzzParse wants no panic, a place for every error, and a canonical form that
// parses to the same rule.
func FuzzParse(f *testing.F) {
	for line := range strings.SplitSeq(rulesText, "\n") {
		f.Add(line)
	}
	f.Add(rulesText)
	f.Add("a[b=[^]]]=0")
	f.Add("a[x vs [\\,]y] saves -0%..0.00%")
	f.Add("\xff[\u202e]<\x00")
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := gate.Parse("f", []byte(text))
		var e *gate.Error
		if err != nil && (!errors.As(err, &e) || e.Hint() == "" || e.Line < 1 || e.Column < 1) {
			t.Errorf("%q: got the error %v, want one with a place and a hint", text, err)
		}
		for _, r := range rules {
			again, err := gate.ParseRule(r.String())
			if err != nil || again.String() != r.String() {
				t.Fatalf("%q: got %q and %v, want %q", text, again, err, r)
			}
			again.Text, again.File, again.Line = r.Text, r.File, r.Line
			if again != r {
				t.Errorf("%q: got %+v, want %+v", text, again, r)
			}
			if own, err := gate.ParseRule(r.Text); err != nil || own.String() != r.String() {
				t.Errorf("%q: its text %q is %v, %v", text, r.Text, own, err)
			}
		}
	})
}
