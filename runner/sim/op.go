package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// An op is one step of a build, as the Dockerfile, the arguments and the
// context make it. What a builder does with it depends on what it holds.
type op struct {
	key   string // of its result: equal keys are equal results
	verb  string // FROM, RUN, COPY, ADD or WORKDIR
	name  string // "[stage-0 3/7] RUN pip install -r requirements.txt"
	phase string
	pip   *install
	pipNo int     // its number among the pip steps, from 1; 0 for another step
	size  int64   // bytes that it adds to the image
	work  float64 // seconds that running it takes, beside pip
	fail  string  // why running it fails; "" when it does not
}

// cacheable tells whether the op is a step of the Dockerfile that a cache can
// hold.
func (o op) cacheable() bool { return o.verb != "FROM" }

// key identifies a result by all that shaped it.
func key(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%q\n", p)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// sorted writes the variables in a fixed order.
func (e env) sorted() string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(e)) {
		text += fmt.Sprintf("%s=%q ", name, e[name])
	}
	return text
}
