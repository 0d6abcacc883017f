package actionscache

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

var (
	onMain = entry.Branch("refs/heads/main", "refs/heads/main")
	onDev  = entry.Branch("refs/heads/dev", "refs/heads/main")
	asRead = []entry.Scope{{Ref: "refs/heads/main", Permission: entry.Read}}
)

// A clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// A rig is a running cache with a client.
type rig struct {
	*Cache
	t     testing.TB
	clock *clock
	url   string // without a slash at the end
	token string
}

// serve starts a cache of 1 MB; its client works on the default branch.
func serve(t testing.TB) *rig {
	t.Helper()
	c := &clock{t: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	limits := entry.GitHub()
	limits.Bytes = 1e6
	return serveWith(t, Config{Dir: t.TempDir(), Limits: limits, Now: c.now}, c)
}

func serveWith(t testing.TB, cfg Config, clk *clock) *rig {
	t.Helper()
	cache, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cache.Serve(l) }()
	t.Cleanup(func() {
		if err := cache.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	r := &rig{Cache: cache, t: t, clock: clk, url: "http://" + l.Addr().String()}
	return r.as(onMain)
}

// as returns the rig with a client that has other scopes.
func (r *rig) as(scopes []entry.Scope) *rig {
	r.t.Helper()
	token, err := r.Token(scopes...)
	if err != nil {
		r.t.Fatal(err)
	}
	other := *r
	other.token = token
	return &other
}

type response struct {
	status int
	header http.Header
	body   string
}

// field returns a string of a JSON body.
func (r response) field(name string) string {
	var m map[string]any
	if err := json.Unmarshal([]byte(r.body), &m); err != nil {
		return ""
	}
	s, _ := m[name].(string)
	return s
}

// do sends one request; headers are "Key: value". A URL without a host is on
// the rig's, with its token.
func (r *rig) do(method, url, body string, headers ...string) response {
	r.t.Helper()
	authorized := strings.HasPrefix(url, "/")
	if authorized {
		url = r.url + url
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if authorized {
		req.Header.Set("Authorization", "Bearer "+r.token)
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		k, v, _ := strings.Cut(h, ": ")
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(data)}
}

// call calls a method of v2 with a message in JSON.
func (r *rig) call(method string, message any) response {
	r.t.Helper()
	text, err := json.Marshal(message)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.do("POST", service+method, string(text))
}

func (r *rig) create(key string) (uploadURL string) {
	r.t.Helper()
	got := r.call("CreateCacheEntry", createRequest{key, "v"})
	if url := got.field("signed_upload_url"); got.status == http.StatusOK && url != "" {
		return url
	}
	r.t.Fatalf("create %s: got %d %s", key, got.status, got.body)
	return ""
}

func (r *rig) finalize(key string, size int) response {
	r.t.Helper()
	return r.call("FinalizeCacheEntryUpload", finalizeRequest{key, "v", integer(size)})
}

func (r *rig) find(keys ...string) response {
	r.t.Helper()
	return r.call("GetCacheEntryDownloadURL", downloadRequest{keys[0], keys[1:], "v"})
}

const whole = "x-ms-blob-type: BlockBlob"

// save saves an entry by v2, in one piece.
func (r *rig) save(key, content string) {
	r.t.Helper()
	if got := r.do("PUT", r.create(key), content, whole); got.status != http.StatusCreated {
		r.t.Fatalf("upload of %s: got %d %s", key, got.status, got.body)
	}
	if got := r.finalize(key, len(content)); !strings.Contains(got.body, `"ok":true`) {
		r.t.Fatalf("finalize %s: got %d %s", key, got.status, got.body)
	}
}

// content returns what is restored for a key, by the entry's key; both are ""
// for a miss.
func (r *rig) content(keys ...string) (matched, content string) {
	r.t.Helper()
	found := r.find(keys...)
	if found.status != http.StatusOK {
		r.t.Fatalf("find %q: got %d %s", keys, found.status, found.body)
	}
	url := found.field("signed_download_url")
	if url == "" {
		return "", ""
	}
	got := r.do("GET", url, "")
	if got.status != http.StatusOK {
		r.t.Fatalf("download of %s: got %d %s", keys[0], got.status, got.body)
	}
	return found.field("matched_key"), got.body
}

// id returns that of the entry with the key.
func (r *rig) id(key string) int64 {
	r.t.Helper()
	held, err := r.List()
	if err != nil {
		r.t.Fatal(err)
	}
	for _, h := range held {
		if h.Key == key {
			return h.ID
		}
	}
	r.t.Fatalf("no entry %s", key)
	return 0
}

// files returns how many archives and uploads are on disk.
func (r *rig) filesOnDisk() (archives, uploads int) {
	r.t.Helper()
	count := func(dir string) int {
		files, err := os.ReadDir(dir)
		if err != nil {
			r.t.Fatal(err)
		}
		return len(files)
	}
	return count(r.files.dir), count(r.files.uploads)
}
