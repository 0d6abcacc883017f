package pypi

import "testing"

func TestNormalize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Foo":            "foo",
		"foo.bar_baz--x": "foo-bar-baz-x",
		"zope.interface": "zope-interface",
		"A-._-B":         "a-b",
	} {
		if got := Normalize(in); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFileVersion(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"six-1.16.0-py2.py3-none-any.whl":                    "1.16.0",
		"numpy-1.26.2-cp311-cp311-manylinux_2_17_x86_64.whl": "1.26.2",
		"pip-23.0-1-py3-none-any.whl":                        "23.0",
		"zope.interface-6.1.tar.gz":                          "6.1",
		"python-dateutil-2.8.2.tar.gz":                       "2.8.2",
		"old-0.1.zip":                                        "0.1",
		"numpy-1.0.1.win32-py2.4.exe":                        "",
		"broken.whl":                                         "",
		"torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl":       "2.1.0+cpu",
		"nodash.tar.gz":                                      "",
	} {
		if got := fileVersion(in); got != want {
			t.Errorf("fileVersion(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestValidFile(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"six-1.16.0-py2.py3-none-any.whl": true,
		"_x-1!2.0+local.tar.gz":           true,
		"":                                false,
		".":                               false,
		"..":                              false,
		"a/b.whl":                         false,
		`a\b.whl`:                         false,
		"a b.whl":                         false,
		"a\n.whl":                         false,
		"a.whl.metadata":                  false,
		"-r.whl":                          false,
	} {
		if got := validFile(in); got != want {
			t.Errorf("validFile(%q) = %v, want %v", in, got, want)
		}
	}
}
