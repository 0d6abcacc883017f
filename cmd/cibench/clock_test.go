package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// timeless are the rooms whose results must not depend on when they run: a
// plan is a function of its seed, a simulation has a clock of its own, and
// evidence is judged the same for ever.
var timeless = []string{"scenarios", "runner/sim", "runner/phase", "results/stats", "results/baseline", "results/expect", "results/verdict", "results/gate", "results/ledger", "results/report", "charts"}

// TestNoClock reads their sources: the import graph does not tell what is used
// of package time.
func TestNoClock(t *testing.T) {
	t.Parallel()
	for _, room := range timeless {
		files := 0
		err := filepath.WalkDir(filepath.Join("..", "..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, use := range clockUses(set, file) {
				t.Errorf("%s must not read a clock: %s", room, use)
			}
			return nil
		})
		if err != nil || files == 0 {
			t.Errorf("%s: read %d files, %v", room, files, err)
		}
	}
}

// clockUses returns where a file calls, or takes, what reads or follows the
// machine's clock.
func clockUses(set *token.FileSet, file *ast.File) (uses []string) {
	name := "" // of package time in this file
	for _, imp := range file.Imports {
		if path, err := strconv.Unquote(imp.Path.Value); err != nil || path != "time" {
			continue
		}
		name = "time"
		if imp.Name != nil {
			name = imp.Name.Name
		}
	}
	if name == "." {
		return []string{set.Position(file.Pos()).String() + ": dot import of time"}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := sel.X.(*ast.Ident)
		clocks := []string{"Now", "Since", "Until", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Sleep"}
		if ok && name != "" && pkg.Name == name && slices.Contains(clocks, sel.Sel.Name) {
			uses = append(uses, fmt.Sprintf("%s: time.%s", set.Position(sel.Pos()), sel.Sel.Name))
		}
		return true
	})
	return uses
}

func TestClockUses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"import \"time\"\nvar now = time.Now":                             1,
		"import \"time\"\nfunc f() { time.Sleep(time.Second) }":           1,
		"import clock \"time\"\nvar t = clock.Since(clock.Time{})":        1,
		"import . \"time\"\nvar t = Now()":                                1,
		"import \"time\"\nvar d = time.Second\nvar t time.Time":           0,
		"var time struct{ Now int }\nvar n = time.Now":                    0,
		"import \"time\"\nfunc f(t time.Time) bool { return t.After(t) }": 0,
	} {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, "a.go", "package a\n"+text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := clockUses(set, file); len(got) != want {
			t.Errorf("%s: got %q, want %d", text, got, want)
		}
	}
}
