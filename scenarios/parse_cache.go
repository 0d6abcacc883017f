package scenarios

import (
	"slices"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// persistenceOf reads what the machine keeps, which not every state is for.
func persistenceOf(lane Lane, f strictyaml.Fields) Persistence {
	p := f.Optional("persistence")
	if !p.Present() {
		return lane.Persistence()
	}
	chosen, _ := choose(p, "persistence", []Persistence{Persistent, Ephemeral})
	return chosen
}

// checkStates reports the states of a job that its machine cannot be in.
func checkStates(lane Lane, v Variant, states []State, at strictyaml.Value) {
	valid := lane.StatesFor(v.Persistence)
	for _, s := range states {
		if len(valid) == 0 || v.Persistence == "" || slices.Contains(valid, s) {
			continue
		}
		reason := ""
		if s == PythonBump {
			reason = ": its Python does not change under it"
		}
		at.Fail("give the variant states of its own, or another persistence; with this one, "+hint.OneOf(valid),
			"no machine that is %s can be in cache state %q%s", v.Persistence, s, reason)
	}
}

// cacheOf reads the cache outside of a builder.
func cacheOf(v *Variant, f strictyaml.Fields) {
	cache := f.Optional("cache")
	if !cache.Present() {
		return
	}
	in := cache.Fields("backend", "mode", "carry-mounts")
	if !in.Optional("backend").Present() && !in.Optional("carry-mounts").Present() {
		cache.Fail("give a backend, carry-mounts, or both", "the cache keeps nothing")
	}
	if b := in.Optional("backend"); b.Present() {
		v.Cache.Backend, _ = choose(b, "backend", []Backend{BackendGHA, BackendRegistry, BackendInline, BackendLocal})
		v.Cache.Mode = modeOf(v.Cache.Backend, in.Optional("mode"))
		if v.Cache.Backend == BackendLocal && v.Persistence == Persistent {
			b.Fail("add persistence: ephemeral, or leave the cache out", "a persistent builder has its own cache in a local directory")
		}
	} else if mode := in.Optional("mode"); mode.Present() {
		mode.Fail("", "mode goes with a backend")
	}
	if carry := in.Optional("carry-mounts"); carry.Present() {
		pattern, _ := carry.Line()
		switch {
		case pattern == "":
			carry.Fail("such as \"**/requirements*.txt\"", "there are no files to make a key from")
		case v.Persistence == Persistent:
			carry.Fail("add persistence: ephemeral", "a persistent builder keeps its mounts, and none are carried")
		}
		v.Cache.MountsKey = pattern
	}
}

// modeOf returns the backend's mode; its own default is min.
func modeOf(b Backend, v strictyaml.Value) ExportMode {
	if !v.Present() {
		return ModeMin
	}
	modes := []ExportMode{ModeMin, ModeMax}
	if b == BackendInline {
		modes = modes[:1]
	}
	mode, _ := choose(v, "mode of this backend", modes)
	return mode
}
