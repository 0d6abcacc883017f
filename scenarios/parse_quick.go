package scenarios

import (
	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// quick reads the quick selection of a study whose jobs are read. Each term
// must select something, and all of them together.
func (p *parser) quick(v strictyaml.Value, s *Study) *Quick {
	if !v.Present() {
		return nil
	}
	sound := p.doc.Err() == nil // else what is amiss with the jobs comes first
	f := v.Fields("blocks", "only")
	blocks, only := f.Optional("blocks"), f.Optional("only")
	q := &Quick{Blocks: s.Policy.Blocks}
	if n, ok := blocks.Int(1, maxBlocks); ok {
		q.Blocks = n
	}
	if !blocks.Present() && !only.Present() {
		v.Fail("such as quick: {blocks: 1, only: [cold]}", "the quick selection is the whole study")
	}
	if !only.Present() {
		return q
	}
	terms := only.List(maxEntries)
	if terms != nil && len(terms) == 0 {
		only.Fail("leave it out for every trial", "the list is empty")
	}
	for _, e := range terms {
		term, ok := e.Text()
		if ok && sound {
			ok = selects(e, s.Cells(), []string{term})
		}
		if ok {
			q.Only = append(q.Only, term)
		}
	}
	if len(q.Only) > 1 && sound {
		selects(only, s.Cells(), q.Only)
	}
	return q
}

// selects tells whether the terms select something, and reports when not.
func selects(v strictyaml.Value, cells []Cell, terms []string) bool {
	_, err := Select(cells, terms)
	if err != nil {
		v.Fail(hint.Of(err), "%v", err)
	}
	return err == nil
}
