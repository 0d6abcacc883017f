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

	CounterRegistryRequests  = "registry.requests"
	CounterRegistryBytes     = "registry.blob.bytes"
	CounterPushedBytes       = "registry.pushed.bytes"
	CounterBuilderBytes      = "builder.bytes"
	CounterBuilderMountBytes = "builder.mount.bytes"
	CounterImageBytes        = "image.bytes" // compressed, as a deployment pulls it
)
