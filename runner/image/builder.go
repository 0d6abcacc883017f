package image

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Builder says which BuildKit runs a lane's builds.
type Builder string

const (
	// BuilderContainer is a daemon of our own for each trial.
	BuilderContainer Builder = "container"
	// BuilderEngine is the BuildKit in the engine, with the user's cache.
	BuilderEngine Builder = "engine"
)

// Builders returns all builders, the default first.
func Builders() []Builder { return []Builder{BuilderContainer, BuilderEngine} }

// ParseBuilder returns the builder named s.
func ParseBuilder(s string) (Builder, error) {
	if b := Builder(s); slices.Contains(Builders(), b) {
		return b, nil
	}
	return "", fmt.Errorf("unknown builder %q", s)
}

// reaches tells whether the builder can be brought into a state without
// emptying a cache that is not ours.
func (b Builder) reaches(s scenarios.State) bool {
	return b == BuilderContainer || s.Primed() && s != scenarios.MountsPruned
}

// StateError says that a builder cannot be brought into a state.
type StateError struct {
	State   scenarios.State
	Reached []scenarios.State // the plan's states that it can be brought into
}

func (e *StateError) Error() string {
	return fmt.Sprintf("builder engine: state %s needs a cache emptied, and the engine's is yours", e.State)
}

// Hint says what can be run instead.
func (e *StateError) Hint() string {
	if len(e.Reached) == 0 {
		return "leave out --builder: each trial then has a builder of its own"
	}
	var names []string
	for _, s := range e.Reached {
		names = append(names, string(s))
	}
	return fmt.Sprintf("add --only %s, or leave out --builder: each trial then has a builder of its own", strings.Join(names, ","))
}

// VariantError says that a variant needs a builder of its own.
type VariantError struct {
	Variant string
}

func (e *VariantError) Error() string {
	return fmt.Sprintf("builder engine: variant %s says what a builder keeps, and the engine's is yours", e.Variant)
}

// Hint says what can be run instead.
func (e *VariantError) Hint() string {
	return "leave the variant out with --only, or leave out --builder: each trial then has a builder of its own"
}

// Check returns a *VariantError when the plan has a variant of the study whose
// builder is new for each build or has a cache outside, and the builder is the
// engine's; and a *StateError when it has a state that the builder cannot be
// brought into.
func (b Builder) Check(s *scenarios.Study, p plan.Plan) error {
	var refused, reached []scenarios.State
	for _, t := range p.Trials {
		v, ok := s.Variant(t.Job, t.Variant)
		switch {
		case !ok || v.Dockerfile == "": // builds nothing
		case b == BuilderEngine && v.NeedsOwnBuilder():
			return &VariantError{t.Job + "/" + t.Variant}
		case !b.reaches(t.State):
			if !slices.Contains(refused, t.State) {
				refused = append(refused, t.State)
			}
		case !slices.Contains(reached, t.State):
			reached = append(reached, t.State)
		}
	}
	if len(refused) == 0 {
		return nil
	}
	err := &StateError{}
	for _, s := range scenarios.LaneImage.States() {
		if err.State == "" && slices.Contains(refused, s) {
			err.State = s
		}
		if slices.Contains(reached, s) {
			err.Reached = append(err.Reached, s)
		}
	}
	return err
}

// connection is a BuildKit that a session builds with: a daemon of its own, or
// the engine's.
type connection interface {
	Client() *client.Client
	Close(ctx context.Context, grace time.Duration) error
}
