package plan

import (
	"bytes"
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteText writes the plan as a table, one trial a line in running order.
func (p Plan) WriteText(w io.Writer) error {
	var buf bytes.Buffer
	tw := tabwriter.NewWriter(&buf, 0, 8, 2, ' ', 0)
	fmt.Fprintf(tw, "study %s, %s\n", p.Study, p.StudyDigest)
	fmt.Fprintf(tw, "seed %d, %d trials\n", p.Seed, len(p.Trials))
	if p.MinBlocks > 0 {
		fmt.Fprintf(tw, "after block %d, what is decided is left out\n", p.MinBlocks)
	}
	fmt.Fprintln(tw)
	fmt.Fprintln(tw, "SLOT\tBLOCK\tJOB\tVARIANT\tSTATE\tTRIAL")
	for _, t := range p.Trials {
		block := fmt.Sprint(t.Block)
		if t.Warmup {
			block = "warm-up " + block
		}
		fmt.Fprintf(tw, "%d\t%s\t%s\t%s\t%s\t%s\n", t.Slot, block, t.Job, t.Variant, t.State, t.ID)
	}
	if len(p.Skipped) > 0 {
		fmt.Fprintln(tw)
	}
	for _, s := range p.Skipped {
		fmt.Fprintf(tw, "skipped %s/%s: %s\n", s.Job, s.Variant, s.Reason)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("align the plan: %w", err)
	}
	_, err := buf.WriteTo(w)
	return err
}
