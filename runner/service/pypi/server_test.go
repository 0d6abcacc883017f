package pypi

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

func serve(t *testing.T, x *Index) *Server {
	t.Helper()
	l, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	return Serve(l, x)
}

func TestListenBusy(t *testing.T) {
	t.Parallel()
	l, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addr := l.Addr().(*net.TCPAddr)
	if !addr.IP.IsLoopback() {
		t.Errorf("listens on %v, want loopback", addr)
	}
	var busy *PortError
	if _, err := Listen(addr.Port); !errors.As(err, &busy) || busy.Addr != addr.String() {
		t.Fatalf("got %v, want a *PortError for %v", err, addr)
	}
	for _, text := range []string{busy.Error(), busy.Hint()} {
		if !strings.Contains(text, strconv.Itoa(addr.Port)) {
			t.Errorf("%q does not name the port", text)
		}
	}
}

func TestServerRestartsOnItsPort(t *testing.T) {
	t.Parallel()
	x := recorded(t, Config{})
	s := serve(t, x)
	first := s.URL()
	get := func(url string) error {
		res, err := http.Get(url)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		return errors.Join(err, res.Body.Close())
	}
	if err := get(first + "demo/"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := get(first + "demo/"); err == nil {
		t.Error("a closed server answers")
	}
	l, err := Listen(portOf(t, first))
	if err != nil {
		t.Fatal(err)
	}
	s = Serve(l, x)
	if s.URL() != first {
		t.Errorf("URL %s, want %s", s.URL(), first)
	}
	if err := errors.Join(get(first+"demo/"), s.Close()); err != nil {
		t.Error(err)
	}
}

func portOf(t *testing.T, url string) int {
	t.Helper()
	hostPort, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	_, text, err := net.SplitHostPort(hostPort)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// A client that has its answer finds it counted; one that leaves early has
// only what it got counted.
func TestCountsAreExact(t *testing.T) {
	t.Parallel()
	up := newFakeIndex(t)
	content := strings.Repeat("0123456789abcdef", 4<<20) // more than any socket buffer
	up.page("big", up.file("big-1.0.tar.gz", content))
	x := newIndex(t, Config{Upstream: up.upstream(t)})
	s := serve(t, x)
	url := strings.TrimSuffix(s.URL(), "/simple/") + links(t, x, "big")["big-1.0.tar.gz"]
	for i := range 3 {
		res, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil || n != int64(len(content)) {
			t.Fatalf("read %d bytes, %v", n, err)
		}
		if got, want := x.Counters().Files, (Count{Requests: int64(i) + 1, Bytes: n * (int64(i) + 1)}); got != want {
			t.Fatalf("counted %+v, want %+v", got, want)
		}
	}
	before := x.Counters()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // waits for the handler to see that the client left
		t.Fatal(err)
	}
	if got := x.Counters().Sub(before).Files; got.Requests != 1 || got.Bytes >= int64(len(content)) {
		t.Errorf("an abandoned download counted as %+v", got)
	}
}
