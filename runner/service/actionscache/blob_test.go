package actionscache

import (
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// blockID is as long for each block, as Azure wants it.
func blockID(i int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "block-%06d", i))
}

func (r *rig) putBlock(to string, i int, content string) response {
	r.t.Helper()
	return r.do("PUT", to+"&comp=block&blockid="+url.QueryEscape(blockID(i)), content)
}

func (r *rig) putList(to string, ids ...int) response {
	r.t.Helper()
	var b strings.Builder
	for _, i := range ids {
		b.WriteString("<Latest>" + blockID(i) + "</Latest>")
	}
	return r.do("PUT", to+"&comp=blocklist", `<?xml version="1.0" encoding="utf-8"?><BlockList>`+b.String()+`</BlockList>`)
}

// TestBlocks uploads blocks in one order and lists them in another.
func TestBlocks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		sent []string // "1=content"
		list []int
		want string // "" for a list that is refused
	}{
		{"in order", []string{"1=aa", "2=b", "3=ccc"}, []int{1, 2, 3}, "aabccc"},
		{"out of order", []string{"3=ccc", "1=aa", "2=b"}, []int{1, 2, 3}, "aabccc"},
		{"one missing", []string{"1=aa", "3=ccc"}, []int{1, 2, 3}, ""},
		{"one not listed", []string{"1=aa", "2=b", "3=ccc"}, []int{1, 3}, "aaccc"},
		{"the last not listed", []string{"1=aa", "2=b"}, []int{1}, "aa"},
		{"one sent again", []string{"1=aa", "2=b", "1=dd"}, []int{1, 2}, "ddb"},
		{"one listed twice", []string{"1=aa", "2=b"}, []int{1, 2, 1}, "aabaa"},
		{"none", nil, []int{1}, ""},
	} {
		r := serve(t)
		to := r.create("k")
		for _, s := range tt.sent {
			var i int
			id, content, _ := strings.Cut(s, "=")
			if _, err := fmt.Sscan(id, &i); err != nil {
				t.Fatal(err)
			}
			if got := r.putBlock(to, i, content); got.status != http.StatusCreated || got.header.Get("x-ms-request-id") == "" {
				t.Errorf("%s: block %s: got %d %s", tt.name, s, got.status, got.body)
			}
		}
		got := r.putList(to, tt.list...)
		if tt.want == "" {
			if got.status != http.StatusBadRequest || got.header.Get("x-ms-error-code") != "InvalidBlockList" {
				t.Errorf("%s: got %d %s, want InvalidBlockList", tt.name, got.status, got.body)
			}
			if got := r.finalize("k", 0); !strings.Contains(got.body, "no archive was uploaded") {
				t.Errorf("%s: finalize: got %d %s", tt.name, got.status, got.body)
			}
			continue
		}
		if got.status != http.StatusCreated {
			t.Errorf("%s: list: got %d %s", tt.name, got.status, got.body)
		}
		r.finalize("k", len(tt.want))
		if _, content := r.content("k"); content != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, content, tt.want)
		}
		if archives, uploads := r.filesOnDisk(); archives != 1 || uploads != 0 {
			t.Errorf("%s: got %d archives and %d uploads on disk, want 1 and 0", tt.name, archives, uploads)
		}
	}
}

// An archive that is sent whole takes the place of blocks sent before, and a
// list takes the place of a whole one.
func TestUploadAgain(t *testing.T) {
	t.Parallel()
	r := serve(t)
	to := r.create("k")
	r.putBlock(to, 1, "block")
	r.do("PUT", to, "whole", whole)
	if got := r.putList(to, 1); got.status != http.StatusBadRequest {
		t.Errorf("a block from before: got %d, want 400", got.status)
	}
	r.putBlock(to, 1, "again")
	if got := r.putList(to, 1); got.status != http.StatusCreated {
		t.Errorf("list: got %d %s", got.status, got.body)
	}
	r.finalize("k", 5)
	if _, content := r.content("k"); content != "again" {
		t.Errorf("got %q, want again", content)
	}
	if _, uploads := r.filesOnDisk(); uploads != 0 {
		t.Errorf("%d uploads are left on disk", uploads)
	}
}

// A client that did not get the answer to its list sends it again. What comes
// after a list, and is in no other, does not stay.
func TestListAgain(t *testing.T) {
	t.Parallel()
	r := serve(t)
	to := r.create("k")
	r.putBlock(to, 0, "aa")
	r.putBlock(to, 1, "b")
	for i := range 2 {
		if got := r.putList(to, 0, 1); got.status != http.StatusCreated || got.header.Get("Etag") == "" {
			t.Errorf("list %d: got %d %s", i+1, got.status, got.body)
		}
	}
	if got := r.putList(to, 1, 0); got.status != http.StatusBadRequest {
		t.Errorf("another list: got %d, want 400", got.status)
	}
	r.putBlock(to, 2, "stray")
	if got := r.putList(to, 0, 1); got.status != http.StatusCreated {
		t.Errorf("after another block: got %d %s", got.status, got.body)
	}
	r.putBlock(to, 0, "zz")
	if got := r.putList(to, 0, 1); got.status != http.StatusBadRequest {
		t.Errorf("after a block of the list: got %d, want 400", got.status)
	}
	r.finalize("k", 3)
	if _, content := r.content("k"); content != "aab" {
		t.Errorf("got %q, want aab", content)
	}
	if archives, uploads := r.filesOnDisk(); archives != 1 || uploads != 0 {
		t.Errorf("got %d archives and %d uploads on disk, want 1 and 0", archives, uploads)
	}
}

