package cli

import (
	"github.com/spf13/cobra"

	"github.com/cibench/cibench/runner/snapshot"
)

// newSnapshotTaskCmd is the program's part inside the container that handles a
// builder's state as root.
func newSnapshotTaskCmd(*IO) *cobra.Command {
	return &cobra.Command{
		Use:    snapshot.Command + " TASK PATH...",
		Hidden: true,
		RunE:   func(cmd *cobra.Command, args []string) error { return snapshot.RunTask(cmd.Context(), args) },
	}
}
