package workflow

import (
	"slices"
	"strings"
)

// Kind is what a step does.
type Kind string

// The kinds.
const (
	KindCheckout     Kind = "checkout"
	KindSetupPython  Kind = "setup-python"
	KindCache        Kind = "cache"
	KindCacheRestore Kind = "cache-restore"
	KindCacheSave    Kind = "cache-save"
	KindRun          Kind = "run"
	KindSkip         Kind = "skip" // a rule leaves it out
)

// Post tells whether a step of this kind has more to do when all steps are
// through: what it found in the cache is saved then.
func (k Kind) Post() bool { return k == KindCache || k == KindSetupPython }

// An action is one that is known. Other inputs than the named ones, which are
// in lower case, would change what it does.
type action struct {
	kind     Kind
	required []string
	inputs   []string
	ignored  []string // without effect here
}

// actions are known by what stands before the @.
var actions = map[string]action{
	"actions/checkout": {
		kind: KindCheckout,
		ignored: []string{"clean", "fetch-depth", "fetch-tags", "filter", "persist-credentials",
			"set-safe-directory", "show-progress", "token"},
	},
	"actions/setup-python": {
		kind:    KindSetupPython,
		inputs:  []string{"python-version", "cache", "cache-dependency-path"},
		ignored: []string{"check-latest", "token"},
	},
	"actions/cache": {
		kind:     KindCache,
		required: []string{"path", "key"},
		inputs:   []string{"restore-keys", "fail-on-cache-miss", "lookup-only"},
		ignored:  []string{"enablecrossosarchive", "upload-chunk-size"},
	},
	"actions/cache/restore": {
		kind:     KindCacheRestore,
		required: []string{"path", "key"},
		inputs:   []string{"restore-keys", "fail-on-cache-miss", "lookup-only"},
		ignored:  []string{"enablecrossosarchive"},
	},
	"actions/cache/save": {
		kind:     KindCacheSave,
		required: []string{"path", "key"},
		ignored:  []string{"enablecrossosarchive", "upload-chunk-size"},
	},
}

// knownAction finds an action by what a step uses.
func knownAction(uses string) (action, bool) {
	name, _, _ := strings.Cut(uses, "@")
	a, ok := actions[strings.ToLower(name)]
	return a, ok
}

// takes tells whether the action has that input, and whether it matters.
func (a action) takes(input string) (known, matters bool) {
	matters = slices.Contains(a.required, input) || slices.Contains(a.inputs, input)
	return matters || slices.Contains(a.ignored, input), matters
}
