package workflow

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Python returns the version that a step of setup-python asks for: that of its
// input, else the one of the file .python-version in the workspace; "" for
// none.
func (t *Task) Python(workspace fs.FS) (string, error) {
	const file = ".python-version"
	if v := t.Inputs["python-version"]; v != "" {
		return v, nil
	}
	data, err := fs.ReadFile(workspace, file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var all []string
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		all = append(all, strings.Fields(line)...)
	}
	if len(all) > 1 {
		return "", fmt.Errorf("%s names %d versions, only one can be set up", file, len(all))
	}
	return strings.Join(all, ""), nil
}
