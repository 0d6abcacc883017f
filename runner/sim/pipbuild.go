package sim

import (
	"fmt"
	"time"
)

// pip runs the pip commands of a step: it asks the index for each package,
// fetches what its cache does not hold, builds what has no wheel, and unpacks.
func (b *build) pip(o op) {
	cache := newPipCache() // without a mount nothing outlives the step
	if o.pip.mount != "" {
		cache = b.builder.mount(o.pip.mount)
	}
	b.part(phaseResolve, o, func() time.Duration {
		seconds := pipStart
		for _, p := range o.pip.packages {
			seconds += b.fetch(p, cache)
		}
		return b.noise.vary(seconds)
	})
	var compile float64
	for _, p := range o.pip.packages {
		if p.source && !cache.wheels[p.file()] {
			cache.wheels[p.file()] = true
			b.counts.wheels++
			compile += p.compile
		}
	}
	if compile > 0 {
		b.part(phaseBuild, o, func() time.Duration { return b.noise.vary(compile) })
	}
	b.part(phaseUnpack, o, func() time.Duration {
		var seconds float64
		for _, p := range o.pip.packages {
			seconds += unpackTime + float64(p.size)/unpackRate
		}
		return b.noise.vary(seconds)
	})
	b.counts.packages += int64(len(o.pip.packages))
	fmt.Fprintf(&b.log, "Successfully installed %d packages\n", len(o.pip.packages))
}

// part adds a part of a step that takes as long as work says.
func (b *build) part(phase string, o op, work func() time.Duration) {
	start := b.at
	b.at += work()
	b.mark(phase, o, start)
}

// fetch brings a package's page and file into the cache, and returns the
// seconds that it takes. A page is asked for each time; when the cache holds
// it the index answers that it has not changed. A file is asked for once.
func (b *build) fetch(p pkg, cache *pipCache) float64 {
	c := &b.counts
	seconds := askTime
	c.indexRequests++
	if cache.pages[p.name] {
		c.notModified++
	} else {
		c.indexBytes += p.page
		seconds += float64(p.page) / indexRate
	}
	cache.pages[p.name] = true
	if _, held := cache.files[p.file()]; held {
		return seconds + cacheTime
	}
	cache.files[p.file()] = p.size
	c.indexRequests++
	c.files++
	c.indexBytes += p.size
	c.fileBytes += p.size
	return seconds + askTime + float64(p.size)/indexRate
}
