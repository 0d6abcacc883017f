package pypi

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestConfiguredIndex(t *testing.T) {
	t.Parallel()
	conf := func(url string) string { return "[global]\nindex-url = " + url + "\n" }
	type vars map[string]string
	type files map[string]string
	for name, c := range map[string]struct {
		env   vars
		files files
		want  string
	}{
		"nothing": {vars{"HOME": "/root"}, nil, ""},
		"environment wins": {
			vars{"PIP_INDEX_URL": "https://env.test/", "PIP_CONFIG_FILE": "/c"},
			files{"c": conf("https://c.test/")}, "https://env.test/",
		},
		"empty environment is unset": {vars{"PIP_INDEX_URL": ""}, files{"etc/pip.conf": conf("https://etc.test/")}, "https://etc.test/"},
		"user over system": {
			vars{"HOME": "/home/u"},
			files{"etc/pip.conf": conf("https://etc.test/"), "home/u/.config/pip/pip.conf": conf("https://user.test/")}, "https://user.test/",
		},
		"new user file over old": {
			vars{"HOME": "/home/u", "XDG_CONFIG_HOME": "/x"},
			files{"home/u/.pip/pip.conf": conf("https://old.test/"), "x/pip/pip.conf": conf("https://new.test/")}, "https://new.test/",
		},
		"etc over xdg": {
			nil, files{"etc/xdg/pip/pip.conf": conf("https://xdg.test/"), "etc/pip.conf": conf("https://etc.test/")}, "https://etc.test/",
		},
		"venv over user": {
			vars{"HOME": "/home/u", "VIRTUAL_ENV": "/v"},
			files{"v/pip.conf": conf("https://venv.test/"), "home/u/.pip/pip.conf": conf("https://user.test/")}, "https://venv.test/",
		},
		"named file replaces the user's": {
			vars{"HOME": "/home/u", "PIP_CONFIG_FILE": "/c", "VIRTUAL_ENV": "/v"},
			files{"c": "[global]\ntimeout = 3\n", "home/u/.pip/pip.conf": conf("https://user.test/"), "v/pip.conf": conf("https://venv.test/")},
			"https://venv.test/",
		},
		"relative named file": {
			vars{"PWD": "/w", "PIP_CONFIG_FILE": "pip.ini"}, files{"w/pip.ini": conf("https://rel.test/")}, "https://rel.test/",
		},
		"no files at all": {
			vars{"PIP_CONFIG_FILE": "/dev/null"}, files{"etc/pip.conf": conf("https://etc.test/")}, "",
		},
		"install section wins": {
			nil, files{"etc/pip.conf": conf("https://global.test/") + "[install]\nindex_url: https://u:p%40x@install.test/simple ; no comment\n"},
			"https://u:p%40x@install.test/simple ; no comment",
		},
		"dialect": {
			nil, files{"etc/pip.conf": "# c\n; c\n[global]\nfind-links =\n  /a\n  /b\nno-cache-dir\nINDEX-URL =\n  https://folded.test/simple\n"},
			"https://folded.test/simple",
		},
	} {
		root := fstest.MapFS{}
		for path, data := range c.files {
			root[path] = &fstest.MapFile{Data: []byte(data)}
		}
		got, err := ConfiguredIndex(func(k string) string { return c.env[k] }, root)
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, c.want)
		}
	}
}

func TestConfiguredIndexErrors(t *testing.T) {
	t.Parallel()
	root := fstest.MapFS{"etc/pip.conf": {Data: []byte("[global\nindex-url = https://u:secret@h.test/\n")}}
	_, err := ConfiguredIndex(func(string) string { return "" }, root)
	if err == nil || !strings.Contains(err.Error(), "/etc/pip.conf") || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want an error that names the file and no secret", err)
	}
	_, err = ConfiguredIndex(func(string) string { return "" }, deniedFS{})
	if err != nil {
		t.Errorf("an unreadable file: %v, want it passed over as pip does", err)
	}
}

type deniedFS struct{}

func (deniedFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: errors.Join(fs.ErrPermission)}
}
