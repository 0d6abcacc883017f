package engine

import "github.com/moby/moby/client"

// API returns the engine's client, for tests that look behind e.
func (e *Engine) API() client.APIClient { return e.api }
