package provision

import (
	"archive/tar"
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// BuildKitVersion is the version of the daemon and of a frontend that is made.
const BuildKitVersion = "v0.34.2"

// BuildKitRef is the image of the BuildKit daemon.
const BuildKitRef = "docker.io/moby/buildkit:" + BuildKitVersion

// The commands are built in a module of their own, pinned by these two files:
// BuildKit's own module has exclude directives, which `go install pkg@version`
// refuses.
var (
	//go:embed buildkit/buildkit.mod
	buildkitMod []byte
	//go:embed buildkit/buildkit.sum
	buildkitSum []byte
)

const (
	pkgDaemon   = "github.com/moby/buildkit/cmd/buildkitd"
	pkgControl  = "github.com/moby/buildkit/cmd/buildctl"
	pkgFrontend = "github.com/moby/buildkit/frontend/dockerfile/cmd/dockerfile-frontend"
)

// makeBuildKit makes the daemon's image: Debian with runc, and the daemon and
// its client built from their Go module.
func (p *Images) makeBuildKit(ctx context.Context, work string) (Image, error) {
	base, err := debian(ctx, work, rootfs{suite: "bookworm", packages: []string{"runc", "ca-certificates"}})
	if err != nil {
		return Image{}, fmt.Errorf("make: %w", err)
	}
	layer, err := p.goLayer(ctx, work, "usr/bin", pkgDaemon, pkgControl)
	if err != nil {
		return Image{}, fmt.Errorf("make: %w", err)
	}
	img, err := mutate.AppendLayers(base, layer)
	if err != nil {
		return Image{}, fmt.Errorf("make: %w", err)
	}
	return Image{Image: img, Source: FromRecipe, Detail: "buildkitd " + BuildKitVersion + " from its Go module, runc from Debian bookworm"}, nil
}

// makeFrontend makes the Dockerfile frontend. Whatever tag was asked for, it
// is the one of BuildKitVersion.
func (p *Images) makeFrontend(ctx context.Context, work string) (Image, error) {
	layer, err := p.goLayer(ctx, work, "bin", pkgFrontend)
	if err != nil {
		return Image{}, fmt.Errorf("make: %w", err)
	}
	// The daemon reads these labels before it runs a frontend: no network, and
	// the capabilities that this version has.
	labels := map[string]string{
		"moby.buildkit.frontend.network.none": "true",
		"moby.buildkit.frontend.caps": "moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests," +
			"moby.buildkit.frontend.contexts,moby.buildkit.frontend.gitquerystring,moby.buildkit.frontend.contexts.zstd",
	}
	img, err := image(nil, []string{"/bin/dockerfile-frontend"}, nil, labels, layer)
	if err != nil {
		return Image{}, fmt.Errorf("make: %w", err)
	}
	return Image{Image: img, Source: FromRecipe, Detail: "dockerfile-frontend of BuildKit " + BuildKitVersion + " from its Go module"}, nil
}

// goLayer builds commands of the pinned module and returns a layer that holds
// them in the directory dest.
func (p *Images) goLayer(ctx context.Context, work, dest string, packages ...string) (v1.Layer, error) {
	for file, data := range map[string][]byte{"go.mod": buildkitMod, "go.sum": buildkitSum} {
		if err := os.WriteFile(filepath.Join(work, file), data, 0o644); err != nil {
			return nil, err
		}
	}
	out := filepath.Join(work, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		return nil, err
	}
	for _, pkg := range packages {
		p.say("building %s %s from its Go module (some minutes the first time)", filepath.Base(pkg), BuildKitVersion)
		args := []string{"build", "-trimpath", "-buildvcs=false",
			"-ldflags", "-s -w -X github.com/moby/buildkit/version.Version=" + BuildKitVersion,
			"-o", filepath.Join(out, filepath.Base(pkg)), pkg}
		cmd := command(ctx, "go", args...)
		cmd.Dir = work
		cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off")
		var log bytes.Buffer
		cmd.Stdout, cmd.Stderr = &log, &log
		if err := run(ctx, cmd); err != nil {
			return nil, fmt.Errorf("go build %s: %w\n%s", pkg, err, tail(log.Bytes(), 2000))
		}
	}
	return programs(out, dest)
}

// programs returns a layer with the files of dir as executables in dest.
func programs(dir, dest string) (v1.Layer, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	tw := tar.NewWriter(&buf)
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		h := &tar.Header{Name: dest + "/" + entry.Name(), Mode: 0o755, Size: int64(len(data)), ModTime: time.Unix(0, 0)}
		if err := tw.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := tw.Write(data); err != nil {
			return nil, err
		}
	}
	if err := tw.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(buf.Bytes())), nil })
}
