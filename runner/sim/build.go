package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/cibench/cibench/results"
)

// The phases, named as those of real image builds.
const (
	phaseBase    = "base-image"
	phasePip     = "pip-install"
	phaseCopy    = "code-copy"
	phaseExport  = "export"
	phaseOther   = "other"
	phaseResolve = "pip.resolve"
	phaseBuild   = "pip.build"
	phaseUnpack  = "pip.install"
)

// A build is one run of ops on a builder, and what was seen of it.
type build struct {
	builder *builder
	noise   noise
	at      time.Duration // since its start
	spans   []results.Span
	steps   []stepResult // of cacheable steps that were reached
	counts  counts
	log     strings.Builder
	failure string
}

// A stepResult is what a builder says of a step.
type stepResult struct {
	op
	cached bool
}

// counts are what the services and pip counted during a build.
type counts struct {
	indexRequests, indexBytes   int64
	notModified                 int64
	files, fileBytes            int64
	registryBytes, registryAsks int64
	pushedBytes                 int64
	packages, wheels            int64
	imageBytes                  int64
}

// run works through the ops until one fails, then exports the image. Base
// images are fetched when the first step needs one that is not there: a build
// whose steps are all cached needs none.
func (b *build) run(ops []op) {
	b.span(phaseOther, "load build definition", b.noise.vary(frontendTime))
	for _, o := range ops {
		if o.verb == "FROM" {
			b.counts.registryAsks++
			b.span(phaseBase, "load metadata of "+o.name, b.noise.vary(metadataTime))
		}
	}
	b.span(phaseCopy, "load build context", b.noise.vary(contextTime))
	for _, o := range ops {
		if o.cacheable() {
			b.step(o, ops)
		}
		if b.failure != "" {
			return
		}
	}
	b.export(ops)
}

// step takes a result from the cache or makes it.
func (b *build) step(o op, ops []op) {
	if _, ok := b.builder.layers[o.key]; ok {
		b.steps = append(b.steps, stepResult{o, true})
		b.spans = append(b.spans, results.Span{
			Phase: o.phase, Step: o.key, Name: o.name, Start: b.at.Seconds(), Stop: b.at.Seconds(), Cached: true,
		})
		return
	}
	b.pull(ops)
	b.steps = append(b.steps, stepResult{o, false})
	start := b.at
	fmt.Fprintln(&b.log, o.name)
	b.at += b.noise.vary(o.work)
	if o.pip != nil && o.fail == "" {
		b.pip(o)
	}
	b.mark(o.phase, o, start)
	if o.pipNo > 0 {
		b.mark(fmt.Sprintf("%s.%d", phasePip, o.pipNo), o, start)
	}
	if o.fail != "" {
		fmt.Fprintln(&b.log, o.fail)
		b.failure = o.name + ": " + o.fail
		return
	}
	b.builder.layers[o.key] = o.size
}

// pull fetches the base images that are not there.
func (b *build) pull(ops []op) {
	for _, o := range ops {
		if _, ok := b.builder.bases[o.key]; ok || o.cacheable() {
			continue
		}
		start := b.at
		b.at += b.noise.vary(float64(o.size) / baseRate)
		b.mark(o.phase, o, start)
		b.builder.bases[o.key] = o.size
		b.counts.registryAsks += 2 // configuration and one layer
		b.counts.registryBytes += o.size
	}
}

// export packs and pushes the layers that the registry does not hold.
func (b *build) export(ops []op) {
	var fresh int64
	for _, o := range ops {
		size := int64(float64(o.size) * compressed)
		if !o.cacheable() {
			size = o.size // bases are compressed already
		}
		b.counts.imageBytes += size
		if b.builder.blobs[o.key] {
			continue
		}
		b.builder.blobs[o.key] = true
		b.counts.pushedBytes += size
		if o.cacheable() {
			fresh += o.size
		}
	}
	b.span(phaseExport, "exporting to image", b.noise.vary(exportTime+float64(fresh)/exportRate))
}

// span adds a step of the builder's own that takes so long from now on.
func (b *build) span(phase, name string, took time.Duration) {
	start := b.at
	b.at += took
	b.mark(phase, op{key: key(name), name: "[internal] " + name}, start)
}

// mark adds a span of an op from start until now.
func (b *build) mark(phase string, o op, start time.Duration) {
	b.spans = append(b.spans, results.Span{
		Phase: phase, Step: o.key, Name: o.name, Start: start.Seconds(), Stop: b.at.Seconds(),
	})
}
