package actionscache

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// legacy is the path of v1 (toolkit, cacheHttpClient.ts; go-actions-cache,
// api.md).
const legacy = "/_apis/artifactcache/"

// found is an entry as v1 tells of it (toolkit, contracts.ts).
type found struct {
	Key      string    `json:"cacheKey"`
	Scope    string    `json:"scope"`
	Version  string    `json:"cacheVersion"`
	Created  time.Time `json:"creationTime"`
	Location string    `json:"archiveLocation,omitempty"`
}

func (c *Cache) routeLegacy(mux *http.ServeMux) {
	mux.HandleFunc("GET "+legacy+"cache", c.legacyMethod(c.legacyFind))
	mux.HandleFunc("GET "+legacy+"caches", c.legacyMethod(c.legacyList))
	mux.HandleFunc("POST "+legacy+"caches", c.legacyMethod(c.legacyReserve))
	mux.HandleFunc("PATCH "+legacy+"caches/{id}", c.legacyMethod(c.legacyChunk))
	mux.HandleFunc("POST "+legacy+"caches/{id}", c.legacyMethod(c.legacyCommit))
}

type legacyHandler func(http.ResponseWriter, *http.Request, []entry.Scope) error

func (c *Cache) legacyMethod(do legacyHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		scopes, err := c.scopes(req)
		if err != nil {
			legacyFail(w, http.StatusUnauthorized, "UnauthorizedRequestException", "The user is not authorized to access this resource: "+err.Error())
			return
		}
		if err := do(w, req, scopes); err != nil {
			status, key := legacyStatus(err)
			legacyFail(w, status, key, err.Error())
		}
	}
}

