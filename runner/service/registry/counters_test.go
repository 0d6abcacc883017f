package registry

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
)

// A socket is a response writer that fails once it took room bytes. Like that
// of net/http it takes files as they are.
type socket struct {
	*httptest.ResponseRecorder
	room  int64
	files int // given to ReadFrom in a form that net can send by sendfile
}

var errGone = errors.New("client gone")

func (s *socket) ReadFrom(r io.Reader) (int64, error) {
	file := r
	if limited, ok := r.(*io.LimitedReader); ok {
		file = limited.R
	}
	if _, ok := file.(syscall.Conn); ok {
		s.files++
	}
	n, err := io.Copy(s.ResponseRecorder, io.LimitReader(r, s.room))
	if s.room -= n; s.room == 0 {
		err = errGone
	}
	return n, err
}

func TestBlobGoesOutAsFile(t *testing.T) {
	t.Parallel()
	r, _ := serve(t)
	img := onDisk(t, seeded(t, 41))
	bumped, err := Bump(img, "x")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Add("a", "plain", img), r.Add("a", "bumped", bumped)); err != nil {
		t.Fatal(err)
	}
	for name, h := range map[string]string{
		"a layer":        digestOf(t, layers(t, img)[0]).String(),
		"a bumped layer": digestOf(t, layers(t, bumped)[1]).String(),
	} {
		s := &socket{ResponseRecorder: httptest.NewRecorder(), room: 1 << 30}
		r.ServeHTTP(s, httptest.NewRequest("GET", "/v2/a/blobs/"+h, nil))
		if s.files != 1 || s.Code != http.StatusOK {
			t.Errorf("%s: got status %d and %d files, want 200 and 1", name, s.Code, s.files)
		}
	}
}

func TestCountersOfCutResponse(t *testing.T) {
	t.Parallel()
	r, _ := serve(t)
	img := onDisk(t, seeded(t, 42))
	if err := r.Add("a", "x", img); err != nil {
		t.Fatal(err)
	}
	const room = 1000
	s := &socket{ResponseRecorder: httptest.NewRecorder(), room: room}
	r.ServeHTTP(s, httptest.NewRequest("GET", "/v2/a/blobs/"+digestOf(t, layers(t, img)[0]).String(), nil))
	if got, want := r.Counters().Pull, (Traffic{BlobRequests: 1, BlobBytes: room}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestSub(t *testing.T) {
	t.Parallel()
	a := Traffic{1, 2, 3, 4, 5, 6, 7, 8}
	b := Traffic{10, 20, 30, 40, 50, 60, 70, 80}
	got := Counters{Pull: b, Push: b}.Sub(Counters{Pull: a, Push: b})
	want := Counters{Pull: Traffic{9, 18, 27, 36, 45, 54, 63, 72}}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
