package image

import (
	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/registry"
)

// The counters of an image trial beside those of package trace. All are of the
// timed window but the last two, which are of its end.
const (
	CounterIndexRequests     = "index.requests"
	CounterIndexBytes        = "index.bytes"
	CounterIndexPages        = "index.page.requests"
	CounterIndexMetadata     = "index.metadata.requests"
	CounterIndexFiles        = "index.file.requests"
	CounterIndexFileBytes    = "index.file.bytes"
	CounterIndexNotModified  = "index.not-modified.requests"
	CounterFilesFetched      = "index.files" // different ones
	CounterRegistryRequests  = "registry.requests"
	CounterRegistryBytes     = "registry.blob.bytes"
	CounterPushedBlobs       = "registry.pushed.blobs"
	CounterPushedBytes       = "registry.pushed.bytes"
	CounterBuilderBytes      = "builder.bytes"
	CounterBuilderMountBytes = "builder.mount.bytes"
	CounterImageBytes        = "image.bytes" // compressed, as a deployment pulls it

	// CounterImageUnpackedBytes stands in its place for a build in the engine.
	CounterImageUnpackedBytes = "image.unpacked.bytes"
)

// counts are the services' counters at one moment, or between two.
type counts struct {
	index    pypi.Counters
	registry registry.Counters
}

func (c counts) sub(earlier counts) counts {
	return counts{index: c.index.Sub(earlier.index), registry: c.registry.Sub(earlier.registry)}
}

func (l *Lane) count() counts {
	return counts{index: l.Index.Counters(), registry: l.Registry.Counters()}
}

// counters returns what the services and the builder tell of a trial.
func (l *Lane) counters(s *session, used counts, after []*client.UsageInfo) []results.Sample {
	mounts, all := s.usageBytes(after)
	pull, push := used.registry.Pull, used.registry.Push
	return []results.Sample{
		sample(CounterIndexRequests, results.Count, used.index.Served().Requests),
		sample(CounterIndexBytes, results.Bytes, used.index.Served().Bytes),
		sample(CounterIndexPages, results.Count, used.index.Pages.Requests),
		sample(CounterIndexMetadata, results.Count, used.index.Metadata.Requests),
		sample(CounterIndexFiles, results.Count, used.index.Files.Requests),
		sample(CounterIndexFileBytes, results.Bytes, used.index.Files.Bytes),
		sample(CounterIndexNotModified, results.Count, used.index.NotModified.Requests),
		sample(CounterFilesFetched, results.Count, int64(len(l.Index.FilesSince(s.mark)))),
		sample(CounterRegistryRequests, results.Count, pull.ManifestRequests+pull.BlobRequests),
		sample(CounterRegistryBytes, results.Bytes, pull.BlobBytes),
		sample(CounterPushedBlobs, results.Count, push.BlobsPushed),
		sample(CounterPushedBytes, results.Bytes, push.BytesPushed),
		sample(CounterBuilderBytes, results.Bytes, all),
		sample(CounterBuilderMountBytes, results.Bytes, mounts),
	}
}

func sample(name string, unit results.Unit, value int64) results.Sample {
	return results.Sample{Name: name, Kind: results.Counter, Unit: unit, Value: float64(value)}
}
