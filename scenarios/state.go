package scenarios

import (
	"fmt"
	"slices"
)

// State is a declared cache state: the condition of every owned cache when
// timing starts.
type State string

// The cache states. Cold has every owned cache empty. Warm, of machines that
// stay and of image builds, and Hit, of the Actions cache, have what one
// successful run of the same input left; each other state is that and then
// exactly one change or loss.
const (
	Cold        State = "cold"
	Warm        State = "warm"
	Hit         State = "hit"           // the cache entry's key is found exactly
	CodeChange  State = "code-change"   // a source file changed
	NewCommit   State = "new-commit"    // a source file and the commit's build arguments changed
	DepsBump    State = "deps-bump"     // one pinned requirement moved
	DepsAdd     State = "deps-add"      // one requirement added
	DepsRemove  State = "deps-remove"   // one requirement removed
	DevDepsBump State = "dev-deps-bump" // one pinned requirement of development moved
	PythonBump  State = "python-bump"   // the job sets up another version of Python
	BaseBump    State = "base-bump"     // the base image's tag points to new content
	Evicted     State = "evicted"       // the cache entries are gone
	OtherBranch State = "other-branch"  // the cache entries are another branch's
	Corrupt     State = "corrupt"       // the archives of the cache entries are cut off

	// MountsPruned has the builder's cache mounts cleared, as `docker builder
	// prune -a --filter type=exec.cachemount` does, and its layers left.
	MountsPruned State = "mounts-pruned"

	// PipCacheOnly has the virtual environments taken out of the entries'
	// archives, so that pip's download cache is left.
	PipCacheOnly State = "pip-cache-only"
)

// States returns the cache states in the order in which tables show them.
func States() []State {
	return []State{
		Cold, Warm, Hit, CodeChange, NewCommit, DepsBump, DepsAdd, DepsRemove, DevDepsBump,
		PythonBump, BaseBump, MountsPruned, Evicted, OtherBranch, Corrupt, PipCacheOnly,
	}
}

// States returns the cache states that jobs of the lane can be in.
func (l Lane) States() []State {
	switch l {
	case LaneImage:
		return []State{Cold, Warm, CodeChange, NewCommit, DepsBump, DepsAdd, BaseBump, MountsPruned}
	case LaneVenv:
		return []State{
			Cold, Warm, Hit, CodeChange, DepsBump, DepsAdd, DepsRemove, DevDepsBump, PythonBump,
			Evicted, OtherBranch, Corrupt, PipCacheOnly,
		}
	}
	return nil
}

// StatesFor returns the cache states that jobs of the lane can be in on such a
// machine.
func (l Lane) StatesFor(p Persistence) []State {
	return slices.DeleteFunc(l.States(), func(s State) bool {
		switch {
		case l == LaneVenv && p == Persistent: // its Python stays, too
			return s.ofActionsCache() || s == PythonBump
		case l == LaneVenv:
			return s == Warm
		default: // a new builder has no mounts to prune
			return p == Ephemeral && s == MountsPruned
		}
	})
}

// ofActionsCache tells whether the state is one of the Actions cache alone.
func (s State) ofActionsCache() bool {
	switch s {
	case Hit, Evicted, OtherBranch, Corrupt, PipCacheOnly:
		return true
	default:
		return false
	}
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
	case CodeChange, NewCommit, DepsBump, DepsAdd, DepsRemove, DevDepsBump, PythonBump:
		return true
	default:
		return false
	}
}

// MayInstallOther tells whether the state edits what says which packages, or which
// Python, are installed.
func (s State) MayInstallOther() bool {
	return s.NeedsMutation() && s != CodeChange && s != NewCommit
}

// Primed tells whether the state starts from what an earlier build left.
func (s State) Primed() bool { return s != Cold }
