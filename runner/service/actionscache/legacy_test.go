package actionscache

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// reserveV1 returns the path of the reservation.
func (r *rig) reserveV1(key string) string {
	r.t.Helper()
	got := r.do("POST", legacy+"caches", fmt.Sprintf(`{"key":%q,"version":"v"}`, key))
	var out struct{ CacheID int64 }
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || out.CacheID == 0 {
		r.t.Fatalf("reserve: got %d %s", got.status, got.body)
	}
	return fmt.Sprintf("%scaches/%d", legacy, out.CacheID)
}

func (r *rig) findV1(keys string) response {
	r.t.Helper()
	return r.do("GET", legacy+"cache?version=v&keys="+url.QueryEscape(keys), "")
}

// TestChunks sends chunks in any order, as the toolkit's four workers do.
func TestChunks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		sent []string // "first:content"
		want string   // "" for a commit that is refused
		size int
	}{
		{"in order", []string{"0:aa", "2:bbb"}, "aabbb", 5},
		{"out of order", []string{"3:c", "0:aa", "2:b"}, "aabc", 4},
		{"sent twice", []string{"0:aa", "0:aa", "2:b"}, "aab", 3},
		{"sent twice, with other bytes", []string{"0:aa", "2:b", "0:dd"}, "ddb", 3},
		{"overlapping", []string{"0:aaaa", "2:bbbb"}, "aabbbb", 6},
		{"first missing", []string{"2:b"}, "", 3},
		{"middle missing", []string{"0:aa", "3:b"}, "", 4},
		{"last missing", []string{"0:aa"}, "", 3},
		{"more than announced", []string{"0:aa", "2:b"}, "", 2},
		{"nothing", nil, "", 1},
	} {
		r := serve(t)
		path := r.reserveV1("k")
		for _, s := range tt.sent {
			var first int
			at, content, _ := strings.Cut(s, ":")
			if _, err := fmt.Sscan(at, &first); err != nil {
				t.Fatal(err)
			}
			got := r.do("PATCH", path, content, fmt.Sprintf("Content-Range: bytes %d-%d/*", first, first+len(content)-1))
			if got.status != http.StatusNoContent || got.body != "" {
				t.Errorf("%s: chunk %s: got %d %s", tt.name, s, got.status, got.body)
			}
		}
		got := r.do("POST", path, fmt.Sprintf(`{"size":%d}`, tt.size))
		if tt.want == "" {
			if got.status != http.StatusBadRequest || got.field("typeKey") == "" {
				t.Errorf("%s: commit: got %d %s, want 400", tt.name, got.status, got.body)
			}
			if got := r.findV1("k"); got.status != http.StatusNoContent {
				t.Errorf("%s: got %d %s, want nothing found", tt.name, got.status, got.body)
			}
			continue
		}
		if got.status != http.StatusNoContent {
			t.Errorf("%s: commit: got %d %s", tt.name, got.status, got.body)
		}
		found := r.findV1("k")
		if found.status != http.StatusOK || found.field("cacheKey") != "k" || found.field("scope") != "refs/heads/main" {
			t.Errorf("%s: got %d %s", tt.name, found.status, found.body)
		}
		if got := r.do("GET", found.field("archiveLocation"), ""); got.body != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got.body, tt.want)
		}
		if archives, uploads := r.filesOnDisk(); archives != 1 || uploads != 0 {
			t.Errorf("%s: got %d archives and %d uploads on disk, want 1 and 0", tt.name, archives, uploads)
		}
	}
}

// A commit that came too early can be made up for.
func TestCommitAgain(t *testing.T) {
	t.Parallel()
	r := serve(t)
	path := r.reserveV1("k")
	r.do("PATCH", path, "aa", "Content-Range: bytes 0-1/*")
	if got := r.do("POST", path, `{"size":3}`); got.status != http.StatusBadRequest {
		t.Errorf("too early: got %d %s", got.status, got.body)
	}
	r.do("PATCH", path, "b", "Content-Range: bytes 2-2/*")
	if got := r.do("POST", path, `{"size":3}`); got.status != http.StatusNoContent {
		t.Errorf("complete: got %d %s", got.status, got.body)
	}
}

