package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/cibench/cibench/scenarios"
)

// WriteText writes the plan as a table, one trial a line in running order.
func (p Plan) WriteText(w io.Writer) error {
	var buf bytes.Buffer
	tw := tabwriter.NewWriter(&buf, 0, 8, 2, ' ', 0)
	fmt.Fprintf(tw, "study %s, %s\n", p.Study, p.StudyDigest)
	fmt.Fprintf(tw, "seed %d, %d trials\n\n", p.Seed, len(p.Trials))
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

// ParseJSON reads a plan that encoding/json wrote. It refuses unknown fields,
// whatever follows the plan, and trials that New could not have made.
func ParseJSON(data []byte) (Plan, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var p Plan
	if err := dec.Decode(&p); err != nil {
		return Plan{}, fmt.Errorf("read the plan: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Plan{}, errors.New("read the plan: there is more behind its end")
	}
	if err := p.check(); err != nil {
		return Plan{}, fmt.Errorf("read the plan: %w", err)
	}
	return p, nil
}

func (p Plan) check() error {
	switch {
	case p.Study == "":
		return errors.New("it names no study")
	case len(p.Trials) == 0:
		return errors.New("it holds no trials")
	}
	ids := map[string]bool{}
	for i, t := range p.Trials {
		_, err := scenarios.ParseState(string(t.State))
		switch {
		case err != nil:
			return fmt.Errorf("trial %d: %w", i, err)
		case t.ID == "" || t.Job == "" || t.Variant == "":
			return fmt.Errorf("trial %d lacks its id, job or variant", i)
		case ids[t.ID]:
			return fmt.Errorf("trial %d: the id %q stands there twice", i, t.ID)
		case t.Slot != i:
			return fmt.Errorf("trial %d has slot %d", i, t.Slot)
		case t.Block < 1 || !t.Warmup && t.Block > p.Blocks:
			return fmt.Errorf("trial %d is in block %d of %d", i, t.Block, p.Blocks)
		}
		ids[t.ID] = true
	}
	return nil
}
