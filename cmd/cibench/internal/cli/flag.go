package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

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
