package actionscache

import "slices"

// A span is a range of bytes, [from, to).
type span struct{ from, to int64 }

func (s span) len() int64 { return s.to - s.from }

// spans is a set of bytes, as ranges in order that neither overlap nor touch.
type spans []span

func (ss *spans) add(s span) {
	if s.len() <= 0 {
		return
	}
	// The ranges that s overlaps or touches are those from i up to j.
	i := 0
	for i < len(*ss) && (*ss)[i].to < s.from {
		i++
	}
	j := i
	for ; j < len(*ss) && (*ss)[j].from <= s.to; j++ {
		s = span{min(s.from, (*ss)[j].from), max(s.to, (*ss)[j].to)}
	}
	*ss = slices.Replace(*ss, i, j, s)
}

func (ss spans) overlap(s span) bool {
	return s.len() > 0 && slices.ContainsFunc(ss, func(o span) bool { return o.from < s.to && s.from < o.to })
}

// prefix returns how many bytes there are from the first one on without a gap.
func (ss spans) prefix() int64 {
	if len(ss) == 0 || ss[0].from > 0 {
		return 0
	}
	return ss[0].to
}

// end returns the end of the last range.
func (ss spans) end() int64 {
	if len(ss) == 0 {
		return 0
	}
	return ss[len(ss)-1].to
}
