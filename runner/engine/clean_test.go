package engine_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
)

// TestCleanOwn leaves what has another owner, or none. Clean differs only in
// the label's value; on a machine in use it would take away what others run.
func TestCleanOwn(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	api, image := e.API(), enginetest.Daemon(t, e)
	things := func(name string, labels map[string]string) {
		t.Helper()
		if _, err := api.VolumeCreate(t.Context(), client.VolumeCreateOptions{Name: name, Labels: labels}); err != nil {
			t.Fatal(err)
		}
		if _, err := api.NetworkCreate(t.Context(), name, client.NetworkCreateOptions{Labels: labels}); err != nil {
			t.Fatal(err)
		}
		_, err := api.ContainerCreate(t.Context(), client.ContainerCreateOptions{
			Name: name, Config: &container.Config{Image: image, Cmd: []string{"true"}, Labels: labels},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	names := []string{"cibench-clean-own", "cibench-clean-foreign", "cibench-clean-plain"}
	removeAll(t, e, names)
	t.Cleanup(func() { removeAll(t, e, names) })
	things(names[0], map[string]string{engine.Label: enginetest.Owner(t)})
	things(names[1], map[string]string{engine.Label: "test-another"})
	things(names[2], nil)

	got, err := e.CleanOwn(t.Context())
	if want := (engine.Removed{Containers: 1, Volumes: 1, Networks: 1}); err != nil || got != want {
		t.Errorf("got %+v %v, want %+v", got, err, want)
	}
	for what, left := range listed(t, e) {
		slices.Sort(left)
		if want := []string{names[1], names[2]}; !slices.Equal(left, want) {
			t.Errorf("%s: got %q, want %q", what, left, want)
		}
	}
	if got, err := e.CleanOwn(t.Context()); err != nil || got != (engine.Removed{}) {
		t.Errorf("again: got %+v %v, want nothing", got, err)
	}
}

// listed returns the names of the test's things, whatever their label.
func listed(t *testing.T, e *engine.Engine) map[string][]string {
	t.Helper()
	api := e.API()
	ours := make(client.Filters).Add("name", "cibench-clean-")
	left := map[string][]string{}
	containers, err := api.ContainerList(t.Context(), client.ContainerListOptions{All: true, Filters: ours})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range containers.Items {
		left["containers"] = append(left["containers"], strings.TrimPrefix(c.Names[0], "/"))
	}
	volumes, err := api.VolumeList(t.Context(), client.VolumeListOptions{Filters: ours})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range volumes.Items {
		left["volumes"] = append(left["volumes"], v.Name)
	}
	networks, err := api.NetworkList(t.Context(), client.NetworkListOptions{Filters: ours})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range networks.Items {
		left["networks"] = append(left["networks"], n.Name)
	}
	return left
}

// removeAll removes the test's things by their names.
func removeAll(t *testing.T, e *engine.Engine, names []string) {
	t.Helper()
	ctx, api := context.WithoutCancel(t.Context()), e.API()
	for _, name := range names {
		_, err1 := api.ContainerRemove(ctx, name, client.ContainerRemoveOptions{Force: true})
		_, err2 := api.VolumeRemove(ctx, name, client.VolumeRemoveOptions{})
		_, err3 := api.NetworkRemove(ctx, name, client.NetworkRemoveOptions{})
		for _, err := range []error{err1, err2, err3} {
			if err != nil && !cerrdefs.IsNotFound(err) {
				t.Errorf("remove %s: %v", name, err)
			}
		}
	}
}

func TestVolume(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	const ours, plain = "cibench-test-volume", "cibench-test-plain"
	removeAll(t, e, []string{plain})
	t.Cleanup(func() { removeAll(t, e, []string{plain}) })
	if _, err := e.API().VolumeCreate(t.Context(), client.VolumeCreateOptions{Name: plain}); err != nil {
		t.Fatal(err)
	}
	if err := e.RemoveVolume(t.Context(), plain); err == nil {
		t.Error("a volume without our label was removed")
	}
	if err := e.CreateVolume(t.Context(), plain, t.TempDir()); err == nil {
		t.Error("a volume without our label was replaced")
	}
	if _, err := e.API().VolumeInspect(t.Context(), plain, client.VolumeInspectOptions{}); err != nil {
		t.Error(err)
	}

	// The second replaces what a killed run left under that name.
	for _, dir := range []string{t.TempDir(), t.TempDir()} {
		if err := e.CreateVolume(t.Context(), ours, dir); err != nil {
			t.Fatal(err)
		}
		v, err := e.API().VolumeInspect(t.Context(), ours, client.VolumeInspectOptions{})
		if err != nil || v.Volume.Options["device"] != dir {
			t.Errorf("volume: got %v %v, want it at %s", v.Volume.Options, err, dir)
		}
	}
	for range 2 { // a missing one is fine
		if err := e.RemoveVolume(t.Context(), ours); err != nil {
			t.Error(err)
		}
	}
}
