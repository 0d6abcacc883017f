package store_test

import (
	"path/filepath"
	"testing"

	"github.com/cibench/cibench/results/store"
)

// BenchmarkRecord stores a trial of 40 samples, 40 spans and 40 checks, fsync
// included.
func BenchmarkRecord(b *testing.B) {
	s, _ := newStore(b)
	r := begin(b, s, newRun("r1"))
	rng := newRand()
	slot := 0
	for b.Loop() {
		record(b, r, newTrial(slot, 40, rng))
		slot++
	}
}

// The benchmarks below read a store of 100,000 samples.

func BenchmarkOpen(b *testing.B) {
	path := large(b)
	for b.Loop() {
		s, err := store.OpenExisting(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Runs(b.Context()); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

func BenchmarkStream(b *testing.B) {
	s := openStore(b, large(b))
	for b.Loop() {
		n := 0
		for t, err := range s.Stream(b.Context(), "r1") {
			if err != nil {
				b.Fatal(err)
			}
			n += len(t.Samples)
		}
		if n != 100_000 {
			b.Fatalf("got %d samples, want 100000", n)
		}
	}
}

func large(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "runs.db")
	s, err := store.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	r := begin(b, s, newRun("r1"))
	rng := newRand()
	for slot := range 1000 {
		record(b, r, newTrial(slot, 100, rng))
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}
