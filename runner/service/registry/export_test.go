package registry

// Empty reports whether nothing was visible.
func (s Snapshot) Empty() bool { return len(s.puts) == 0 }
