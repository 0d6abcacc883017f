package workflow

import (
	"fmt"
	"strings"
)

// ParseVariables reads a file of GITHUB_ENV or GITHUB_OUTPUT: NAME=value, or
// NAME<<DELIMITER, lines, and DELIMITER on a line of its own. It returns what
// stands before a mistake too: the runner has set those by then, and fails the
// step. Unlike it, it refuses an empty name, with which the steps behind would
// not start.
func ParseVariables(data []byte) ([]Variable, error) {
	rest := strings.TrimPrefix(string(data), "\ufeff")
	var vars []Variable
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if line == "" {
			continue
		}
		equals, heredoc := strings.Index(line, "="), strings.Index(line, "<<")
		switch {
		case equals >= 0 && (heredoc < 0 || equals < heredoc):
			if equals == 0 {
				return vars, fmt.Errorf("invalid format %s: the name is empty", quote(line))
			}
			vars = append(vars, Variable{line[:equals], line[equals+1:]})
		case heredoc >= 0:
			name, delimiter := line[:heredoc], line[heredoc+len("<<"):]
			if name == "" || delimiter == "" {
				return vars, fmt.Errorf("invalid format %s: the name or the delimiter is empty", quote(line))
			}
			value, after, err := readHeredoc(rest, delimiter)
			if err != nil {
				return vars, fmt.Errorf("invalid value of %s: %w", name, err)
			}
			vars = append(vars, Variable{name, value})
			rest = after
		default:
			return vars, fmt.Errorf("invalid format %s", quote(line))
		}
	}
	return vars, nil
}

// readHeredoc returns the text up to the line that is the delimiter, and what
// stands behind that line.
func readHeredoc(text, delimiter string) (value, rest string, err error) {
	for at := 0; at < len(text); {
		line, after, newline := strings.Cut(text[at:], "\n")
		if line == delimiter {
			return strings.TrimSuffix(text[:at], "\n"), after, nil
		}
		if !newline {
			return "", "", fmt.Errorf("the last line, before the delimiter %s, does not end", quote(delimiter))
		}
		at += len(line) + 1
	}
	return "", "", fmt.Errorf("there is no line with the delimiter %s", quote(delimiter))
}

// blocked are the variables that GITHUB_ENV cannot set.
var blocked = []string{"NODE_OPTIONS"}

// ParseEnv reads a file of GITHUB_ENV. What it may not set is left out, and
// named in refused; for that, no step fails.
func ParseEnv(data []byte) (vars []Variable, refused []string, err error) {
	all, err := ParseVariables(data)
	for _, v := range all {
		if isBlocked(v.Name) {
			refused = append(refused, v.Name)
		} else {
			vars = append(vars, v)
		}
	}
	return vars, refused, err
}

func isBlocked(name string) bool {
	for _, b := range blocked {
		if strings.EqualFold(name, b) {
			return true
		}
	}
	return false
}

// ParsePath reads a file of GITHUB_PATH: a folder a line. The last one is the
// first to be searched, as Task.Path has it.
func ParsePath(data []byte) []string {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(data), "\ufeff"))
	var dirs []string
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			dirs = append(dirs, line)
		}
	}
	return dirs
}
