package cli

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/venv"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// selection is which part of a study to run, how often and in which order.
type selection struct {
	only      []string
	quick     bool
	null      bool
	blocks    int // 0 where the flag is not given
	maxBlocks int // likewise
	seed      uint64
}

func (s *selection) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(terms{&s.only}, "only", "only trials that match: names of one kind (job, variant, state) are alternatives, those of different kinds must all match, and patterns job/variant/state add what they match (repeatable)")
	f.BoolVar(&s.quick, "quick", false, "the study's own quick selection, for a first answer soon; --only narrows it, --blocks overrides its blocks")
	f.Var(number{n: &s.blocks}, "blocks", "measured blocks (default: those of the study's policy or quick selection)")
	f.Var(number{&s.maxBlocks, "--blocks N runs just N, whatever the study's policy says"}, "max-blocks", "go on after --blocks, up to this many, with what is undecided (default: the study's policy, unless --blocks or --quick fixes the number)")
	f.BoolVar(&s.null, "null", false, "also run each job's baseline once more, to see what chance alone makes of two equal variants")
	f.Var(seed{&s.seed}, "seed", "seed of the order (default: random)")
}

// plan resolves the selection. Needs that this machine does not meet are
// looked into only when a variant has them.
func (s *selection) plan(ctx context.Context, study *openedStudy, seedGiven bool) (plan.Plan, error) {
	if s.null {
		study.Study = study.WithNull()
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
		MaxBlocks:   s.maxBlocks,
		Only:        s.only,
		Quick:       s.quick,
		Unavailable: unmetNeeds(ctx, study.Study),
	})
	if err != nil {
		return p, usage(err)
	}
	return p, checkDecidable(study, p)
}

// checkWork reads what the plan's trials build and run: Dockerfiles and
// workflows. A mistake there is one of the study, and needs no engine to be found.
func checkWork(study *openedStudy, p plan.Plan) error {
	_, err := imagesOf(study, p)
	return err
}

// imagesOf returns the references of all images that Dockerfiles and workflows of
// the plan's trials name, an image maybe more than once.
func imagesOf(study *openedStudy, p plan.Plan) ([]string, error) {
	var all []string
	var errs []error
	for _, job := range study.Jobs {
		var refs []string
		var err error
		variants := variantsOf(p, job.Name)
		switch {
		case len(variants) == 0:
		case job.Lane == scenarios.LaneImage:
			refs, err = image.Images(study.Study, study.files, job, variants)
		case job.Lane == scenarios.LaneVenv:
			refs, err = venv.Images(study.Study, study.files, job, p.Trials, variants)
		}
		all, errs = append(all, refs...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, usage(study.located(err))
	}
	return all, nil
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

func newPlanCmd(io *IO, cfg *config) *cobra.Command {
	var (
		sel    selection
		format string
	)
	cmd := &cobra.Command{
		Use:   "plan STUDY",
		Short: "Print the trials of a run in their order, without running them",
		Long: `Print the trials of a run in their order, without running them, and how long
they will take as far as earlier runs of the study on this machine tell. What a
run does once comes on top: getting images and packages, and the untimed builds
and jobs of what no earlier run has primed, which are foretold apart.`,
		Args: exactArgs(1, "one study"),
		RunE: func(cmd *cobra.Command, args []string) error {
			study, err := openStudy(args[0])
			if err != nil {
				return err
			}
			p, err := sel.plan(cmd.Context(), study, cmd.Flags().Changed("seed"))
			if err == nil {
				err = checkWork(study, p)
			}
			if err != nil {
				return err
			}
			for _, doubt := range doubts(study, p) {
				fmt.Fprintln(io.Err, "warning:", doubt)
			}
			return printPlan(cmd.Context(), io, cfg, study.Study, p, format)
		},
	}
	sel.addFlags(cmd)
	addFormat(cmd, &format, "text", "json")
	return cmd
}

// printPlan prints the plan and how long it will take. A store that cannot say
// costs a line on stderr: the plan needs none.
func printPlan(ctx context.Context, io *IO, cfg *config, study *scenarios.Study, p plan.Plan, format string) error {
	f, err := forecastFromStore(ctx, cfg, study, p)
	if err != nil {
		fmt.Fprintf(io.Err, "earlier runs cannot be read: %v\n", err)
	}
	if format == "json" {
		enc := json.NewEncoder(io.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(struct {
			plan.Plan
			expectation
		}{p, f})
	}
	if err := p.WriteText(io.Out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.Out, "\n%s\n", f)
	return err
}
