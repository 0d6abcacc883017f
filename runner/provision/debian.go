package provision

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	kgzip "github.com/klauspost/compress/gzip"
)

// rootfs is an image of one layer, made from Debian packages.
type rootfs struct {
	suite    string
	packages []string
	bare     bool     // the packages' files alone, without a system around them
	hooks    []string // shell commands run last; $1 is the root
	env, cmd []string
}

// noDocs leaves out what no build reads.
var noDocs = []string{"/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*"}

// debian makes the image with mmdebstrap, from the mirror that tool uses by
// default. The layer stays in work.
func debian(ctx context.Context, work string, r rootfs) (v1.Image, error) {
	layerFile := filepath.Join(work, "layer.tar.gz")
	if err := bootstrap(ctx, r, layerFile); err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromFile(layerFile)
	if err != nil {
		return nil, err
	}
	return image(r.env, nil, r.cmd, nil, layer)
}

func bootstrap(ctx context.Context, r rootfs, file string) error {
	variant, hook := "minbase", "--customize-hook="
	if r.bare {
		variant, hook = "extract", "--extract-hook="
	}
	args := []string{"--variant=" + variant, "--format=tar", "--quiet"}
	for _, pkg := range r.packages {
		args = append(args, "--include="+pkg)
	}
	for _, path := range noDocs {
		args = append(args, "--dpkgopt=path-exclude="+path)
	}
	for _, command := range r.hooks {
		args = append(args, hook+command)
	}
	cmd := command(ctx, "mmdebstrap", append(args, r.suite, "-")...)
	// Files made during the set-up carry this time, so that two runs of the
	// recipe on the same packages give the same layer.
	cmd.Env = append(cmd.Environ(), "SOURCE_DATE_EPOCH=1700000000")
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := compressed(file, func(w io.Writer) error {
		cmd.Stdout = w
		return run(ctx, cmd)
	}); err != nil {
		return fmt.Errorf("mmdebstrap %s: %w\n%s", r.suite, err, tail(log.Bytes(), 2000))
	}
	return nil
}

// compressed writes to file, gzipped, what write does.
func compressed(file string, write func(io.Writer) error) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	zw, err := kgzip.NewWriterLevel(f, gzip.DefaultCompression)
	if err == nil {
		err = errors.Join(write(zw), zw.Close())
	}
	return errors.Join(err, f.Close())
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// image puts layers under a minimal configuration for this machine's platform.
func image(env, entrypoint, cmd []string, labels map[string]string, layers ...v1.Layer) (v1.Image, error) {
	img, err := mutate.AppendLayers(empty.Image, layers...)
	if err != nil {
		return nil, err
	}
	file, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture = Platform().OS, Platform().Architecture
	file.Config = v1.Config{
		Env:        append([]string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, env...),
		Entrypoint: entrypoint,
		Cmd:        cmd,
		Labels:     labels,
	}
	return mutate.ConfigFile(img, file)
}
