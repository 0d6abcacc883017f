package link

import (
	"bytes"
	"errors"
	"io"
	"math/rand"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const size = 2_000_000 // bytes of a transfer

func TestRate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		line, stream Rate
		streams      int
		want         time.Duration
	}{
		{"unlimited", Unlimited, Unlimited, 1, 0},
		{"line", 10 * mb, Unlimited, 1, 200 * ms},
		{"line shared by 4", 10 * mb, Unlimited, 4, 800 * ms},
		{"stream", Unlimited, 5 * mb, 1, 400 * ms},
		{"4 streams", Unlimited, 5 * mb, 4, 400 * ms},
		{"stream below line", 10 * mb, 5 * mb, 1, 400 * ms},
		{"4 streams above line", 10 * mb, 5 * mb, 4, 800 * ms},
		{"slow line", 100e3, Unlimited, 1, 20 * time.Second},
	} {
		for _, direction := range []string{"down", "up"} {
			t.Run(tt.name+" "+direction, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					l := New(Profile{Down: tt.line, Up: tt.line})
					var wg sync.WaitGroup
					got := elapsed(func() {
						for range tt.streams {
							server, client := pipe(t, l, Shape{StreamDown: tt.stream, StreamUp: tt.stream})
							if direction == "down" {
								drain(client)
								wg.Go(func() { write(t, server, size) })
							} else {
								go write(t, client, size)
								wg.Go(func() { read(t, server, size) })
							}
						}
						wg.Wait()
					})
					if !near(got, tt.want) {
						t.Errorf("got %v, want %v", got, tt.want)
					}
				})
			})
		}
	}
}

// Down and up do not share a line.
func TestDirectionsAreApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := New(Profile{Down: 10 * mb, Up: 10 * mb})
		a, aClient := pipe(t, l, Shape{})
		b, bClient := pipe(t, l, Shape{})
		drain(aClient)
		var wg sync.WaitGroup
		got := elapsed(func() {
			wg.Go(func() { write(t, a, size) })
			wg.Go(func() { write(t, bClient, size) })
			wg.Go(func() { read(t, b, size) })
			wg.Wait()
		})
		if !near(got, 200*ms) {
			t.Errorf("got %v, want 200ms", got)
		}
	})
}

// A flow that falls behind catches up by no more than the slack, and a new
// response starts from nothing.
func TestPause(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		pause time.Duration
		asks  bool // the pause ends with a request
		want  time.Duration
	}{
		{"within the slack", slack / 2, false, 400 * ms},
		{"beyond the slack", time.Second, false, 400*ms + time.Second - slack},
		{"before a new response", time.Second, true, 400*ms + time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server, client := pipe(t, New(Profile{Down: 10 * mb}), Shape{})
				drain(client)
				ask := func() {
					go client.Write([]byte("?"))
					read(t, server, 1)
				}
				ask()
				got := elapsed(func() {
					write(t, server, size)
					time.Sleep(tt.pause)
					if tt.asks {
						ask()
					}
					write(t, server, size)
				})
				if !near(got, tt.want) {
					t.Errorf("got %v, want %v", got, tt.want)
				}
			})
		})
	}
}

func TestFirstByte(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer time.Duration // what the server takes
		want   time.Duration // when the client has the first byte
	}{
		{"at once", 0, 30 * ms},
		{"a fast server", 10 * ms, 30 * ms},
		{"a slow server", 100 * ms, 100 * ms},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server, client := pipe(t, New(Profile{}), Shape{FirstByte: 30 * ms})
				for i := range 3 {
					go func() {
						read(t, server, 10)
						time.Sleep(tt.answer)
						write(t, server, 1)
						write(t, server, 1)
					}()
					write(t, client, 10)
					if got := elapsed(func() { read(t, client, 1) }); got != tt.want {
						t.Errorf("response %d: got its first byte after %v, want %v", i, got, tt.want)
					}
					if got := elapsed(func() { read(t, client, 1) }); got != 0 {
						t.Errorf("response %d: got its second byte %v later, want 0s", i, got)
					}
				}
			})
		})
	}
}

// The delay counts from the end of the request, and the transfer from the
// delay's end.
func TestFirstByteAndRates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, client := pipe(t, New(Profile{Down: 10 * mb, Up: 5 * mb}), Shape{FirstByte: 75 * ms})
		go write(t, client, size)
		got := elapsed(func() {
			read(t, server, size)
			drain(client)
			write(t, server, size)
		})
		if want := 400*ms + 75*ms + 200*ms; !near(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestWriteIsCut(t *testing.T) {
	t.Parallel()
	slow := Profile{Down: 10 * mb}
	for _, tt := range []struct {
		name  string
		after func(server net.Conn) // runs one second into the write
		at    time.Duration
		want  error
	}{
		{"by Close", func(c net.Conn) { c.Close() }, time.Second, net.ErrClosed},
		{"by a deadline", func(c net.Conn) { c.SetWriteDeadline(time.Now().Add(time.Second)) }, 2 * time.Second, os.ErrDeadlineExceeded},
		{"by one of both directions", func(c net.Conn) { c.SetDeadline(time.Now()) }, time.Second, os.ErrDeadlineExceeded},
		{"by one in the past", func(c net.Conn) { c.SetWriteDeadline(time.Unix(1, 0)) }, time.Second, os.ErrDeadlineExceeded},
		{"not by a later one", func(c net.Conn) { c.SetWriteDeadline(time.Now().Add(time.Hour)) }, 4 * time.Second, nil},
		{"not by that of reads", func(c net.Conn) { c.SetReadDeadline(time.Now()) }, 4 * time.Second, nil},
	} {
		for name, shape := range map[string]Shape{"in a transfer": {}, "before the first byte": {FirstByte: 4 * time.Second}} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					server, client := pipe(t, New(slow), shape)
					go client.Write([]byte("?"))
					read(t, server, 1)
					drain(client)
					n := 40 * mb // 4 seconds
					if shape.FirstByte != 0 {
						n = 1
					}
					// Half a millisecond more, so that it falls into a wait.
					time.AfterFunc(time.Second+ms/2, func() { tt.after(server) })
					var err error
					var sent int
					got := elapsed(func() { sent, err = server.Write(make([]byte, int(n))) })
					if (got-tt.at).Abs() > 10*ms || !errors.Is(err, tt.want) {
						t.Errorf("got error %v after %v, want %v after %v", err, got, tt.want, tt.at)
					}
					if whole := sent == int(n); whole != (tt.want == nil) {
						t.Errorf("got %d bytes of %d with error %v", sent, int(n), err)
					}
				})
			})
		}
	}
}

