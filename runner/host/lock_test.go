package host

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// holdLock is the variable by which a test makes a copy of this program hold
// the lock at its value until it is killed.
const holdLock = "HOST_TEST_HOLD_LOCK"

func TestMain(m *testing.M) {
	if path := os.Getenv(holdLock); path != "" {
		if _, err := Lock(path, "cibench run starter"); err != nil {
			os.Stdout.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Stdout.WriteString("locked\n")
		select {}
	}
	os.Exit(m.Run())
}

func TestLockAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	for range 2 {
		release, err := Lock(path, "cibench run starter")
		if err != nil {
			t.Fatal(err)
		}
		var busy *BusyError
		if _, err := Lock(path, "other"); !errors.As(err, &busy) || busy.PID != os.Getpid() {
			t.Errorf("second: got %v, want a BusyError of this process", err)
		}
		if err := release(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLockOfAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	holder := exec.CommandContext(t.Context(), os.Args[0])
	holder.Env = append(os.Environ(), holdLock+"="+path)
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { holder.Process.Kill() })
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatalf("holder said %q, %v", line, err)
	}

	_, err = Lock(path, "cibench run tradeengine")
	var busy *BusyError
	if !errors.As(err, &busy) {
		t.Fatalf("got %v, want a BusyError", err)
	}
	if want := (BusyError{PID: holder.Process.Pid, Command: "cibench run starter"}); *busy != want {
		t.Errorf("got %+v, want %+v", *busy, want)
	}

	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.Wait() // fails: it was killed
	release, err := Lock(path, "cibench run tradeengine")
	if err != nil {
		t.Fatalf("after the holder was killed: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}

func TestBusyError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		content, message, hint string
	}{
		{"42 cibench run starter\n", "another run is under way on this host: process 42, cibench run starter",
			"two runs at once would disturb each other's times: wait for its end, or stop it with: kill -INT 42"},
		{"", "another run is under way on this host",
			"two runs at once would disturb each other's times: wait for its end"},
	} {
		path := filepath.Join(t.TempDir(), "lock")
		if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		got := holder(path)
		if got.Error() != tt.message || got.Hint() != tt.hint {
			t.Errorf("got %q, %q, want %q, %q", got.Error(), got.Hint(), tt.message, tt.hint)
		}
	}
}

func TestLockNeedsItsDirectory(t *testing.T) {
	t.Parallel()
	_, err := Lock(filepath.Join(t.TempDir(), "none", "lock"), "x")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want %v", err, os.ErrNotExist)
	}
}
