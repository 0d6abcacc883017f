package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/cibench/cibench/runner/service/internal/share"
)

// A saved snapshot is a directory: what was put, in its order, and each blob in
// a file named by its digest.
const putsName = "puts.json"

type savedPut struct {
	Repo string   `json:"repo"`
	Blob *v1.Hash `json:"blob,omitempty"` // of a blob
	Size int64    `json:"size,omitempty"`

	Ref       string `json:"ref,omitempty"` // of a manifest
	MediaType string `json:"mediaType,omitempty"`
	Manifest  []byte `json:"manifest,omitempty"`
}

// Save writes a snapshot of this registry to dir, which is made. Blobs on the
// same file system share their bytes with the registry's.
func (r *Registry) Save(s Snapshot, dir string) error {
	if err := r.push.save(s, dir); err != nil {
		return fmt.Errorf("save pushed images: %w", err)
	}
	return nil
}

func (p *pushArea) save(s Snapshot, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	var puts []savedPut
	for _, put := range s.puts {
		if put.manifest != nil {
			puts = append(puts, savedPut{Repo: put.repo, Ref: put.ref, MediaType: put.mediaType, Manifest: put.manifest})
			continue
		}
		puts = append(puts, savedPut{Repo: put.repo, Blob: &put.blob, Size: put.size})
		if err := share.File(p.path(put.blob), filepath.Join(dir, put.blob.Hex)); err != nil {
			return err
		}
	}
	data, err := json.Marshal(puts)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, putsName), data, 0o644)
}

// Load takes a snapshot that was saved, by this process or another, so that
// Reset can bring it back. A blob that no snapshot of this registry has yet is
// read and compared with its digest.
func (r *Registry) Load(dir string) (Snapshot, error) {
	s, err := r.push.load(dir)
	if err != nil {
		return Snapshot{}, fmt.Errorf("load pushed images: %w", err)
	}
	return s, nil
}

func (p *pushArea) load(dir string) (Snapshot, error) {
	var puts []savedPut
	data, err := os.ReadFile(filepath.Join(dir, putsName))
	if err == nil {
		err = json.Unmarshal(data, &puts)
	}
	if err != nil {
		return Snapshot{}, err
	}
	var s Snapshot
	for _, sp := range puts {
		if sp.Blob == nil {
			s.puts = append(s.puts, put{repo: sp.Repo, ref: sp.Ref, mediaType: sp.MediaType, manifest: sp.Manifest})
			continue
		}
		s.puts = append(s.puts, put{repo: sp.Repo, blob: *sp.Blob, size: sp.Size})
		if err := p.take(filepath.Join(dir, sp.Blob.Hex), *sp.Blob); err != nil {
			return Snapshot{}, err
		}
	}
	return s, nil
}

// take puts a blob among the push area's and pins it there.
func (p *pushArea) take(file string, h v1.Hash) error {
	p.mu.Lock()
	known := p.pinned[h]
	p.mu.Unlock()
	if known {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != h.Hex {
		return fmt.Errorf("blob %s: it has the digest %s", h.Hex, got)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := share.File(file, p.path(h)); err != nil {
		return err
	}
	p.pinned[h] = true
	return nil
}
