package cli

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/provision"
)

// TestDefaultImages reads the references from where a build would.
func TestDefaultImages(t *testing.T) {
	t.Parallel()
	got, err := defaultImages()
	want := []string{"docker/dockerfile:1.4", provision.BuildKitRef, "python:3.11-slim", "docker.io/library/python:3.11", "docker.io/library/python:3.13"}
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestForeseen(t *testing.T) {
	t.Parallel()
	const ref = "docker.io/library/python:3.11-slim"
	for _, tt := range []struct {
		outlook provision.Outlook
		err     error
		want    status
		detail  string
	}{
		{provision.Outlook{Source: provision.FromRecipe, Kept: true}, nil, statusOK, "kept (made)"},
		{provision.Outlook{Source: provision.FromEngine}, nil, statusOK, "in the engine"},
		{provision.Outlook{Source: provision.FromPull}, nil, statusOK, "can be pulled"},
		{provision.Outlook{Source: provision.FromRecipe}, nil, statusWarning, "made on the spot"},
		{provision.Outlook{}, &provision.UnavailableError{Ref: ref, Errs: []error{errors.New("no network"), errors.New("no recipe")}}, statusFailed, "cannot be had here (no network, no recipe)"},
		{provision.Outlook{}, errors.New("broken store"), statusFailed, "broken store"},
	} {
		tt.outlook.Ref = ref
		if got := foreseen(tt.outlook, tt.err); got.status != tt.want || !strings.Contains(got.detail, tt.detail) {
			t.Errorf("%+v, %v: got %+v, want %s, %q", tt.outlook, tt.err, got, tt.want, tt.detail)
		}
	}
	if got := worstOf([]finding{fine("a"), {statusFailed, "b", "do"}, {statusWarning, "c", "wait"}}); got != (finding{statusFailed, "a; b; c", "do"}) {
		t.Errorf("worst: got %+v", got)
	}
}
