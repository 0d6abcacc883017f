package engine

import "github.com/moby/moby/client"

// API returns the engine's client, for tests that look behind e.
func (e *Engine) API() client.APIClient { return e.api }

// Named is the check of what answers against DOCKER_HOST.
var Named = named

// Remote says why an engine is not local, without asking the machine.
func (i Info) Remote(kernel string) string { return i.remote(kernel) }

// Saying returns an engine that said this of itself, without a connection.
func Saying(info Info) *Engine { return &Engine{info: info} }

// Unlock gives a scratch directory up, as the end of its process does.
func (s *Scratch) Unlock() { s.lock.Close() }
