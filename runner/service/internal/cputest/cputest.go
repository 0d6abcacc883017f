//go:build unix

// Package cputest measures the CPU time of a service in a benchmark, apart from
// its clients'.
//
// The service runs in a child process, the test binary itself, which reports
// its own CPU time (getrusage, user and system); on loopback the kernel bills a
// sender for most of the receive path, too. The clients stay in the benchmark's
// process, whose time is not counted.
package cputest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// dirVariable makes the test binary a server of that directory.
const dirVariable = "CIBENCH_CPUTEST_DIR"

// Main is the body of a TestMain: it serves where this process is the child of
// a benchmark, and runs the tests elsewhere.
func Main(m *testing.M, serve func(dir string) error) {
	dir := os.Getenv(dirVariable)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := serve(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Report is for a server that is up: it tells the benchmark the line ready, and
// then its CPU time whenever asked. It returns when the benchmark is over.
func Report(ready string) error {
	fmt.Println(ready)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			return err
		}
		fmt.Println(u.Utime.Nano() + u.Stime.Nano())
	}
	return nil
}

// A Child is a server that runs until its benchmark ends.
type Child struct {
	Ready string // the line of Report

	b   *testing.B
	in  io.WriteCloser
	out *bufio.Scanner
}

// Start starts a server of a directory; env adds to its environment.
func Start(b *testing.B, dir string, env ...string) *Child {
	b.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(append(os.Environ(), dirVariable+"="+dir), env...)
	cmd.Stderr = os.Stderr
	c := &Child{b: b}
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
	c.Ready = c.line()
	return c
}

func (c *Child) line() string {
	c.b.Helper()
	if !c.out.Scan() {
		c.b.Fatalf("the server is gone: %v", c.out.Err())
	}
	return c.out.Text()
}

// CPU returns the server's CPU time so far.
func (c *Child) CPU() time.Duration {
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
