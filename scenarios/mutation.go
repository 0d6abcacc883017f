package scenarios

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
)

// Apply returns the new contents of the files that the mutation changes, by
// path relative to the project. The edits of one file follow one another. It
// changes nothing itself; it fails when a file cannot be read or the text to
// replace does not stand there exactly once.
func (m Mutation) Apply(project fs.FS, trial string) (map[string][]byte, error) {
	changed := map[string][]byte{}
	for _, e := range m.Edits {
		text, ok := changed[e.File]
		if !ok {
			var err error
			if text, err = fs.ReadFile(project, e.File); err != nil {
				return nil, fmt.Errorf("mutate the project: %w", err)
			}
		}
		text, err := e.apply(text, trial)
		if err != nil {
			return nil, err
		}
		changed[e.File] = text
	}
	return changed, nil
}

// apply returns the text after the edit.
func (e Edit) apply(text []byte, trial string) ([]byte, error) {
	added := []byte(Expand(e.New, trial))
	if e.Old == "" {
		if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
			added = slices.Insert(added, 0, '\n')
		}
		return slices.Concat(text, added), nil
	}
	old := []byte(e.Old)
	if n := bytes.Count(text, old); n != 1 {
		return nil, fmt.Errorf("the text to replace occurs %d times in %s, not once", n, e.File)
	}
	return bytes.Replace(text, old, added, 1), nil
}

// holdsTrial tells whether some edit holds the trial's id, without which two
// trials would have equal content.
func (m Mutation) holdsTrial() bool {
	return slices.ContainsFunc(m.Edits, func(e Edit) bool {
		known, _ := placeholders(e.New)
		return slices.Contains(known, "trial")
	})
}
