// Package lane is what the lanes of real containers have in common: what they
// work with, what they make once a run, and what they say of the engine, the base
// images and the package index, of a job that failed, and of the disks and the
// time that a job has.
//
// It executes nothing. What a lane's job is, and how its caches are proven, is
// left to the lanes.
package lane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/pypi"
)

// InstallerFiles are files, by their paths, that have pip and uv take packages
// from our index alone. To pip the host is trusted because pip caches nothing
// that comes over plain HTTP from any other, and it has patience because the index
// answers, when it records, only once it has the whole file.
func InstallerFiles(indexURL string) map[string]string {
	return map[string]string{
		"/etc/pip.conf":   fmt.Sprintf("[global]\nindex-url = %s\ntrusted-host = 127.0.0.1\ntimeout = 600\n", indexURL),
		"/etc/uv/uv.toml": fmt.Sprintf("[[index]]\nurl = %q\ndefault = true\n", indexURL),
	}
}

// Files are release files that the index served in a while, by their names.
type Files map[string]bool

// FilesSince returns the files that were served after m.
func FilesSince(index *pypi.Index, m pypi.Mark) Files {
	f := Files{}
	for _, e := range index.FilesSince(m) {
		f[e.File] = true
	}
	return f
}

// Again returns how many of the files had been served earlier.
func (f Files) Again(earlier Files) int64 {
	var n int64
	for name := range f {
		if earlier[name] {
			n++
		}
	}
	return n
}

// CheckIndex checks that the index had what a trial asked for, by itself.
func CheckIndex(c *results.Checklist, used pypi.Counters) {
	results.CheckEqual(c, "index: requests to the upstream", used.Upstream.Requests, 0)
	results.CheckEqual(c, "index: requests that failed", used.Errors.Requests, 0)
}

// IndexCounters returns what the index tells of a trial: what was counted
// meanwhile, and which files it served.
func IndexCounters(used pypi.Counters, files Files) []results.Sample {
	return []results.Sample{
		results.NewCounter(results.CounterIndexRequests, results.Count, used.Served().Requests),
		results.NewCounter(results.CounterIndexBytes, results.Bytes, used.Served().Bytes),
		results.NewCounter(results.CounterIndexPages, results.Count, used.Pages.Requests),
		results.NewCounter(results.CounterIndexMetadata, results.Count, used.Metadata.Requests),
		results.NewCounter(results.CounterIndexFiles, results.Count, used.Files.Requests),
		results.NewCounter(results.CounterIndexFileBytes, results.Bytes, used.Files.Bytes),
		results.NewCounter(results.CounterIndexNotModified, results.Count, used.NotModified.Requests),
		results.NewCounter(results.CounterFilesFetched, results.Count, int64(len(files))),
	}
}

// CacheCounters returns what the Actions cache tells of a trial.
func CacheCounters(used actionscache.Counters) []results.Sample {
	return []results.Sample{
		results.NewCounter(results.CounterCacheHits, results.Count, used.Hits),
		results.NewCounter(results.CounterCacheFallbacks, results.Count, used.Fallbacks),
		results.NewCounter(results.CounterCacheMisses, results.Count, used.Misses),
		results.NewCounter(results.CounterCacheDownloaded, results.Bytes, used.Downloads.Bytes),
		results.NewCounter(results.CounterCacheUploaded, results.Bytes, used.Uploads.Bytes),
		results.NewCounter(results.CounterCacheSaved, results.Count, used.Committed.Requests),
		results.NewCounter(results.CounterCacheSavedBytes, results.Bytes, used.Committed.Bytes),
	}
}

// EngineFacts returns what an environment says of the engine.
func EngineFacts(info engine.Info) results.Environment {
	return results.Environment{
		"engine.version":        info.Version,
		"engine.api":            info.APIVersion,
		"engine.os":             info.OS,
		"engine.storage-driver": info.StorageDriver,
	}
}

// Bases are the images that a lane's jobs stand on or use.
type Bases []provision.Image

// Facts adds what an environment says of the images: where each came from, and
// which Python and pip are in it. The readers are store's.
func (b Bases) Facts(store *provision.Images, env results.Environment) error {
	for _, img := range b {
		key := "image." + img.Ref
		env[key+".digest"] = img.Digest
		env[key+".source"] = strings.TrimSuffix(fmt.Sprintf("%s: %s", img.Source, img.Detail), ": ")
		pip, ok, err := store.PipOf(img)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		env[key+".pip"] = pip.Version
		python, ok, err := store.PythonOf(img)
		if err != nil {
			return err
		}
		if ok {
			env[key+".python"] = python
		}
	}
	return nil
}

// Digests returns each image with its digest, once and sorted.
func (b Bases) Digests() []string {
	var all []string
	for _, img := range b {
		all = append(all, img.Ref+"@"+img.Digest)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Upstream returns the index that an image's own pip names, for a machine whose
// pip is configured with none; "" where no image has one.
func (b Bases) Upstream(store *provision.Images) (string, error) {
	for _, img := range b {
		pip, ok, err := store.PipOf(img)
		if err != nil {
			return "", err
		}
		if ok && pip.Index != "" {
			return pip.Index, nil
		}
	}
	return "", nil
}
