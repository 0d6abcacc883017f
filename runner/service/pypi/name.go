package pypi

import (
	"regexp"
	"strings"
)

var (
	nameSeparators = regexp.MustCompile(`[-_.]+`)
	normalName     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	fileName       = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.+!-]*$`)
)

// maxName bounds package and file names, so that each fits a path element.
const maxName = 200

// Normalize returns the form under which an index knows a package (PEP 503).
func Normalize(name string) string {
	return strings.ToLower(nameSeparators.ReplaceAllString(name, "-"))
}

// validName tells whether name is a normalised package name.
func validName(name string) bool {
	return len(name) <= maxName && normalName.MatchString(name)
}

// validFile tells whether name can be served: one path element without blanks,
// and no name that a metadata file (PEP 658) could have.
func validFile(name string) bool {
	return len(name) <= maxName && fileName.MatchString(name) && !strings.HasSuffix(name, metadataSuffix)
}

// metadataSuffix is what PEP 658 appends to a file's URL.
const metadataSuffix = ".metadata"

// fileVersion returns the version that a file name carries, or "" when the
// name does not look like that of a wheel or an sdist.
func fileVersion(name string) string {
	if stem, ok := strings.CutSuffix(name, ".whl"); ok {
		if parts := strings.Split(stem, "-"); len(parts) >= 5 {
			return parts[1]
		}
		return ""
	}
	for _, ext := range []string{".tar.gz", ".zip", ".tar.bz2", ".tgz"} {
		stem, ok := strings.CutSuffix(name, ext)
		if !ok {
			continue
		}
		if i := strings.LastIndexByte(stem, '-'); i >= 0 {
			return stem[i+1:]
		}
	}
	return ""
}
