package actionscache

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

func TestSaveAndRestore(t *testing.T) {
	t.Parallel()
	r := serve(t)
	before := r.Counters()
	if got := r.find("Linux-pip-1"); got.status != http.StatusOK || got.body != `{"ok":false}` {
		t.Errorf("miss: got %d %s", got.status, got.body)
	}
	r.save("Linux-pip-1", "one")
	r.save("Linux-pip-2", "zwei")
	for _, tt := range []struct {
		keys    []string
		matched string
		content string
	}{
		{[]string{"Linux-pip-1", "Linux-pip-"}, "Linux-pip-1", "one"},
		{[]string{"Linux-pip-3", "Linux-pip-"}, "Linux-pip-2", "zwei"},
		{[]string{"Linux-npm-"}, "", ""},
	} {
		if matched, content := r.content(tt.keys...); matched != tt.matched || content != tt.content {
			t.Errorf("%q: got %q of %q, want %q of %q", tt.keys, content, matched, tt.content, tt.matched)
		}
	}
	got := r.Counters().Sub(before)
	want := Counters{
		Hits: 1, Fallbacks: 1, Misses: 2, Downloads: Count{Requests: 2, Bytes: 7},
		Reserved: 2, Uploads: Count{Requests: 2, Bytes: 7}, Committed: Count{Requests: 2, Bytes: 7},
	}
	if got != want {
		t.Errorf("counters:\ngot  %+v\nwant %+v", got, want)
	}
}

