package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/cibench/cibench"

// Groups of packages that the architecture keeps out of a room. A pattern
// that ends in /... covers the package and all below it.
var (
	docker   = []string{"github.com/moby/...", "github.com/docker/...", "github.com/testcontainers/..."}
	commands = []string{"github.com/spf13/..."}
	pictures = []string{module + "/charts/...", "gonum.org/v1/plot/..."}
	keeping  = []string{module + "/results/store/...", "direct:database/sql"}
	intent   = []string{module + "/scenarios/..."}
	running  = []string{module + "/runner/..."}
	evidence = []string{module + "/results/..."}
	lanes    = []string{module + "/runner", module + "/runner/image/...", module + "/runner/engine/...", module + "/runner/sim/..."}
	services = []string{module + "/runner/service/..."}
)

// forbidden is the table of docs/architecture.md: what a package must not
// import, directly or through others. "direct:" limits a rule to the
// package's own imports, where a library needs what we may not.
var forbidden = map[string][][]string{
	"scenarios/...":            {running, evidence, pictures, docker, commands, {"direct:os"}},
	"runner":                   {docker, keeping, pictures, commands},
	"runner/host":              {docker, keeping, pictures, commands},
	"runner/project":           {docker, keeping, pictures, commands},
	"runner/sim":               {docker, keeping, pictures, commands},
	"runner/runnertest":        {docker, keeping, pictures, commands},
	"runner/phase":             {docker, keeping, pictures, commands},
	"runner/engine":            {keeping, pictures, commands},
	"runner/provision":         {keeping, pictures, commands},
	"runner/snapshot":          {keeping, pictures, commands},
	"runner/piplog":            {docker, keeping, pictures, commands},
	"runner/lane":              {keeping, pictures, commands, {module + "/results/verdict", module + "/runner/image/...", module + "/runner/venv/..."}},
	"runner/image":             {keeping, pictures, commands, {module + "/results/verdict"}},
	"runner/image/dockerfile":  {keeping, pictures, commands, services, {module + "/runner/engine", module + "/runner/image/trace"}},
	"runner/image/trace":       {keeping, pictures, commands, services, {module + "/runner/engine"}},
	"runner/venv/cachestep":    {intent, evidence, docker, commands, pictures, lanes, services},
	"runner/venv/inside":       {intent, evidence, docker, commands, pictures, lanes, services},
	"runner/venv/job":          {intent, evidence, commands, pictures, services, {module + "/runner", module + "/runner/image/...", module + "/runner/sim/..."}},
	"runner/venv":              {keeping, pictures, commands, {module + "/results/verdict"}, {"direct:github.com/moby/..."}},
	"runner/venv/workflow/...": {intent, evidence, docker, commands, pictures, lanes, services, {"direct:os"}},
	"runner/service/...":       {lanes, intent, evidence, pictures, commands},
	"results":                  {{"database/sql", "direct:os"}},
	"results/store":            {intent, running, pictures, commands},
	"results/baseline":         {{"direct:os"}},
	"results/verdict":          {intent, running, keeping, commands, {"direct:os"}},
	"results/gate":             {intent, running, keeping, commands, pictures, {"direct:os"}},
	"results/ledger":           {intent, running, keeping, commands, pictures, {"direct:os"}},
	"results/report":           {intent, running, keeping, commands, {"direct:os"}},
	"charts":                   {intent, running, keeping, commands, {"direct:os"}},
	"runner/service/actionscache/entry": {
		{"direct:os", "direct:io", "direct:net/http"},
	},
}

