package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results/store"
)

// writerEnv makes the test binary a writer to the store that it names.
const writerEnv = "STORE_TEST_WRITER"

// parts is the number of samples, spans and checks of a written trial: enough
// for its transaction to fill several pages.
const parts = 20

func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		fmt.Fprintln(os.Stderr, writeTrials(path, os.Getenv(writerEnv+"_RUN")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeTrials begins the run and records one trial per byte of standard input.
// It prints the id of each trial once Record has returned.
func writeTrials(path, run string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	r, err := s.BeginRun(ctx, newRun(run))
	if err != nil {
		return err
	}
	rng := newRand()
	for slot := 0; ; slot++ {
		if _, err := os.Stdin.Read(make([]byte, 1)); err != nil {
			return err
		}
		t := newTrial(slot, parts, rng)
		if err := r.Record(ctx, t); err != nil {
			return err
		}
		if _, err := fmt.Println(t.ID); err != nil {
			return err
		}
	}
}

// A writer is a process that records trials.
type writer struct {
	cmd  *exec.Cmd
	asks io.Writer      // one byte asks for one trial
	acks *bufio.Scanner // the ids of the recorded trials
}

func startWriter(t *testing.T, path, run string) *writer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), writerEnv+"="+path, writerEnv+"_RUN="+run)
	cmd.Stderr = os.Stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	return &writer{cmd, in, bufio.NewScanner(out)}
}

// ask asks for n trials without waiting for them.
func (w *writer) ask(t *testing.T, n int) {
	t.Helper()
	if _, err := io.WriteString(w.asks, strings.Repeat(".", n)); err != nil {
		t.Fatal(err)
	}
}

// kill ends the process at once, and returns what it had acknowledged since
// the last read.
func (w *writer) kill(t *testing.T) (acked []string) {
	t.Helper()
	if err := w.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for w.acks.Scan() {
		acked = append(acked, w.acks.Text())
	}
	_ = w.cmd.Wait() // "signal: killed"
	return acked
}

// TestKill kills a writer at random moments, always on the same file: what was
// acknowledged is there and whole, and at most the trial in flight is not.
func TestKill(t *testing.T) {
	t.Parallel()
	const seed, kills = 20261124, 20
	rng := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(t.TempDir(), "runs.db")
	for i := range kills {
		run := fmt.Sprintf("run-%02d", i)
		w := startWriter(t, path, run)
		w.ask(t, 10_000) // more than it gets to
		var acked []string
		for range 1 + rng.IntN(10) {
			if !w.acks.Scan() {
				t.Fatalf("seed %d, kill %d: the writer stopped by itself after %d trials", seed, i, len(acked))
			}
			acked = append(acked, w.acks.Text())
		}
		// The kill is to fall anywhere within a transaction of some milliseconds.
		<-time.After(time.Duration(rng.IntN(5000)) * time.Microsecond)
		acked = append(acked, w.kill(t)...)
		if problem := examine(t, path, run, acked); problem != "" {
			t.Fatalf("seed %d, kill %d: %s", seed, i, problem)
		}
	}
}

// examine says what is wrong with the run, or "".
func examine(t *testing.T, path, run string, acked []string) string {
	t.Helper()
	var integrity string
	if err := raw(t, path).QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&integrity); err != nil || integrity != "ok" {
		return fmt.Sprintf("integrity_check: got %q and error %v, want ok", integrity, err)
	}
	trials, err := openStore(t, path).Trials(t.Context(), run)
	if err != nil {
		return err.Error()
	}
	if extra := len(trials) - len(acked); extra != 0 && extra != 1 {
		return fmt.Sprintf("got %d trials, want the %d acknowledged and at most one more", len(trials), len(acked))
	}
	for i, tr := range trials {
		if i < len(acked) && tr.ID != acked[i] {
			return fmt.Sprintf("trial %d: got %q, want the acknowledged %q", i, tr.ID, acked[i])
		}
		if len(tr.Samples) != parts || len(tr.Spans) != parts || len(tr.Checks) != parts {
			return fmt.Sprintf("trial %q: got %d samples, %d spans, %d checks, want %d of each",
				tr.ID, len(tr.Samples), len(tr.Spans), len(tr.Checks), parts)
		}
	}
	return ""
}

// TestReadWhileWriting reads from this process, by two stores, while another
// process writes.
func TestReadWhileWriting(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runs.db")
	w := startWriter(t, path, "r1")
	defer w.kill(t)
	readers := []*store.Store{openStore(t, path), openStore(t, path)}
	for acked := range 15 {
		w.ask(t, 1)
		for i, s := range readers {
			trials, err := s.Trials(t.Context(), "r1")
			if n := len(trials); err != nil || n != acked && n != acked+1 {
				t.Fatalf("reader %d: got %d trials and error %v, want %d or one more", i, n, err, acked)
			}
			for _, tr := range trials {
				if n := len(tr.Samples); n != parts {
					t.Fatalf("reader %d: trial %q has %d samples, want %d", i, tr.ID, n, parts)
				}
			}
		}
		if !w.acks.Scan() {
			t.Fatalf("the writer stopped by itself after %d trials", acked)
		}
	}
}

// TestFullDisk lets SQLite believe that the disk is full: a store at its page
// limit fails in the same way.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	r := begin(t, s, newRun("r1"))
	first := newTrial(0, parts, newRand())
	record(t, r, first)
	store.LimitPages(t, s, 50)
	var err error
	kept := 1
	for ; err == nil && kept < 100; kept++ {
		err = r.Record(t.Context(), newTrial(kept, parts, newRand()))
	}
	kept-- // the last one failed
	if err == nil || !strings.Contains(text(t, err), "free some disk space") {
		t.Fatalf("got error %v after %d trials, want one that says to free disk space", err, kept)
	}
	trials, err := s.Trials(t.Context(), "r1")
	if err != nil || len(trials) != kept {
		t.Errorf("after it: got %d trials and error %v, want %d", len(trials), err, kept)
	}
}
