package cli

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/cibench/cibench/runner/service/link"
	"github.com/cibench/cibench/runner/service/pypi"
)

// digestA is some file's digest.
var digestA = pypi.Digest{0xaa}

// newSession returns a session of the study at arg as far as it needs no
// engine, with a cache directory that holds the recorded page of six.
func newSession(t *testing.T, arg string) *session {
	t.Helper()
	study, err := openStudy(arg)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{
		io:    &IO{Getenv: func(string) string { return "" }},
		cfg:   &config{CacheDir: t.TempDir()},
		study: study,
		say:   func(msg string) { t.Log(msg) },
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	if s.ports.index, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	store, err := pypi.OpenStore(filepath.Join(s.cfg.CacheDir, "index"))
	if err != nil {
		t.Fatal(err)
	}
	page := pypi.Page{Name: "six", Files: []pypi.File{{Name: "six-1.16.0.tar.gz", URL: "https://files.test/six", Digest: digestA}}}
	if err := store.PutPage(page); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

const tinyStudy = `version: 1
name: tiny
title: A tiny study
project: project
policy: {blocks: 1, timeout: 1m}
jobs:
  build:
    lane: image
    baseline: before
    states: [cold]
    variants:
      before: {title: no cache, dockerfile: Dockerfile}
`

// writeStudy writes a study of that text into a new directory.
func writeStudy(t *testing.T, text string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "project"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"study.yaml": text, "project/Dockerfile": "FROM python:3.11-slim\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestServeIndexPreloads keeps the rendering of pages out of the first trials.
func TestServeIndexPreloads(t *testing.T) {
	t.Parallel()
	s := newSession(t, writeStudy(t, tinyStudy))
	if err := s.serveIndex(t.Context(), link.New(link.Profile{}), false); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(s.cfg.CacheDir, "index", "tmp", "pages-*", "six-*"))
	if err != nil || len(pages) != 1 {
		t.Errorf("rendered %q, %v, want the page of six once", pages, err)
	}
}

// onIndex is a lane whose base images' pip names an index, or "" for none.
type onIndex struct {
	jobLane
	url string
}

func (l onIndex) Upstream() (string, error) { return l.url, nil }

// TestImageIndex takes the first index in the order of the study's jobs: images
// without a pip are in nobody's way.
func TestImageIndex(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		build, lint, want string
	}{
		{"https://one.test/", "https://two.test/", "https://one.test/"},
		{"", "https://two.test/", "https://two.test/"},
		{"", "", ""},
	} {
		s := newSession(t, "starter")
		s.lanes = map[string]jobLane{"lint-and-test": onIndex{url: tt.lint}, "build-and-push": onIndex{url: tt.build}}
		if got, err := s.imageIndex(); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%+v: got %q, %v", tt, got, err)
		}
	}
}
