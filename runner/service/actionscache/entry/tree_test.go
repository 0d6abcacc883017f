package entry

import "testing"

// A tree that shrinks has the form of one that never grew, so that a look-up
// does not slow down with the number of entries that were once there.
func TestTreeShrinks(t *testing.T) {
	t.Parallel()
	root := &node{}
	for id, key := range []string{"", "abc", "abd", "ab", "x"} {
		root.insert(key, &item{Entry: Entry{ID: int64(id + 1), Key: key}, folded: key})
	}
	for _, key := range []string{"abd", "ab", "", "x"} {
		root.remove(key)
	}
	if len(root.children) != 1 || string(root.heads) != "a" || root.children[0].label != "abc" {
		t.Errorf("got %d children, heads %q, want one that leads to abc", len(root.children), root.heads)
	}
	if root.item != nil || root.newest == nil || root.newest.Key != "abc" {
		t.Errorf("got newest %+v, want abc", root.newest)
	}
	root.remove("abc")
	if len(root.children) != 0 || root.newest != nil {
		t.Errorf("an empty tree still has %d children", len(root.children))
	}
}
