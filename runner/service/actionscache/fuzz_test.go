package actionscache

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// ownFile matches the files that a cache may have in its directory.
var ownFile = regexp.MustCompile(`^(archives(/[0-9a-f]{64})?|uploads(/[A-Z2-7]{26})?)$`)

// FuzzPaths sends requests with a valid token, whatever their path, query and
// body, and a correct signature where they go to an archive. Nothing outside of
// the cache's directory is read or written.
func FuzzPaths(f *testing.F) {
	for _, seed := range [][3]string{
		{"PUT", blobPath + "1", "body"},
		{"PUT", blobPath + "../../secret", "body"},
		{"GET", blobPath + "..%2f..%2fsecret", ""},
		{"GET", blobPath + "%2e%2e/secret", ""},
		{"PUT", blobPath + "1?comp=block&blockid=" + url.QueryEscape("Li4vLi4vc2VjcmV0"), "body"},
		{"PUT", blobPath + "1?comp=blocklist", "<BlockList><Latest>../../secret</Latest></BlockList>"},
		{"POST", service + "CreateCacheEntry", `{"key":"../../secret","version":"../../secret"}`},
		{"POST", service + "FinalizeCacheEntryUpload", `{"key":"../../secret","version":"v","size_bytes":"1"}`},
		{"POST", service + "GetCacheEntryDownloadURL", `{"key":"../../secret"}`},
		{"GET", legacy + "cache?keys=../../secret&version=/", ""},
		{"POST", legacy + "caches", `{"key":"/secret"}`},
		{"PATCH", legacy + "caches/..", "body"},
		{"POST", legacy + "caches/1", `{"size":4}`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, method, target, body string) {
		root := t.TempDir()
		secret := filepath.Join(root, "secret")
		if err := os.WriteFile(secret, []byte("not to be read"), 0o600); err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		c, err := New(Config{Dir: filepath.Join(root, "cache"), Limits: entry.GitHub(), Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		token, err := c.Token(onMain...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.reserve(onMain, "reserved", "v"); err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(body))
		if err != nil || !strings.HasPrefix(target, "/") {
			t.Skip("no request")
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Content-Range", "bytes 0-3/*")
		req.Header.Set("x-ms-blob-type", "BlockBlob")
		signRequest(c, req, now)
		rec := httptest.NewRecorder()
		c.ServeHTTP(rec, req)
		if strings.Contains(rec.Body.String(), "not to be read") {
			t.Errorf("%s %s: answered with a file that is not the cache's", method, target)
		}
		err = fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
			own, in := strings.CutPrefix(path, "cache/")
			if path != "." && path != "secret" && path != "cache" && !(in && ownFile.MatchString(own)) {
				t.Errorf("%s %s: made %s", method, target, path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if got, err := os.ReadFile(secret); err != nil || string(got) != "not to be read" {
			t.Errorf("%s %s: the file beside the cache is now %q (%v)", method, target, got, err)
		}
	})
}

// FuzzRange reads ranges of chunks. One that is taken has something in it, and
// an end.
func FuzzRange(f *testing.F) {
	for _, seed := range []string{
		"bytes 0-0/*", "bytes 0-33554431/*", "bytes 5-4/*", "bytes -1-4/*", "bytes 1-9223372036854775807/*",
		"bytes 9223372036854775807-9223372036854775807/*", "bytes 0-9223372036854775808/*", "bytes +1-2", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if s, err := parseRange(header); err == nil && (s.from < 0 || s.len() <= 0) {
			t.Errorf("%q: got %+v, want an error", header, s)
		}
	})
}

// signRequest gives a request for an archive the signature that a link to it
// would have, under whatever name.
func signRequest(c *Cache, req *http.Request, now time.Time) {
	name, ok := strings.CutPrefix(req.URL.Path, blobPath)
	if !ok {
		return
	}
	a := toRead
	if req.Method == http.MethodPut {
		a = toWrite
	}
	until := now.Add(time.Hour).UTC().Format(time.RFC3339)
	query := req.URL.Query()
	query.Set("se", until)
	query.Set("sig", c.sign(0, name, until, a))
	req.URL.RawQuery = query.Encode()
}
