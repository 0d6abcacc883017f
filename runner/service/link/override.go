package link

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Error is an error in a profile's name or parameters.
type Error struct{ msg, hint string }

func (e *Error) Error() string { return e.msg }

// Hint says what is valid.
func (e *Error) Hint() string { return e.hint }

// A value is a parameter in its place.
type value interface {
	fmt.Stringer
	set(s string) error
}

func (r *Rate) set(s string) (err error) {
	*r, err = ParseRate(s)
	return err
}

// A delay is a time to first byte.
type delay time.Duration

// maxDelay keeps a slip of the keyboard from looking like a hang.
const maxDelay = delay(time.Minute)

var errDelay = fmt.Errorf("want a duration from 0s to %v, such as 30ms", time.Duration(maxDelay))

func (d *delay) String() string { return time.Duration(*d).String() }

func (d *delay) set(s string) error {
	parsed, err := time.ParseDuration(s)
	if err != nil || parsed < 0 || delay(parsed) > maxDelay {
		return errDelay
	}
	*d = delay(parsed)
	return nil
}

type parameter struct {
	key   string
	value value
}

// parameters returns every parameter of p, in order.
func (p *Profile) parameters() []parameter {
	all := []parameter{{"down", &p.Down}, {"up", &p.Up}}
	for _, s := range []struct {
		name  Service
		shape *Shape
	}{{Index, &p.Index}, {Registry, &p.Registry}, {ActionsCache, &p.ActionsCache}, {ActionsArchives, &p.ActionsArchives}} {
		all = append(all,
			parameter{string(s.name) + "-first-byte", (*delay)(&s.shape.FirstByte)},
			parameter{string(s.name) + "-stream-down", &s.shape.StreamDown},
			parameter{string(s.name) + "-stream-up", &s.shape.StreamUp},
		)
	}
	return all
}

// Override returns p with some parameters set: "down", "up", and per service
// "index-first-byte", "index-stream-down", "index-stream-up" and so on. Rates
// are read by ParseRate, delays by time.ParseDuration. Every parameter that is
// wrong is part of the error, as an *Error.
func (p Profile) Override(set map[string]string) (Profile, error) {
	values, keys := map[string]value{}, []string{}
	for _, par := range p.parameters() {
		values[par.key] = par.value
		keys = append(keys, par.key)
	}
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(set)) {
		v, ok := values[key]
		if !ok {
			errs = append(errs, &Error{fmt.Sprintf("unknown link parameter %q", key), "one of " + strings.Join(keys, ", ")})
			continue
		}
		if err := v.set(set[key]); err != nil {
			errs = append(errs, &Error{fmt.Sprintf("link parameter %s: %q is not valid", key, set[key]), err.Error()})
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Profile{}, err
	}
	return p, nil
}
