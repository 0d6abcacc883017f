//go:build soak

package main

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/engine/enginetest"
)

// How often the soak kills, and when at the latest.
const (
	soakKills  = 200
	soakLatest = 20 * time.Second // after the start: any trial of the run can end by then
	soakLeast  = 50               // trials that must have ended: else all kills fell into the first few
)

// TestSoak kills a run of the built-in study at random moments and goes on with
// it, again and again: the store always opens, is sound, and has no trial twice,
// the run gets on, and `cibench clean` leaves nothing of what was killed.
func TestSoak(t *testing.T) {
	e := enginetest.Alone(t)
	program := enginetest.Program(t)
	store := filepath.Join(t.TempDir(), "results.db")
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	// Trials that end between two kills, with what is recorded and primed once
	// there before the first.
	command := []string{"run", "starter", "--record", "--only", "build-and-push/*/warm", "--only", "build-and-push/*/code-change"}
	if out, err := runProgram(t, program, append(slices.Clip(command), "--blocks", "1", "--store", store+".before")...); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	args := append(slices.Clip(command), "--blocks", "200", "--seed", "1", "--store", store)
	begun, trials := false, 0
	for kill := 1; kill <= soakKills; kill++ {
		after := time.Duration(random.Int64N(int64(soakLatest)))
		log := killed(t, program, after, args...)
		trials = checkStore(t, store)
		t.Logf("kill %d after %s: %d trials", kill, after.Round(time.Millisecond), trials)
		if strings.Contains(log, "cibench: ") {
			t.Fatalf("seed %d: the run ended by itself:\n%s", seed, log)
		}
		if begun = begun || trials > 0; begun {
			args = []string{"run", "--resume", "latest", "--record", "--store", store}
		}
		if kill%20 == 0 {
			if _, err := runProgram(t, program, "clean"); err != nil {
				t.Fatal(err)
			}
			if left, err := e.Clean(t.Context()); err != nil || left != (engine.Removed{}) {
				t.Errorf("after clean: %+v, %v left, want nothing", left, err)
			}
		}
	}
	if trials < soakLeast {
		t.Errorf("%d trials after %d kills, want at least %d", trials, soakKills, soakLeast)
	}
}

// killed starts the program and kills it. It returns what that wrote to standard
// error.
func killed(t *testing.T, program string, after time.Duration, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGKILL) }
	var log strings.Builder
	cmd.Stderr = &log
	_ = cmd.Run() // it was killed
	return log.String()
}

// checkStore opens the store as another program would, and returns the number of
// its trials.
func checkStore(t *testing.T, path string) (trials int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var integrity string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&integrity); err != nil || integrity != "ok" {
		t.Fatalf("integrity: %q, %v", integrity, err)
	}
	var tables, distinct int
	if err := db.QueryRow("SELECT count(*) FROM sqlite_master WHERE name = 'trials'").Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if tables == 0 {
		return 0 // killed before the first table was made
	}
	if err := db.QueryRow("SELECT count(*), count(DISTINCT run || id) FROM trials").Scan(&trials, &distinct); err != nil {
		t.Fatal(err)
	}
	if trials != distinct {
		t.Errorf("%d trials with %d different ids", trials, distinct)
	}
	return trials
}
