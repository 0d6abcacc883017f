package target

import (
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// claim reads a sentence of the document, and what decides it.
func (p *parser) claim(v strictyaml.Value) Claim {
	f := v.Fields("id", "line", "says", "checks", "unmeasured")
	id := f.Required("id")
	c := Claim{ID: nameOf(id)}
	if p.ids[c.ID] {
		id.Fail("", "a second claim %s", strictyaml.Quote(c.ID))
	}
	p.ids[c.ID] = true
	c.Line = lineOf(f.Optional("line"))
	c.Says, _ = f.Required("says").Line()
	checks, unmeasured := f.Optional("checks"), f.Optional("unmeasured")
	for _, v := range checks.List(MaxEntries) {
		c.Checks = append(c.Checks, checkOf(v))
	}
	c.Unmeasured, _ = unmeasured.Line()
	switch {
	case checks.Present() && unmeasured.Present():
		unmeasured.Fail("leave out one of the two", "a claim that is checked is not unmeasured")
	case len(c.Checks) == 0 && c.Unmeasured == "":
		id.Fail("give its checks, or say with unmeasured why there are none", "nothing decides the claim")
	}
	return c
}

func checkOf(v strictyaml.Value) Check {
	f := v.Fields("in", "given", "rules")
	var c Check
	if in := f.Optional("in"); in.Present() {
		c.In, _ = in.Line()
	}
	rules := f.Required("rules")
	c.Given, c.Rules = linesOf(f.Optional("given")), linesOf(rules)
	if rules.Present() && len(c.Rules) == 0 {
		rules.Fail("", "the check has no rule")
	}
	return c
}

func linesOf(v strictyaml.Value) []string {
	var all []string
	for _, l := range v.List(MaxEntries) {
		text, _ := l.Line()
		all = append(all, text)
	}
	return all
}