// A chunk that is still on its way when the cache closes belongs to nothing.
func TestChunkAfterClose(t *testing.T) {
	t.Parallel()
	r := serve(t)
	req := httptest.NewRequestWithContext(t.Context(), "PATCH", r.reserveV1("k"), strings.NewReader("x"))
	req.Header.Set("Authorization", "Bearer "+r.token)
	req.Header.Set("Content-Range", "bytes 0-0/*")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	r.ServeHTTP(rec, req)
	if rec.Code != http.StatusNotFound {
		t.Errorf("got %d %s, want 404", rec.Code, rec.Body)
	}
}

// TestLegacyAnswers holds the answers to what is wrong, on a cache with an
// entry "saved" and a reservation "pending".
func TestLegacyAnswers(t *testing.T) {
	t.Parallel()
	const saved = "saved"
	onBoth := entry.Branch("refs/heads/both", "refs/heads/main")
	writeOnly := []entry.Scope{{Ref: "refs/heads/main", Permission: entry.Write}}
	for _, tt := range []struct {
		name, method, path string
		scopes             []entry.Scope
		body, header       string
		status             int
		typeKey, message   string
	}{
		{"reserve again", "POST", "caches", onMain, `{"key":"saved","version":"v"}`, "", 409,
			"ArtifactCacheItemAlreadyExistsException", "Cache already exists. Scope: refs/heads/main, Key: saved, Version: v"},
		{"reserve what is reserved", "POST", "caches", onMain, `{"key":"pending","version":"v"}`, "", 409, "ArtifactCacheItemAlreadyExistsException", ""},
		{"reserve read-only", "POST", "caches", asRead, `{"key":"k","version":"v"}`, "", 403, "AccessDeniedException", "cache write denied: token has no writable scopes"},
		{"reserve with a comma", "POST", "caches", onMain, `{"key":"a,b","version":"v"}`, "", 400, "InvalidRequestException", "Key Validation Error: a,b cannot contain commas."},
		{"reserve too much", "POST", "caches", onMain, `{"key":"k","version":"v","cacheSize":1000001}`, "", 400, "InvalidRequestException",
			"Cache size of ~0 MB (1000001 B) is over the data cap limit of 1000000 B, not saving cache."},
		{"reserve by no JSON", "POST", "caches", onMain, `key`, "", 400, "InvalidRequestException", ""},
		{"find with 11 keys", "GET", "cache?version=v&keys=" + strings.Repeat("k,", 10) + "k", onMain, "", "", 400, "InvalidRequestException", "Key Validation Error: Keys are limited to a maximum of 10."},
		{"find without a key", "GET", "cache?version=v", onMain, "", "", 400, "InvalidRequestException", ""},
		{"find write-only", "GET", "cache?version=v&keys=saved", writeOnly, "", "", 403, "AccessDeniedException", "cache read denied: token has no readable scopes"},
		{"chunk of another scope", "PATCH", "caches/2", onDev, "x", "Content-Range: bytes 0-0/*", 404, "ArtifactCacheItemNotFoundException", ""},
		{"chunk of another scope's reservation of a key that is reserved in the own one, too", "PATCH", "caches/2", onBoth, "x", "Content-Range: bytes 0-0/*", 404, "ArtifactCacheItemNotFoundException", ""},
		{"chunk, read-only", "PATCH", "caches/2", asRead, "x", "Content-Range: bytes 0-0/*", 404, "ArtifactCacheItemNotFoundException", ""},
		{"chunk of an entry", "PATCH", "caches/1", onMain, "x", "Content-Range: bytes 0-0/*", 404, "ArtifactCacheItemNotFoundException", ""},
		{"chunk of nothing", "PATCH", "caches/x", onMain, "x", "Content-Range: bytes 0-0/*", 404, "ArtifactCacheItemNotFoundException", ""},
		{"chunk without a range", "PATCH", "caches/2", onMain, "x", "", 400, "InvalidRequestException", ""},
		{"chunk with a range that goes back", "PATCH", "caches/2", onMain, "x", "Content-Range: bytes 1-0/*", 400, "InvalidRequestException", ""},
		{"chunk that is shorter than its range", "PATCH", "caches/2", onMain, "x", "Content-Range: bytes 0-1/*", 400, "InvalidRequestException", ""},
		{"chunk beyond the limit", "PATCH", "caches/2", onMain, "x", "Content-Range: bytes 1000000-1000000/*", 400, "InvalidRequestException", ""},
		{"commit of another scope", "POST", "caches/2", onDev, `{"size":0}`, "", 404, "ArtifactCacheItemNotFoundException", ""},
		{"commit of an entry", "POST", "caches/1", onMain, `{"size":5}`, "", 404, "ArtifactCacheItemNotFoundException", ""},
	} {
		r := serve(t)
		r.save(saved, "12345")
		r.reserveV1("pending")
		r.as(onBoth).reserveV1("pending")
		var headers []string
		if tt.header != "" {
			headers = append(headers, tt.header)
		}
		got := r.as(tt.scopes).do(tt.method, legacy+tt.path, tt.body, headers...)
		if got.status != tt.status || got.field("typeKey") != tt.typeKey || tt.message != "" && got.field("message") != tt.message {
			t.Errorf("%s: got %d %s\nwant %d %s %s", tt.name, got.status, got.body, tt.status, tt.typeKey, tt.message)
		}
	}
}