// TestTwirpAnswers holds the answers to what is wrong, each on a cache with one
// entry "saved" and one reservation "pending" on the default branch.
func TestTwirpAnswers(t *testing.T) {
	t.Parallel()
	eleven := strings.Split(strings.Repeat("k ", 10)+"k", " ")
	long := strings.Repeat("k", 513)
	exists := `{"code":"already_exists","msg":"cache entry with the same key, version, and scope already exists"}`
	for _, tt := range []struct {
		name, method string
		scopes       []entry.Scope
		message      any
		status       int
		body         string // or how it begins, before an ellipsis
	}{
		{"create again", "CreateCacheEntry", onMain, createRequest{"saved", "v"}, 409, exists},
		{"create again, in another letter case", "CreateCacheEntry", onMain, createRequest{"SAVED", "v"}, 409, exists},
		{"create what is reserved", "CreateCacheEntry", onMain, createRequest{"pending", "v"}, 409, exists},
		{"create in another scope", "CreateCacheEntry", onDev, createRequest{"saved", "v"}, 200, `{"ok":true,"signed_upload_url":"http://127.0.0.1:…`},
		{"create another version", "CreateCacheEntry", onMain, createRequest{"saved", "w"}, 200, `{"ok":true,…`},
		{"create read-only", "CreateCacheEntry", asRead, createRequest{"new", "v"}, 200, `{"ok":false,"message":"cache write denied: token has no writable scopes"}`},
		{"create without scopes", "CreateCacheEntry", nil, createRequest{"new", "v"}, 200, `{"ok":false,"message":"cache write denied: …`},
		{"create with a comma", "CreateCacheEntry", onMain, createRequest{"a,b", "v"}, 400, `{"code":"invalid_argument","msg":"Key Validation Error: a,b cannot contain commas."}`},
		{"create a long key", "CreateCacheEntry", onMain, createRequest{long, "v"}, 400, `{"code":"invalid_argument","msg":"Key Validation Error: kkk…`},
		{"create an empty key", "CreateCacheEntry", onMain, createRequest{"", "v"}, 400, `{"code":"invalid_argument",…`},

		{"finalize without an upload", "FinalizeCacheEntryUpload", onMain, finalizeRequest{"pending", "v", 0}, 200, `{"ok":false,"message":"no archive was uploaded"}`},
		{"finalize what is not reserved", "FinalizeCacheEntryUpload", onMain, finalizeRequest{"new", "v", 0}, 404, `{"code":"not_found","msg":"cache entry is not reserved"}`},
		{"finalize again", "FinalizeCacheEntryUpload", onMain, finalizeRequest{"saved", "v", 5}, 404, `{"code":"not_found",…`},
		{"finalize from another scope", "FinalizeCacheEntryUpload", onDev, finalizeRequest{"pending", "v", 0}, 404, `{"code":"not_found",…`},
		{"finalize read-only", "FinalizeCacheEntryUpload", asRead, finalizeRequest{"pending", "v", 0}, 404, `{"code":"not_found",…`},

		{"find with 11 keys", "GetCacheEntryDownloadURL", onMain, downloadRequest{eleven[0], eleven[1:], "v"}, 400, `{"code":"invalid_argument","msg":"Key Validation Error: Keys are limited to a maximum of 10."}`},
		{"find with 10 keys", "GetCacheEntryDownloadURL", onMain, downloadRequest{eleven[0], eleven[2:], "v"}, 200, `{"ok":false}`},
		{"find with a comma", "GetCacheEntryDownloadURL", onMain, downloadRequest{"k", []string{"a,b"}, "v"}, 400, `{"code":"invalid_argument",…`},
		{"find with a long key", "GetCacheEntryDownloadURL", onMain, downloadRequest{"k", []string{long}, "v"}, 400, `{"code":"invalid_argument",…`},
		{"find what is reserved", "GetCacheEntryDownloadURL", onMain, downloadRequest{"pending", nil, "v"}, 200, `{"ok":false}`},
		{"find from another branch", "GetCacheEntryDownloadURL", onDev, downloadRequest{"saved", nil, "v"}, 200, `{"ok":true,…`},
		{"find read-only", "GetCacheEntryDownloadURL", asRead, downloadRequest{"saved", nil, "v"}, 200, `{"ok":true,…`},
		{"find in a scope without entries", "GetCacheEntryDownloadURL", entry.Branch("a", "b"), downloadRequest{"saved", nil, "v"}, 200, `{"ok":false}`},
		{"find write-only", "GetCacheEntryDownloadURL", []entry.Scope{{Ref: "refs/heads/main", Permission: entry.Write}}, downloadRequest{"saved", nil, "v"}, 403, `{"code":"permission_denied","msg":"cache read denied: token has no readable scopes"}`},
		{"find another version", "GetCacheEntryDownloadURL", onMain, downloadRequest{"saved", nil, "w"}, 200, `{"ok":false}`},

		{"a message that is none", "CreateCacheEntry", onMain, "text", 400, `{"code":"malformed","msg":"the json request could not be decoded: …`},
		{"a size that is none", "FinalizeCacheEntryUpload", onMain, json.RawMessage(`{"key":"pending","version":"v","size_bytes":"1e3"}`), 400, `{"code":"malformed",…`},
		{"a message that is too long", "CreateCacheEntry", onMain, createRequest{strings.Repeat("k", maxMessage), "v"}, 400, `{"code":"malformed",…`},
		{"no such method", "DeleteCacheEntry", onMain, createRequest{}, 404, `{"code":"bad_route",…`},
	} {
		r := serve(t)
		r.save("saved", "12345")
		r.create("pending")
		got := r.as(tt.scopes).call(tt.method, tt.message)
		begin, cut := strings.CutSuffix(tt.body, "…")
		if got.status != tt.status || got.body != tt.body && !(cut && strings.HasPrefix(got.body, begin)) {
			t.Errorf("%s: got %d %s\nwant %d %s", tt.name, got.status, got.body, tt.status, tt.body)
		}
		if got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: got Content-Type %q", tt.name, got.header.Get("Content-Type"))
		}
	}
}

func TestTwirpNeedsItsContentType(t *testing.T) {
	t.Parallel()
	got := serve(t).do("POST", service+"CreateCacheEntry", "{}", "Content-Type: application/protobuf")
	if got.status != http.StatusNotFound || got.field("code") != "bad_route" {
		t.Errorf("got %d %s, want bad_route", got.status, got.body)
	}
}