// A response that begins before its request has passed has one first byte.
func TestFirstByteOfEarlyResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, client := pipe(t, New(Profile{Up: 1e3}), Shape{FirstByte: 30 * ms})
		go write(t, client, 1000)
		go read(t, server, 1000) // for a second
		drain(client)
		time.Sleep(100 * ms)
		// The second write comes 10 ms after the request has passed.
		for _, pause := range []time.Duration{910 * ms, 0} {
			if got := elapsed(func() { write(t, server, 1) }); got != 0 {
				t.Errorf("got a delay of %v, want none", got)
			}
			time.Sleep(pause)
		}
	})
}

// A deadline cuts the wait of a Read, not its bytes, and the time is owed.
func TestReadKeepsBytesAtDeadline(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(net.Conn, time.Time) error{
		"SetReadDeadline": net.Conn.SetReadDeadline,
		"SetDeadline":     net.Conn.SetDeadline,
	} {
		synctest.Test(t, func(t *testing.T) {
			server, client := pipe(t, New(Profile{Up: 1e3}), Shape{})
			go write(t, client, 2000)
			set(server, time.Now().Add(100*ms))
			got := elapsed(func() { read(t, server, 1000) })
			if got != 100*ms {
				t.Errorf("%s: the first half: got %v, want 100ms", name, got)
			}
			set(server, time.Time{})
			got = elapsed(func() { read(t, server, 1000) })
			if want := 1900 * ms; !near(got, want) {
				t.Errorf("%s: the second half: got %v, want %v", name, got, want)
			}
		})
	}
}

func TestQuantum(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line, stream Rate
		want         int
	}{
		{10 * mb, Unlimited, 20_000},
		{Unlimited, 5 * mb, 10_000},
		{10 * mb, 5 * mb, 10_000},
		{5 * mb, 10 * mb, 10_000},
		{1e3, Unlimited, minQuantum},
		{125 * mb, Unlimited, maxQuantum},
	} {
		f := flow{stream: tt.stream, line: &pacer{rate: tt.line}}
		if got := f.quantum(); got != tt.want {
			t.Errorf("line %v, stream %v: got %d, want %d", tt.line, tt.stream, got, tt.want)
		}
	}
}

func TestBytesAreConserved(t *testing.T) {
	t.Parallel()
	seed := time.Now().UnixNano()
	rng := rand.New(rand.NewSource(seed))
	sent := make([]byte, 300_000)
	rng.Read(sent)
	cuts := make([]int, 1000)
	for i := range cuts {
		cuts[i] = rng.Intn(5000)
	}
	synctest.Test(t, func(t *testing.T) {
		server, client := pipe(t, New(Profile{Down: 3 * mb, Up: 7 * mb}), Shape{FirstByte: ms, StreamDown: 2 * mb})
		go func() { // the server sends back what it gets
			io.CopyBuffer(struct{ io.Writer }{server}, struct{ io.Reader }{server}, make([]byte, 3333))
			server.Close()
		}()
		go func() {
			for rest, i := sent, 0; len(rest) > 0; i++ {
				n := min(cuts[i%len(cuts)], len(rest))
				client.Write(rest[:n])
				rest = rest[n:]
			}
		}()
		got := make([]byte, len(sent))
		if n, err := io.ReadFull(client, got); err != nil || !bytes.Equal(got, sent) {
			t.Errorf("seed %d: got %d bytes back and error %v, equal %t", seed, n, err, bytes.Equal(got, sent))
		}
	})
}

// A scripted conn answers as its fields say.
type scripted struct {
	net.Conn
	n      int
	err    error
	halved bool
}

func (s *scripted) Read([]byte) (int, error)  { return s.n, s.err }
func (s *scripted) Write([]byte) (int, error) { return s.n, s.err }
func (s *scripted) CloseWrite() error         { s.halved = true; return s.err }

func TestErrorsPass(t *testing.T) {
	t.Parallel()
	failure := errors.New("broken")
	synctest.Test(t, func(t *testing.T) {
		inner := &scripted{n: 3, err: failure}
		c := newConn(inner, New(Profile{Down: 1e6, Up: 1e6}), Shape{})
		for name, call := range map[string]func([]byte) (int, error){"Read": c.Read, "Write": c.Write} {
			if n, err := call(make([]byte, 10)); n != 3 || !errors.Is(err, failure) {
				t.Errorf("%s: got %d and %v, want 3 and %v", name, n, err, failure)
			}
		}
		if err := c.CloseWrite(); !inner.halved || !errors.Is(err, failure) {
			t.Errorf("CloseWrite: got %v, passed on %t", err, inner.halved)
		}
		whole, _ := pipe(t, New(Profile{Down: 1}), Shape{})
		if err := whole.(*conn).CloseWrite(); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("CloseWrite of a pipe: got %v, want %v", err, errors.ErrUnsupported)
		}
	})
}
