package venv

import (
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/pypi"
)

// counts are the services' counters at one moment, or between two.
type counts struct {
	index pypi.Counters
	cache actionscache.Counters
}

func (c counts) sub(earlier counts) counts {
	return counts{index: c.index.Sub(earlier.index), cache: c.cache.Sub(earlier.cache)}
}

func (l *Lane) count() counts {
	return counts{index: l.Index.Counters(), cache: l.Cache.Counters()}
}

// counters returns what the services tell of a trial.
func (l *Lane) counters(s *session, used counts) []results.Sample {
	return []results.Sample{
		sample(results.CounterIndexRequests, results.Count, used.index.Served().Requests),
		sample(results.CounterIndexBytes, results.Bytes, used.index.Served().Bytes),
		sample(results.CounterIndexPages, results.Count, used.index.Pages.Requests),
		sample(results.CounterIndexMetadata, results.Count, used.index.Metadata.Requests),
		sample(results.CounterIndexFiles, results.Count, used.index.Files.Requests),
		sample(results.CounterIndexFileBytes, results.Bytes, used.index.Files.Bytes),
		sample(results.CounterIndexNotModified, results.Count, used.index.NotModified.Requests),
		sample(results.CounterFilesFetched, results.Count, int64(len(l.Index.FilesSince(s.mark)))),
		sample(results.CounterCacheHits, results.Count, used.cache.Hits),
		sample(results.CounterCacheFallbacks, results.Count, used.cache.Fallbacks),
		sample(results.CounterCacheMisses, results.Count, used.cache.Misses),
		sample(results.CounterCacheDownloaded, results.Bytes, used.cache.Downloads.Bytes),
		sample(results.CounterCacheUploaded, results.Bytes, used.cache.Uploads.Bytes),
		sample(results.CounterCacheSaved, results.Count, used.cache.Committed.Requests),
		sample(results.CounterCacheSavedBytes, results.Bytes, used.cache.Committed.Bytes),
	}
}

func sample(name string, unit results.Unit, value int64) results.Sample {
	return results.Sample{Name: name, Kind: results.Counter, Unit: unit, Value: float64(value)}
}
