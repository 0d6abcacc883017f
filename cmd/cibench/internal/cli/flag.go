package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// A number is the value of a flag that is a whole number of at least 1. Where
// the flag is not given it stays 0, which nobody can give.
type number struct {
	n    *int
	hint string // what to do instead of giving less; "" where that is clear
}

func (v number) String() string {
	if v.n == nil { // of a zero value, which the flag library makes to compare with
		return "0"
	}
	return strconv.Itoa(*v.n)
}

func (v number) Type() string { return "int" }

func (v number) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return &hintedError{errors.New("want a whole number, 1 or more"), v.hint}
	}
	*v.n = n
	return nil
}

// A seed is the value of a flag that is any number of 64 bits.
type seed struct{ n *uint64 }

func (v seed) String() string {
	if v.n == nil {
		return "0"
	}
	return strconv.FormatUint(*v.n, 10)
}

func (v seed) Type() string { return "uint" }

func (v seed) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return fmt.Errorf("want a whole number from 0 to %d", uint64(1<<64-1))
	}
	*v.n = n
	return nil
}

// A choice is the value of a flag that is one of some words.
type choice struct {
	to *string
	of []string
}

// addFormat adds the flag for the form of a command's output. The first is what
// it has where nobody asks.
func addFormat(cmd *cobra.Command, to *string, formats ...string) {
	*to = formats[0]
	v := choice{to, formats}
	cmd.Flags().Var(v, "format", v.words())
}

func (v choice) words() string {
	last := len(v.of) - 1
	return strings.Join(v.of[:last], ", ") + " or " + v.of[last]
}

func (v choice) String() string {
	if v.to == nil {
		return ""
	}
	return *v.to
}

func (v choice) Type() string { return "string" }

func (v choice) Set(text string) error {
	if !slices.Contains(v.of, text) {
		return errors.New("want " + v.words())
	}
	*v.to = text
	return nil
}

// flagError is the error of a flag that cannot be read. What Go's parser of
// numbers calls itself is nobody's business.
func flagError(cmd *cobra.Command, err error) error {
	text := err.Error()
	if parser := new(strconv.NumError); errors.As(err, &parser) {
		text = strings.TrimSuffix(text, ": "+parser.Error())
	}
	if hints := hintsOf(err); len(hints) > 0 {
		return usageHint(hints[0], "%s", text)
	}
	return usageHint(seeHelp(cmd), "%s", text)
}

// terms is the value of a flag that is a list of names or patterns, given one by
// one or with commas. No name at all selects everything only where the flag is
// not given: an empty variable of a script must not.
type terms struct{ list *[]string }

func (v terms) String() string {
	if v.list == nil {
		return ""
	}
	return strings.Join(*v.list, ",")
}

func (v terms) Type() string { return "strings" }

func (v terms) Set(text string) error {
	for term := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(term) == "" {
			return &hintedError{errors.New("it names nothing"), "leave the flag out for all"}
		}
		*v.list = append(*v.list, term)
	}
	return nil
}

// A span is the value of a flag that is a time; 0 where it is not given.
type span struct{ d *time.Duration }

func (v span) String() string {
	if v.d == nil || *v.d == 0 {
		return ""
	}
	return v.d.String()
}

func (v span) Type() string { return "duration" }

func (v span) Set(text string) error {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return errors.New("want a number and a unit, such as 45m or 8h")
	case d <= 0:
		return &hintedError{fmt.Errorf("%s is no time to measure in", d), "leave it out for no limit"}
	}
	*v.d = d
	return nil
}
