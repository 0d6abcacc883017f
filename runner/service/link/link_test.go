package link

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestListenerIsLeftAlone(t *testing.T) {
	t.Parallel()
	inner := newPipeListener()
	registryOnly := Profile{Registry: Shape{FirstByte: ms}}
	for _, tt := range []struct {
		name    string
		profile Profile
		service Service
		want    bool
	}{
		{"none", Profile{}, Index, true},
		{"another service", registryOnly, Index, true},
		{"this service", registryOnly, Registry, false},
		{"the line down", Profile{Down: mb}, Index, false},
		{"the line up", Profile{Up: mb}, Index, false},
	} {
		if got := New(tt.profile).Listener(tt.service, inner) == net.Listener(inner); got != tt.want {
			t.Errorf("%s: left alone %t, want %t", tt.name, got, tt.want)
		}
	}
}

// TestHTTP runs net/http over a link: two services, one line, connections kept
// alive.
func TestHTTP(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := New(Profile{
			Down: 10 * mb, Up: 10 * mb,
			Index:    Shape{FirstByte: 30 * ms, StreamDown: 5 * mb},
			Registry: Shape{FirstByte: 75 * ms},
		})
		index, stopIndex := serveHTTP(l, Index)
		registry, stopRegistry := serveHTTP(l, Registry)
		defer stopIndex()
		defer stopRegistry()
		for _, tt := range []struct {
			name string
			get  func(body string) (string, error)
			body int
			want time.Duration
		}{
			{"index", index, 10, 30 * ms},
			{"index again", index, 10, 30 * ms},
			{"registry", registry, 10, 75 * ms},
			{"registry with a body up and down", registry, size, 200*ms + 75*ms + 200*ms},
			{"index with a body up and down", index, size, 200*ms + 30*ms + 400*ms},
		} {
			sent := strings.Repeat("x", tt.body)
			var got string
			var err error
			took := elapsed(func() { got, err = tt.get(sent) })
			if err != nil || got != sent {
				t.Errorf("%s: got %d bytes and error %v, want %d bytes", tt.name, len(got), err, len(sent))
			}
			// Headers take their time too.
			if took < tt.want-2*early || took > tt.want+ms {
				t.Errorf("%s: took %v, want %v", tt.name, took, tt.want)
			}
		}
	})
}

// serveHTTP serves requests' own bodies over l in memory.
func serveHTTP(l *Link, s Service) (post func(string) (string, error), stop func()) {
	inner := newPipeListener()
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Write(body)
	})}
	go server.Serve(l.Listener(s, inner))
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return inner.dial() }}
	post = func(body string) (string, error) {
		resp, err := (&http.Client{Transport: transport}).Post("http://service/", "", strings.NewReader(body))
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		return string(data), err
	}
	return post, func() {
		transport.CloseIdleConnections()
		server.Close()
	}
}
