package cachestep

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"golang.org/x/sync/errgroup"
)

// How the toolkit has Azure's library move an archive (src/options.ts,
// src/internal/downloadUtils.ts and uploadUtils.ts).
const (
	concurrency = 8
	segmentSize = 128 << 20 // bytes; one is done before the next begins
	chunkSize   = 4 << 20   // of a segment, by one request each
	singleSize  = 128 << 20 // up to which an upload is one request
	blockSize   = 64 << 20
)

// download fetches a whole archive into a file.
func (w *work) download(ctx context.Context, from, file string) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	size, err := w.size(ctx, from)
	if err != nil {
		return err
	}
	segment, chunk := cmp.Or(w.segment, segmentSize), cmp.Or(w.chunk, chunkSize)
	for begin := int64(0); begin < size; begin += segment {
		end := min(begin+segment, size)
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(concurrency)
		for at := begin; at < end; at += chunk {
			group.Go(func() error { return w.fetch(ctx, from, f, at, min(at+chunk, end)) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
		w.report.Downloaded = end
	}
	return nil
}

// size asks for the size of an archive.
func (w *work) size(ctx context.Context, from string) (int64, error) {
	resp, err := w.blob(ctx, http.MethodHead, from, nil, 0)
	if err != nil {
		return 0, err
	}
	resp.Body.Close()
	if resp.ContentLength < 0 {
		return 0, saidf("Content-Length not found on blob response")
	}
	return resp.ContentLength, nil
}

// fetch gets the bytes from a place to another.
func (w *work) fetch(ctx context.Context, from string, f *os.File, begin, end int64) error {
	resp, err := w.blob(ctx, http.MethodGet, from, nil, 0, "x-ms-range", fmt.Sprintf("bytes=%d-%d", begin, end-1))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.NewOffsetWriter(f, begin), io.LimitReader(resp.Body, end-begin))
	if err == nil && n != end-begin {
		err = saidf("Incomplete download. Expected %d bytes at %d, got %d", end-begin, begin, n)
	}
	return err
}

// upload sends a whole archive.
func (w *work) upload(ctx context.Context, to, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	size := w.report.Archive
	if size <= cmp.Or(w.single, singleSize) {
		err = w.put(ctx, to, io.NewSectionReader(f, 0, size), "x-ms-blob-type", "BlockBlob")
	} else {
		err = w.uploadBlocks(ctx, to, f, size)
	}
	if err == nil {
		w.report.Uploaded = size
	}
	return err
}

func (w *work) uploadBlocks(ctx context.Context, to string, f *os.File, size int64) error {
	block := cmp.Or(w.block, blockSize)
	var list struct {
		XMLName xml.Name `xml:"BlockList"`
		Latest  []string
	}
	group, inGroup := errgroup.WithContext(ctx)
	group.SetLimit(concurrency)
	for at := int64(0); at < size; at += block {
		id := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%08d", len(list.Latest)))
		list.Latest = append(list.Latest, id)
		group.Go(func() error {
			return w.put(inGroup, query(to, "comp=block&blockid="+url.QueryEscape(id)), io.NewSectionReader(f, at, min(block, size-at)))
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	text, err := xml.Marshal(list)
	if err != nil {
		return err
	}
	body := strings.NewReader(xml.Header + string(text))
	return w.put(ctx, query(to, "comp=blocklist"), io.NewSectionReader(body, 0, body.Size()))
}

// query adds parameters to a link that has some.
func query(link, more string) string {
	if strings.Contains(link, "?") {
		return link + "&" + more
	}
	return link + "?" + more
}

func (w *work) put(ctx context.Context, to string, body *io.SectionReader, headers ...string) error {
	resp, err := w.blob(ctx, http.MethodPut, to, body, body.Size(), headers...)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// blob asks the store of archives for something. The headers are names and
// values by turns. An answer other than 2xx is an error.
func (w *work) blob(ctx context.Context, method, link string, body io.Reader, size int64, headers ...string) (*http.Response, error) {
	if size == 0 {
		body = nil // one of no known length would be sent in chunks
	}
	req, err := http.NewRequestWithContext(ctx, method, link, body)
	if err != nil {
		return nil, err
	}
	req.ContentLength = size
	req.Header.Set("x-ms-version", "2025-11-05")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.client.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 1000)) // as far as it comes
	return nil, fmt.Errorf("archive: %s %s: %s", method, resp.Status, text)
}
