package entry

import "iter"

// An item is an entry in its places: the tree of its scope and version, and
// the order of use.
type item struct {
	Entry
	folded string // key, as the tree has it
	tree   *node

	older, younger *item
}

// recent is the order in which items were used.
type recent struct{ oldest, youngest *item }

func (r *recent) push(it *item) {
	it.older, it.younger = r.youngest, nil
	if r.youngest != nil {
		r.youngest.younger = it
	} else {
		r.oldest = it
	}
	r.youngest = it
}

func (r *recent) remove(it *item) {
	if it.older != nil {
		it.older.younger = it.younger
	} else {
		r.oldest = it.younger
	}
	if it.younger != nil {
		it.younger.older = it.older
	} else {
		r.youngest = it.older
	}
}

// all yields the items, the one unused for longest first.
func (r *recent) all() iter.Seq[*item] {
	return func(yield func(*item) bool) {
		for it := r.oldest; it != nil; it = it.younger {
			if !yield(it) {
				return
			}
		}
	}
}
