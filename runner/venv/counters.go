package venv

import (
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/lane"
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
func counters(used counts, files lane.Files) []results.Sample {
	return append(lane.IndexCounters(used.index, files), lane.CacheCounters(used.cache)...)
}
