package host

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
)

// holdLock is the variable by which a test makes a copy of this program hold
// the lock of that name until it is killed.
const holdLock = "HOST_TEST_HOLD_LOCK"

func TestMain(m *testing.M) {
	if name := os.Getenv(holdLock); name != "" {
		if err := holdForEver(name); err != nil {
			os.Stdout.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func holdForEver(name string) error {
	if _, err := Lock(context.Background(), name, "cibench run starter"); err != nil {
		return err
	}
	os.Stdout.WriteString("locked\n")
	select {}
}

// lockName returns a name that no other test has, of this process or another.
func lockName(t *testing.T) string { return fmt.Sprintf("cibench-%s-%d", t.Name(), os.Getpid()) }

func TestLockAgain(t *testing.T) {
	t.Parallel()
	name := lockName(t)
	for range 2 {
		release, err := Lock(t.Context(), name, "cibench run starter")
		if err != nil {
			t.Fatal(err)
		}
		var busy *BusyError
		if _, err := Lock(t.Context(), name, "other"); !errors.As(err, &busy) || *busy != (BusyError{os.Getpid(), "cibench run starter"}) {
			t.Errorf("second: got %v, want a BusyError of this process", err)
		}
		if err := release(); err != nil {
			t.Fatal(err)
		}
	}
}

// startHolder starts a process that holds the lock.
func startHolder(t *testing.T, name string) *exec.Cmd {
	t.Helper()
	holder := exec.CommandContext(t.Context(), os.Args[0])
	// Where a file lies must not matter: the lock is one for the host.
	holder.Env = append(os.Environ(), holdLock+"="+name, "TMPDIR="+t.TempDir())
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
	return holder
}

func TestLockOfAnotherProcess(t *testing.T) {
	t.Parallel()
	name := lockName(t)
	holder := startHolder(t, name)
	demand := func(command string) {
		t.Helper()
		_, err := Lock(t.Context(), name, "cibench run tradeengine")
		var busy *BusyError
		if want := (BusyError{PID: holder.Process.Pid, Command: command}); !errors.As(err, &busy) || *busy != want {
			t.Errorf("got %v, want %+v", err, want)
		}
	}
	demand("cibench run starter")
	// A holder that cannot answer is still the holder.
	if err := holder.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if _, err := syscall.Wait4(holder.Process.Pid, nil, syscall.WUNTRACED, nil); err != nil {
		t.Fatal(err)
	}
	demand("")

	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.Wait() // fails: it was killed
	release, err := Lock(t.Context(), name, "cibench run tradeengine")
	if err != nil {
		t.Fatalf("after the holder was killed: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}

// TestLockOfAnotherUser holds the lock as root, as sudo does, and asks for it
// as somebody who may not write root's files.
func TestLockOfAnotherUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can be another user")
	}
	name := lockName(t)
	release, err := Lock(t.Context(), name, "cibench run starter")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	other := exec.CommandContext(t.Context(), "/proc/self/exe")
	other.Env = append(os.Environ(), holdLock+"="+name)
	other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := other.Output()
	want := fmt.Sprintf("another run is under way on this host: process %d, cibench run starter\n", os.Getpid())
	if string(out) != want || err == nil {
		t.Errorf("another user: got %q, %v, want %q", out, err, want)
	}
}

// TestLockTogether lets many ask at once: one gets it.
func TestLockTogether(t *testing.T) {
	t.Parallel()
	var (
		name  = lockName(t)
		wg    sync.WaitGroup
		mu    sync.Mutex
		taken []func() error
	)
	for range 20 {
		wg.Go(func() {
			release, err := Lock(t.Context(), name, "x")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				taken = append(taken, release)
			} else if !errors.As(err, new(*BusyError)) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(taken) != 1 {
		t.Errorf("%d have the lock, want 1", len(taken))
	}
	for _, release := range taken {
		if err := release(); err != nil {
			t.Error(err)
		}
	}
}

// TestLockIsNoFile finds nothing in the file system.
func TestLockIsNoFile(t *testing.T) {
	t.Parallel()
	name := lockName(t)
	release, err := Lock(t.Context(), name, "x")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if _, err := net.Dial("unix", name+"-host-lock"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want no such file", err)
	}
}

func TestBusyError(t *testing.T) {
	t.Parallel()
	const hint = "two runs at once would disturb each other's times: wait for its end"
	for _, tt := range []struct {
		err           BusyError
		message, hint string
	}{
		{BusyError{42, "cibench run starter"}, "another run is under way on this host: process 42, cibench run starter", hint + ", or stop it with: kill -INT 42"},
		{BusyError{42, ""}, "another run is under way on this host: process 42", hint + ", or stop it with: kill -INT 42"},
		{BusyError{}, "another run is under way on this host", hint},
	} {
		if tt.err.Error() != tt.message || tt.err.Hint() != tt.hint {
			t.Errorf("got %q, %q, want %q, %q", tt.err.Error(), tt.err.Hint(), tt.message, tt.hint)
		}
	}
}
