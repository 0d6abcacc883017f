package results

// The counters that executors of more than one kind report. What only one kind
// can tell, it names itself.
const (
	CounterIndexRequests    = "index.requests"
	CounterIndexBytes       = "index.bytes"
	CounterIndexPages       = "index.page.requests"
	CounterIndexMetadata    = "index.metadata.requests"
	CounterIndexFiles       = "index.file.requests"
	CounterIndexFileBytes   = "index.file.bytes"
	CounterIndexNotModified = "index.not-modified.requests"
	CounterFilesFetched     = "index.files" // different ones

	CounterCacheHits       = "cache.hits"      // look-ups that found the primary key
	CounterCacheFallbacks  = "cache.fallbacks" // look-ups that found another
	CounterCacheMisses     = "cache.misses"
	CounterCacheDownloaded = "cache.download.bytes"
	CounterCacheUploaded   = "cache.upload.bytes"
	CounterCacheSaved      = "cache.saved"       // entries
	CounterCacheSavedBytes = "cache.saved.bytes" // their archives

	// Each time that pip installs a package counts, and again where it is replaced
	// later. There is no such counter where an installer does not show what it does.
	CounterPackagesInstalled = "packages.installed"

	CounterPackages = "packages.present" // in a job's environment at its end
	CounterDrift    = "drift"            // packages that a clean run of the job has otherwise

	CounterRegistryRequests  = "registry.requests"
	CounterRegistryBytes     = "registry.blob.bytes"
	CounterPushedBytes       = "registry.pushed.bytes"
	CounterBuilderBytes      = "builder.bytes"
	CounterBuilderMountBytes = "builder.mount.bytes"
	CounterImageBytes        = "image.bytes" // compressed, as a deployment pulls it
)

// DriftPrefix begins the names of counters that name one package each of those
// that CounterDrift counts.
const DriftPrefix = CounterDrift + "."

// NewCounter returns a counter's sample.
func NewCounter(name string, unit Unit, value int64) Sample {
	return Sample{Name: name, Kind: Counter, Unit: unit, Value: float64(value)}
}
