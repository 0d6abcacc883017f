package pypi

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A Mark is a moment in the life of an Index. The zero Mark is its start.
type Mark uint64

// journal remembers which files were served and what went wrong, and when. It
// is safe for concurrent use.
type journal struct {
	mu       sync.Mutex
	now      Mark
	served   map[lockKey]servedFile
	problems map[string]problem // by what was asked for
}

type servedFile struct {
	entry Entry
	last  Mark
}

type problem struct {
	err  error
	last Mark
}

func newJournal() *journal {
	return &journal{served: map[lockKey]servedFile{}, problems: map[string]problem{}}
}

func (j *journal) mark() Mark {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.now
}

func (j *journal) serve(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.now++
	j.served[e.key()] = servedFile{entry: e, last: j.now}
}

// settle notes how the request for what ended. A success clears an earlier
// failure: pip tries again, and only what stays broken concerns the run.
func (j *journal) settle(what string, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err == nil {
		delete(j.problems, what)
		return
	}
	j.now++
	j.problems[what] = problem{err: err, last: j.now}
}

// since returns what was served after m, sorted.
func (j *journal) since(m Mark) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	var entries []Entry
	for _, f := range j.served {
		if f.last > m {
			entries = append(entries, f.entry)
		}
	}
	return sorted(entries)
}

// problemsSince returns what went wrong after m, in the order in which it did.
func (j *journal) problemsSince(m Mark) []error {
	j.mu.Lock()
	defer j.mu.Unlock()
	late := slices.SortedFunc(maps.Values(j.problems), func(a, b problem) int { return cmp.Compare(a.last, b.last) })
	var errs []error
	for _, p := range late {
		if p.last > m {
			errs = append(errs, p.err)
		}
	}
	return errs
}

// isMetadata tells metadata files (PEP 658) from release files.
func (e Entry) isMetadata() bool { return strings.HasSuffix(e.File, metadataSuffix) }
