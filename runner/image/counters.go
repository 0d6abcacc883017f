package image

import (
	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/service/actionscache"
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
	cache    actionscache.Counters
}

func (c counts) sub(earlier counts) counts {
	return counts{index: c.index.Sub(earlier.index), registry: c.registry.Sub(earlier.registry), cache: c.cache.Sub(earlier.cache)}
}

func (l *Lane) count() counts {
	c := counts{index: l.Index.Counters(), registry: l.Registry.Counters()}
	if l.Cache != nil {
		c.cache = l.Cache.Counters()
	}
	return c
}

// counters returns what the services and the builder tell of a trial.
func (s *session) counters(used counts, files lane.Files, after []*client.UsageInfo) []results.Sample {
	mounts, all := s.usageBytes(after)
	pull, push := used.registry.Pull, used.registry.Push
	samples := append(lane.IndexCounters(used.index, files),
		results.NewCounter(results.CounterRegistryRequests, results.Count, pull.ManifestRequests+pull.BlobRequests),
		results.NewCounter(results.CounterRegistryBytes, results.Bytes, pull.BlobBytes),
		results.NewCounter(CounterPushedBlobs, results.Count, push.BlobsPushed),
		results.NewCounter(results.CounterPushedBytes, results.Bytes, push.BytesPushed),
		results.NewCounter(results.CounterBuilderBytes, results.Bytes, all),
		results.NewCounter(results.CounterBuilderMountBytes, results.Bytes, mounts),
	)
	if s.variant.Cache.Keeps() {
		samples = append(samples, lane.CacheCounters(used.cache)...)
		samples = append(samples, results.NewCounter(CounterBuildCachePulled, results.Bytes, push.BlobBytes))
	}
	return samples
}
