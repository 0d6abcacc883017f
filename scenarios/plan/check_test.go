package plan

import (
	"errors"
	"fmt"

	"github.com/cibench/cibench/scenarios"
)

// check says what in p New could not have made.
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
