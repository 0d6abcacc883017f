package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
)

func newExportCmd(io *IO) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "export [RUN]",
		Short: "Write every sample of a run, a line each, as JSON lines or CSV",
		Args:  maxArgs(1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(io, cmd)
			if err != nil {
				return err
			}
			return export(cmd.Context(), io, cfg, refOf(args), format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "json", "json or csv")
	return cmd
}

func export(ctx context.Context, io *IO, cfg *config, ref, format string) error {
	write := results.WriteJSONLines
	switch format {
	case "json":
	case "csv":
		write = results.WriteCSV
	default:
		return badFormat(format, "json", "csv")
	}
	st, err := store.OpenExisting(ctx, cfg.Store)
	if err != nil {
		return err
	}
	defer st.Close()
	run, err := st.Run(ctx, ref)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrAmbiguous) {
		return usage(err)
	}
	if err != nil {
		return err
	}
	return write(io.Out, results.Lines(run, st.Stream(ctx, run.ID)))
}
