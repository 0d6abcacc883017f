//go:build unix

package pypi

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/internal/cputest"
)

// The benchmarks measure the server alone, with GOMAXPROCS=1; the clients are
// raw sockets.
//
// req/cpu-s and cpu-ms/GB are what one core does, whatever else the machine is
// busy with. req/s is the wall clock's, and needs a second core for the
// clients.

func TestMain(m *testing.M) { cputest.Main(m, benchServer) }

// benchServer is ready with its URL.
func benchServer(dir string) error {
	store, err := OpenStore(dir)
	if err != nil {
		return err
	}
	x, err := New(Config{Store: store})
	if err != nil {
		return err
	}
	l, err := Listen(0)
	if err != nil {
		return err
	}
	s := Serve(l, x)
	return errors.Join(cputest.Report(s.URL()), s.Close())
}

// benchChild is the running server.
type benchChild struct {
	*cputest.Child
	b *testing.B
}

// startChild serves a store with a package "big" of one page of about 200 kB
// and one wheel of 64 MB, and returns the wheel's path.
func startChild(b *testing.B) (*benchChild, string) {
	b.Helper()
	dir := b.TempDir()
	wheel := fillBenchStore(b, dir)
	return &benchChild{cputest.Start(b, dir, "GOMAXPROCS=1"), b}, wheel
}

func fillBenchStore(b *testing.B, dir string) (wheel string) {
	b.Helper()
	s, err := OpenStore(dir)
	if err != nil {
		b.Fatal(err)
	}
	const size = 64 << 20
	path := filepath.Join(dir, "wheel")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	h := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(f, h), rand.NewChaCha8([32]byte{1}), size); err != nil {
		b.Fatal(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		b.Fatal(err)
	}
	if err := s.Put(sum(h), f); err != nil {
		b.Fatal(err)
	}
	p := Page{Name: "big", Fetched: day}
	for i := range 413 { // about 485 bytes each
		name := fmt.Sprintf("big-%d.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", i)
		n := int64(size)
		p.Files = append(p.Files, File{
			Name: name, URL: "https://files.test/" + name, Digest: sum(h), Size: &n, Uploaded: day, RequiresPython: ">=3.8",
		})
	}
	if err := s.PutPage(p); err != nil {
		b.Fatal(err)
	}
	for _, err := range []error{f.Close(), os.Remove(path), s.Close()} {
		if err != nil {
			b.Fatal(err)
		}
	}
	return "/files/big/" + sum(h).Hex() + "/" + p.Files[0].Name
}

// rawClient asks for one path again and again on one connection.
type rawClient struct {
	conn    net.Conn
	r       *bufio.Reader
	request string
	scratch []byte
}

func (c *benchChild) dial(path string) (*rawClient, error) {
	host, _, _ := strings.Cut(strings.TrimPrefix(c.Ready, "http://"), "/")
	conn, err := net.Dial("tcp", host)
	return &rawClient{
		// The scratch fits a core's cache: a large one would evict what the
		// server is about to send, and bill the server for it.
		conn: conn, r: bufio.NewReaderSize(conn, 4096), scratch: make([]byte, 1<<17),
		request: "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + wantJSON + "\r\n\r\n",
	}, err
}

// get returns the number of bytes of the body, which it throws away.
func (c *rawClient) get() (int64, error) {
	if _, err := io.WriteString(c.conn, c.request); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("status %s", res.Status)
	}
	ahead, err := c.r.Discard(min(c.r.Buffered(), int(res.ContentLength)))
	if err != nil {
		return 0, err
	}
	for left := res.ContentLength - int64(ahead); left > 0; {
		n, err := c.conn.Read(c.scratch[:min(left, int64(len(c.scratch)))])
		if err != nil {
			return 0, err
		}
		left -= int64(n)
	}
	return res.ContentLength, nil
}

// run has four clients ask for path b.N times in all, and returns the server's
// CPU time meanwhile and the size of one body.
func (c *benchChild) run(path string) (cpu time.Duration, size int64) {
	c.b.Helper()
	warm, err := c.dial(path)
	if err != nil {
		c.b.Fatal(err)
	}
	defer warm.conn.Close()
	if size, err = warm.get(); err != nil {
		c.b.Fatal(err)
	}
	c.b.SetBytes(size)
	c.b.SetParallelism(2)
	start := c.CPU()
	c.b.ResetTimer()
	c.b.RunParallel(func(pb *testing.PB) {
		client, err := c.dial(path)
		if err != nil {
			c.b.Error(err)
			return
		}
		defer client.conn.Close()
		for pb.Next() {
			if _, err := client.get(); err != nil {
				c.b.Error(err)
				return
			}
		}
	})
	c.b.StopTimer()
	return c.CPU() - start, size
}

// What the index must keep to, so that it does not show in what is measured,
// and how much of the child's CPU time makes a figure of it.
const (
	leastPages = 8000 // of 200 kB, per CPU second
	mostPerGB  = 350  // CPU-ms per GB of wheels
	figure     = 500 * time.Millisecond
)

func BenchmarkPage(b *testing.B) {
	c, _ := startChild(b)
	cpu, size := c.run("/simple/big/")
	if got := float64(b.N) / cpu.Seconds(); cpu > figure && got < leastPages {
		b.Errorf("%.0f requests per CPU second, want at least %d", got, leastPages)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64(b.N)/cpu.Seconds(), "req/cpu-s")
	b.ReportMetric(float64(size)/1000, "kB/page")
}

func BenchmarkWheel(b *testing.B) {
	c, wheel := startChild(b)
	cpu, size := c.run(wheel)
	perGB := cpu.Seconds() * 1000 / (float64(b.N) * float64(size) / 1e9)
	if cpu > figure && perGB > mostPerGB {
		b.Errorf("%.0f CPU-ms per GB, want at most %d", perGB, mostPerGB)
	}
	b.ReportMetric(perGB, "cpu-ms/GB")
}
