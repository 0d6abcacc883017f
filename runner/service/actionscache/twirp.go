package actionscache

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// service is the path of v2's methods. The messages are those of the toolkit's
// generated client (packages/cache/src/generated/results/api/v1/cache.ts), with
// the names of fields as in the protocol's definition.
const service = "/twirp/github.actions.results.api.v1.CacheService/"

// maxMessage is more than ten keys of 512 characters can take.
const maxMessage = 64 << 10 // bytes

// integer is an int64 of protobuf's JSON: a string, or a number as BuildKit
// writes it.
type integer int64

func (i *integer) UnmarshalJSON(text []byte) error {
	var n json.Number // takes both
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	v, err := strconv.ParseInt(n.String(), 10, 64)
	*i = integer(v)
	return err
}

type (
	createRequest struct {
		Key     string `json:"key"`
		Version string `json:"version"`
	}
	createResponse struct {
		OK      bool   `json:"ok"`
		URL     string `json:"signed_upload_url,omitempty"`
		Message string `json:"message,omitempty"`
	}
	finalizeRequest struct {
		Key     string  `json:"key"`
		Version string  `json:"version"`
		Size    integer `json:"size_bytes"`
	}
	finalizeResponse struct {
		OK      bool   `json:"ok"`
		ID      int64  `json:"entry_id,string,omitempty"`
		Message string `json:"message,omitempty"`
	}
	downloadRequest struct {
		Key         string   `json:"key"`
		RestoreKeys []string `json:"restore_keys"`
		Version     string   `json:"version"`
	}
	downloadResponse struct {
		OK  bool   `json:"ok"`
		URL string `json:"signed_download_url,omitempty"`
		Key string `json:"matched_key,omitempty"`
	}
)

func (c *Cache) routeTwirp(mux *http.ServeMux) {
	mux.HandleFunc("POST "+service+"CreateCacheEntry", method(c, c.create))
	mux.HandleFunc("POST "+service+"FinalizeCacheEntryUpload", method(c, c.finalize))
	mux.HandleFunc("POST "+service+"GetCacheEntryDownloadURL", method(c, c.downloadURL))
	mux.HandleFunc("/twirp/", func(w http.ResponseWriter, req *http.Request) {
		twirpFail(w, "bad_route", "no handler for path "+req.URL.Path)
	})
}

// create reserves a key. That it is not allowed is told as the toolkit's client
// expects it (cache.ts, saveCacheV2): not by an error.
func (c *Cache) create(req *http.Request, scopes []entry.Scope, in createRequest) (createResponse, error) {
	at, err := c.reserve(scopes, in.Key, in.Version)
	if errors.Is(err, entry.ErrReadOnly) {
		c.count.denied.Add(1)
		return createResponse{Message: err.Error()}, nil
	}
	if err != nil {
		return createResponse{}, err
	}
	return createResponse{OK: true, URL: c.link(req, at, toWrite)}, nil
}

// finalize makes the entry. What is wrong with its archive is told in the
// message that the definition has for this ("When !ok, this field may contain a
// human-readable error message"); the wording is ours.
func (c *Cache) finalize(_ *http.Request, scopes []entry.Scope, in finalizeRequest) (finalizeResponse, error) {
	c.mu.Lock()
	id, ok := c.state.table.Pending(scopes, in.Key, in.Version)
	c.mu.Unlock()
	if !ok {
		return finalizeResponse{}, entry.ErrNotReserved
	}
	e, err := c.commit(id, int64(in.Size))
	var mismatch *mismatchError
	if errors.Is(err, errNoArchive) || errors.As(err, &mismatch) {
		return finalizeResponse{Message: err.Error()}, nil
	}
	if err != nil {
		return finalizeResponse{}, err
	}
	return finalizeResponse{OK: true, ID: e.ID}, nil
}

func (c *Cache) downloadURL(req *http.Request, scopes []entry.Scope, in downloadRequest) (downloadResponse, error) {
	m, at, ok, err := c.lookup(scopes, in.Version, append([]string{in.Key}, in.RestoreKeys...))
	if err != nil || !ok {
		return downloadResponse{}, err
	}
	return downloadResponse{OK: true, URL: c.link(req, at, toRead), Key: m.Entry.Key}, nil
}

// method makes a handler of a method: token, message, and errors as Twirp's
// specification has them.
func method[In, Out any](c *Cache, do func(*http.Request, []entry.Scope, In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		scopes, err := c.scopes(req)
		if err != nil {
			twirpFail(w, "unauthenticated", "invalid token: "+err.Error())
			return
		}
		if kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type")); kind != "application/json" {
			twirpFail(w, "bad_route", fmt.Sprintf("unexpected Content-Type: %q", req.Header.Get("Content-Type")))
			return
		}
		var in In
		text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxMessage))
		if err == nil {
			err = json.Unmarshal(text, &in)
		}
		if err != nil {
			twirpFail(w, "malformed", "the json request could not be decoded: "+err.Error())
			return
		}
		out, err := do(req, scopes, in)
		if err != nil {
			code, msg := twirpCode(err)
			twirpFail(w, code, msg)
			return
		}
		answer(w, http.StatusOK, out)
	}
}

// twirpCode returns how an error is told. That of a key that is taken is the
// service's (actions/cache, issue 1541), and so is the one of a token without
// scopes to read (toolkit, cache.ts, restoreCacheV2).
func twirpCode(err error) (code, msg string) {
	var (
		exists *entry.ExistsError
		key    *entry.KeyError
		size   *entry.SizeError
	)
	switch {
	case errors.As(err, &exists):
		return "already_exists", "cache entry with the same key, version, and scope already exists"
	case errors.As(err, &key), errors.As(err, &size):
		return "invalid_argument", err.Error()
	case errors.Is(err, errReadDenied):
		return "permission_denied", err.Error()
	case errors.Is(err, entry.ErrNotReserved):
		return "not_found", err.Error()
	}
	return "internal", err.Error()
}

// twirpStatus holds the statuses of Twirp's specification for the codes used.
var twirpStatus = map[string]int{
	"already_exists":    http.StatusConflict,
	"bad_route":         http.StatusNotFound,
	"internal":          http.StatusInternalServerError,
	"invalid_argument":  http.StatusBadRequest,
	"malformed":         http.StatusBadRequest,
	"not_found":         http.StatusNotFound,
	"permission_denied": http.StatusForbidden,
	"unauthenticated":   http.StatusUnauthorized,
}

func twirpFail(w http.ResponseWriter, code, msg string) {
	answer(w, twirpStatus[code], map[string]string{"code": code, "msg": msg})
}

// answer writes JSON with its length, so that the connection stays usable.
func answer(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // every value is one of this package's types
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	// A client that is gone does not read the answer either.
	_, _ = w.Write(text)
}
