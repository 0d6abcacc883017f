package snapshot

import (
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Surplus returns the names of the directories in dir that have to go so that
// no more than keep are left: the least recently used, by the time of the file
// done in each, and those that have none, which are not whole. Those in use
// stay, and count.
func Surplus(dir, done string, keep int, inUse map[string]bool) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	type state struct {
		name string
		used time.Time // zero for one that is not whole
	}
	var others []state
	for _, entry := range entries {
		if inUse[entry.Name()] {
			continue
		}
		s := state{name: entry.Name()}
		if info, err := os.Stat(filepath.Join(dir, s.name, done)); err == nil {
			s.used = info.ModTime()
		}
		others = append(others, s)
	}
	slices.SortFunc(others, func(a, b state) int { return b.used.Compare(a.used) })
	var names []string
	for i, s := range others {
		if i+len(inUse) >= keep || s.used.IsZero() {
			names = append(names, s.name)
		}
	}
	return names, nil
}