// The size is a string in the toolkit's messages, a number in BuildKit's.
func TestFinalizeChecksTheSize(t *testing.T) {
	t.Parallel()
	r := serve(t)
	url := r.create("k")
	if got := r.do("PUT", url, "12345", whole); got.status != http.StatusCreated {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	for _, size := range []string{`"4"`, `6`} {
		got := r.do("POST", service+"FinalizeCacheEntryUpload", `{"key":"k","version":"v","size_bytes":`+size+`}`)
		if got.status != http.StatusOK || !strings.HasPrefix(got.body, `{"ok":false,"message":"the archive has 5 bytes, not`) {
			t.Errorf("size %s: got %d %s", size, got.status, got.body)
		}
		if matched, _ := r.content("k"); matched != "" {
			t.Errorf("size %s: the entry was found", size)
		}
	}
	got := r.do("POST", service+"FinalizeCacheEntryUpload", `{"key":"k","version":"v","size_bytes":"5"}`)
	if got.status != http.StatusOK || got.body != `{"ok":true,"entry_id":"1"}` {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := r.do("PUT", url, "other", whole); got.status != http.StatusNotFound {
		t.Errorf("upload to a committed entry: got %d, want 404", got.status)
	}
	if _, content := r.content("k"); content != "12345" {
		t.Errorf("got %q, want what was finalized", content)
	}
}

// A key that was reserved by a job that went away is free after a day, and what
// it had uploaded is gone then.
func TestReservationEnds(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.do("PUT", r.create("k"), "12345", whole)
	r.clock.advance(24 * time.Hour)
	r = r.as(onMain)
	if got := r.finalize("k", 4); got.status != http.StatusOK {
		t.Errorf("before another asks for it: got %d %s", got.status, got.body)
	}
	r.save("k", "later")
	if _, content := r.content("k"); content != "later" {
		t.Errorf("got %q, want the later one", content)
	}
	if archives, uploads := r.filesOnDisk(); archives != 1 || uploads != 0 {
		t.Errorf("got %d archives and %d uploads on disk, want 1 and 0", archives, uploads)
	}
}

// What was uploaded for a commit that failed is gone, and the reservation takes
// another archive, by either protocol.
func TestCommitFails(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.mu.Lock()
	r.state.table = entry.New(entry.Limits{Bytes: 3, Idle: time.Hour, Reserve: time.Hour}, nil)
	r.mu.Unlock()
	if got := r.do("PUT", r.create("k"), "12345", whole); got.status != http.StatusCreated {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	for _, want := range []string{"data cap limit", "no archive was uploaded"} {
		if got := r.finalize("k", 5); !strings.Contains(got.body, want) {
			t.Errorf("finalize: got %d %s, want %q", got.status, got.body, want)
		}
	}
	if archives, uploads := r.filesOnDisk(); archives != 0 || uploads != 0 {
		t.Errorf("got %d archives and %d uploads on disk, want none", archives, uploads)
	}
	const path = legacy + "caches/1"
	if got := r.do("PATCH", path, "x", "Content-Range: bytes 0-0/*"); got.status != http.StatusNoContent {
		t.Errorf("chunk: got %d %s", got.status, got.body)
	}
	if got := r.do("POST", path, `{"size":1}`); got.status != http.StatusNoContent {
		t.Errorf("commit: got %d %s", got.status, got.body)
	}
	if _, content := r.content("k"); content != "x" {
		t.Errorf("got %q, want x", content)
	}
}

func TestEvictionRemovesArchives(t *testing.T) {
	t.Parallel()
	r := serve(t)
	large := strings.Repeat("x", 400_000)
	r.save("a", large)
	r.save("same content", large)
	r.save("b", strings.Repeat("y", 300_000))
	if matched, content := r.content("same content"); matched == "" || content != large {
		t.Error("an entry lost the archive that it shared with an evicted one")
	}
	if archives, _ := r.filesOnDisk(); archives != 2 {
		t.Errorf("got %d archives on disk, want 2", archives)
	}
	r.clock.advance(8 * 24 * time.Hour)
	if held, err := r.List(); err != nil || len(held) != 0 {
		t.Errorf("after 8 days: got %v %v, want nothing", held, err)
	}
	if archives, _ := r.filesOnDisk(); archives != 0 {
		t.Errorf("after 8 days: got %d archives on disk, want none", archives)
	}
}
