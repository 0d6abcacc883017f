package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/cibench/cibench/scenarios/target"
	"github.com/cibench/cibench/scenarios/target/markdown"
)

func newTargetsCmd(io *IO) *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "targets",
		Short: "Print what a study is held against, or draft it from a document",
	})
	cmd.AddCommand(newTargetsShowCmd(io), newTargetsLintCmd(io), newTargetsImportCmd(io))
	return cmd
}

func newTargetsShowCmd(io *IO) *cobra.Command {
	return &cobra.Command{
		Use:   "show STUDY",
		Short: "Print the documented figures with what they speak of, and the document's claims with what decides them",
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
			if err := tw.Flush(); err != nil {
				return err
			}
			if err := showClaims(io, s.targets.Claims); err != nil {
				return err
			}
			if len(s.lintTargets()) > 0 {
				fmt.Fprintf(io.Out, "\nSome of them contradict each other: cibench targets lint %s\n", args[0])
			}
			return nil
		},
	}
}

// showClaims prints what the document says in sentences, and what decides it.
func showClaims(io *IO, claims []target.Claim) error {
	if len(claims) == 0 {
		return nil
	}
	tw := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\nCLAIM\tLINE\tSAYS\tIN\tDECIDED BY")
	for _, c := range claims {
		line := ""
		if c.Line > 0 {
			line = strconv.Itoa(c.Line)
		}
		if c.Unmeasured != "" {
			fmt.Fprintf(tw, "%s\t%s\t%s\t\tnothing: %s\n", c.ID, line, c.Says, c.Unmeasured)
			continue
		}
		id, says := c.ID, c.Says
		for _, check := range c.Checks {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", id, line, says, check.In, strings.Join(check.Rules, "; "))
			id, line, says = "", "", ""
		}
	}
	return tw.Flush()
}

// lintTargets holds the figures of the study's document against each other.
func (s *openedStudy) lintTargets() []target.Finding {
	jobs := map[string][]string{}
	for _, p := range s.Pipelines {
		jobs[p.Name] = p.Jobs
	}
	return target.Lint(s.targets, jobs)
}

// A contradictionError says that figures of a document contradict others.
type contradictionError struct{ n int }

func (e *contradictionError) Error() string {
	if e.n == 1 {
		return "1 figure contradicts others"
	}
	return fmt.Sprintf("%d figures contradict others", e.n)
}

func newTargetsLintCmd(io *IO) *cobra.Command {
	var strict bool
	cmd := &cobra.Command{
		Use:   "lint STUDY",
		Short: "Hold a document's figures against each other: savings, sums of phases and of jobs",
		Long: `Hold a document's figures against each other, and print those that contradict
others: savings against the rows that they are about, totals against the sums of
their phases, and pipelines against the sums of their jobs.

That is what the document says, and no fault of the study: the exit code is 0,
and 3 with --strict, for whoever writes the document.`,
		Args: exactArgs(1, "one study"),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := openStudy(args[0])
			if err != nil {
				return err
			}
			found := s.lintTargets()
			if len(found) == 0 {
				fmt.Fprintf(io.Out, "none of the %d figures of %s contradicts another\n", len(s.targets.Targets), s.Name)
				return nil
			}
			tw := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "JOB\tPHASE\tCOLUMN\tDOCUMENTED\tBUT")
			for _, f := range found {
				fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s give %s\n", f.Target.Job, f.Target.Phase, f.Target.Column, f.Target.Label, f.Because, f.Label())
			}
			if err := tw.Flush(); err != nil || !strict {
				return err
			}
			return &contradictionError{len(found)}
		},
	}
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 3 when a figure contradicts others")
	return cmd
}

func newTargetsImportCmd(io *IO) *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE.md",
		Short: "Draft targets from the tables of a Markdown document",
		Long: `Draft targets from the tables of a Markdown document, and write them to standard
output, each with its line. Tables are read that have times in columns, such as
before and after, and phases of a job in rows; and what a line below them says
is saved. Which variant and cache states a column speaks of no document says as
a study has to: these are guesses, to be edited.

Figures that are in no target are named on standard error, with their lines.`,
		Args: exactArgs(1, "one Markdown document"),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return usageHint("give the path of a Markdown document", "%w", err)
			}
			draft, err := markdown.Read(text)
			for _, u := range draft.Unread {
				fmt.Fprintf(io.Err, "%s:%d: not read: %s: %s\n", args[0], u.Line, u.Text, u.Reason)
			}
			if err != nil {
				return usageHint("wanted is a table with phases in rows and times in columns, such as before and after", "%s: %w", args[0], err)
			}
			var b bytes.Buffer
			name := strings.TrimSuffix(filepath.Base(args[0]), filepath.Ext(args[0]))
			if err := draft.Encode(&b, name, args[0]); err != nil {
				return err
			}
			_, err = b.WriteTo(io.Out)
			return err
		},
	}
}
