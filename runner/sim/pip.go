package sim

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// An install is what the pip commands of one step bring in when it runs.
type install struct {
	packages []pkg
	mount    string // identity of the cache mount that pip's cache lies in; "" for none
}

// pipArgs are the parts of "pip install …" that the model follows.
type pipArgs struct {
	files    []string // of -r
	reqs     []requirement
	noCache  bool
	noBinary []string
}

var (
	pipName    = regexp.MustCompile(`^pip[0-9.]*$`)
	pythonName = regexp.MustCompile(`^python[0-9.]*$`)
)

// installArgs returns what stands behind "pip install" or "python -m pip
// install" in a command.
func installArgs(words []string) ([]string, bool) {
	if len(words) > 2 && pythonName.MatchString(path.Base(words[0])) && words[1] == "-m" {
		words = words[2:]
	}
	if len(words) == 0 || !pipName.MatchString(path.Base(words[0])) {
		return nil, false
	}
	for i, w := range words[1:] {
		if !strings.HasPrefix(w, "-") {
			return words[i+2:], w == "install"
		}
	}
	return nil, false
}

// withValue are pip's options that take the next word, beside -r and
// --no-binary.
var withValue = []string{"-c", "--constraint", "-e", "--editable", "-t", "--target", "-i", "--index-url", "--extra-index-url",
	"-f", "--find-links", "--only-binary", "--prefix", "--root", "--src", "--cache-dir", "--trusted-host", "--timeout", "--retries", "--progress-bar"}

// parsePip reads the arguments of pip install. Options that change neither
// what is fetched nor where it is cached are passed over.
func parsePip(args []string) pipArgs {
	var p pipArgs
	for i := 0; i < len(args); i++ {
		option, value, joined := strings.Cut(args[i], "=")
		takes := option == "-r" || option == "--requirement" || option == "--no-binary" || slices.Contains(withValue, option)
		if takes && !joined && i+1 < len(args) {
			i++
			value = args[i]
		}
		switch {
		case option == "-r" || option == "--requirement":
			p.files = append(p.files, value)
		case option == "--no-binary":
			p.noBinary = append(p.noBinary, splitNames(value)...)
		case option == "--no-cache-dir":
			p.noCache = true
		case strings.HasPrefix(option, "-"):
		default:
			if r, ok := parseRequirement(args[i]); ok {
				p.reqs = append(p.reqs, r)
			}
		}
	}
	return p
}

// splitNames splits pip's lists, whose names commas or spaces part.
func splitNames(list string) []string {
	names := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	for i, n := range names {
		if n != ":all:" {
			names[i] = normalise(n)
		}
	}
	return names
}

// maxIncludes bounds requirement files that include each other.
const maxIncludes = 8

// requirements reads the requirement files of a command, with those that they
// include, and adds what the command names itself. open finds a file by its
// path inside the image.
func (p pipArgs) requirements(open func(name string) ([]byte, bool)) ([]requirement, error) {
	var reqs []requirement
	var read func(name string, depth int) error
	read = func(name string, depth int) error {
		data, ok := open(name)
		if !ok || depth == 0 {
			return fmt.Errorf("ERROR: Could not open requirements file: %s", name)
		}
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSpace(line)
			for _, include := range []string{"-r ", "--requirement "} {
				if other, ok := strings.CutPrefix(line, include); ok {
					if err := read(path.Join(path.Dir(name), strings.TrimSpace(other)), depth-1); err != nil {
						return err
					}
				}
			}
			if r, ok := parseRequirement(line); ok {
				reqs = append(reqs, r)
			}
		}
		return nil
	}
	for _, name := range p.files {
		if err := read(name, maxIncludes); err != nil {
			return nil, err
		}
	}
	return append(reqs, p.reqs...), nil
}
