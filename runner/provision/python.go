package provision

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
)

const pythonFile = "python.json"

// dpkgStatus is where Debian keeps what is installed.
const dpkgStatus = "var/lib/dpkg/status"

// debianPython is the package that holds the interpreter.
var debianPython = regexp.MustCompile(`(?m)^Package: python3\.[0-9]+-minimal\n(?:.+\n)*?Version: (.+)$`)

// PythonOf returns the version of the Python in a kept image: "3.11.9", or with
// Debian's revision "3.11.2-6+deb12u9". ok is false when that cannot be told:
// the image neither says PYTHON_VERSION, as the official ones do, nor has the
// interpreter from a Debian package.
func (p *Images) PythonOf(img Image) (version string, ok bool, err error) {
	version, err = reading(p, img, pythonFile, readPython)
	if err != nil {
		return "", false, fmt.Errorf("find Python in %s: %w", img.Ref, err)
	}
	return version, version != "", nil
}

func readPython(img Image) (version string, err error) {
	config, err := img.ConfigFile()
	if err != nil {
		return "", err
	}
	for _, env := range config.Config.Env {
		if v, ok := strings.CutPrefix(env, "PYTHON_VERSION="); ok {
			return v, nil
		}
	}
	err = eachLayer(img, func(tr *tar.Reader) error {
		status, err := lastFile(tr, dpkgStatus)
		if m := debianPython.FindSubmatch(status); m != nil {
			version = string(m[1])
		}
		return err
	})
	return version, err
}

// lastFile returns the content of the file of that name; nil without one.
func lastFile(tr *tar.Reader, name string) (data []byte, err error) {
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		if path.Clean(h.Name) == name {
			if data, err = io.ReadAll(io.LimitReader(tr, 64<<20)); err != nil {
				return nil, err
			}
		}
	}
}
