package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// A label is one of the runner that a job wants, or an expression for several.
type label struct {
	value *expr.Template
	at    *actionlint.Pos
}

func (r *reader) runsOn(runner *actionlint.Runner) []label {
	var all []label
	for _, s := range slices.Concat(runner.Labels, []*actionlint.String{runner.LabelsExpr}) {
		if t := r.template(s, inRunsOn); t != nil {
			all = append(all, label{t, s.Pos})
		}
	}
	return all
}

// CheckRunner returns an *Error when the job wants a runner that is not of
// Linux. Other labels say nothing of the system and are not looked at.
func (j *Job) CheckRunner(h Host) error {
	for _, l := range j.runsOn {
		e := &Error{File: j.source.name, Line: l.at.Line, Column: l.at.Col}
		v, err := l.value.Value(expr.Environment{Contexts: h.contexts()})
		if err != nil {
			e.Msg, e.cause = fmt.Sprintf("runs-on of job %s", quote(j.ID)), err
			return e
		}
		values := []expr.Value{v}
		if a, ok := v.(*expr.Array); ok {
			values = a.Items
		}
		for _, v := range values {
			system, _, _ := strings.Cut(strings.ToLower(expr.Text(v)), "-")
			if system == "windows" || system == "macos" {
				e.Msg, e.hint = fmt.Sprintf("job %s runs on %s", quote(j.ID), expr.Text(v)), "only Linux is measured"
				return e
			}
		}
	}
	return nil
}
