package engine_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/moby/moby/client"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
)

// absent is an image that no engine holds, in a registry that is not there.
const absent = "127.0.0.1:1/cibench/none:1"

func TestStartBuildKit(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	image, state := enginetest.Daemon(t, e), t.TempDir()
	const volume = "cibench-test-buildkit"
	if err := e.CreateVolume(t.Context(), volume, state); err != nil {
		t.Fatal(err)
	}
	d, err := e.StartBuildKit(t.Context(), engine.DaemonConfig{
		Image: image, Volume: volume, Mirror: "127.0.0.1:1", Registries: []string{"docker.io"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(context.WithoutCancel(t.Context()), 0) })
	workers, err := d.Client().ListWorkers(t.Context())
	if err != nil || len(workers) != 1 {
		t.Errorf("workers: got %v %v, want one", workers, err)
	}
	for _, w := range workers {
		if len(w.GCPolicy) > 0 {
			t.Errorf("garbage collection: got %v, want none", w.GCPolicy)
		}
	}
	usage, err := d.Client().DiskUsage(t.Context())
	if err != nil || len(usage) > 0 {
		t.Errorf("a new daemon holds %v %v, want nothing", usage, err)
	}

	if err := d.Close(t.Context(), engine.Rest); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := d.Close(t.Context(), engine.Rest); err != nil {
		t.Errorf("close again: %v", err)
	}
	socket := strings.TrimPrefix(d.Address(), "unix://")
	if _, err := os.Lstat(socket); !os.IsNotExist(err) {
		t.Errorf("%s after close: got %v, want none", socket, err)
	}
	if left := containers(t, e); len(left) > 0 {
		t.Errorf("containers after close: %v", left)
	}
	if err := e.RemoveVolume(t.Context(), volume); err != nil {
		t.Fatal(err)
	}
	// The daemon worked in the given directory, and that outlives the volume.
	if _, err := os.Lstat(state + "/runc-overlayfs"); err != nil {
		t.Error(err)
	}
}

// TestStartBuildKitFails fails for the want of an image, of a daemon in it and
// of a volume. What is missing then is not held against a later daemon.
func TestStartBuildKitFails(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t)
	image := enginetest.Daemon(t, e)
	if _, err := e.StartBuildKit(t.Context(), engine.DaemonConfig{Image: absent}); err == nil {
		t.Error("absent image: no error")
	}
	if _, err := e.StartBuildKit(t.Context(), engine.DaemonConfig{Image: "No Reference"}); err == nil {
		t.Error("bad reference: no error")
	}
	way, err := e.DaemonWay(t.Context(), image)
	if err != nil || way != "privileged" && way != "capabilities" {
		t.Fatalf("way: got %q %v", way, err)
	}
	_, err = e.StartBuildKit(t.Context(), engine.DaemonConfig{Image: image, Volume: "no/volume"})
	if err == nil || !strings.Contains(err.Error(), "no/volume") {
		t.Errorf("bad volume: got %v, want its name", err)
	}
	// A mirror that breaks the configuration ends the daemon at once.
	const volume = "cibench-test-fails"
	if err := e.CreateVolume(t.Context(), volume, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	_, err = e.StartBuildKit(t.Context(), engine.DaemonConfig{
		Image: image, Volume: volume, Mirror: "127.0.0.1:1", Registries: []string{"127.0.0.1:1"},
	})
	if err == nil || !strings.Contains(err.Error(), "exit code 1") || !strings.Contains(err.Error(), "toml") {
		t.Errorf("a daemon that ends: got %v, want its exit code and what it said", err)
	}
	if err := e.RemoveVolume(t.Context(), volume); err != nil {
		t.Error(err)
	}
	if left := containers(t, e); len(left) > 0 {
		t.Errorf("containers left: %v", left)
	}
}

// containers returns the ids of the containers that the test made.
func containers(t *testing.T, e *engine.Engine) []string {
	t.Helper()
	list, err := e.API().ContainerList(t.Context(), client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", engine.Label+"="+enginetest.Owner(t)),
	})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range list.Items {
		ids = append(ids, c.ID)
	}
	return ids
}
