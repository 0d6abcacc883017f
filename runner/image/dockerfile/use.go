package dockerfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Use says what a command makes of pip.
type Use int

// The uses, the strongest last.
const (
	NoPip    Use = iota // pip is not called
	CallsPip            // pip is called, but brings in no package: "pip check"
	Installs            // pip resolves, builds or installs packages
)

var (
	pipName    = regexp.MustCompile(`^pip[0-9.]*$`)
	pythonName = regexp.MustCompile(`^(python|pypy)[0-9.]*$`)
)

// wrappers are commands that run the command in their arguments.
var wrappers = []string{"command", "env", "exec", "gosu", "nice", "nohup", "setpriv", "stdbuf", "su-exec", "sudo", "time", "timeout", "xargs"}

// shells are commands that run the script behind their -c, or their input.
var shells = []string{"ash", "bash", "dash", "sh", "zsh"}

// maxNesting bounds scripts within scripts, "sh -c 'sh -c …'".
const maxNesting = 8

// ScriptUse tells what a shell script makes of pip, looking names up in env. A
// script that calls others in files, and one that does not parse, is NoPip:
// only the text is known.
func ScriptUse(script string, env map[string]string) Use {
	return scriptUse(script, env, maxNesting)
}

func scriptUse(script string, env map[string]string, depth int) Use {
	if depth == 0 {
		return NoPip
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(script), "")
	if err != nil {
		return NoPip
	}
	use := NoPip
	syntax.Walk(file, func(n syntax.Node) bool {
		stmt, ok := n.(*syntax.Stmt)
		if !ok {
			return true
		}
		var words []string
		if call, ok := stmt.Cmd.(*syntax.CallExpr); ok {
			for _, w := range call.Args {
				words = append(words, wordText(w.Parts, env))
			}
			use = max(use, wordsUse(words, env, depth))
		}
		if stmt.Cmd == nil || len(words) > 0 && isShell(words[0]) {
			for _, r := range stmt.Redirs {
				if r.Hdoc != nil {
					use = max(use, scriptUse(wordText(r.Hdoc.Parts, env), env, depth-1))
				}
			}
		}
		return true
	})
	return use
}

// wordText returns what a word stands for, as far as the text tells: quotes
// go, variables of env are put in, and what only a shell can expand is left
// out.
func wordText(parts []syntax.WordPart, env map[string]string) string {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			b.WriteString(strings.ReplaceAll(strings.ReplaceAll(p.Value, "\\\n", ""), `\`, ""))
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			b.WriteString(wordText(p.Parts, env))
		case *syntax.ParamExp:
			if p.Param != nil {
				b.WriteString(env[p.Param.Value])
			}
		}
	}
	return b.String()
}

// wordsUse tells what one command makes of pip.
func wordsUse(words []string, env map[string]string, depth int) Use {
	if len(words) == 0 || depth == 0 {
		return NoPip
	}
	name, args := path.Base(words[0]), words[1:]
	switch {
	case pipName.MatchString(name):
		return pipUse(args)
	case pythonName.MatchString(name):
		if i := slices.Index(args, "-m"); i >= 0 && i+1 < len(args) && args[i+1] == "pip" {
			return pipUse(args[i+2:])
		}
	case name == "uv":
		if i := slices.Index(args, "pip"); i >= 0 {
			return pipUse(args[i+1:])
		}
	case name == "opentelemetry-bootstrap":
		text := strings.Join(args, " ") // it calls pip once per package
		if strings.Contains(text, "-a install") || strings.Contains(text, "--action=install") || strings.Contains(text, "--action install") {
			return Installs
		}
	case isShell(name):
		i := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "-") && strings.HasSuffix(a, "c") })
		if i >= 0 && i+1 < len(args) {
			return scriptUse(args[i+1], env, depth-1)
		}
	case name == "command" && len(args) > 0 && strings.EqualFold(args[0], "-v"): // asks where it is
	case slices.Contains(wrappers, name):
		for i := range args {
			if use := wordsUse(args[i:], env, depth-1); use != NoPip {
				return use
			}
		}
	}
	return NoPip
}

// pipUse tells what pip does with its arguments.
func pipUse(args []string) Use {
	for _, a := range args {
		switch a {
		case "install", "download", "wheel", "sync":
			return Installs
		case "cache", "config", "hash", "help", "index", "search", "show", "uninstall": // the name of a package may follow
			return CallsPip
		}
	}
	return CallsPip
}

func isShell(word string) bool { return slices.Contains(shells, path.Base(word)) }
