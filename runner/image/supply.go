package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/service/registry"
	"github.com/cibench/cibench/runner/venv/workflow/glob"
	"github.com/cibench/cibench/scenarios"
)

// supply is what a variant's build needs from outside.
type supply struct {
	file   *dockerfile.File
	images []supplied // the frontend, where there is one, and all that the Dockerfile names
	front  bool       // the first image is the frontend
}

// Supply gets every image that the variants' builds need and has the registry
// serve them, and puts the BuildKit daemon into the engine. It is called once,
// before the first trial; getting an image may take minutes.
func (l *Lane) Supply(ctx context.Context, variants []string) error {
	if l.Builder == BuilderContainer {
		daemon, err := l.Images.Get(ctx, provision.BuildKitRef)
		if err != nil {
			return err
		}
		if l.daemonImage, err = LoadDaemon(ctx, l.Engine, daemon); err != nil {
			return err
		}
		l.Snapshots.Image = l.daemonImage
	}
	for _, name := range variants {
		v, err := l.Job.Variant(name)
		if err != nil {
			return err
		}
		sup, err := l.supply(ctx, v)
		if err != nil {
			return fmt.Errorf("variant %s: %w", v.Name, err)
		}
		l.supplied[v.Name] = sup
		if err := l.serve(sup, ""); err != nil {
			return err
		}
	}
	return nil
}

// LoadDaemon puts the BuildKit daemon's image into the engine, unless it is
// there, and returns the reference under which it is.
func LoadDaemon(ctx context.Context, e *engine.Engine, img provision.Image) (string, error) {
	return e.KeepImage(ctx, engine.DaemonRepository, img.Digest, img.Image)
}

// Images reads the Dockerfiles of the job's variants of these names, as Supply
// does, without an engine, and returns the references of the images that they
// need, as they are written. Its error joins theirs.
func Images(study *scenarios.Study, files fs.FS, job scenarios.Job, variants []string) ([]string, error) {
	var refs []string
	var errs []error
	for _, name := range variants {
		v, err := job.Variant(name)
		var file *dockerfile.File
		if err == nil {
			file, err = readDockerfile(study, files, v)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("variant %s: %w", name, err))
			continue
		}
		refs = append(refs, images(file, v)...)
	}
	return refs, errors.Join(errs...)
}

// images returns the references of what a variant's build needs, the frontend
// first where there is one.
func images(file *dockerfile.File, v scenarios.Variant) []string {
	refs := file.Images()
	if v.Cache.MountsKey != "" {
		refs = append(refs, carrierRef)
	}
	return refs
}

// readDockerfile reads a variant's Dockerfile, and refuses one whose mounts
// cannot be carried where the variant says so.
func readDockerfile(study *scenarios.Study, files fs.FS, v scenarios.Variant) (*dockerfile.File, error) {
	name := path.Join(study.Project, v.Dockerfile)
	source, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	file, err := dockerfile.Parse(name, source, v.Args(scenarios.Cold, ""))
	if err != nil {
		return nil, err
	}
	if v.Cache.MountsKey != "" {
		if err := carriable(file, v); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		tree, err := study.Tree(files)
		if err == nil {
			_, err = hashFiles(glob.Tree{FS: tree, Dir: "/"}, v.Cache.MountsKey)
		}
		if err != nil {
			return nil, fmt.Errorf("variant %s: %w", v.Name, err)
		}
	}
	return file, nil
}

func (l *Lane) supply(ctx context.Context, v scenarios.Variant) (supply, error) {
	file, err := readDockerfile(l.Study, l.Files, v)
	if err != nil {
		return supply{}, err
	}
	refs := images(file, v)
	sup := supply{file: file, front: file.Syntax != ""}
	if l.Builder == BuilderEngine && !sup.front {
		refs, sup.front = append([]string{frontendRef}, refs...), true
	}
	if err := l.checkTar(v); err != nil {
		return supply{}, err
	}
	for _, ref := range refs {
		img, err := l.Images.Get(ctx, ref)
		if err != nil {
			return supply{}, err
		}
		s, err := newSupplied(ref, img)
		if err != nil {
			return supply{}, err
		}
		sup.images = append(sup.images, s)
	}
	file.Given(slices.Collect(maps.Keys(l.contexts(sup))))
	return sup, nil
}

// serve hands a supply's images to the registry. Base images get a layer that
// points pip at our index, so the project's Dockerfile stays untouched. With a
// bump, a base keeps its files but has no layer in common with before.
func (l *Lane) serve(sup supply, bump string) error {
	for i, img := range sup.images {
		served := img.Image.Image
		if !sup.frontend(i) {
			var err error
			if served, err = l.based(served, bump); err != nil {
				return fmt.Errorf("serve %s: %w", img.Ref, err)
			}
		}
		if err := l.Registry.Add(img.repo, img.tag, served); err != nil {
			return fmt.Errorf("serve %s: %w", img.Ref, err)
		}
	}
	return nil
}

// frontendBytes returns what a builder fetches for the frontend.
func (s supply) frontendBytes() (int64, error) {
	if !s.front {
		return 0, nil
	}
	return fetchedBytes(s.images[0].Image.Image)
}

func (l *Lane) based(img v1.Image, bump string) (v1.Image, error) {
	img, err := registry.AppendFiles(img, lane.InstallerFiles(l.IndexURL))
	if err != nil || bump == "" {
		return img, err
	}
	return registry.Bump(img, bump)
}

func (l *Lane) serveBases(v scenarios.Variant, bump string) error {
	return l.serve(l.supplied[v.Name], bump)
}

// registries returns the registry hosts that the variant's images come from.
func (l *Lane) registries(v scenarios.Variant) []string {
	hosts := []string{"docker.io"}
	for _, img := range l.supplied[v.Name].images {
		host, _, _ := strings.Cut(img.Ref, "/")
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// bases returns every image that the lane's builds use. An image may stand in
// it more than once.
func (l *Lane) bases() lane.Bases {
	var all lane.Bases
	for _, variant := range slices.Sorted(maps.Keys(l.supplied)) {
		for _, img := range l.supplied[variant].images {
			all = append(all, img.Image)
		}
	}
	return all
}

// Facts returns what the lane adds to a run's environment. It is called after
// Supply.
func (l *Lane) Facts(ctx context.Context) (results.Environment, error) {
	env := lane.EngineFacts(l.Engine.Info())
	env["builder"] = string(l.Builder)
	env["index.url"] = l.IndexURL
	if l.Builder == BuilderContainer {
		way, err := l.Engine.DaemonWay(ctx, l.daemonImage)
		if err != nil {
			return nil, err
		}
		env["buildkit.version"] = provision.BuildKitVersion
		env["buildkit.image"] = l.daemonImage
		env["buildkit.way"] = way
	}
	return env, l.bases().Facts(l.Images, env)
}

// ImageDigests returns the digests of all images that the lane's builds use.
func (l *Lane) ImageDigests() []string {
	all := l.bases().Digests()
	if l.daemonImage != "" {
		all = append(all, l.daemonImage)
	}
	slices.Sort(all)
	return all
}

// Upstream returns the index that the base images' own pip names.
func (l *Lane) Upstream() (string, error) { return l.bases().Upstream(l.Images) }
