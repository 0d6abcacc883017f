package workflow

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestPython(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, input, file, want, fails string }{
		{"nothing", "", "", "", ""},
		{"input", "3.11", "", "3.11", ""},
		{"file", "", "# ours\n\n 3.12  # that one\n", "3.12", ""},
		{"both", "3.11", "3.12\n", "3.11", ""},
		{"comments alone", "", "# none\n", "", ""},
		{"two in the file", "", "3.12\n3.13\n", "", ".python-version names 2 versions"},
	} {
		tree := fstest.MapFS{}
		if tt.file != "" {
			tree[".python-version"] = &fstest.MapFile{Data: []byte(tt.file)}
		}
		got, err := (&Task{Inputs: map[string]string{"python-version": tt.input}}).Python(tree)
		if got != tt.want || (err != nil) != (tt.fails != "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%s: got %q, %v, want %q, error %q", tt.name, got, err, tt.want, tt.fails)
		}
	}
}