// allowed is the same table for rooms that stand alone but for a few others:
// all that they may depend on of ours, directly or through others.
var allowed = map[string][]string{
	"scenarios":                         {"scenarios/internal/..."},
	"scenarios/internal/...":            {},
	"scenarios/catalog":                 {"scenarios", "scenarios/internal/..."},
	"scenarios/plan":                    {"scenarios", "scenarios/internal/..."},
	"scenarios/target":                  {"scenarios", "scenarios/internal/..."},
	"scenarios/target/markdown":         {"scenarios", "scenarios/internal/...", "scenarios/target"},
	"runner":                            {"results", "runner/phase", "scenarios", "scenarios/internal/...", "scenarios/plan"},
	"runner/phase":                      {"results"},
	"runner/host":                       {"results"},
	"runner/engine":                     {},
	"runner/provision":                  {},
	"runner/piplog":                     {},
	"runner/snapshot":                   {"runner/engine"},
	"runner/venv/cachestep":             {"runner/venv/workflow/cachekey", "runner/venv/workflow/glob"},
	"runner/venv/inside":                {},
	"runner/venv/job":                   {"runner/engine", "runner/piplog", "runner/venv/cachestep", "runner/venv/inside", "runner/venv/workflow/..."},
	"runner/venv/workflow":              {"runner/venv/workflow/..."},
	"runner/venv/workflow/expr":         {},
	"runner/venv/workflow/glob":         {},
	"runner/venv/workflow/cachekey":     {"runner/venv/workflow/glob"},
	"runner/service/actionscache":       {"runner/service/actionscache/...", "runner/service/internal/..."},
	"runner/service/actionscache/entry": {},
	"runner/service/pypi":               {"runner/service/internal/..."},
	"runner/service/registry":           {"runner/service/internal/..."},
	"runner/service/link":               {},
	"runner/service/internal/...":       {},
	"results":                           {},
	"results/store":                     {"results"},
	"results/stats":                     {},
	"results/baseline":                  {"results", "results/stats"},
	"results/expect":                    {"results"},
	"results/verdict":                   {"results", "results/stats"},
	"results/gate":                      {"results", "results/stats", "results/verdict"},
	"results/ledger":                    {"results", "results/gate", "results/stats", "results/verdict"},
	"results/report":                    {"charts", "results", "results/gate", "results/ledger", "results/stats", "results/verdict"},
	"charts":                            {"results", "results/stats", "results/verdict"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	graph := load(t)
	for room, rules := range forbidden {
		var matched bool
		for path := range graph {
			if !matches(module+"/"+room, path) {
				continue
			}
			matched = true
			for _, rule := range slices.Concat(rules...) {
				check(t, graph, path, rule)
			}
		}
		if !matched {
			t.Errorf("the table names %s, but there is no such package", room)
		}
	}
}

// TestAllowed finds what a room depends on beside what it may.
func TestAllowed(t *testing.T) {
	t.Parallel()
	graph := load(t)
	for room, rooms := range allowed {
		var matched bool
		for path := range graph {
			if !matches(module+"/"+room, path) {
				continue
			}
			matched = true
			except := []string{path}
			for _, r := range rooms {
				except = append(except, module+"/"+r)
			}
			if room, ok := strings.CutSuffix(room, "/..."); ok { // one room in several packages
				except = append(except, module+"/"+room+"/...")
			}
			for _, chain := range beside(graph, path, except) {
				t.Errorf("%s must not depend on %s of ours: %s", path, chain[len(chain)-1], strings.Join(chain, " -> "))
			}
		}
		if !matched {
			t.Errorf("the table names %s, but there is no such package", room)
		}
	}
	// The program itself: what it reaches goes through the CLI.
	for _, imp := range graph[module+"/cmd/cibench"] {
		if matches(module+"/...", imp) && imp != module+"/cmd/cibench/internal/cli" {
			t.Errorf("cmd/cibench must not import %s", imp)
		}
	}
}

// beside returns the chains of imports from a package to those of ours that no
// pattern of except matches.
func beside(graph map[string][]string, from string, except []string) (chains [][]string) {
	for path := range graph {
		if !matches(module+"/...", path) || slices.ContainsFunc(except, func(p string) bool { return matches(p, path) }) {
			continue
		}
		if chain := find(graph, from, path, from+"/none"); chain != nil {
			chains = append(chains, chain)
		}
	}
	return chains
}

func check(t *testing.T, graph map[string][]string, path, rule string) {
	t.Helper()
	pattern, direct := strings.CutPrefix(rule, "direct:")
	if direct {
		for _, imp := range graph[path] {
			if matches(pattern, imp) {
				t.Errorf("%s must not import %s", path, imp)
			}
		}
		return
	}
	if chain := find(graph, path, pattern, path); chain != nil {
		t.Errorf("%s must not depend on %s: %s", path, pattern, strings.Join(chain, " -> "))
	}
}

// find returns the shortest chain of imports from one package to another that
// the pattern matches; nil when there is none. The start does not count.
func find(graph map[string][]string, from, pattern, self string) []string {
	type node struct {
		path string
		back *node
	}
	queue := []*node{{path: from}}
	seen := map[string]bool{from: true}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, imp := range graph[n.path] {
			if seen[imp] {
				continue
			}
			seen[imp] = true
			next := &node{imp, n}
			// A room's own subpackages are not what a rule over the module means.
			if matches(pattern, imp) && !strings.HasPrefix(imp, self+"/") {
				var chain []string
				for ; next != nil; next = next.back {
					chain = append(chain, next.path)
				}
				slices.Reverse(chain)
				return chain
			}
			queue = append(queue, next)
		}
	}
	return nil
}

func matches(pattern, path string) bool {
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == root || strings.HasPrefix(path, root+"/")
	}
	return path == pattern
}

// load returns the import graph of the module and all it depends on.
func load(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	graph := map[string][]string{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return graph
		} else if err != nil {
			t.Fatal(err)
		}
		graph[p.ImportPath] = p.Imports
	}
}
