package sim

import "maps"

// A builder is what a build can reuse: base images, layers, blobs that were
// exported before, and cache mounts.
type builder struct {
	bases  map[string]int64 // bytes, by key
	layers map[string]int64 // bytes, by key
	blobs  map[string]bool  // keys of the layers that the registry holds
	mounts map[string]*pipCache
}

func newBuilder() *builder {
	return &builder{
		bases:  map[string]int64{},
		layers: map[string]int64{},
		blobs:  map[string]bool{},
		mounts: map[string]*pipCache{},
	}
}

// clone returns a copy that shares nothing: what a snapshot brings back.
func (b *builder) clone() *builder {
	c := &builder{
		bases:  maps.Clone(b.bases),
		layers: maps.Clone(b.layers),
		blobs:  maps.Clone(b.blobs),
		mounts: map[string]*pipCache{},
	}
	for id, m := range b.mounts {
		c.mounts[id] = m.clone()
	}
	return c
}

// records counts what the builder holds, as its disk usage lists it.
func (b *builder) records() int { return len(b.bases) + len(b.layers) + len(b.mounts) }

// mount returns the cache mount of that identity, which begins empty.
func (b *builder) mount(id string) *pipCache {
	m := b.mounts[id]
	if m == nil {
		m = newPipCache()
		b.mounts[id] = m
	}
	return m
}

// bytes returns what the cache mounts hold, and the whole builder.
func (b *builder) bytes() (mounts, all int64) {
	for _, m := range b.mounts {
		for _, size := range m.files {
			mounts += size
		}
	}
	all = mounts
	for _, held := range []map[string]int64{b.bases, b.layers} {
		for _, size := range held {
			all += size
		}
	}
	return mounts, all
}

// A pipCache is pip's cache: pages and files as fetched, and wheels that were
// built.
type pipCache struct {
	pages  map[string]bool  // by package
	files  map[string]int64 // bytes, by file name
	wheels map[string]bool  // built from the file of that name
}

func newPipCache() *pipCache {
	return &pipCache{pages: map[string]bool{}, files: map[string]int64{}, wheels: map[string]bool{}}
}

func (c *pipCache) clone() *pipCache {
	return &pipCache{pages: maps.Clone(c.pages), files: maps.Clone(c.files), wheels: maps.Clone(c.wheels)}
}
