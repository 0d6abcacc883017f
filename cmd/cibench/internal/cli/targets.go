package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func newTargetsCmd(io *IO) *cobra.Command {
	return &cobra.Command{
		Use:   "targets STUDY",
		Short: "Print the documented figures that a study is held against",
		Args:  exactArgs(1, "one study"),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := openStudy(args[0])
			if err != nil {
				return err
			}
			if len(s.targets.Targets) == 0 {
				fmt.Fprintf(io.Out, "%s has no documented targets\n", s.Name)
				return nil
			}
			fmt.Fprintf(io.Out, "%s\n\n", s.targets.Title)
			tw := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "JOB\tPHASE\tVARIANT\tDOCUMENTED\tMEANT FOR")
			for _, t := range s.targets.Targets {
				label, variant := t.Label, t.Variant
				if t.Derived {
					label += " (follows from its rows)"
				}
				if t.Baseline != "" {
					variant += " saves against " + t.Baseline
				}
				fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", t.Job, t.Phase, variant, label, strings.Join(t.States, " "))
			}
			return tw.Flush()
		},
	}
}
