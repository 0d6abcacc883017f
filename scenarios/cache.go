package scenarios

// Persistence says what the machine of a job keeps from one run to the next:
// in the image lane its builder, in the venv lane its disk.
type Persistence string

const (
	// Persistent machines keep everything: a self-hosted runner, a laptop.
	Persistent Persistence = "persistent"
	// Ephemeral machines are new for each run: a hosted runner.
	Ephemeral Persistence = "ephemeral"
)

// Persistence returns what a variant of the lane has that does not say it.
func (l Lane) Persistence() Persistence {
	if l == LaneVenv {
		return Ephemeral
	}
	return Persistent
}

// Backend is where a build keeps a cache outside of its builder, by the names
// that buildx has for them.
type Backend string

// The backends. The empty Backend is none.
const (
	BackendGHA      Backend = "gha"      // entries of the Actions cache
	BackendRegistry Backend = "registry" // an image of its own
	BackendInline   Backend = "inline"   // within the image that is pushed
	BackendLocal    Backend = "local"    // a directory that goes through the Actions cache
)

// ExportMode says which layers a backend keeps.
type ExportMode string

// The modes of backends that have them; inline has min alone.
const (
	ModeMin ExportMode = "min" // those of the result
	ModeMax ExportMode = "max" // those of every stage
)

// BuildCache is the cache outside of the builder, if there is one.
type BuildCache struct {
	Backend Backend
	Mode    ExportMode // "" without a backend

	// MountsKey carries the content of cache mounts from one ephemeral builder
	// to the next by the Actions cache. It is a pattern of files, relative to
	// the project: the hash of those is in the key of the entry, as hashFiles
	// gives it. "" carries nothing.
	MountsKey string
}

// NeedsOwnBuilder tells whether what a build of the variant finds is not just
// what one builder that stays has kept.
func (v Variant) NeedsOwnBuilder() bool { return v.Persistence == Ephemeral || v.Cache.Keeps() }

// Keeps tells whether anything of a build outlives an ephemeral builder.
func (c BuildCache) Keeps() bool { return c.Backend != "" || c.MountsKey != "" }
