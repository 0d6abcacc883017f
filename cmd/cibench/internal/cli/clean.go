package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/runner/engine"
)

func newCleanCmd(io *IO) *cobra.Command {
	return &cobra.Command{
		Use:   "clean",
		Short: "Remove every container, volume and network of ours from the engine",
		Long: `Remove every container, volume and network that carries cibench's label,
and nothing else. Results, images and the recorded index stay.`,
		Args: exactArgs(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error { return clean(cmd.Context(), io) },
	}
}

func clean(ctx context.Context, io *IO) error {
	e, err := engine.Open(ctx, "clean")
	if err != nil {
		return err
	}
	defer e.Close()
	n, err := e.Clean(ctx)
	fmt.Fprintf(io.Out, "removed %d containers, %d volumes, %d networks\n", n.Containers, n.Volumes, n.Networks)
	return err
}