// Both protocols work on the same entries.
func TestLegacyFindsTwirpsEntries(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("Linux-pip-1", "one")
	if got := r.findV1("Linux-pip-2,Linux-pip-"); got.field("cacheKey") != "Linux-pip-1" || got.field("cacheVersion") != "v" || got.field("creationTime") != "2026-03-02T09:00:00Z" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := r.as(onDev).findV1("Linux-pip-1"); got.field("scope") != "refs/heads/main" {
		t.Errorf("got %d %s, want the default branch's", got.status, got.body)
	}
	got := r.do("GET", legacy+"caches?key=Linux-", "")
	if want := `{"totalCount":1,"artifactCaches":[{"cacheKey":"Linux-pip-1","scope":"refs/heads/main","cacheVersion":"v","creationTime":"2026-03-02T09:00:00Z"}]}`; got.body != want {
		t.Errorf("list: got %d %s\nwant %s", got.status, got.body, want)
	}
}

// TestChunkOfUnknownLength sends chunks whose requests do not say how long they
// are, so that the range alone bounds what is written.
func TestChunkOfUnknownLength(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, header, body string
		status             int
	}{
		{"whole", "bytes 0-2/*", "abc", http.StatusNoContent},
		{"broken off", "bytes 0-2/*", "ab", http.StatusBadRequest},
		{"no end", "bytes 1-9223372036854775807/*", "abc", http.StatusBadRequest},
		{"beyond the limit", "bytes 1-9223372036854775806/*", "abc", http.StatusBadRequest},
	} {
		r := serve(t)
		path := r.reserveV1("k")
		req := httptest.NewRequestWithContext(t.Context(), "PATCH", path, io.NopCloser(strings.NewReader(tt.body)))
		req.ContentLength = -1
		req.Header.Set("Authorization", "Bearer "+r.token)
		req.Header.Set("Content-Range", tt.header)
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, req)
		if rec.Code != tt.status {
			t.Errorf("%s: got %d %s, want %d", tt.name, rec.Code, rec.Body, tt.status)
		}
		if got := r.Counters().Uploads.Bytes; tt.status != http.StatusNoContent && got > 2 {
			t.Errorf("%s: took %d bytes", tt.name, got)
		}
	}
}
