package cli

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// selection is which part of a study to run, how often and in which order.
type selection struct {
	only   []string
	blocks int
	seed   uint64
}

func (s *selection) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVar(&s.only, "only", nil, "only trials that match: a job, variant or state, or a pattern job/variant/state (repeatable)")
	f.IntVar(&s.blocks, "blocks", 0, "measured blocks (default: the study's policy)")
	f.Uint64Var(&s.seed, "seed", 0, "seed of the order (default: random)")
}

// plan resolves the selection. Needs that this machine does not meet are
// looked into only when a variant has them.
func (s *selection) plan(ctx context.Context, study *openedStudy, seedGiven bool) (plan.Plan, error) {
	if s.blocks < 0 {
		return plan.Plan{}, usage(fmt.Errorf("--blocks: %d is negative", s.blocks))
	}
	if !seedGiven {
		var b [8]byte
		rand.Read(b[:]) // never fails
		// Small enough that every JSON reader keeps it exact.
		s.seed = binary.BigEndian.Uint64(b[:]) >> 32
	}
	p, err := plan.New(study.Study, plan.Options{
		Seed:        s.seed,
		Blocks:      s.blocks,
		Only:        s.only,
		Unavailable: unmetNeeds(ctx, study.Study),
	})
	return p, usage(err)
}

// pullProbe is an image that the public registry has whenever it answers.
const pullProbe = "docker.io/library/python:3.11-alpine"

func unmetNeeds(ctx context.Context, s *scenarios.Study) map[scenarios.Need]string {
	unmet := map[scenarios.Need]string{}
	for _, job := range s.Jobs {
		for _, v := range job.Variants {
			for _, need := range v.Needs {
				if _, known := unmet[need]; known || need != scenarios.NeedImagePull {
					continue
				}
				if err := provision.Reachable(ctx, pullProbe); err != nil {
					unmet[need] = "images cannot be pulled here"
				}
			}
		}
	}
	return unmet
}

func newPlanCmd(io *IO) *cobra.Command {
	var (
		sel    selection
		format string
	)
	cmd := &cobra.Command{
		Use:   "plan STUDY",
		Short: "Print the trials of a run in their order, without running them",
		Args:  exactArgs(1, "one study"),
		RunE: func(cmd *cobra.Command, args []string) error {
			study, err := openStudy(args[0])
			if err != nil {
				return err
			}
			p, err := sel.plan(cmd.Context(), study, cmd.Flags().Changed("seed"))
			if err != nil {
				return err
			}
			switch format {
			case "text":
				return p.WriteText(io.Out)
			case "json":
				enc := json.NewEncoder(io.Out)
				enc.SetIndent("", "  ")
				return enc.Encode(p)
			default:
				return badFormat(format, "text", "json")
			}
		},
	}
	sel.addFlags(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}
