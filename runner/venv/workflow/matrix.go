package workflow

import (
	"strings"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// maxCombinations is how many jobs GitHub makes of a matrix at most.
const maxCombinations = 256

// Combinations returns what the matrix context may be, in GitHub's order: the
// product of the rows, the last one changing fastest, without what exclude
// names and with what include adds; then what of include fits none of them. A
// job without a matrix has none. Expressions in the matrix see h.
func (j *Job) Combinations(h Host) ([]*expr.Object, error) {
	if j.strategy == nil {
		return nil, nil
	}
	m := &matrixReader{source: j.source, env: expr.Environment{Contexts: h.contexts()}}
	rows, err := m.mapping(j.strategy)
	if err != nil {
		return nil, err
	}
	vectors := expr.NewObject()
	var include, exclude []*expr.Object
	for name, v := range rows.All() {
		switch {
		case strings.EqualFold(name, "include"):
			include, err = m.combinations(j.strategy, v)
		case strings.EqualFold(name, "exclude"):
			exclude, err = m.combinations(j.strategy, v)
		default:
			if a, ok := v.(*expr.Array); !ok || len(a.Items) == 0 {
				err = m.fail(j.strategy, "the row %s is no list with something in it", quote(name))
			}
			vectors.Set(name, v)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, x := range exclude {
		for name := range x.All() {
			if _, ok := vectors.Get(name); !ok {
				return nil, m.fail(j.strategy, "exclude names %s, which is no row", quote(name))
			}
		}
	}
	product, err := m.product(j.strategy, vectors)
	if err != nil {
		return nil, err
	}
	return combine(vectors, product, include, exclude), nil
}

// combine applies exclude and include to the product.
func combine(vectors *expr.Object, product, include, exclude []*expr.Object) []*expr.Object {
	var all []*expr.Object
	fitted := make([]bool, len(include))
	for _, c := range product {
		if anyFits(exclude, c) {
			continue
		}
		extended := c.Clone()
		for i, in := range include {
			filter, extra := splitInclude(in, vectors)
			if !fits(filter, c) {
				continue
			}
			fitted[i] = true
			for name, v := range extra.All() {
				extended.Set(name, v)
			}
		}
		all = append(all, extended)
	}
	for i, in := range include {
		if !fitted[i] {
			all = append(all, in)
		}
	}
	return all
}

// splitInclude tells what of an entry of include chooses combinations, by
// naming rows, from what it adds to them.
func splitInclude(in, vectors *expr.Object) (filter, extra *expr.Object) {
	filter, extra = expr.NewObject(), expr.NewObject()
	for name, v := range in.All() {
		if _, ok := vectors.Get(name); ok {
			filter.Set(name, v)
		} else {
			extra.Set(name, v)
		}
	}
	return filter, extra
}

func anyFits(filters []*expr.Object, c *expr.Object) bool {
	for _, f := range filters {
		if fits(f, c) {
			return true
		}
	}
	return false
}

// fits tells whether each scalar of the filter equals, as == does, what the
// value has in its place.
func fits(filter, v expr.Value) bool {
	switch filter := filter.(type) {
	case *expr.Object:
		o, _ := v.(*expr.Object)
		for name, want := range filter.All() {
			got, _ := o.Get(name)
			if !fits(want, got) {
				return false
			}
		}
		return true
	case *expr.Array:
		a, _ := v.(*expr.Array)
		for i, want := range filter.Items {
			var got expr.Value
			if a != nil && i < len(a.Items) {
				got = a.Items[i]
			}
			if !fits(want, got) {
				return false
			}
		}
		return true
	default:
		return expr.Equal(filter, v)
	}
}
