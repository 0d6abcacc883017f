package target

import (
	_ "embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// BuildTimeDocument is the name of the built-in set: the figures of the
// document whose claims the built-in studies test.
const BuildTimeDocument = "build-time-document"

//go:embed build-time-document.yaml
var buildTimeDocument []byte

// Load returns the set that a study names: a built-in one, or, when the name
// ends in .yaml, a file below fsys, the study's directory. What that file speaks
// of has to be among n, unless that is nil. An empty name is the empty set.
func (n Names) Load(fsys fs.FS, name string) (Set, error) {
	switch {
	case name == "":
		return Set{}, nil
	case name == BuildTimeDocument:
		return Parse(name+".yaml", buildTimeDocument)
	case !strings.HasSuffix(name, ".yaml"):
		return Set{}, hint.Errorf(hint.For(name, []string{BuildTimeDocument})+", or a path that ends in .yaml",
			"unknown target set %s", strictyaml.Quote(name))
	}
	data, err := strictyaml.ReadFile(fsys, name)
	if err != nil {
		return Set{}, fmt.Errorf("read the targets: %w", err)
	}
	return n.parse(name, data)
}
