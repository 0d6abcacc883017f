package results

import "fmt"

// A Checklist gathers the checks of one trial. The zero value is empty.
type Checklist []Check

// Add adds a check that holds when ok is true.
func (c *Checklist) Add(name string, got, want any, ok bool) {
	*c = append(*c, Check{Name: name, Want: fmt.Sprint(want), Got: fmt.Sprint(got), OK: ok})
}

// AtLeast adds a check that got is no less than want.
func (c *Checklist) AtLeast(name string, got, want int64) {
	c.Add(name, got, fmt.Sprintf("at least %d", want), got >= want)
}

// CheckEqual adds a check that got is want. It is no method, so that the two
// have one type.
func CheckEqual[T comparable](c *Checklist, name string, got, want T) {
	c.Add(name, got, want, got == want)
}
