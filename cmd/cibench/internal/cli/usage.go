package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/charts"
)

// usageError is a mistake of the caller: a wrong flag, argument, config or
// study.
type usageError struct {
	err  error
	hint string // "" when the error is clear, or has a hint of its own
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// Hint says what to type instead.
func (e *usageError) Hint() string { return e.hint }

// usage marks err as the caller's; nil stays nil.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &usageError{err: err}
}

// usageHint is usage of an error that does not say what to do.
func usageHint(hint, format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...), hint: hint}
}

// hintedError is an error that is not the caller's, with what there is to do.
type hintedError struct {
	err  error
	hint string
}

func (e *hintedError) Error() string { return e.err.Error() }
func (e *hintedError) Unwrap() error { return e.err }

// Hint says what to do.
func (e *hintedError) Hint() string { return e.hint }

// seeHelp is the hint where the command's own help tells the rest.
func seeHelp(cmd *cobra.Command) string { return fmt.Sprintf("see `%s --help`", cmd.CommandPath()) }

// group makes cmd, which only holds other commands, print its help, and refuse
// a name that none of them has.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return unknownCommand(cmd, args[0])
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return cmd
}

func unknownCommand(parent *cobra.Command, name string) error {
	hint := seeHelp(parent)
	if near := parent.SuggestionsFor(name); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", near[0])
	}
	return usageHint(hint, "unknown command %q", name)
}

// checkHelp makes the help command refuse what is no command.
func checkHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "help" {
			continue
		}
		cmd.Args = func(_ *cobra.Command, args []string) error {
			// Find's error is that of the arguments which the command refuses.
			if found, rest, _ := root.Find(args); len(rest) > 0 {
				return unknownCommand(found, rest[0])
			}
			return nil
		}
	}
}

// exactArgs is cobra's check with our exit code.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageHint(seeHelp(cmd), "got %s, want %s", charts.Count(len(args), "argument"), what)
		}
		return nil
	}
}

// maxArgs is exactArgs for optional ones.
func maxArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return usageHint(seeHelp(cmd), "got %s, want %s", charts.Count(len(args), "argument"), what)
		}
		return nil
	}
}