// TestBlobAnswers holds Azure's answers to what is wrong.
func TestBlobAnswers(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("saved", "12345")
	upload := r.create("k")
	download := r.find("saved").field("signed_download_url")
	big := strings.Repeat("x", 1e6+1)
	for _, tt := range []struct {
		name, method, url, body string
		header                  string
		status                  int
		code                    string
	}{
		{"upload by the link to read", "PUT", download, "x", whole, 403, "AuthenticationFailed"},
		{"download by the link to write", "GET", upload, "", "", 403, "AuthenticationFailed"},
		{"no signature", "GET", r.url + blobPath + "1", "", "", 403, "AuthenticationFailed"},
		{"another entry's signature", "PUT", strings.Replace(upload, "/2?", "/3?", 1), "x", whole, 403, "AuthenticationFailed"},
		{"a later end", "PUT", strings.Replace(upload, "se=2026", "se=2027", 1), "x", whole, 403, "AuthenticationFailed"},
		{"other rights", "GET", strings.Replace(upload, "sp=w", "sp=r", 1), "", "", 403, "AuthenticationFailed"},
		{"no type", "PUT", upload, "x", "", 400, "InvalidHeaderValue"},
		{"another type", "PUT", upload, "x", "x-ms-blob-type: PageBlob", 400, "InvalidHeaderValue"},
		{"unknown operation", "PUT", upload + "&comp=lease", "", "", 400, "InvalidQueryParameterValue"},
		{"no block id", "PUT", upload + "&comp=block", "x", "", 400, "InvalidQueryParameterValue"},
		{"block id not in base64", "PUT", upload + "&comp=block&blockid=../../x", "x", "", 400, "InvalidQueryParameterValue"},
		{"block id too long", "PUT", upload + "&comp=block&blockid=" + strings.Repeat("AAAA", 22), "x", "", 400, "InvalidQueryParameterValue"},
		{"list that is no XML", "PUT", upload + "&comp=blocklist", "text", "", 400, "InvalidXmlDocument"},
		{"list of committed blocks", "PUT", upload + "&comp=blocklist", "<BlockList><Committed>AAAA</Committed></BlockList>", "", 400, "InvalidBlockList"},
		{"list of too many", "PUT", upload + "&comp=blocklist", "<BlockList>" + strings.Repeat("<Latest>AAAA</Latest>", 50001) + "</BlockList>", "", 400, "BlockListTooLong"},
		{"too large", "PUT", upload, big, whole, 413, "RequestBodyTooLarge"},
		{"block too large", "PUT", upload + "&comp=block&blockid=AAAA", big, "", 413, "RequestBodyTooLarge"},
	} {
		var headers []string
		if tt.header != "" {
			headers = append(headers, tt.header)
		}
		got := r.do(tt.method, tt.url, tt.body, headers...)
		if got.status != tt.status || got.header.Get("x-ms-error-code") != tt.code || !strings.Contains(got.body, "<Code>"+tt.code+"</Code>") {
			t.Errorf("%s: got %d %s %s\nwant %d %s", tt.name, got.status, got.header.Get("x-ms-error-code"), got.body, tt.status, tt.code)
		}
		if got.header.Get("x-ms-request-id") == "" {
			t.Errorf("%s: no request id", tt.name)
		}
	}
	if !r.Delete(r.id("saved")) {
		t.Fatal("no entry to delete")
	}
	if got := r.do("GET", download, ""); got.status != http.StatusNotFound || got.header.Get("x-ms-error-code") != "BlobNotFound" {
		t.Errorf("deleted: got %d %s, want BlobNotFound", got.status, got.body)
	}
}

// Blocks count against the limit together.
func TestTooManyBlocks(t *testing.T) {
	t.Parallel()
	r := serve(t)
	to := r.create("k")
	r.putBlock(to, 1, strings.Repeat("x", 6e5))
	if got := r.putBlock(to, 2, strings.Repeat("x", 6e5)); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d, want 413", got.status)
	}
	if got := r.putList(to, 1, 1); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("one block listed twice: got %d, want 413", got.status)
	}
}

