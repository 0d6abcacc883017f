// Package servicetest starts services for the tests of those that use them: on
// free ports of loopback, with content that needs no network. All of it ends
// with the test.
package servicetest

import (
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/pypi/synthetic"
	"github.com/cibench/cibench/runner/service/registry"
)

// Index serves the synthetic index of seed 1 and returns it with its URL.
func Index(t *testing.T) (*pypi.Index, string) {
	t.Helper()
	store, err := pypi.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	lock, err := synthetic.Fill(store, 1)
	if err != nil {
		t.Fatal(err)
	}
	index, err := pypi.New(pypi.Config{Store: store, Lock: lock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	l, err := pypi.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	server := pypi.Serve(l, index)
	t.Cleanup(func() { server.Close() })
	return index, server.URL()
}

// Registry serves an empty registry and returns it with its host:port.
func Registry(t *testing.T) (*registry.Registry, string) {
	t.Helper()
	reg, err := registry.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l, err := registry.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- reg.Serve(l) }()
	t.Cleanup(func() { wantNone(t, "registry", reg.Close(), <-ended) })
	return reg, l.Addr().String()
}

// Cache serves an empty Actions cache with GitHub's limits and returns it with
// its URL.
func Cache(t *testing.T) (*actionscache.Cache, string) {
	t.Helper()
	cache, err := actionscache.New(actionscache.Config{Dir: t.TempDir(), Limits: entry.GitHub(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	l, err := actionscache.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cache.Serve(l) }()
	t.Cleanup(func() { wantNone(t, "actions cache", cache.Close(), <-ended) })
	return cache, "http://" + l.Addr().String() + "/"
}

func wantNone(t *testing.T, service string, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Errorf("%s: %v", service, err)
		}
	}
}
