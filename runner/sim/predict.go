package sim

// A prediction is what the declared state means for a build.
type prediction struct {
	records      int64             // in the builder, before
	kept, redone int64             // steps
	pip          map[string]string // "kept" or "redone", by a pip step's key
	fileBytes    int64             // from the index
	baseBytes    int64             // from the registry
}

// predict foretells a build from its steps and, unless its state is cold, from
// those of the priming build.
func (s *session) predict() prediction {
	p := prediction{pip: map[string]string{}}
	primed := map[string]bool{}
	held := holdings{}
	if s.primed != nil {
		p.records = int64(s.primed.records)
		for _, o := range s.primed.ops {
			primed[o.key] = true
			held.fetch(o.pip)
		}
	}
	if s.pruned {
		delete(held, "") // of steps without a mount
		p.records -= int64(len(held))
		clear(held)
	}
	var bases int64 // that are not there
	for _, o := range s.ops {
		switch {
		case !o.cacheable():
			if !primed[o.key] {
				primed[o.key] = true
				bases += o.size
			}
		case primed[o.key]:
			p.kept++
			p.pip[o.key] = "kept"
		default:
			p.redone++
			p.pip[o.key] = "redone"
			p.fileBytes += held.fetch(o.pip)
		}
	}
	if p.redone > 0 {
		p.baseBytes = bases
	}
	return p
}

// holdings are the files that cache mounts hold, by mount.
type holdings map[string]map[string]bool

// fetch returns the bytes that an install has to fetch, and holds its files
// from then on when it has a mount. A step without pip fetches nothing.
func (h holdings) fetch(i *install) int64 {
	if i == nil {
		return 0
	}
	files := h[i.mount]
	if files == nil || i.mount == "" {
		files = map[string]bool{}
		h[i.mount] = files
	}
	var bytes int64
	for _, p := range i.packages {
		if !files[p.file()] {
			files[p.file()] = true
			bytes += p.size
		}
	}
	return bytes
}
