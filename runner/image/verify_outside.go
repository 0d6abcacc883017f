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
	if !s.variant.Cache.Keeps() {
		return
	}
	used := p.used.cache
	results.CheckEqual(c, "actions cache: requests denied or failed", used.Denied+used.Errors, 0)
	primed := p.trial.State.Primed()
	if !primed {
		results.CheckEqual(c, "actions cache: bytes downloaded", used.Downloads.Bytes, 0)
		results.CheckEqual(c, "build cache: bytes pulled", p.used.registry.Push.BlobBytes, 0)
	} else if p.ephemeral() {
		p.imported(c)
	}
	if m := s.mounts; m != nil {
		want := foundNothing
		switch {
		case primed && m.keys.Exact(p.session.primed.note.MountsKey):
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

// imported checks that BuildKit read the cache: exporting fetches nothing, so
// the least that comes in is the list of what the cache holds.
func (p proof) imported(c *results.Checklist) {
	s := p.session
	switch s.variant.Cache.Backend {
	case scenarios.BackendGHA:
		others := int64(0)
		if s.mounts != nil && s.mounts.restored.Matched != "" {
			others = s.mounts.downloads
		}
		c.AtLeast("actions cache: downloads of the build cache", p.used.cache.Downloads.Requests-others, 1)
	case scenarios.BackendRegistry, scenarios.BackendInline:
		c.AtLeast("build cache: bytes pulled", p.used.registry.Push.BlobBytes, 1)
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
