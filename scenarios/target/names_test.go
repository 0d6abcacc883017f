package target

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cibench/cibench/scenarios"
)

// known is what the study of the document good calls its things.
var known = Names{
	{Job: "build", Variants: []string{"old", "other"}, Aliases: []string{"new"}, States: []string{"cold", "warm"},
		Phases: []string{"total", "install"}, Counters: []string{"index.files", "drift."}},
	{Job: "pipeline", Variants: []string{"whole"}, States: []string{"cold", "hit"}, Phases: []string{"total", "build"}},
}

// hinted writes the errors that err joins, a line each, with their hints.
func hinted(err error) string {
	var all []string
	var visit func(error)
	visit = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, err := range joined.Unwrap() {
				visit(err)
			}
			return
		}
		text := err.Error()
		var h interface{ Hint() string }
		if errors.As(err, &h) && h.Hint() != "" {
			text += fmt.Sprintf(" [%s]", h.Hint())
		}
		all = append(all, text)
	}
	if err != nil {
		visit(err)
	}
	return strings.Join(all, "\n")
}

// TestNamesLoad demands of a study's own document that it speaks of what is there,
// and not of a built-in one.
func TestNamesLoad(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ old, new, want string }{
		"sound":           {"", "", ""},
		"job":             {"job: build", "job: bild", `t.yaml:4:10: the study has no job or pipeline "bild" [did you mean "build"?]`},
		"variant":         {"variant: old", "variant: odl", `t.yaml:7:25: build has no variant "odl" [one of old, other, new]`},
		"state":           {"[warm]", "[wram]", `t.yaml:8:38: build has no cache state "wram" [did you mean "warm"?]`},
		"another's state": {"[warm]", "[hit]", `t.yaml:8:38: build has no cache state "hit" [one of cold, warm]`},
		"phase":           {"total: {before", "totl: {before", `t.yaml:10:7: build has no phase "totl" [did you mean "total"?]`},
		"part of a phase": {"total: {before", "install.1: {before", ""},
		"saving's phase":  {"phase: total, column: after, label: ~", "phase: instal, column: after, label: ~", `t.yaml:13:17: build has no phase "instal" [did you mean "install"?]`},
		"size":            {"name: mine", "name: mine\nsizes: [{id: s, job: build, counter: index.files, variant: new, states: [warm], label: 1 MB}]", ""},
		"size of a phase": {"name: mine", "name: mine\nsizes: [{id: s, job: build, counter: install, variant: new, states: [warm], label: 1 MB}]",
			`t.yaml:3:38: build has no counter "install" [one of index.files, drift.]`},
		"pipeline": {"job: build", "job: pipeline",
			"t.yaml:7:25: pipeline has no variant \"old\" [one of whole]\nt.yaml:7:45: pipeline has no cache state \"warm\" [one of cold, hit]\n" +
				"t.yaml:8:24: pipeline has no variant \"new\" [one of whole]\nt.yaml:8:38: pipeline has no cache state \"warm\" [one of cold, hit]"},
	} {
		text := strings.Replace(good, tc.old, tc.new, 1)
		_, err := known.Load(fstest.MapFS{"t.yaml": {Data: []byte(text)}}, "t.yaml")
		if got := hinted(err); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, tc.want)
		}
	}
	if _, err := known.Load(nil, BuildTimeDocument); err != nil {
		t.Errorf("built-in: got %v, want a set that several studies share", err)
	}
}

func TestNamesCheck(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		of   Selection
		want string
	}{
		"all jobs":     {Selection{Name: "total"}, ""},
		"patterns":     {Selection{Name: "install.2", Job: "b*", Variant: "o*", Baseline: "*", State: "w?rm"}, ""},
		"counter":      {Selection{Name: "index.files"}, ""},
		"package":      {Selection{Name: "drift.python"}, ""},
		"pipeline":     {Selection{Name: "build", Job: "pipeline", State: "hit"}, ""},
		"job":          {Selection{Name: "total", Job: "bild"}, `no job is called "bild" [did you mean "build"?]`},
		"variant":      {Selection{Name: "total", Variant: "odl"}, `no variant is called "odl" [one of old, other, whole]`},
		"alias":        {Selection{Name: "total", Variant: "new"}, `no variant is called "new" [one of old, other, whole]`},
		"baseline":     {Selection{Name: "total", Variant: "old", Baseline: "ohter"}, `no variant is called "ohter" [did you mean "other"?]`},
		"state":        {Selection{Name: "total", Job: "build", State: "hit"}, `no state is called "hit" [one of cold, warm]`},
		"name":         {Selection{Name: "index.fils"}, `no phase or counter is called "index.fils" [did you mean "index.files"?]`},
		"another's":    {Selection{Name: "index.files", Job: "pipeline"}, `no phase or counter is called "index.files" [one of total, build]`},
		"part of none": {Selection{Name: "bytes"}, `no phase or counter is called "bytes" [one of total, install, index.files, build]`},
	} {
		if got := hinted(known.Check(tc.of)); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

func TestNamesCheckPhase(t *testing.T) {
	t.Parallel()
	for phase, want := range map[string]string{
		"total": "", "install": "", "install.2": "",
		"instal":      `no job has a phase "instal" [did you mean "install"?]`,
		"index.files": `no job has a phase "index.files" [one of total, install, build]`,
	} {
		if got := hinted(known.CheckPhase(phase)); got != want {
			t.Errorf("%s: got %q, want %q", phase, got, want)
		}
	}
}

func TestCheckDocumented(t *testing.T) {
	t.Parallel()
	set := Set{Targets: []Target{{Job: "build", Variant: "after"}, {Job: "lint", Variant: "cached"}}}
	variant := func(name, as string, departs bool) scenarios.Variant {
		return scenarios.Variant{Name: name, DocumentedAs: as, Departs: departs}
	}
	s := &scenarios.Study{
		Jobs: []scenarios.Job{
			{Name: "build", Variants: []scenarios.Variant{variant("a", "after", false), variant("b", "a", true), variant("c", "aftr", false), variant("d", "cached", true)}},
			{Name: "mine", Variants: []scenarios.Variant{variant("a", "cached", false), variant("b", "chached", true)}},
		},
		Pipelines: []scenarios.Pipeline{{Name: "pipe", Variants: []scenarios.PipelineVariant{{Name: "a"}, {Name: "b", DocumentedAs: "nosuch"}}}},
	}
	const want = `s.yaml: build/c: documented-as: no figures are of a variant "aftr" [did you mean "after"?]
s.yaml: build/d: beside: no figures are of a variant "cached" [one of after, a, b, c, d]
s.yaml: mine/b: beside: no figures are of a variant "chached" [did you mean "cached"?]
s.yaml: pipe/b: documented-as: no figures are of a variant "nosuch" [one of after, cached, a, b]`
	if got := hinted(CheckDocumented("s.yaml", s, set)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
