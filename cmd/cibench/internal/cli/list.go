package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/scenarios/catalog"
	"github.com/cibench/cibench/scenarios/plan"
)

func newListCmd(io *IO) *cobra.Command {
	return &cobra.Command{
		Use:   "list [STUDY]",
		Short: "List the built-in studies, or the jobs, variants and states of one",
		Args:  maxArgs(1, "at most one study"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listStudies(io)
			}
			return listStudy(io, args[0])
		},
	}
}

func listStudies(io *IO) error {
	tw := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	for _, name := range catalog.Studies() {
		s, err := openStudy(name)
		if err != nil {
			return err
		}
		quick, err := quickSize(s)
		if err != nil {
			return err
		}
		fmt.Fprintf(tw, "%s\t%s%s\n", s.Name, s.Title, quick)
	}
	return tw.Flush()
}

func listStudy(io *IO, arg string) error {
	s, err := openStudy(arg)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "%s: %s\n", s.Name, s.Title)
	tw := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	for _, job := range s.Jobs {
		fmt.Fprintf(tw, "\n%s\t(%s lane)\n", job.Name, job.Lane)
		for _, v := range job.Variants {
			name := "  " + v.Name
			if v.Name == job.Baseline {
				name += " *"
			}
			var states []string
			for _, st := range job.StatesOf(v) {
				states = append(states, string(st))
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\n", name, v.Title, strings.Join(states, " "))
		}
	}
	for _, p := range s.Pipelines {
		fmt.Fprintf(tw, "\n%s\t(the sum of %s)\n", p.Name, strings.Join(p.Jobs, " and "))
		for _, v := range p.Variants {
			name := "  " + v.Name
			if v.Name == p.Baseline {
				name += " *"
			}
			var states []string
			for _, r := range v.Runs {
				states = append(states, string(r.State))
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\n", name, v.Title, strings.Join(states, " "))
		}
	}
	fmt.Fprintln(tw, "\n* what the others are compared with")
	if err := tw.Flush(); err != nil || s.Quick == nil {
		return err
	}
	fmt.Fprintf(io.Out, "\n--quick: blocks %d", s.Quick.Blocks)
	if len(s.Quick.Only) > 0 {
		fmt.Fprintf(io.Out, ", only %s", strings.Join(s.Quick.Only, ", "))
	}
	_, err = fmt.Fprintln(io.Out)
	return err
}

// quickSize says how many trials the study's quick selection has; "" when it
// has none.
func quickSize(s *openedStudy) (string, error) {
	if s.Quick == nil {
		return "", nil
	}
	p, err := plan.New(s.Study, plan.Options{Quick: true})
	if err != nil {
		return "", usage(err)
	}
	return fmt.Sprintf("\t--quick: %d trials", len(p.Trials)), nil
}
