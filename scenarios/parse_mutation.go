package scenarios

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// maxEditedSize bounds the files that edits change, in bytes.
const maxEditedSize = 1 << 20

// mutationsOf reads the mutations. A state whose mutation has mistakes is in
// the result all the same: it is declared.
func (p *parser) mutationsOf(v strictyaml.Value) map[State]Mutation {
	if !v.Present() {
		return nil
	}
	valid := slices.DeleteFunc(States(), func(s State) bool { return !s.NeedsMutation() })
	mutations := map[State]Mutation{}
	for _, e := range v.Entries(maxEntries) {
		s, err := ParseState(e.Name)
		switch {
		case err != nil:
			e.Key.Fail(hint.OneOf(valid), "unknown cache state %s", strictyaml.Quote(e.Name))
			continue
		case !s.NeedsMutation():
			e.Key.Fail(hint.OneOf(valid), "cache state %q takes no mutation", s)
			continue
		}
		m, ok := p.mutation(e.Value)
		if ok && !m.holdsTrial() {
			e.Key.Fail("write {trial} into what an edit adds, for instance in a comment",
				"no edit holds {trial}, so that all trials would have the same content")
		}
		mutations[s] = m
	}
	return mutations
}

// mutation reads a list of edits and tries them on the project; it is ok when
// they all work.
func (p *parser) mutation(v strictyaml.Value) (Mutation, bool) {
	list := v.List(maxEntries)
	if len(list) == 0 {
		if list != nil {
			v.Fail("", "the mutation has no edit")
		}
		return Mutation{}, false
	}
	var m Mutation
	changed := map[string][]byte{}
	allOK := true
	for _, e := range list {
		edit, ok := p.edit(e)
		if ok {
			ok = p.try(e, edit, changed)
		}
		if ok {
			m.Edits = append(m.Edits, edit)
		}
		allOK = allOK && ok
	}
	return m, allOK
}

// edit reads one edit: append, or replace and with.
func (p *parser) edit(v strictyaml.Value) (Edit, bool) {
	f := v.Fields("file", "append", "replace", "with")
	file, ok := p.path(p.project, f.Required("file"), regularFile)
	added, replaced := f.Optional("append"), f.Optional("replace")
	if added.Present() == replaced.Present() {
		v.Fail("", "an edit has either append, or replace and with")
		return Edit{}, false
	}
	if added.Present() {
		text, textOK := added.Text()
		if textOK && text == "" {
			added.Fail("", "there is nothing to append")
			return Edit{}, false
		}
		if f.Optional("with").Present() {
			f.Optional("with").Fail("", "with goes with replace, not with append")
			return Edit{}, false
		}
		checkPlaceholders(added, text)
		return Edit{File: file, New: text}, ok && textOK
	}
	with := f.Required("with")
	before, beforeOK := replaced.Text()
	after, afterOK := with.Text()
	checkPlaceholders(with, after)
	if beforeOK && afterOK && (before == "" || before == after) {
		replaced.Fail("", "the edit changes nothing")
		return Edit{}, false
	}
	return Edit{File: file, Old: before, New: after}, ok && beforeOK && afterOK
}

// try applies an edit to what the edits before it made of its file.
func (p *parser) try(v strictyaml.Value, e Edit, changed map[string][]byte) bool {
	text, ok := changed[e.File]
	if !ok {
		var err error
		if text, err = readEdited(p.project, e.File); err != nil {
			v.Fail("", "%v", err)
			return false
		}
	}
	text, err := e.apply(text, sharedTrial)
	if err != nil {
		v.Fail("quote more of the text around it, exactly as it stands there", "%v", err)
		return false
	}
	changed[e.File] = text
	return true
}

func readEdited(project fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(project, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxEditedSize {
		return nil, fmt.Errorf("%s is larger than %d KiB, too large to edit", name, maxEditedSize>>10)
	}
	return fs.ReadFile(project, name)
}
