package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// Choose returns the one combination of the job's matrix that has all of the
// wanted values, by name; nil for a job without a matrix. Wanted texts compare
// as == does, so that 3.10 is the number that GitHub makes of it, too.
func (j *Job) Choose(h Host, wanted map[string]string) (*expr.Object, error) {
	if j.strategy == nil {
		if len(wanted) > 0 {
			return nil, &Error{File: j.source.name, Line: j.at.Line, Column: j.at.Col, hint: "leave the variant's matrix out",
				Msg: fmt.Sprintf("job %s has no matrix with %s in it", quote(j.ID), flow(wanted))}
		}
		return nil, nil
	}
	all, err := j.Combinations(h)
	if err != nil {
		return nil, err
	}
	var fit []*expr.Object
	for _, c := range all {
		if has(c, wanted) {
			fit = append(fit, c)
		}
	}
	e := &Error{File: j.source.name, Line: j.strategy.Line, Column: j.strategy.Column}
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case len(all) == 0:
		e.Msg = fmt.Sprintf("the matrix of job %s has no combination", quote(j.ID))
		return nil, e
	case len(fit) == 0:
		fit = all
		e.Msg = fmt.Sprintf("no combination of the matrix of job %s has %s", quote(j.ID), flow(wanted))
	case len(wanted) == 0:
		e.Msg = fmt.Sprintf("the matrix of job %s has %d combinations, and none is chosen", quote(j.ID), len(fit))
	default:
		e.Msg = fmt.Sprintf("the matrix of job %s has %d combinations with %s", quote(j.ID), len(fit), flow(wanted))
	}
	e.hint = "give the variant a matrix: one of " + listed(fit)
	return nil, e
}

// has tells whether a combination has all of the wanted values.
func has(c *expr.Object, wanted map[string]string) bool {
	for name, want := range wanted {
		got, ok := c.Get(name)
		if !ok {
			return false
		}
		if _, boolean := got.(bool); boolean { // which equals numbers, and no word
			got = expr.Text(got)
		}
		if !expr.Equal(got, want) {
			return false
		}
	}
	return true
}

// listed writes combinations as a study may name them, as far as a hint has
// room.
func listed(all []*expr.Object) string {
	const most = 12
	var texts []string
	for _, c := range all[:min(len(all), most)] {
		texts = append(texts, flowOf(c))
	}
	text := strings.Join(texts, ", ")
	if n := len(all) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// flowOf writes the scalars of a combination as a mapping on one line.
func flowOf(c *expr.Object) string {
	var fields []string
	for name, v := range c.All() {
		switch v.(type) {
		case *expr.Object, *expr.Array:
		default:
			fields = append(fields, field(name, expr.Text(v)))
		}
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// flow writes wanted values likewise.
func flow(wanted map[string]string) string {
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		fields = append(fields, field(name, wanted[name]))
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

func field(name, value string) string {
	if value == "" || strings.ContainsAny(value, " {}[],:#&*!|>'\"%@`") {
		value = fmt.Sprintf("%q", value)
	}
	return name + ": " + value
}
