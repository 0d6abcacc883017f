package scenarios

import (
	"slices"
	"testing"
)

// TestStatesFor holds which states a machine of its lane cannot be in.
func TestStatesFor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lane Lane
		on   Persistence
		not  []State
	}{
		{LaneImage, Persistent, nil},
		{LaneImage, Ephemeral, []State{MountsPruned}},
		{LaneVenv, Persistent, []State{Hit, PythonBump, Evicted, OtherBranch, Corrupt, PipCacheOnly}},
		{LaneVenv, Ephemeral, []State{Warm}},
	} {
		got := tt.lane.StatesFor(tt.on)
		lacks := slices.DeleteFunc(tt.lane.States(), func(s State) bool { return slices.Contains(got, s) })
		if !slices.Equal(lacks, tt.not) {
			t.Errorf("%s, %s: lacks %v, want %v", tt.lane, tt.on, lacks, tt.not)
		}
	}
}

// TestMayInstallOther has the states of each lane in which other packages may be
// installed than in the variant's own build or job.
func TestMayInstallOther(t *testing.T) {
	t.Parallel()
	for lane, want := range map[Lane][]State{
		LaneImage: {DepsBump, DepsAdd},
		LaneVenv:  {DepsBump, DepsAdd, DepsRemove, DevDepsBump, PythonBump},
	} {
		got := slices.DeleteFunc(slices.Clone(lane.States()), func(s State) bool { return !s.MayInstallOther() })
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", lane, got, want)
		}
	}
}
