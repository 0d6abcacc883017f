package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/host"
)

func newCleanCmd(io *IO) *cobra.Command {
	return &cobra.Command{
		Use:   "clean",
		Short: "Remove every container, volume, network and image of ours from the engine",
		Long: `Remove every container, volume, network and built image that carries
cibench's label, and the directories cibench-scratch-* in TMPDIR that killed runs
of this user left, and nothing else. A run does the same when it begins. What is
in the cache directory stays: results, images, the recorded index, and what the
Actions cache last held. While a run is under way it refuses.`,
		Args: exactArgs(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error { return clean(cmd.Context(), io) },
	}
}

// clean takes the host first: what carries our label may belong to a run that
// is under way.
func clean(ctx context.Context, io *IO) (err error) {
	release, err := host.Lock(ctx, io.HostLock, "cibench clean")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	e, err := engine.Open(ctx, "clean")
	if err != nil {
		return err
	}
	defer e.Close()
	n, err := e.Clean(ctx)
	dirs := 0
	if err == nil {
		dirs, err = removeScratch(ctx, e, io.Program)
	}
	fmt.Fprintf(io.Out, "removed %d containers, %d volumes, %d networks, %d images, %d scratch directories\n",
		n.Containers, n.Volumes, n.Networks, n.Images, dirs)
	return err
}