// legacyFind answers a miss with 204. Keys are separated by commas, so one that
// has a comma is two.
func (c *Cache) legacyFind(w http.ResponseWriter, req *http.Request, scopes []entry.Scope) error {
	query := req.URL.Query()
	m, at, ok, err := c.lookup(scopes, query.Get("version"), strings.Split(query.Get("keys"), ","))
	if err != nil {
		return err
	}
	if !ok {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	answer(w, http.StatusOK, found{m.Entry.Key, m.Entry.Scope, m.Entry.Version, m.Entry.Created, c.link(req, at, toRead)})
	return nil
}

// legacyList is what the toolkit asks for after a miss when it debugs: the
// entries whose key begins so, of any version.
func (c *Cache) legacyList(w http.ResponseWriter, req *http.Request, _ []entry.Scope) error {
	list := struct {
		Total   int     `json:"totalCount"`
		Entries []found `json:"artifactCaches"`
	}{Entries: []found{}}
	for _, e := range c.entries() {
		if strings.HasPrefix(e.Key, req.URL.Query().Get("key")) {
			list.Entries = append(list.Entries, found{e.Key, e.Scope, e.Version, e.Created, ""})
		}
	}
	list.Total = len(list.Entries)
	answer(w, http.StatusOK, list)
	return nil
}

// A badRequest is an error of the client's that has no shape of its own.
type badRequest struct{ reason string }

func (e *badRequest) Error() string { return e.reason }

func decode(w http.ResponseWriter, req *http.Request, into any) error {
	if err := json.NewDecoder(http.MaxBytesReader(w, req.Body, maxMessage)).Decode(into); err != nil {
		return &badRequest{"the request could not be decoded: " + err.Error()}
	}
	return nil
}

func (c *Cache) legacyReserve(w http.ResponseWriter, req *http.Request, scopes []entry.Scope) error {
	var in struct {
		Key     string `json:"key"`
		Version string `json:"version"`
		Size    int64  `json:"cacheSize"` // missing in BuildKit's
	}
	if err := decode(w, req, &in); err != nil {
		return err
	}
	if in.Size > c.limits.Bytes {
		return &entry.SizeError{Size: in.Size, Limit: c.limits.Bytes}
	}
	at, err := c.reserve(scopes, in.Key, in.Version)
	if err != nil {
		return err
	}
	answer(w, http.StatusCreated, map[string]int64{"cacheId": at.id})
	return nil
}

// legacyUpload returns the upload that the request's path names, if the token
// may write its scope.
func (c *Cache) legacyUpload(req *http.Request, scopes []entry.Scope) (*upload, int64, error) {
	id, err := strconv.ParseInt(req.PathValue("id"), 10, 64)
	if err != nil {
		return nil, 0, entry.ErrNotReserved
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, _ := c.state.table.Reserved(id)
	if own, ok := c.state.table.Pending(scopes, e.Key, e.Version); !ok || own != id {
		return nil, 0, entry.ErrNotReserved
	}
	u, ok := c.state.uploads[id]
	if !ok { // the cache is closed
		return nil, 0, entry.ErrNotReserved
	}
	return u, id, nil
}

func (c *Cache) legacyChunk(w http.ResponseWriter, req *http.Request, scopes []entry.Scope) error {
	u, _, err := c.legacyUpload(req, scopes)
	if err != nil {
		return err
	}
	header := req.Header.Get("Content-Range")
	part, err := parseRange(header)
	if err != nil {
		return err
	}
	if req.ContentLength >= 0 && req.ContentLength != part.len() {
		return &badRequest{fmt.Sprintf("Content-Range %q is of %d bytes, the body has %d", header, part.len(), req.ContentLength)}
	}
	if err := u.chunk(received{req.Body, &c.count.uploads}, part); err != nil {
		return err
	}
	c.count.uploads.Requests.Add(1)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// parseRange returns the bytes that a Content-Range names. No archive reaches
// the last byte that a number can name, behind which there is no end.
func parseRange(header string) (span, error) {
	var first, last int64
	n, _ := fmt.Sscanf(header, "bytes %d-%d/", &first, &last) // what is behind the slash does not matter
	if n < 2 || first < 0 || last < first || last == math.MaxInt64 {
		return span{}, &badRequest{fmt.Sprintf("Content-Range %q is not valid", header)}
	}
	return span{first, last + 1}, nil
}

func (c *Cache) legacyCommit(w http.ResponseWriter, req *http.Request, scopes []entry.Scope) error {
	u, id, err := c.legacyUpload(req, scopes)
	if err != nil {
		return err
	}
	var in struct {
		Size int64 `json:"size"`
	}
	if err := decode(w, req, &in); err != nil {
		return err
	}
	if err := u.chunks(in.Size); err != nil {
		return err
	}
	if _, err := c.commit(id, in.Size); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// legacyStatus returns how an error is told. Public are the key of the first
// (go-actions-cache, GithubAPIError) and, by the toolkit, that 400 is the
// status of an archive that is too large, and that a token's lack of rights is
// told by its message; the other keys are ours.
func legacyStatus(err error) (status int, typeKey string) {
	var (
		exists   *entry.ExistsError
		key      *entry.KeyError
		size     *entry.SizeError
		bad      *badRequest
		mismatch *mismatchError
	)
	switch {
	case errors.As(err, &exists):
		return http.StatusConflict, "ArtifactCacheItemAlreadyExistsException"
	case errors.Is(err, entry.ErrReadOnly), errors.Is(err, errReadDenied):
		return http.StatusForbidden, "AccessDeniedException"
	case errors.Is(err, entry.ErrNotReserved), errors.Is(err, errDropped):
		return http.StatusNotFound, "ArtifactCacheItemNotFoundException"
	case errors.As(err, &key), errors.As(err, &size), errors.As(err, &bad), errors.As(err, &mismatch),
		errors.Is(err, errTooLarge), errors.Is(err, errGap), errors.Is(err, errBusy), errors.Is(err, errSealed),
		errors.Is(err, io.ErrUnexpectedEOF):
		return http.StatusBadRequest, "InvalidRequestException"
	}
	return http.StatusInternalServerError, "InternalServerErrorException"
}

// legacyFail answers in the form of the service's exceptions (actions/cache,
// issue 444).
func legacyFail(w http.ResponseWriter, status int, typeKey, message string) {
	answer(w, status, struct {
		ID      string  `json:"$id"`
		Inner   *string `json:"innerException"`
		Message string  `json:"message"`
		Type    string  `json:"typeName"`
		Key     string  `json:"typeKey"`
		Code    int     `json:"errorCode"`
		Event   int     `json:"eventId"`
	}{"1", nil, message, typeKey, typeKey, 0, 3000})
}
