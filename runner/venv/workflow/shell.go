package workflow

import (
	"fmt"
	"strings"
)

// Shell is how a script is run.
type Shell struct {
	Args      []string // the command line; one of them holds {0}, for the script's file
	Extension string   // of the script's file, with its dot; "" for none
}

// shells are the command lines of the shells that have a name. Without one,
// bash is called as sh is, so that a failure inside a pipe goes unnoticed
// (github.com/actions/runner, ScriptHandlerHelpers).
var shells = map[string]Shell{
	"":       {[]string{"bash", "-e", "{0}"}, ".sh"},
	"bash":   {[]string{"bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "{0}"}, ".sh"},
	"sh":     {[]string{"sh", "-e", "{0}"}, ".sh"},
	"python": {[]string{"python", "{0}"}, ".py"},
}

// parseShell returns the shell that a step names: one of those with a name, or
// a command line with {0} in it, whose words stand apart by spaces outside of
// double quotes.
func parseShell(text string) (Shell, error) {
	if s, ok := shells[text]; ok {
		return s, nil
	}
	if !strings.Contains(text, "{0}") {
		return Shell{}, fmt.Errorf("shell %s: want bash, sh, python or a command line with {0}", quote(text))
	}
	var s Shell
	var word strings.Builder
	quoted, started := false, false
	for _, r := range text + " " {
		switch {
		case r == '"':
			quoted, started = !quoted, true
		case r == ' ' && !quoted:
			if started {
				s.Args = append(s.Args, word.String())
			}
			word.Reset()
			started = false
		default:
			word.WriteRune(r)
			started = true
		}
	}
	if quoted {
		return Shell{}, fmt.Errorf("shell %s: the quote is not closed", quote(text))
	}
	if strings.Contains(s.Args[0], "{0}") {
		return Shell{}, fmt.Errorf("shell %s: no command stands before {0}", quote(text))
	}
	s.Extension = shells[s.Args[0]].Extension
	return s, nil
}
