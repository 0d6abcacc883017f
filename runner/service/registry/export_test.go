package registry

import v1 "github.com/google/go-containerregistry/pkg/v1"

// Empty reports whether nothing was visible.
func (s Snapshot) Empty() bool { return len(s.puts) == 0 }

// Bytes returns the size of all visible blobs, each counted once.
func (s Snapshot) Bytes() int64 {
	seen := map[v1.Hash]int64{}
	for _, p := range s.puts {
		if p.manifest == nil {
			seen[p.blob] = p.size
		}
	}
	var sum int64
	for _, n := range seen {
		sum += n
	}
	return sum
}
