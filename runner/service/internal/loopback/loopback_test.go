package loopback

import (
	"errors"
	"net"
	"strings"
	"testing"
)

func TestListenTellsThePort(t *testing.T) {
	t.Parallel()
	l, err := Listen("registry", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addr := l.Addr().(*net.TCPAddr)
	var busy *PortError
	if _, err := Listen("registry", addr.Port); !errors.As(err, &busy) || busy.Service != "registry" || busy.Addr != addr.String() {
		t.Fatalf("got %v, want a *PortError for %v", err, addr)
	}
	if !strings.Contains(busy.Hint(), addr.String()) {
		t.Errorf("the hint does not name %v: %s", addr, busy.Hint())
	}
}

// Nobody configured the port where any free one is taken.
func TestHintOfAnyPort(t *testing.T) {
	t.Parallel()
	hint := (&PortError{Service: "actions cache", Addr: "127.0.0.1:0", Err: errors.New("none left")}).Hint()
	if hint == "" || strings.Contains(hint, ":0") || strings.Contains(hint, "configure") {
		t.Errorf("got %q, want what may have run out", hint)
	}
}
