package workflow

import "strings"

// A Rule says what to do with a step that a study cannot run as it is. It
// holds for each step that those of Name, ID and Uses fit which are not empty,
// and for none when all are.
type Rule struct {
	Name string // as GitHub shows it, expressions unevaluated
	ID   string
	Uses string // owner/name, with or without a path and @version: codecov/codecov-action

	Action Action
	Run    string // for ActionRun: the script that stands in for the step
}

// Action is what a rule does with a step.
type Action string

// The actions. A skipped step has the outcome "skipped".
const (
	ActionSkip Action = "skip"
	ActionRun  Action = "run"
)

// fits tells whether the rule holds for a step with that name.
func (r Rule) fits(s *Step) bool {
	return r.Name+r.ID+r.Uses != "" && (r.Name == "" || r.Name == s.Name) &&
		(r.ID == "" || strings.EqualFold(r.ID, s.ID)) &&
		(r.Uses == "" || s.Uses != "" && usesFits(r.Uses, s.Uses))
}

// usesFits compares what stands before the @, and behind it where the rule
// names a version.
func usesFits(rule, uses string) bool {
	want, version, versioned := strings.Cut(rule, "@")
	got, gotVersion, _ := strings.Cut(uses, "@")
	return strings.EqualFold(want, got) && (!versioned || version == gotVersion)
}
