package dockerfile

import (
	"maps"
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// noVariables are the arguments that BuildKit keeps from a RUN
// (dockerfile2llb, nonEnvArgs).
var noVariables = []string{"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"}

// declare sets what ARG declares: the value of the call, else the default,
// else the global argument's.
func (r *reader) declare(vars map[string]string, args []instructions.KeyValuePairOptional) {
	for _, a := range args {
		v, ok := r.args[a.Key]
		switch {
		case slices.Contains(noVariables, a.Key):
			continue
		case ok:
		case a.Value != nil:
			v = r.expand(*a.Value, vars)
		default:
			if v, ok = r.global[a.Key]; !ok {
				continue
			}
		}
		vars[a.Key] = v
	}
}

// expandIn puts variables into the words of an instruction in which the
// builder does. A word that needs a variable of the base image stays as it is.
// The one error is of a RUN whose mounts do not parse.
func (r *reader) expandIn(cmd instructions.Command, vars map[string]string) error {
	asIs := func(word string) (string, error) { return word, nil }
	expand := func(word string) (string, error) { return r.expand(word, vars), nil }
	switch cmd := cmd.(type) {
	case *instructions.ArgCommand: // its default may not be needed
	case *instructions.RunCommand:
		if err := cmd.Expand(expand); err != nil {
			return cmd.Expand(asIs)
		}
	case instructions.SupportsSingleWordExpansion:
		if err := cmd.Expand(expand); err != nil {
			return err
		}
	}
	if raw, ok := cmd.(instructions.SupportsSingleWordExpansionRaw); ok {
		lex := shell.NewLex('\\')
		lex.SkipProcessQuotes = true
		return raw.ExpandRaw(func(text string) (string, error) {
			if out, _, err := lex.ProcessWord(text, envs(vars)); err == nil {
				return out, nil
			}
			return text, nil
		})
	}
	return nil
}

// expand returns the word with its variables put in, or as it is when that
// fails.
func (r *reader) expand(word string, vars map[string]string) string {
	if out, err := r.word(word, vars); err == nil {
		return out
	}
	return word
}

// word returns the word with its variables put in.
func (r *reader) word(word string, vars map[string]string) (string, error) {
	out, _, err := r.lex.ProcessWord(word, envs(vars))
	return out, err
}

// envs is a set of variables as the shell lexer reads it.
type envs map[string]string

func (e envs) Get(key string) (string, bool) { v, ok := e[key]; return v, ok }

func (e envs) Keys() []string { return slices.Collect(maps.Keys(e)) }
