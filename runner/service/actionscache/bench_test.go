//go:build unix

package actionscache

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
	"github.com/cibench/cibench/runner/service/internal/cputest"
)

// The benchmarks measure the server alone; the clients are raw sockets.

func TestMain(m *testing.M) { cputest.Main(m, benchServer) }

// benchServer is ready with its URL and a token.
func benchServer(dir string) error {
	c, err := New(Config{Dir: dir, Limits: entry.GitHub(), Now: time.Now})
	if err != nil {
		return err
	}
	token, err := c.Token(onMain...)
	if err != nil {
		return err
	}
	l, err := Listen(0)
	if err != nil {
		return err
	}
	go c.Serve(l)
	return errors.Join(cputest.Report("http://"+l.Addr().String()+" "+token), c.Close())
}

// benchChild is the running server. Its rig has no cache in this process.
type benchChild struct {
	*rig
	*cputest.Child
	b *testing.B
}

func startChild(b *testing.B) *benchChild {
	b.Helper()
	child := cputest.Start(b, b.TempDir())
	url, token, _ := strings.Cut(child.Ready, " ")
	return &benchChild{rig: &rig{t: b, url: url, token: token}, Child: child, b: b}
}

// report reports the server's CPU time since start for a gigabyte of b.N
// transfers.
func (c *benchChild) report(start time.Duration, size int) {
	c.b.Helper()
	c.b.SetBytes(int64(size))
	cpu := c.CPU() - start
	c.b.ReportMetric(cpu.Seconds()*1000/(float64(c.b.N)*float64(size)/1e9), "cpu-ms/GB")
}

// exchange sends a request on a connection of its own and throws the answer's
// body away.
func (c *benchChild) exchange(method, to, header string, body []byte) {
	c.b.Helper()
	u, err := url.Parse(to)
	if err != nil {
		c.b.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		c.b.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n", method, u.RequestURI(), u.Host, header, len(body))
	if _, err := conn.Write(body); err != nil {
		c.b.Fatal(err)
	}
	// The buffer fits a core's cache: a large one would evict what the server is
	// about to send, and bill the server for it.
	res, err := http.ReadResponse(bufio.NewReaderSize(conn, 4096), nil)
	if err != nil {
		c.b.Fatal(err)
	}
	n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, res.Body, make([]byte, 1<<17))
	if err != nil || res.StatusCode >= 300 || n != res.ContentLength {
		c.b.Fatalf("%s: status %s, %d bytes, %v", method, res.Status, n, err)
	}
}

const benchSize = 64 << 20 // bytes

func BenchmarkDownload(b *testing.B) {
	c := startChild(b)
	c.save("k", strings.Repeat("x", benchSize))
	link := c.find("k").field("signed_download_url")
	start := c.CPU()
	for b.Loop() {
		c.exchange("GET", link, "", nil)
	}
	c.report(start, benchSize)
}

// BenchmarkUpload uploads as the toolkit does up to 128 MiB, at once, as BuildKit
// does, in blocks of 1 MiB, and with eight of these on their way at a time, as
// the toolkit has them beyond that.
func BenchmarkUpload(b *testing.B) {
	content := bytes.Repeat([]byte("x"), benchSize)
	b.Run("whole", func(b *testing.B) {
		c := startChild(b)
		link := c.create("k")
		start := c.CPU()
		for b.Loop() {
			c.exchange("PUT", link, whole+"\r\n", content)
		}
		c.report(start, benchSize)
	})
	for name, workers := range map[string]int{"blocks": 1, "blocks in parallel": 8} {
		b.Run(name, func(b *testing.B) {
			c := startChild(b)
			link := c.create("k")
			var ids []int
			for i := range benchSize >> 20 {
				ids = append(ids, i)
			}
			start := c.CPU()
			for b.Loop() {
				var wg sync.WaitGroup
				for w := range workers {
					wg.Go(func() {
						for i := w; i < len(ids); i += workers {
							c.exchange("PUT", link+"&comp=block&blockid="+url.QueryEscape(blockID(i)), "", content[i<<20:(i+1)<<20])
						}
					})
				}
				wg.Wait()
				if got := c.putList(link, ids...); got.status != http.StatusCreated {
					b.Fatalf("list: got %d %s", got.status, got.body)
				}
			}
			c.report(start, benchSize)
		})
	}
}
