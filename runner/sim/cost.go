package sim

import (
	"math"
	"math/rand/v2"
	"path"
	"slices"
	"time"
)

// The costs of the model, from builds that were watched on a machine of two
// cores with every service on loopback. They make a simulated study look like
// a real one; they measure nothing.
const (
	frontendTime = 0.40  // loading the Dockerfile
	contextTime  = 0.05  // and the context
	metadataTime = 0.08  // asking the registry for a tag
	baseRate     = 6e6   // bytes of base image per second, fetched and extracted
	copyRate     = 200e6 // bytes per second
	pipStart     = 0.8   // a pip command that does nothing
	askTime      = 0.05  // a request to the index
	cacheTime    = 0.01  // a look into pip's cache
	indexRate    = 60e6  // bytes per second
	unpackTime   = 0.10  // a package
	unpackRate   = 5e6   // bytes of its file per second, with byte-compiling
	exportTime   = 0.30  // an image without any new layer
	exportRate   = 22e6  // bytes of new layers per second, compressed and pushed
	unpacked     = 3.2   // bytes of an installed package per byte of its file
	compressed   = 0.35  // bytes of a pushed layer per byte of its files
	commandSize  = 1_000_000
)

// spread is the standard deviation of the logarithm of a time. A quiet machine
// repeats builds within a few per cent.
const spread = 0.03

// packageManagers are commands that fetch system packages, which takes longer
// than what other commands do.
var packageManagers = []string{"apt", "apt-get", "apk", "dnf", "microdnf", "yum"}

// commandTime returns the seconds that a command takes, pip aside.
func commandTime(words []string) float64 {
	if slices.Contains(packageManagers, path.Base(words[0])) {
		return 8
	}
	return 0.2
}

// baseSize returns the bytes of a base image: those of a slim Python image,
// more or less.
func baseSize(ref string) int64 {
	if ref == "scratch" {
		return 0
	}
	return 45e6 + int64(hash("image", ref)%10e6)
}

// noise makes times vary from trial to trial, in the same way for an equal
// seed and trial.
type noise struct{ rng *rand.Rand }

func newNoise(seed uint64, trial string) noise {
	return noise{rand.New(rand.NewPCG(seed, hash("trial", trial)))}
}

// vary returns a time around so many seconds, log-normally distributed.
func (n noise) vary(seconds float64) time.Duration {
	return time.Duration(seconds * math.Exp(spread*n.rng.NormFloat64()) * float64(time.Second))
}
