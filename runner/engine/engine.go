// Package engine finds the Docker engine and owns what a run puts into it:
// containers, volumes and BuildKit daemons, all with one label.
//
// It never lists, changes or removes anything that does not carry that label,
// but for images named with ImagePrefix, and reads an image of the user's only
// by its exact reference. What a build is, and when a cache counts as warm, is
// left to the lanes.
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// Label marks every container, volume and network that is ours, and every
// image that was built. Its value is the id of the owner, normally a run.
//
// The images of BuildKit daemons carry none: a label would change the bytes
// that were pulled or made, and they outlive the run. Their names are ours.
const Label = "io.github.cibench.owner"

// ImagePrefix begins the name of every image that is ours.
const ImagePrefix = "cibench/"

// Engine is a connection to one Docker engine. It is safe for concurrent use.
type Engine struct {
	api   client.APIClient
	owner string
	info  Info

	modeLock sync.Mutex
	mode     daemonMode // how a BuildKit daemon can run here; "" until that is known
}

// Info is what the engine says of itself.
type Info struct {
	Version       string
	APIVersion    string
	StorageDriver string
	OS            string // "Debian GNU/Linux 12 (bookworm)", "Docker Desktop"
	Kernel        string // release of the kernel that containers run on
	Rootless      bool   // containers have a network of the engine's own
	CgroupVersion string
	Root          string // data directory, on the engine's host
	Host          string // endpoint, e.g. "unix:///var/run/docker.sock"
}

// UnreachableError says that no engine answered.
type UnreachableError struct{ Err error }

func (e *UnreachableError) Error() string { return "docker engine: " + e.Err.Error() }
func (e *UnreachableError) Unwrap() error { return e.Err }

// Hint says how to get an engine.
func (e *UnreachableError) Hint() string {
	return "start one, for instance with `make engine` (as root on Debian), or set DOCKER_HOST"
}

// PrefixError says that testcontainers would put a registry before the names of
// our images, which are in no registry.
type PrefixError struct{ Prefix string }

func (e *PrefixError) Error() string {
	return "testcontainers is configured to take images from " + e.Prefix
}

// Hint says where that is configured.
func (e *PrefixError) Hint() string {
	return "unset TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX, or hub.image.name.prefix in ~/.testcontainers.properties; the engine itself can use a mirror"
}

// Open connects to the engine that DOCKER_HOST names, else to the one that
// testcontainers finds, and negotiates the API version. Everything made
// through it is labelled with owner. The error is an *UnreachableError when no
// engine answers, and when the one that does is not the one that was named.
func Open(ctx context.Context, owner string) (*Engine, error) {
	// The reaper's image may not be pullable, and our label already finds
	// everything: testcontainers reads this variable, and only it.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return nil, fmt.Errorf("disable the reaper: %w", err)
	}
	log.SetDefault(discard{})
	if prefix := testcontainers.ReadConfig().Config.HubImageNamePrefix; prefix != "" {
		return nil, &PrefixError{prefix}
	}
	if err := answers(ctx); err != nil {
		return nil, &UnreachableError{err}
	}
	api, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil, &UnreachableError{err}
	}
	e := &Engine{api: api, owner: owner}
	if err := named(api.DaemonHost()); err != nil {
		return nil, errors.Join(err, api.Close())
	}
	if err := e.load(ctx); err != nil {
		return nil, errors.Join(err, api.Close())
	}
	return e, nil
}

// answers tells whether the engine that DOCKER_HOST names, if it does, is there:
// testcontainers would quietly go on to the next engine that it can find.
func answers(ctx context.Context) error {
	host := os.Getenv(client.EnvOverrideHost)
	if host == "" {
		return nil
	}
	c, err := client.New(client.FromEnv)
	if err == nil {
		defer c.Close()
		_, err = c.Ping(ctx, client.PingOptions{})
	}
	if err != nil {
		return fmt.Errorf("%s=%s: %w", client.EnvOverrideHost, host, err)
	}
	return nil
}

// named refuses an engine at found where DOCKER_HOST names another: a property
// of testcontainers goes before the variable, and that engine's containers and
// volumes are not what the user spoke of.
func named(found string) error {
	if host := os.Getenv(client.EnvOverrideHost); host != "" && host != found {
		return &UnreachableError{fmt.Errorf("%s names %s, but what answers is %s", client.EnvOverrideHost, host, found)}
	}
	return nil
}

func (e *Engine) load(ctx context.Context) error {
	if _, err := e.api.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}); err != nil {
		return &UnreachableError{err}
	}
	res, err := e.api.Info(ctx, client.InfoOptions{})
	if err != nil {
		return &UnreachableError{err}
	}
	in := res.Info
	e.info = Info{
		Version:       in.ServerVersion,
		APIVersion:    e.api.ClientVersion(),
		StorageDriver: in.Driver,
		OS:            in.OperatingSystem,
		Kernel:        in.KernelVersion,
		Rootless:      slices.Contains(in.SecurityOptions, "name=rootless"),
		CgroupVersion: in.CgroupVersion,
		Root:          in.DockerRootDir,
		Host:          e.api.DaemonHost(),
	}
	return nil
}

// Owner is the value of the label that everything made through e carries.
func (e *Engine) Owner() string { return e.owner }

// Info returns what the engine said of itself when it was opened.
func (e *Engine) Info() Info { return e.info }

// Ping tells whether the engine still answers. Of one that was not waited for,
// as ctx has ended, it says nothing.
func (e *Engine) Ping(ctx context.Context) error {
	if _, err := e.api.Ping(ctx, client.PingOptions{}); err != nil && ctx.Err() == nil {
		return &UnreachableError{err}
	}
	return nil
}

// Close ends the connection. It removes nothing.
func (e *Engine) Close() error { return e.api.Close() }

func (e *Engine) labels() map[string]string { return map[string]string{Label: e.owner} }

// discard is the logger handed to testcontainers: progress is ours to print.
type discard struct{}

func (discard) Printf(string, ...any) {}
