package link

import (
	"fmt"
	"io"
	"math"
	"net"
	"sync"
	"testing"
	"time"
)

// BenchmarkRate sends over TCP on loopback and reports the rate met, divided by
// the rate set: 1 is exact. An op is a transfer of so many bytes over all
// streams together: a short one, and one of half a second.
//
//	go test -bench Rate -benchtime 5x
func BenchmarkRate(b *testing.B) {
	for _, rate := range []Rate{10 * mb, 50 * mb, 125 * mb} {
		for _, streams := range []int{1, 8} {
			for _, direction := range []string{"down", "up"} {
				for _, total := range []int{size, int(rate / 2)} {
					name := fmt.Sprintf("%s/%.0fMBps/%dstreams/%.1fMB", direction, float64(rate/mb), streams, float64(total)/mb)
					b.Run(name, func(b *testing.B) { benchRate(b, rate, streams, direction, total/streams) })
				}
			}
		}
	}
}

func benchRate(b *testing.B, rate Rate, streams int, direction string, each int) {
	l := New(Profile{Down: rate, Up: rate})
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	shaped := l.Listener(Index, inner)
	defer shaped.Close()
	b.SetBytes(int64(each * streams))
	var spent time.Duration
	for b.Loop() {
		servers, clients := dialAll(b, shaped, streams)
		from, to := servers, clients
		if direction == "up" {
			from, to = clients, servers
		}
		start := time.Now()
		var wg sync.WaitGroup
		for i := range streams {
			wg.Go(func() { send(b, from[i], each) })
			wg.Go(func() { receive(b, to[i], each) })
		}
		wg.Wait()
		spent += time.Since(start)
		for i := range streams {
			servers[i].Close()
			clients[i].Close()
		}
	}
	met := float64(each*streams*b.N) / spent.Seconds() / float64(rate)
	if spent > time.Second && math.Abs(met-1) > 0.05 {
		b.Errorf("met %.3f of the set rate, want it within 5 %%", met)
	}
	b.ReportMetric(met, "met/set")
}

func dialAll(b *testing.B, l net.Listener, n int) (servers, clients []net.Conn) {
	for range n {
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		server, err := l.Accept()
		if err != nil {
			b.Fatal(err)
		}
		servers, clients = append(servers, server), append(clients, client)
	}
	return servers, clients
}

// send writes as net/http copies a body.
func send(b *testing.B, w io.Writer, n int) {
	buf := make([]byte, 32<<10)
	for n > 0 {
		wrote, err := w.Write(buf[:min(n, len(buf))])
		if err != nil {
			b.Error(err)
			return
		}
		n -= wrote
	}
}

func receive(b *testing.B, r io.Reader, n int) {
	if _, err := io.CopyN(io.Discard, struct{ io.Reader }{r}, int64(n)); err != nil {
		b.Error(err)
	}
}
