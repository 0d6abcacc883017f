package registry

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func TestUpload(t *testing.T) {
	t.Parallel()
	type step struct {
		method, query, body string
		want                int
	}
	whole := "?digest=" + sha("hello, world").String()
	for name, steps := range map[string][]step{
		"one put":             {{"PUT", whole, "hello, world", 201}},
		"patch and put":       {{"PATCH", "", "hello, ", 202}, {"PUT", whole, "world", 201}},
		"patches and put":     {{"PATCH", "", "hello, ", 202}, {"PATCH", "", "world", 202}, {"PUT", whole, "", 201}},
		"wrong digest":        {{"PUT", whole, "hello", 400}, {"PUT", whole, "hello, world", 404}},
		"no digest":           {{"PUT", "", "hello, world", 400}},
		"asked for between":   {{"PATCH", "", "hello, ", 202}, {"GET", "", "", 204}, {"PUT", whole, "world", 201}, {"GET", "", "", 404}},
		"cancelled":           {{"PATCH", "", "hello, ", 202}, {"DELETE", "", "", 204}, {"PUT", whole, "world", 404}, {"GET", "", "", 404}, {"DELETE", "", "", 404}},
		"unsupported methods": {{"POST", "", "", 405}, {"HEAD", "", "", 405}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, host := serve(t)
			location := do(t, "POST", "http://"+host+"/v2/cibench/app/blobs/uploads/", "").header.Get("Location")
			created, ended := false, false
			for _, s := range steps {
				got := do(t, s.method, "http://"+host+location+s.query, s.body)
				if got.status != s.want {
					t.Fatalf("%s %q: got status %d, want %d: %s", s.method, s.body, got.status, s.want, got.body)
				}
				created = created || got.status == http.StatusCreated
				ended = ended || s.method == "PUT" || s.method == "DELETE"
			}
			if left, err := os.ReadDir(r.push.uploadDir); err != nil || ended && len(left) != 0 {
				t.Errorf("got %v and error %v, want no file left", left, err)
			}
			got := do(t, "GET", "http://"+host+"/v2/cibench/app/blobs/"+sha("hello, world").String(), "")
			if created && got.body != "hello, world" {
				t.Errorf("got %q", got.body)
			}
			if want := map[bool]int64{true: 12}[created]; r.Counters().Push.BytesPushed != want {
				t.Errorf("counted %d bytes pushed, want %d", r.Counters().Push.BytesPushed, want)
			}
		})
	}
}

func TestUploadInOnePost(t *testing.T) {
	t.Parallel()
	_, host := serve(t)
	got := do(t, "POST", "http://"+host+"/v2/cibench/app/blobs/uploads/?digest="+sha("x").String(), "x")
	if got.status != http.StatusCreated {
		t.Errorf("got status %d, want 201: %s", got.status, got.body)
	}
}

func TestUploadContentRange(t *testing.T) {
	t.Parallel()
	_, host := serve(t)
	url := "http://" + host + do(t, "POST", "http://"+host+"/v2/cibench/app/blobs/uploads/", "").header.Get("Location")
	for _, tt := range []struct {
		body, contentRange string
		status             int
		have               string // the Range header
	}{
		{"abc", "0-2", http.StatusAccepted, "0-2"},
		{"abc", "0-2", http.StatusRequestedRangeNotSatisfiable, ""},
		{"def", "nonsense", http.StatusRequestedRangeNotSatisfiable, ""},
		{"def", "3-5", http.StatusAccepted, "0-5"},
	} {
		got := do(t, "PATCH", url, tt.body, "Content-Range: "+tt.contentRange)
		if got.status != tt.status || got.header.Get("Range") != tt.have {
			t.Errorf("%s: got status %d and range %q, want %d and %q", tt.contentRange, got.status, got.header.Get("Range"), tt.status, tt.have)
		}
	}
	got := do(t, "GET", url, "")
	if got.status != http.StatusNoContent || got.header.Get("Range") != "0-5" || "http://"+host+got.header.Get("Location") != url {
		t.Errorf("asked for: got status %d and header %v, want 204 with range 0-5 and the same location", got.status, got.header)
	}
}

func TestUploadEndsWithReset(t *testing.T) {
	t.Parallel()
	r, host := serve(t)
	url := "http://" + host + do(t, "POST", "http://"+host+"/v2/cibench/app/blobs/uploads/", "").header.Get("Location")
	if err := r.Reset(Snapshot{}); err != nil {
		t.Fatal(err)
	}
	if got := do(t, "PUT", url+"?digest="+sha("x").String(), "x"); got.status != http.StatusNotFound {
		t.Errorf("got status %d, want 404", got.status)
	}
	left, err := os.ReadDir(r.push.uploadDir)
	if err != nil || len(left) != 0 {
		t.Errorf("got %v and error %v, want no file", left, err)
	}
}

// A resetBody is a request body during which the registry is reset.
type resetBody struct {
	content io.Reader
	reset   func() error
}

func (b *resetBody) Read(p []byte) (int, error) {
	if err := b.reset(); err != nil {
		return 0, err
	}
	return b.content.Read(p)
}

func TestUploadOvertakenByReset(t *testing.T) {
	t.Parallel()
	r, _ := serve(t)
	body := &resetBody{strings.NewReader("content"), func() error { return r.Reset(Snapshot{}) }}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("POST", "/v2/cibench/app/blobs/uploads/?digest="+sha("content").String(), body))
	if w.Code < 400 || !r.Snapshot().Empty() || len(files(t, r)) != 0 {
		t.Errorf("got status %d, a snapshot of %d bytes and files %v; want an error and nothing", w.Code, r.Snapshot().Bytes(), files(t, r))
	}
}

// An upload belongs to the repository it was opened in.
func TestUploadOfOtherRepository(t *testing.T) {
	t.Parallel()
	_, host := serve(t)
	location := do(t, "POST", "http://"+host+"/v2/cibench/app/blobs/uploads/", "").header.Get("Location")
	id := location[len("/v2/cibench/app/blobs/uploads/"):]
	got := do(t, "PUT", "http://"+host+"/v2/cibench/b/blobs/uploads/"+id+"?digest="+sha("x").String(), "x")
	if got.status != http.StatusNotFound {
		t.Errorf("got status %d, want 404", got.status)
	}
}

func TestNewRemovesAndCloseRemoves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/blobs/left", 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := files(t, r); len(got) != 0 {
		t.Errorf("after New: got %v, want nothing", got)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("after Close: got %v and error %v, want nothing", left, err)
	}
}
