package sim

import (
	"encoding/json"
	"path"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// env is what variables stand for.
type env map[string]string

// config makes the shell library look variables up in e and nowhere else.
func (e env) config() *expand.Config {
	return &expand.Config{Env: expand.FuncEnviron(func(name string) string { return e[name] })}
}

// words splits text as a shell does, with variables put in. Text that does not
// parse, or that only a running shell could expand, is split at its spaces.
func (e env) words(text string) []string {
	var parsed []*syntax.Word
	err := syntax.NewParser().Words(strings.NewReader(text), func(w *syntax.Word) bool {
		parsed = append(parsed, w)
		return true
	})
	if err != nil {
		return strings.Fields(text)
	}
	words, err := expand.Fields(e.config(), parsed...)
	if err != nil {
		return strings.Fields(text)
	}
	return words
}

// list splits the arguments of an instruction, which may stand in JSON.
func (e env) list(text string) []string {
	var words []string
	if strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &words) == nil {
		return words
	}
	return e.words(text)
}

// word expands one word.
func (e env) word(text string) string { return strings.Join(e.words(text), " ") }

// commands returns the commands of a script, each as its words. It does not
// tell which of them a running shell would reach.
func (e env) commands(script string) [][]string {
	if words := e.list(script); strings.HasPrefix(script, "[") && len(words) > 0 {
		return [][]string{words}
	}
	parsed, err := syntax.NewParser().Parse(strings.NewReader(script), "")
	if err != nil {
		return [][]string{strings.Fields(script)}
	}
	var all [][]string
	syntax.Walk(parsed, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		var words []string
		for _, arg := range call.Args {
			fields, err := expand.Fields(e.config(), arg)
			if err != nil { // a command substitution
				fields = []string{"$()"}
			}
			words = append(words, fields...)
		}
		if len(words) > 0 {
			all = append(all, words)
		}
		return true
	})
	return all
}

// A mount is what --mount says of a RUN.
type mount struct {
	kind   string // "cache", "bind", …
	id     string // of a cache; its target when it has no other
	target string
	source string // of a bind
	from   string // stage or image that a bind's source lies in; "" for the context
}

// splitRun takes the flags off a RUN.
func splitRun(rest string) (mounts []mount, script string) {
	for strings.HasPrefix(rest, "--") {
		flag, after, _ := strings.Cut(rest, " ")
		rest = strings.TrimSpace(after)
		if spec, ok := strings.CutPrefix(flag, "--mount="); ok {
			mounts = append(mounts, parseMount(spec))
		}
	}
	return mounts, rest
}

func parseMount(spec string) mount {
	m := mount{kind: "bind"}
	for part := range strings.SplitSeq(spec, ",") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "type":
			m.kind = value
		case "id":
			m.id = value
		case "target", "dst", "destination":
			m.target = path.Clean(value)
		case "source", "src":
			m.source = value
		case "from":
			m.from = value
		}
	}
	if m.id == "" {
		m.id = m.target
	}
	return m
}

// holdsPip tells whether a cache mount holds pip's cache: the directory that
// the environment names, or the usual one below some home directory.
func (m mount) holdsPip(e env) bool {
	if m.kind != "cache" {
		return false
	}
	if dir := e["PIP_CACHE_DIR"]; dir != "" {
		return m.target == path.Clean(dir) || strings.HasPrefix(dir, m.target+"/")
	}
	return strings.HasSuffix(m.target, "/.cache/pip") || strings.HasSuffix(m.target, "/.cache")
}
