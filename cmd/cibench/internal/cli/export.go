package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/results"
)

func newExportCmd(io *IO, cfg *config) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "export [RUN]",
		Short: "Write every sample of a run, a line each, as JSON lines or CSV",
		Args:  maxArgs(1, "at most one run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return export(cmd.Context(), io, cfg, refOf(args), format)
		},
	}
	addFormat(cmd, &format, "json", "csv")
	return cmd
}

func export(ctx context.Context, io *IO, cfg *config, ref, format string) error {
	write := results.WriteJSONLines
	if format == "csv" {
		write = results.WriteCSV
	}
	st, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer st.Close()
	run, err := findRun(ctx, st, ref)
	if err != nil {
		return err
	}
	return write(io.Out, results.Lines(run, st.Stream(ctx, run.ID)))
}