func TestLinksEnd(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("saved", "12345")
	upload, download := r.create("k"), r.find("saved").field("signed_download_url")
	r.clock.advance(linkLife - time.Second)
	if got := r.do("GET", download, ""); got.status != http.StatusOK {
		t.Errorf("in time: got %d", got.status)
	}
	r.clock.advance(time.Second)
	for _, got := range []response{r.do("GET", download, ""), r.do("PUT", upload, "x", whole)} {
		if got.status != http.StatusForbidden {
			t.Errorf("too late: got %d, want 403", got.status)
		}
	}
}

// A link is good for the state in which its entry was found, whenever it is
// written.
func TestLinkIsOfItsState(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("k", "12345")
	req := httptest.NewRequest("GET", r.url+"/", nil)
	for _, want := range []int{http.StatusOK, http.StatusForbidden} {
		_, at, ok, err := r.lookup(onMain, "v", []string{"k"})
		if err != nil || !ok {
			t.Fatalf("got %t %v, want the entry", ok, err)
		}
		if want == http.StatusForbidden {
			r.reset(r.Snapshot())
		}
		if got := r.do("GET", r.link(req, at, toRead), ""); got.status != want {
			t.Errorf("got %d, want %d", got.status, want)
		}
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("k", "0123456789")
	link := r.find("k").field("signed_download_url")
	before := r.Counters()
	for _, tt := range []struct {
		method  string
		headers []string
		status  int
		body    string
		ranged  string
		length  string
	}{
		{"GET", nil, 200, "0123456789", "", "10"},
		{"HEAD", nil, 200, "", "", "10"},
		{"GET", []string{"Range: bytes=2-4"}, 206, "234", "bytes 2-4/10", "3"},
		{"GET", []string{"x-ms-range: bytes=5-"}, 206, "56789", "bytes 5-9/10", "5"},
		{"GET", []string{"Range: bytes=0-0", "x-ms-range: bytes=8-20"}, 206, "89", "bytes 8-9/10", "2"},
		{"HEAD", []string{"x-ms-range: bytes=5-"}, 206, "", "bytes 5-9/10", "5"},
		{"GET", []string{"Range: bytes=10-"}, 416, "", "bytes */10", ""},
		{"GET", []string{`If-Match: "other"`}, 412, "", "", ""},
	} {
		got := r.do(tt.method, link, "", tt.headers...)
		name := tt.method + " " + strings.Join(tt.headers, " ")
		if got.status != tt.status || got.status < 300 && got.body != tt.body || got.header.Get("Content-Range") != tt.ranged {
			t.Errorf("%s: got %d %q %q", name, got.status, got.body, got.header.Get("Content-Range"))
		}
		if tt.length != "" && (got.header.Get("Content-Length") != tt.length || got.header.Get("Etag") == "" || got.header.Get("Last-Modified") == "") {
			t.Errorf("%s: got headers %v", name, got.header)
		}
	}
	if got, want := r.Counters().Sub(before), (Counters{Downloads: Count{Requests: 4, Bytes: 20}, Errors: 2}); got != want {
		t.Errorf("counters:\ngot  %+v\nwant %+v", got, want)
	}
}

// TestAbortedUpload breaks uploads off in the middle: nothing of them is found,
// the client can send again, and what came is counted.
func TestAbortedUpload(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"", "&comp=block&blockid=" + url.QueryEscape(blockID(1))} {
		r := serve(t)
		link := r.create("k")
		to := link + query
		r.abort(to, "12345")
		if matched, _ := r.content("k"); matched != "" {
			t.Errorf("%q: an aborted upload was found", query)
		}
		if got := r.putList(link, 1); got.status != http.StatusBadRequest {
			t.Errorf("%q: list: got %d, want 400", query, got.status)
		}
		if got := r.finalize("k", 5); !strings.Contains(got.body, "no archive was uploaded") {
			t.Errorf("%q: finalize: got %d %s", query, got.status, got.body)
		}
		r.do("PUT", to, "the whole of it", whole)
		if query != "" {
			r.putList(link, 1)
		}
		r.finalize("k", 15)
		if _, content := r.content("k"); content != "the whole of it" {
			t.Errorf("%q: got %q", query, content)
		}
		if got, want := r.Counters().Uploads, (Count{Requests: 1, Bytes: 20}); got != want {
			t.Errorf("%q: got %+v, want %+v", query, got, want)
		}
		if archives, uploads := r.filesOnDisk(); archives != 1 || uploads != 0 {
			t.Errorf("%q: got %d archives and %d uploads on disk, want 1 and 0", query, archives, uploads)
		}
	}
}

// abort sends a PUT of 15 bytes, and no more than the given ones. It returns
// when the server has given up on it.
func (r *rig) abort(to, sent string) {
	r.t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		r.t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: %s\r\n%s\r\nContent-Length: 15\r\n\r\n%s", u.RequestURI(), u.Host, whole, sent)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		r.t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), "IncompleteBody") {
		r.t.Errorf("aborted upload: got %q %v", answer, err)
	}
}
