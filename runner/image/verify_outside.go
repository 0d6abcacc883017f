package image

import (
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/scenarios"
)

// What a look-up of carried directories comes to.
const (
	foundExact    = "exact key"
	foundFallback = "fallback key"
	foundNothing  = "nothing"
)

// outside checks what the build found outside of its builder.
func (p proof) outside(c *results.Checklist) {
	s := p.session
	if s.token == "" {
		return
	}
	used := p.used.cache
	results.CheckEqual(c, "actions cache: requests denied or failed", used.Denied+used.Errors, 0)
	primed := p.trial.State.Primed()
	if !primed {
		results.CheckEqual(c, "actions cache: bytes downloaded", used.Downloads.Bytes, 0)
		results.CheckEqual(c, "actions cache: look-ups that found something", used.Hits+used.Fallbacks, 0)
	} else if s.variant.Cache.Backend == scenarios.BackendGHA && p.ephemeral() {
		c.AtLeast("actions cache: look-ups that found something", used.Hits+used.Fallbacks, 1)
	}
	if m := s.mounts; m != nil {
		want := foundNothing
		switch {
		case primed && m.keys.Exact(p.primed.note.MountsKey):
			want = foundExact
		case primed:
			want = foundFallback
		}
		results.CheckEqual(c, "carried mounts", found(m), want)
	}
	if layers := s.layers; layers != nil {
		want := foundNothing
		if primed {
			want = foundFallback
		}
		results.CheckEqual(c, "carried build cache", found(layers), want)
	}
}

// found says what a restore found. Its key tells whether it is this build's.
func found(c *carried) string {
	switch r := c.restored; {
	case r.Matched == "":
		return foundNothing
	case c.keys.Exact(r.Matched):
		return foundExact
	case strings.HasPrefix(r.Matched, c.keys.Restore[0]):
		return foundFallback
	default:
		return r.Matched
	}
}
