package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/inside"
)

// newJobTaskCmd is the program's part inside of a job's container.
func newJobTaskCmd(*IO) *cobra.Command {
	return &cobra.Command{
		Use:    inside.Command + " TASK PATH...",
		Hidden: true,
		RunE:   func(cmd *cobra.Command, args []string) error { return inside.Run(cmd.Context(), args) },
	}
}

// newCacheStepCmd does there what the cache actions do. It finds the service
// and its token where they do.
func newCacheStepCmd(io *IO) *cobra.Command {
	return &cobra.Command{
		Use:    cachestep.Command + " REQUEST",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var req cachestep.Request
			if err := json.Unmarshal([]byte(args[0]), &req); err != nil {
				return fmt.Errorf("request of a cache step: %w", err)
			}
			step := cachestep.Step{
				URL: io.Getenv("ACTIONS_RESULTS_URL"), Token: io.Getenv("ACTIONS_RUNTIME_TOKEN"),
				Workspace: io.Getenv("GITHUB_WORKSPACE"), Home: io.Getenv("HOME"), Temp: io.Getenv("RUNNER_TEMP"),
				Zstd: io.Program + " " + cachestep.ZstdCommand, Log: io.Err,
			}
			return json.NewEncoder(io.Out).Encode(step.Run(cmd.Context(), req))
		},
	}
}

// newCacheZstdCmd is what tar has the archives compressed by. It reads and
// writes the streams of the process, as tar expects.
func newCacheZstdCmd(io *IO) *cobra.Command {
	var decompress bool
	cmd := &cobra.Command{
		Use:    cachestep.ZstdCommand,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			direction := cachestep.Compress
			if decompress {
				direction = cachestep.Decompress
			}
			return cachestep.Zstd(direction, cmd.InOrStdin(), io.Out)
		},
	}
	cmd.Flags().BoolVarP(&decompress, "decompress", "d", false, "decompress")
	return cmd
}
