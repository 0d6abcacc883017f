package scenarios

import "fmt"

// State is a declared cache state: the condition of every owned cache when
// timing starts.
type State string

// The cache states of the image lane. Cold has every owned cache empty; Warm
// has what one successful build of the same input left; each other state is
// Warm and then exactly one change.
const (
	Cold       State = "cold"
	Warm       State = "warm"
	CodeChange State = "code-change" // a source file changed
	NewCommit  State = "new-commit"  // a source file and the commit's build arguments changed
	DepsBump   State = "deps-bump"   // one pinned requirement moved
	DepsAdd    State = "deps-add"    // one requirement added
	BaseBump   State = "base-bump"   // the base image's tag points to new content
)

// States returns the cache states in the order in which tables show them.
func States() []State {
	return []State{Cold, Warm, CodeChange, NewCommit, DepsBump, DepsAdd, BaseBump}
}

// ParseState returns the state named s.
func ParseState(s string) (State, error) {
	for _, st := range States() {
		if string(st) == s {
			return st, nil
		}
	}
	return "", fmt.Errorf("unknown cache state %q", s)
}

// NeedsMutation tells whether the state edits the project tree.
func (s State) NeedsMutation() bool {
	switch s {
	case CodeChange, NewCommit, DepsBump, DepsAdd:
		return true
	default:
		return false
	}
}

// Primed tells whether the state starts from what an earlier build left.
func (s State) Primed() bool { return s != Cold }
