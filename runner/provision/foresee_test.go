package provision

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
)

// TestForesee says where images would come from on machines with these tools.
// It is not parallel: the tools are found by PATH.
func TestForesee(t *testing.T) {
	const slim, daemon, frontend = "python:3.11-slim", BuildKitRef, "docker/dockerfile:1.4"
	img, err := random.Image(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"mmdebstrap", "newuidmap", "go"}
	for _, tt := range []struct {
		name, ref string
		tools     []string
		engine    string // what it holds
		pulls     bool
		want      Source
		hint      string // of the error
	}{
		{"in the engine", slim, nil, "docker.io/library/python:3.11-slim", true, FromEngine, ""},
		{"to be pulled", slim, all, "", true, FromPull, ""},
		{"made", slim, all, "", false, FromRecipe, ""},
		{"made, by Go alone", frontend, []string{"go"}, "", false, FromRecipe, ""},
		{"no mmdebstrap", slim, []string{"go"}, "", false, "", "install -y mmdebstrap"},
		{"no mmdebstrap for the daemon", daemon, []string{"go"}, "", false, "", "install -y mmdebstrap"},
		{"no Go", daemon, []string{"mmdebstrap", "newuidmap"}, "", false, "", "install Go"},
		{"another Python", "python:3.12-slim", all, "", false, "", "docker pull docker.io/library/python:3.12-slim"},
		{"no recipe", "redis:7", all, "", false, "", "docker pull docker.io/library/redis:7"},
		{"by digest", "python@sha256:" + strings.Repeat("ab", 32), all, "", false, "", "take the digest off"},
		{"another registry", "ghcr.io/moby/buildkit:v1", all, "", false, "", "docker pull"},
	} {
		bin := t.TempDir()
		for _, tool := range tt.tools {
			if err := os.WriteFile(filepath.Join(bin, tool), []byte("#!/bin/sh\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("PATH", bin)
		p := &Images{Dir: t.TempDir(), Engine: &fakeEngine{ref: tt.engine, img: img}, reach: func(context.Context, string) error {
			if tt.pulls {
				return nil
			}
			return errors.New("no network")
		}}
		got, err := p.Foresee(t.Context(), tt.ref)
		if got.Source != tt.want || got.Kept || (err == nil) != (tt.want != "") {
			t.Errorf("%s: got %+v, %v, want %q", tt.name, got, err, tt.want)
		}
		if tt.want != "" {
			continue
		}
		var un *UnavailableError
		if !errors.As(err, &un) || !strings.Contains(un.Hint(), tt.hint) {
			t.Errorf("%s: got %v, want an UnavailableError with the hint %q", tt.name, err, tt.hint)
		}
		// Get comes to the same end, and at once.
		if _, err := p.Get(t.Context(), tt.ref); !errors.As(err, &un) || !strings.Contains(un.Hint(), tt.hint) {
			t.Errorf("%s: Get: got %v, want the same", tt.name, err)
		}
	}
}

func TestForeseeNeedsRoot(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("this is root")
	}
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "mmdebstrap"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	if err := debianTool(); err == nil || !strings.Contains(err.Error(), "needs root") {
		t.Errorf("got %v, want that it needs root", err)
	}
}

// TestForeseeKept tells a kept image with where it came from, and asks nobody.
func TestForeseeKept(t *testing.T) {
	t.Parallel()
	img, err := random.Image(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := &Images{Dir: t.TempDir(), Engine: &fakeEngine{ref: unreachable, img: img}}
	if _, err := p.Get(t.Context(), unreachable); err != nil {
		t.Fatal(err)
	}
	p.Engine = nil
	p.reach = func(context.Context, string) error { t.Error("a registry was asked"); return nil }
	got, err := p.Foresee(t.Context(), unreachable)
	if want := (Outlook{Ref: unreachable, Source: FromEngine, Kept: true}); got != want || err != nil {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	left, err := filepath.Glob(filepath.Join(p.Dir, workPrefix+"*"))
	if err != nil || slices.Contains(left, workPrefix) {
		t.Errorf("left behind: %q, %v", left, err)
	}
}
