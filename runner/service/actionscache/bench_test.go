//go:build unix

package actionscache

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// The benchmarks measure the server alone. It runs in a child process, which
// reports its own CPU time (getrusage, user and system); on loopback the kernel
// bills a sender for most of the receive path, too. The clients are raw sockets
// in this process, whose time is not counted.

// benchDir is the variable that turns the test binary into a server.
const benchDir = "CIBENCH_ACTIONSCACHE_BENCH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(benchDir); dir != "" {
		if err := benchServer(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// benchServer prints its URL and a token, then its CPU time in nanoseconds for
// each line that it reads.
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
	fmt.Println("http://"+l.Addr().String(), token)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			return err
		}
		fmt.Println(u.Utime.Nano() + u.Stime.Nano())
	}
	return c.Close()
}

// benchChild is the running server. Its rig has no cache in this process.
type benchChild struct {
	*rig
	b   *testing.B
	in  io.WriteCloser
	out *bufio.Scanner
}

func startChild(b *testing.B) *benchChild {
	b.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), benchDir+"="+b.TempDir())
	cmd.Stderr = os.Stderr
	c := &benchChild{b: b}
	if c.in, err = cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := c.in.Close(); err != nil {
			b.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	c.out = bufio.NewScanner(out)
	url, token, _ := strings.Cut(c.line(), " ")
	c.rig = &rig{t: b, url: url, token: token}
	return c
}

func (c *benchChild) line() string {
	c.b.Helper()
	if !c.out.Scan() {
		c.b.Fatalf("the server is gone: %v", c.out.Err())
	}
	return c.out.Text()
}

// cpu returns the server's CPU time so far.
func (c *benchChild) cpu() time.Duration {
	c.b.Helper()
	if _, err := io.WriteString(c.in, "cpu\n"); err != nil {
		c.b.Fatal(err)
	}
	ns, err := strconv.ParseInt(c.line(), 10, 64)
	if err != nil {
		c.b.Fatal(err)
	}
	return time.Duration(ns)
}

// report reports the server's CPU time since start for a gigabyte of b.N
// transfers.
func (c *benchChild) report(start time.Duration, size int) {
	c.b.Helper()
	c.b.SetBytes(int64(size))
	cpu := c.cpu() - start
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
	start := c.cpu()
	for b.Loop() {
		c.exchange("GET", link, "", nil)
	}
	c.report(start, benchSize)
}

// BenchmarkUpload uploads as the toolkit does up to 128 MiB, at once, and as
// BuildKit does, in blocks of 1 MiB.
func BenchmarkUpload(b *testing.B) {
	content := bytes.Repeat([]byte("x"), benchSize)
	b.Run("whole", func(b *testing.B) {
		c := startChild(b)
		link := c.create("k")
		start := c.cpu()
		for b.Loop() {
			c.exchange("PUT", link, whole+"\r\n", content)
		}
		c.report(start, benchSize)
	})
	b.Run("blocks", func(b *testing.B) {
		c := startChild(b)
		link := c.create("k")
		var ids []int
		for i := range benchSize >> 20 {
			ids = append(ids, i)
		}
		start := c.cpu()
		for b.Loop() {
			for i := range ids {
				c.exchange("PUT", link+"&comp=block&blockid="+url.QueryEscape(blockID(i)), "", content[i<<20:(i+1)<<20])
			}
			if got := c.putList(link, ids...); got.status != http.StatusCreated {
				b.Fatalf("list: got %d %s", got.status, got.body)
			}
		}
		c.report(start, benchSize)
	})
}
