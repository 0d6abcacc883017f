// Package synthetic makes a package index from a seed, for tests and offline
// runs that must not need the network.
//
// Names, versions and upload times are fixed, so that a study can name them;
// the seed decides contents, sizes and the dependencies among the libraries.
// Equal seeds give equal bytes on every machine: entries have fixed times and
// are stored, not compressed. Serving them is package pypi's.
package synthetic

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/cibench/cibench/runner/service/pypi"
)

// The packages, besides eight libraries, synth-lib-00 to synth-lib-07.
const (
	// App is a wheel that needs all others. pip must try and drop the newest
	// synth-lib-03 to install it, a wheel whose metadata is not offered.
	App = "synth-app"
	// Pure is an sdist without an extension.
	Pure = "synth-pure"
	// Extension is an sdist with a C extension: it needs cc and Python's
	// headers to build, and no other package.
	Extension = "synth-ext"
)

const (
	libraries = 8
	picky     = 3 // its newest version refuses the newest of the last library
)

// Versions returns the versions that every package has, oldest first.
func Versions() []string { return []string{"1.0.0", "1.1.0", "2.0.0"} }

// Uploaded returns when all packages of Versions()[i] were uploaded. A cut-off
// of that time hides them.
func Uploaded(i int) time.Time { return epoch.AddDate(0, i, 0) }

var epoch = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

// Fill records the index of that seed in the store and returns a lock of all
// its files.
func Fill(s *pypi.Store, seed uint64) (*pypi.Lock, error) {
	var lock *pypi.Lock
	for _, p := range packages(seed) {
		page := pypi.Page{Name: p.name, Fetched: Uploaded(len(Versions()))}
		for i, v := range Versions() {
			f, entries, err := p.release(s, v, Uploaded(i), seed)
			if err != nil {
				return nil, fmt.Errorf("synthetic index: %s %s: %w", p.name, v, err)
			}
			page.Files = append(page.Files, f)
			lock = lock.With(entries)
		}
		if err := s.PutPage(page); err != nil {
			return nil, fmt.Errorf("synthetic index: %w", err)
		}
	}
	return lock, nil
}

// pkg is one package, in all its versions.
type pkg struct {
	name     string
	form     form
	requires func(version string) []string
	quiet    bool // offers no metadata
}

// form is how a package is released.
type form int

const (
	wheel form = iota
	pureSdist
	nativeSdist
)

func packages(seed uint64) []pkg {
	newest := Versions()[len(Versions())-1]
	last := library(libraries - 1)
	all := []pkg{
		{name: Pure, form: pureSdist, requires: none},
		{name: Extension, form: nativeSdist, requires: none},
	}
	app := []string{Pure, Extension, last + ">=" + newest}
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range libraries {
		var needs []string
		for j := i + 1; j < libraries; j++ {
			if r.IntN(3) == 0 {
				needs = append(needs, library(j)+">="+Versions()[0])
			}
		}
		p := pkg{name: library(i), requires: func(string) []string { return needs }}
		if i == picky {
			p.quiet = true
			p.requires = func(v string) []string {
				if v == newest {
					return append(needs[:len(needs):len(needs)], last+"<"+newest)
				}
				return needs
			}
		}
		all = append(all, p)
		app = append(app, library(i))
	}
	return append(all, pkg{name: App, requires: func(string) []string { return app }})
}

func none(string) []string { return nil }

func library(i int) string { return fmt.Sprintf("synth-lib-%02d", i) }

// release makes one version of p and puts it into the store.
func (p pkg) release(s *pypi.Store, version string, at time.Time, seed uint64) (pypi.File, []pypi.Entry, error) {
	a := artifact{name: p.name, version: version, requires: p.requires(version), random: random(seed, p.name, version)}
	name, data, err := a.build(p.form)
	if err != nil {
		return pypi.File{}, nil, err
	}
	size := int64(len(data))
	f := pypi.File{
		Name:           name,
		URL:            "https://synthetic.invalid/" + name,
		Size:           &size,
		Uploaded:       at,
		RequiresPython: requiresPython,
	}
	files := map[string][]byte{name: data}
	if p.form == wheel && !p.quiet {
		metadata := a.metadata()
		d := pypi.Digest(sha256.Sum256(metadata))
		f.Metadata = &d
		files[name+".metadata"] = metadata
	}
	var entries []pypi.Entry
	for name, data := range files {
		d := pypi.Digest(sha256.Sum256(data))
		if err := s.Put(d, bytes.NewReader(data)); err != nil {
			return pypi.File{}, nil, err
		}
		entries = append(entries, pypi.Entry{Package: p.name, File: name, Size: int64(len(data)), Digest: d})
	}
	f.Digest = sha256.Sum256(data)
	return f, entries, nil
}

// random returns a generator for one release, which no other release moves.
func random(seed uint64, name, version string) *rand.Rand {
	h := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", seed, name, version))
	return rand.New(rand.NewChaCha8(h))
}
