package venv

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/cibench/cibench/runner/service/servicetest"
	"github.com/cibench/cibench/runner/venv/cachestep"
)

// TestEntries saves two archives under one key, as two steps with different
// paths do.
func TestEntries(t *testing.T) {
	t.Parallel()
	cache, url := servicetest.Cache(t)
	token, err := cache.Token(scopes(mainBranch)...)
	if err != nil {
		t.Fatal(err)
	}
	for version, files := range map[string][]string{"venv": {".venv/pyvenv.cfg"}, "pip": {"pip/a", "pip/b"}} {
		save(t, url, token, "k", version, archive(t, files))
	}
	got := entries{}
	if err := got.read(cache); err != nil {
		t.Fatal(err)
	}
	want := entries{
		"venv": {"k": cachestep.Content{Environments: []string{".venv"}}},
		"pip":  {"k": cachestep.Content{Rest: 2}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// archive returns one of empty files, as a cache step makes it.
func archive(t *testing.T, files []string) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, name := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// save makes an entry, by the first version of the protocol.
func save(t *testing.T, url, token, key, version string, archive []byte) {
	t.Helper()
	ask := func(method, path, body, content string) []byte {
		req, err := http.NewRequestWithContext(t.Context(), method, url+"_apis/artifactcache/caches"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Range", content)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode >= 300 {
			t.Fatalf("%s %s: got %s %s, %v", method, path, resp.Status, answer, err)
		}
		return answer
	}
	var reserved struct{ CacheID int64 }
	if err := json.Unmarshal(ask("POST", "", fmt.Sprintf(`{"key":%q,"version":%q}`, key, version), ""), &reserved); err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/%d", reserved.CacheID)
	ask("PATCH", path, string(archive), fmt.Sprintf("bytes 0-%d/*", len(archive)-1))
	ask("POST", path, fmt.Sprintf(`{"size":%d}`, len(archive)), "")
}
