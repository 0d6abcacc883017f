package expr

import (
	"fmt"
	"strconv"
	"strings"
)

// format puts the texts of its further arguments into the first: {0} is the
// second argument, {{ and }} are braces. An argument that the text does not
// name is not evaluated.
func (n *call) format(env Environment) (Value, error) {
	text, err := n.text(0, env)
	if err != nil {
		return nil, err
	}
	args := make(map[int]string, len(n.args))
	var b strings.Builder
	for rest := text; rest != ""; {
		i := strings.IndexAny(rest, "{}")
		if i < 0 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:i])
		brace := rest[i]
		rest = rest[i+1:]
		if rest != "" && rest[0] == brace {
			b.WriteByte(brace)
			rest = rest[1:]
			continue
		}
		number, after, ok := strings.Cut(rest, "}")
		index, err := strconv.ParseUint(number, 10, 8)
		if brace == '}' || !ok || err != nil {
			return nil, fmt.Errorf("the format %s is not valid", quote(text))
		}
		if int(index) > len(n.args)-2 {
			return nil, fmt.Errorf("the format %s names more arguments than there are", quote(text))
		}
		arg, seen := args[int(index)]
		if !seen {
			if arg, err = n.text(int(index)+1, env); err != nil {
				return nil, err
			}
			args[int(index)] = arg
		}
		b.WriteString(arg)
		if b.Len() > maxMemory {
			return nil, errMemory
		}
		rest = after
	}
	return b.String(), nil
}
