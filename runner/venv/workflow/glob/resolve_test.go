package glob

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	file := &fstest.MapFile{Data: []byte("x")}
	root := fstest.MapFS{
		"root/.cache/pip/http/a": file, "root/.cache/pip/b": file, "root/.cache/uv/c": file,
		"root/work/p/.venv/bin/python": file, "root/work/p/app.py": file, "root/work/p/sub/app.py": file, "etc/passwd": file,
	}
	for _, tt := range []struct{ patterns, want string }{
		{"~/.cache/pip\n.venv", "/root/.cache/pip /root/work/p/.venv"},
		{".venv\n~/.cache/pip", "/root/work/p/.venv /root/.cache/pip"},
		{"~/.cache/*", "/root/.cache/pip /root/.cache/uv"},
		{"~/.cache/*\n!~/.cache/uv", "/root/.cache/pip"},
		// What is below a folder goes with it, whatever is excluded.
		{"~/.cache/pip\n!~/.cache/pip/b", "/root/.cache/pip"},
		{"**/*.py", "/root/work/p/app.py /root/work/p/sub/app.py"},
		{"/etc/passwd", "/etc/passwd"},
		{".", "/root/work/p"},
		{"~/none\nnone", ""},
		{".venv/", "/root/work/p/.venv"},
		{"app.py/", ""},
	} {
		got, err := Resolve(tt.patterns, root, "/root/work/p", "/root")
		if want := strings.Fields(tt.want); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %q, %v, want %q", tt.patterns, got, err, want)
		}
	}
	if _, err := Resolve("~/a", root, "/w", ""); err == nil {
		t.Error("~ without a home folder: no error")
	}
}
