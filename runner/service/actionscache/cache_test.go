package actionscache

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/service/link"
)

// elsewhere is a listener that others could reach, or that says so.
type elsewhere struct {
	net.Listener
	addr   net.Addr
	closed bool
}

func (l *elsewhere) Addr() net.Addr { return l.addr }

func (l *elsewhere) Close() error {
	l.closed = true
	return nil
}

func TestServesLoopbackAlone(t *testing.T) {
	t.Parallel()
	for _, addr := range []net.Addr{
		&net.TCPAddr{IP: net.IPv4zero, Port: 80}, &net.TCPAddr{IP: net.IPv6unspecified, Port: 80},
		&net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}, &net.TCPAddr{Port: 80}, &net.UnixAddr{Name: "/run/x"},
	} {
		c, err := New(Config{Dir: t.TempDir(), Limits: entry.GitHub(), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		l := &elsewhere{addr: addr}
		if err := c.Serve(l); err == nil || !strings.Contains(err.Error(), "loopback") {
			t.Errorf("%s: got %v, want a refusal", addr, err)
		}
		if !l.closed {
			t.Errorf("%s: the listener is still open", addr)
		}
	}
}

func TestListenTellsThePort(t *testing.T) {
	t.Parallel()
	l, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = Listen(l.Addr().(*net.TCPAddr).Port)
	var taken *PortError
	if !errors.As(err, &taken) || taken.Addr != l.Addr().String() || !strings.Contains(taken.Hint(), taken.Addr) {
		t.Errorf("got %v, want a *PortError for %s", err, l.Addr())
	}
}

// A cache begins empty, whatever the last one left, and leaves nothing.
func TestDirectoryIsItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"archives/left", "uploads/left", "other"} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := New(Config{Dir: dir, Limits: entry.GitHub(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(got) != 0 {
		t.Errorf("left from before: %q", got)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if got, _ := filepath.Glob(filepath.Join(dir, "*")); len(got) != 1 || filepath.Base(got[0]) != "other" {
		t.Errorf("after Close: got %q, want what is not the cache's", got)
	}
}

func TestCountersSub(t *testing.T) {
	t.Parallel()
	count := func(requests, bytes int64) Count { return Count{Requests: requests, Bytes: bytes} }
	a := Counters{1, 2, 3, count(4, 5), 6, 7, count(8, 9), count(10, 11), 12, 13}
	b := Counters{10, 20, 30, count(40, 50), 60, 70, count(80, 90), count(100, 110), 120, 130}
	if got, want := b.Sub(a), (Counters{9, 18, 27, count(36, 45), 54, 63, count(72, 81), count(90, 99), 108, 117}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestTwoListeners serves API and archives apart, each behind a link that shapes
// it, as the lanes do.
func TestTwoListeners(t *testing.T) {
	t.Parallel()
	archives, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	r := serveWith(t, Config{Dir: t.TempDir(), Limits: entry.GitHub(), Now: time.Now, Archives: archives.Addr().String()}, nil)
	shape := link.Shape{FirstByte: time.Millisecond}
	shaped := link.New(link.Profile{ActionsArchives: shape}).Listener(link.ActionsArchives, archives)
	done := make(chan error, 1)
	go func() { done <- r.Serve(shaped) }()
	r.save("k", "content")
	if matched, content := r.content("k"); matched != "k" || content != "content" {
		t.Errorf("got %q of %q", content, matched)
	}
	found := r.find("k").field("signed_download_url")
	if want := "http://" + archives.Addr().String() + blobPath; !strings.HasPrefix(found, want) {
		t.Errorf("got link %s, want one to %s", found, want)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// A leaving client takes so many bytes and then no more.
type leaving struct {
	http.ResponseWriter
	left int
}

func (w *leaving) Write(p []byte) (int, error) {
	n := min(w.left, len(p))
	w.left -= n
	if n < len(p) {
		return n, io.ErrClosedPipe
	}
	return n, nil
}

func TestCountsWhatWasSent(t *testing.T) {
	t.Parallel()
	r := serve(t)
	r.save("k", "0123456789")
	link := r.find("k").field("signed_download_url")
	before := r.Counters()
	r.ServeHTTP(&leaving{httptest.NewRecorder(), 4}, httptest.NewRequest("GET", link, nil))
	if got, want := r.Counters().Sub(before), (Counters{Downloads: Count{Requests: 1, Bytes: 4}}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
