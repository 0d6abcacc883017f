package entry

import (
	"bytes"
	"strings"
)

// A node is a place in a radix tree of keys. It knows the newest entry below
// it, so that one walk down answers for a whole key and for a prefix of others,
// at a cost that depends on the key's length and not on the number of entries.
type node struct {
	label    string // what leads here from the parent
	heads    []byte // first bytes of the children's labels
	children []*node

	item   *item // whose key ends here
	newest *item // of this node and all below
}

func (n *node) child(head byte) (*node, int) {
	if i := bytes.IndexByte(n.heads, head); i >= 0 {
		return n.children[i], i
	}
	return nil, -1
}

// find returns the node below which all keys that begin with prefix are, and
// reports whether prefix as a whole leads to it; nil if there is none.
func (n *node) find(prefix []byte) (_ *node, whole bool) {
	for len(prefix) > 0 {
		next, _ := n.child(prefix[0])
		if next == nil {
			return nil, false
		}
		if len(prefix) < len(next.label) {
			if next.label[:len(prefix)] != string(prefix) {
				return nil, false
			}
			return next, false
		}
		if string(prefix[:len(next.label)]) != next.label {
			return nil, false
		}
		n, prefix = next, prefix[len(next.label):]
	}
	return n, true
}

// insert adds an item whose key is in no node.
func (n *node) insert(key string, it *item) {
	for {
		if n.newest == nil || it.newer(&n.newest.Entry) {
			n.newest = it
		}
		if key == "" {
			n.item = it
			return
		}
		next, i := n.child(key[0])
		if next == nil {
			n.add(&node{label: key, item: it, newest: it})
			return
		}
		common := commonLen(next.label, key)
		if common < len(next.label) {
			mid := &node{label: next.label[:common], newest: next.newest}
			next.label = next.label[common:]
			mid.add(next)
			n.children[i], next = mid, mid
		}
		n, key = next, key[common:]
	}
}

func (n *node) add(child *node) {
	n.heads = append(n.heads, child.label[0])
	n.children = append(n.children, child)
}

// remove takes the item out whose key is key, and the nodes that then lead
// nowhere.
func (n *node) remove(key string) {
	if key == "" {
		n.item = nil
	} else if next, i := n.child(key[0]); next != nil && strings.HasPrefix(key, next.label) {
		next.remove(key[len(next.label):])
		switch {
		case next.item == nil && len(next.children) == 0:
			last := len(n.children) - 1
			n.heads[i], n.children[i] = n.heads[last], n.children[last]
			n.heads, n.children = n.heads[:last], n.children[:last]
		case next.item == nil && len(next.children) == 1:
			only := next.children[0]
			only.label = next.label + only.label
			n.children[i] = only
		}
	}
	n.newest = n.item
	for _, c := range n.children {
		if n.newest == nil || c.newest.newer(&n.newest.Entry) {
			n.newest = c.newest
		}
	}
}

func commonLen(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}
