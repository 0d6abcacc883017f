package image

import (
	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/registry"
)

// The counters of an image trial beside those of packages results and trace.
const (
	CounterPushedBlobs        = "registry.pushed.blobs"
	CounterImageUnpackedBytes = "image.unpacked.bytes" // of a build in the engine, in place of results.CounterImageBytes
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
		sample(results.CounterIndexRequests, results.Count, used.index.Served().Requests),
		sample(results.CounterIndexBytes, results.Bytes, used.index.Served().Bytes),
		sample(results.CounterIndexPages, results.Count, used.index.Pages.Requests),
		sample(results.CounterIndexMetadata, results.Count, used.index.Metadata.Requests),
		sample(results.CounterIndexFiles, results.Count, used.index.Files.Requests),
		sample(results.CounterIndexFileBytes, results.Bytes, used.index.Files.Bytes),
		sample(results.CounterIndexNotModified, results.Count, used.index.NotModified.Requests),
		sample(results.CounterFilesFetched, results.Count, int64(len(l.Index.FilesSince(s.mark)))),
		sample(results.CounterRegistryRequests, results.Count, pull.ManifestRequests+pull.BlobRequests),
		sample(results.CounterRegistryBytes, results.Bytes, pull.BlobBytes),
		sample(CounterPushedBlobs, results.Count, push.BlobsPushed),
		sample(results.CounterPushedBytes, results.Bytes, push.BytesPushed),
		sample(results.CounterBuilderBytes, results.Bytes, all),
		sample(results.CounterBuilderMountBytes, results.Bytes, mounts),
	}
}

func sample(name string, unit results.Unit, value int64) results.Sample {
	return results.Sample{Name: name, Kind: results.Counter, Unit: unit, Value: float64(value)}
}
