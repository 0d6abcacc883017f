package lane

import (
	"errors"
	"iter"
	"maps"
)

// Once makes things by name, each once. A job that failed on the way is not run
// again. The zero value has made nothing.
type Once[T any] struct {
	made   map[string]T
	failed map[string]*Failure
}

// Get returns what make makes, or has made for that name, or the *Failure that
// it ended with. After any other error it is tried again.
func (o *Once[T]) Get(name string, make func() (T, error)) (T, error) {
	if v, ok := o.made[name]; ok {
		return v, nil
	}
	if failed, ok := o.failed[name]; ok {
		var none T
		return none, failed
	}
	v, err := make()
	if failed := (*Failure)(nil); errors.As(err, &failed) {
		if o.failed == nil {
			o.failed = map[string]*Failure{}
		}
		o.failed[name] = failed
	}
	if err == nil {
		if o.made == nil {
			o.made = map[string]T{}
		}
		o.made[name] = v
	}
	return v, err
}

// All returns what was made, in no order.
func (o *Once[T]) All() iter.Seq[T] { return maps.Values(o.made) }
