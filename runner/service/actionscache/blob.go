package actionscache

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/opencontainers/go-digest"
)

// The limits of Azure's Blob service, version 2019-12-12 and later (Scalability
// and performance targets for Blob storage).
const (
	maxWhole  = 5000 << 20 // bytes of a Put Blob
	maxBlock  = 4000 << 20 // bytes of a Put Block
	maxBlocks = 50000      // in a list
	maxList   = 8 << 20    // bytes of a list, more than that many ids take
)

// blobVersion is the version of the service that is answered for.
const blobVersion = "2021-12-02"

func (c *Cache) routeBlobs(mux *http.ServeMux) {
	mux.HandleFunc("PUT "+blobPath+"{id}", c.putBlob)
	mux.HandleFunc("GET "+blobPath+"{id}", c.getBlob) // and HEAD
}

// blobHeaders sets what every answer has. BuildKit's client does not survive
// one to a PUT without a request id.
func blobHeaders(w http.ResponseWriter) {
	w.Header().Set("x-ms-request-id", uuid.NewString())
	w.Header().Set("x-ms-version", blobVersion)
}

// getBlob answers GET and HEAD, whole and by range. Azure's clients ask for
// ranges in a header of their own, which goes before the common one.
func (c *Cache) getBlob(w http.ResponseWriter, req *http.Request) {
	blobHeaders(w)
	id, err := c.checkLink(req, toRead)
	if err != nil {
		blobFail(w, http.StatusForbidden, "AuthenticationFailed", "Server failed to authenticate the request: "+err.Error())
		return
	}
	f, d, created, err := c.open(id)
	if err != nil {
		blobFail(w, http.StatusNotFound, "BlobNotFound", "The specified blob does not exist.")
		return
	}
	defer f.Close()
	if r := req.Header.Get("x-ms-range"); r != "" {
		req.Header.Set("Range", r)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Etag", etag(d))
	w.Header().Set("x-ms-blob-type", "BlockBlob")
	http.ServeContent(w, req, "", created, f)
}

func etag(d digest.Digest) string { return `"0x` + d.Encoded()[:16] + `"` }

// open opens the archive of an entry.
func (c *Cache) open(id int64) (*os.File, digest.Digest, time.Time, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.state.table.Get(id)
	if !ok {
		return nil, "", time.Time{}, os.ErrNotExist
	}
	d := c.state.archives[id]
	f, err := os.Open(c.files.path(d))
	return f, d, e.Created, err
}

// putBlob answers Put Blob, Put Block and Put Block List.
func (c *Cache) putBlob(w http.ResponseWriter, req *http.Request) {
	blobHeaders(w)
	id, err := c.checkLink(req, toWrite)
	if err != nil {
		blobFail(w, http.StatusForbidden, "AuthenticationFailed", "Server failed to authenticate the request: "+err.Error())
		return
	}
	u, ok := c.upload(id)
	if !ok { // also of an entry that is committed
		blobFail(w, http.StatusNotFound, "BlobNotFound", "The specified blob does not exist.")
		return
	}
	if req.ContentLength < 0 {
		blobFail(w, http.StatusLengthRequired, "MissingContentLengthHeader", "Content-Length HTTP header was not specified.")
		return
	}
	body := received{req.Body, &c.count.uploads}
	switch comp := req.URL.Query().Get("comp"); comp {
	case "":
		err = c.putWhole(u, req, body)
	case "block":
		err = c.putBlock(u, req, body)
	case "blocklist":
		err = putList(u, w, req)
	default:
		err = &blobError{http.StatusBadRequest, "InvalidQueryParameterValue", fmt.Sprintf("Value for one of the query parameters, comp=%q, is invalid.", comp)}
	}
	if err != nil {
		status, code := blobStatus(err)
		blobFail(w, status, code, err.Error())
		return
	}
	if done := u.archive(); done != nil {
		w.Header().Set("Etag", etag(done.digest))
		w.Header().Set("Last-Modified", c.now().UTC().Format(http.TimeFormat))
	}
	w.Header().Set("x-ms-request-server-encrypted", "false")
	w.WriteHeader(http.StatusCreated)
}

func (c *Cache) putWhole(u *upload, req *http.Request, body io.Reader) error {
	if kind := req.Header.Get("x-ms-blob-type"); kind != "BlockBlob" {
		return &blobError{http.StatusBadRequest, "InvalidHeaderValue", fmt.Sprintf("x-ms-blob-type is %q, want BlockBlob.", kind)}
	}
	if req.ContentLength > maxWhole {
		return errTooLarge
	}
	if err := u.whole(body, req.ContentLength); err != nil {
		return err
	}
	c.count.uploads.Requests.Add(1)
	return nil
}

// putBlock takes a block. Its id is base64 of at most 64 bytes.
func (c *Cache) putBlock(u *upload, req *http.Request, body io.Reader) error {
	id := req.URL.Query().Get("blockid")
	if raw, err := base64.StdEncoding.DecodeString(id); err != nil || len(raw) == 0 || len(raw) > 64 {
		return &blobError{http.StatusBadRequest, "InvalidQueryParameterValue", fmt.Sprintf("Value for one of the query parameters, blockid=%q, is invalid.", id)}
	}
	if req.ContentLength > maxBlock {
		return errTooLarge
	}
	if err := u.block(id, body, req.ContentLength); err != nil {
		return err
	}
	c.count.uploads.Requests.Add(1)
	return nil
}

// putList makes the archive of the blocks listed. Nothing was committed
// before, so a block listed as Committed is one that is not there.
func putList(u *upload, w http.ResponseWriter, req *http.Request) error {
	var list struct {
		XMLName xml.Name `xml:"BlockList"`
		Blocks  []struct {
			XMLName xml.Name
			ID      string `xml:",chardata"`
		} `xml:",any"`
	}
	if err := xml.NewDecoder(http.MaxBytesReader(w, req.Body, maxList)).Decode(&list); err != nil {
		return &blobError{http.StatusBadRequest, "InvalidXmlDocument", "XML specified is not syntactically valid: " + err.Error()}
	}
	if len(list.Blocks) > maxBlocks {
		return &blobError{http.StatusBadRequest, "BlockListTooLong", "The block list may not contain more than 50,000 blocks."}
	}
	var ids []string
	for _, b := range list.Blocks {
		if b.XMLName.Local != "Latest" && b.XMLName.Local != "Uncommitted" {
			return errNoBlock
		}
		ids = append(ids, b.ID)
	}
	return u.list(ids)
}

// A blobError is one of Azure's.
type blobError struct {
	status        int
	code, message string
}

func (e *blobError) Error() string { return e.message }

// blobStatus returns how an error is told (Azure, Blob service error codes).
func blobStatus(err error) (status int, code string) {
	var own *blobError
	switch {
	case errors.As(err, &own):
		return own.status, own.code
	case errors.Is(err, errTooLarge):
		return http.StatusRequestEntityTooLarge, "RequestBodyTooLarge"
	case errors.Is(err, errNoBlock), errors.Is(err, errBusy), errors.Is(err, errGap), errors.Is(err, errSealed):
		return http.StatusBadRequest, "InvalidBlockList"
	case errors.Is(err, errDropped):
		return http.StatusNotFound, "BlobNotFound"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return http.StatusBadRequest, "IncompleteBody"
	}
	return http.StatusInternalServerError, "InternalError"
}

// blobFail answers in Azure's form.
func blobFail(w http.ResponseWriter, status int, code, message string) {
	text, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}{Code: code, Message: message + "\nRequestId:" + w.Header().Get("x-ms-request-id")})
	if err != nil {
		panic(err) // strings alone
	}
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("x-ms-error-code", code)
	w.WriteHeader(status)
	// A client that is gone does not read the error either.
	_, _ = w.Write(append([]byte(xml.Header), text...))
}
