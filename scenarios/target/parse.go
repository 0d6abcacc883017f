package target

import (
	"math"
	"regexp"
	"slices"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// formatVersion is the version of the format that Parse reads.
const formatVersion = "1"

// MaxEntries bounds each list and mapping of a set: together they multiply.
const MaxEntries = 50

// Parse reads a target set; file is its name in messages. A file with mistakes
// gives them all, joined, each with file, line and column and a method Hint.
func Parse(file string, data []byte) (Set, error) { return Names(nil).parse(file, data) }

func (n Names) parse(file string, data []byte) (Set, error) {
	p := parser{doc: strictyaml.Parse(file, data), names: n, ids: map[string]bool{}}
	f := p.doc.Root().Fields("version", "name", "title", "project", "tables", "sizes", "claims")
	version := f.Required("version")
	if s, ok := version.Text(); ok && s != formatVersion {
		version.Fail("", "this program reads version %s of the format, not %s", formatVersion, strictyaml.Quote(s))
	}
	set := Set{Name: nameOf(f.Required("name"))}
	set.Title, _ = f.Optional("title").Line()
	if project := f.Optional("project"); project.Present() {
		set.Project = nameOf(project)
	}
	tables := f.Required("tables")
	for _, v := range tables.List(MaxEntries) {
		p.table(v)
	}
	if len(p.targets) == 0 && p.doc.Err() == nil {
		tables.Fail("", "the set holds no target")
	}
	for _, v := range f.Optional("sizes").List(MaxEntries) {
		p.size(v)
	}
	for _, v := range f.Optional("claims").List(MaxEntries) {
		set.Claims = append(set.Claims, p.claim(v))
	}
	if err := p.doc.Err(); err != nil {
		return Set{}, err
	}
	set.Targets = p.targets
	return set, nil
}

// A parser reads one set. Its methods report problems to doc and go on.
type parser struct {
	doc     *strictyaml.Document
	names   Names
	targets []Target
	ids     map[string]bool
}

// A column of a table says what its figures speak of.
type column struct {
	name    string
	variant string
	states  []string
}

// A table is one of a document's tables, while it is read.
type table struct {
	job      string
	names    *JobNames // nil where they are not known
	columns  []column
	baseline string // name of the column that the others are compared with; "" for none
}

func (p *parser) table(v strictyaml.Value) {
	f := v.Fields("job", "baseline", "columns", "rows", "savings")
	job := f.Required("job")
	t := table{job: nameOf(job)}
	t.names = p.namesOf(job, t.job)
	for _, e := range f.Required("columns").Entries(MaxEntries) {
		t.columns = append(t.columns, t.column(e))
	}
	baseline := f.Optional("baseline")
	t.baseline = t.columnNamed(baseline).name
	for _, e := range f.Required("rows").Entries(MaxEntries) {
		p.row(t, e)
	}
	savings := f.Optional("savings")
	if !baseline.Present() {
		savings.Fail("", "savings need a baseline")
		return
	}
	for _, s := range savings.List(MaxEntries) {
		p.stated(t, s)
	}
}

// namesOf returns what the study calls things of the job, and reports a job that
// it has not.
func (p *parser) namesOf(v strictyaml.Value, job string) *JobNames {
	var jobs []string
	for i, j := range p.names {
		if j.Job == job {
			return &p.names[i]
		}
		jobs = append(jobs, j.Job)
	}
	if p.names != nil {
		v.Fail(hint.For(job, jobs), "the study has no job or pipeline %s", strictyaml.Quote(job))
	}
	return nil
}

// checkName reports a name of a variant, state or phase that the job has not.
func (t table) checkName(v strictyaml.Value, what, name string, known []string) {
	if !slices.Contains(known, name) {
		v.Fail(hint.For(name, unique(known)), "%s has no %s %s", t.job, what, strictyaml.Quote(name))
	}
}

// checkPhase is checkName for phases, which can be parts of known ones.
func (t table) checkPhase(v strictyaml.Value, phase string) {
	if t.names != nil && !t.names.hasPhase(phase) {
		t.checkName(v, "phase", phase, t.names.Phases)
	}
}

func (t table) column(e strictyaml.Entry) column {
	if s, ok := e.Key.Text(); ok && s == "line" {
		e.Key.Fail("rows say there which line of the document they are", "a column cannot be named line")
	}
	f := e.Value.Fields("variant", "states")
	return column{name: nameOf(e.Key), variant: t.variantOf(f.Required("variant")), states: t.statesOf(f.Required("states"))}
}

// variantOf reads the variant that a figure is about.
func (t table) variantOf(v strictyaml.Value) string {
	s := nameOf(v)
	if t.names != nil {
		t.checkName(v, "variant", s, slices.Concat(t.names.Variants, t.names.Aliases))
	}
	return s
}

// statesOf reads the states that a figure is about.
func (t table) statesOf(v strictyaml.Value) []string {
	var all []string
	for _, v := range v.List(MaxEntries) {
		s := nameOf(v)
		if t.names != nil {
			t.checkName(v, "cache state", s, t.names.States)
		}
		if slices.Contains(all, s) {
			v.Fail("", "state %s stands here twice", strictyaml.Quote(s))
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		v.Fail("", "it speaks of no state")
	}
	return all
}

// columnNamed returns the column that v names, and reports when there is none.
// For an absent v it returns the zero column.
func (t table) columnNamed(v strictyaml.Value) column {
	s, ok := v.Text()
	var names []string
	for _, c := range t.columns {
		if c.name == s {
			return c
		}
		names = append(names, c.name)
	}
	if ok {
		v.Fail(hint.For(s, names), "unknown column %s", strictyaml.Quote(s))
	}
	return column{}
}

// row reads the times of one phase, a figure for each column, and adds what
// they imply.
func (p *parser) row(t table, e strictyaml.Entry) {
	phase := nameOf(e.Key)
	t.checkPhase(e.Key, phase)
	var names []string
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	f := e.Value.Fields(append(names, "line")...)
	line := lineOf(f.Optional("line"))
	times := map[string]Target{}
	for _, c := range t.columns {
		v := f.Required(c.name)
		target, ok := p.figure(v, c, t.job, phase, line)
		if !ok {
			continue
		}
		if target.Unit != Seconds {
			v.Fail("a saving stands below savings", "a row holds times, not %s", strictyaml.Quote(target.Label))
			continue
		}
		if p.add(e.Key, target) {
			times[c.name] = target
		}
	}
	before, ok := times[t.baseline]
	switch {
	case !ok:
		return
	case before.Low == 0:
		f.Required(t.baseline).Fail("", "a time of zero cannot be a baseline")
		return
	}
	for _, c := range t.columns {
		if after, ok := times[c.name]; ok && c.name != t.baseline {
			p.add(e.Key, saving(before, after))
		}
	}
}

// stated reads a saving that the document states itself.
func (p *parser) stated(t table, v strictyaml.Value) {
	f := v.Fields("line", "phase", "column", "label")
	at := f.Required("phase")
	phase := nameOf(at)
	t.checkPhase(at, phase)
	of := f.Required("column")
	c := t.columnNamed(of)
	if c.name != "" && c.name == t.baseline {
		of.Fail("name the column that saves", "%s is the baseline: it saves nothing of itself", strictyaml.Quote(c.name))
	}
	target, ok := p.figure(f.Required("label"), c, t.job, phase, lineOf(f.Optional("line")))
	if !ok {
		return
	}
	target.ID += "/stated-saving-" + string(target.Unit)
	for _, b := range t.columns {
		if b.name == t.baseline {
			target.Baseline = b.variant
		}
	}
	p.add(v, target)
}

// size reads how large something is said to be.
func (p *parser) size(v strictyaml.Value) {
	f := v.Fields("id", "line", "job", "counter", "variant", "states", "label")
	job, counter := f.Required("job"), f.Required("counter")
	of := table{job: nameOf(job)}
	of.names = p.namesOf(job, of.job)
	t := Target{
		ID: nameOf(f.Required("id")), Line: lineOf(f.Optional("line")), Job: of.job, Phase: nameOf(counter),
		Variant: of.variantOf(f.Required("variant")), States: of.statesOf(f.Required("states")), Unit: Bytes,
	}
	if of.names != nil && !of.names.counts(t.Phase) {
		of.checkName(counter, "counter", t.Phase, of.names.Counters)
	}
	label := f.Required("label")
	text, ok := label.Text()
	if !ok {
		return
	}
	t.Label = text
	if t.Low, t.High, ok = ParseSize(text); !ok {
		label.Fail("such as 200-400 MB or ~1.5 GB", "%s is no size", strictyaml.Quote(text))
		return
	}
	p.add(v, t)
}

// lineOf reads a line of the document; 0 when it is not given.
func lineOf(v strictyaml.Value) int {
	if !v.Present() {
		return 0
	}
	line, _ := v.Int(1, math.MaxInt32)
	return line
}

// figure reads a label and makes the target that it stands for.
func (p *parser) figure(v strictyaml.Value, c column, job, phase string, line int) (Target, bool) {
	text, ok := v.Text()
	if !ok {
		return Target{}, false
	}
	low, high, unit, ok := ParseLabel(text)
	if !ok {
		v.Fail("such as 12-18 min, ~30 sec or 55-65%", "%s is no figure", strictyaml.Quote(text))
		return Target{}, false
	}
	return Target{
		ID: job + "/" + phase + "/" + c.name, Line: line, Job: job, Phase: phase, Column: c.name, Variant: c.variant,
		States: slices.Clone(c.states), Unit: unit, Low: low, High: high, Label: text,
	}, true
}

// add appends a target; it reports and leaves out one whose id is taken.
func (p *parser) add(v strictyaml.Value, t Target) bool {
	if p.ids[t.ID] {
		v.Fail("", "a second target %s", strictyaml.Quote(t.ID))
		return false
	}
	p.ids[t.ID] = true
	p.targets = append(p.targets, t)
	return true
}

// Phases may have parts: pip.resolve.
var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,62}$`)

func nameOf(v strictyaml.Value) string {
	s, ok := v.Text()
	if ok && !validName.MatchString(s) {
		v.Fail("use a-z, 0-9, - and ., at most 63 of them, a letter or digit first",
			"%s is no name", strictyaml.Quote(s))
	}
	return s
}
