// Package inside is what the program does as root inside of a job's container,
// beside the cache steps: it is the first process there, and it does what the
// harness, which may run as another user, cannot do from outside.
//
// Its one invariant is that it measures nothing and decides nothing: package
// job tells it what to do and when.
package inside

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// Command is the hidden subcommand of the program. Its arguments are a task
// and the task's paths.
const Command = "job-task"

// A Task is what to do.
type Task string

// The tasks.
const (
	TaskFirst    Task = "first"    // be the first process
	TaskOwn      Task = "own"      // DIR...: make the folders, and root their owner
	TaskCheckout Task = "checkout" // FROM TO: make TO a copy of FROM
	TaskEdit     Task = "edit"     // FROM TO: make the files in TO that differ, or are missing, those of FROM
	TaskKill     Task = "kill"     // end all processes but the first
	TaskEmpty    Task = "empty"    // DIR: remove all that is in it
)

// Run does a task.
func Run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("no task")
	}
	task, paths := Task(args[0]), args[1:]
	want := map[Task]int{TaskCheckout: 2, TaskEdit: 2, TaskEmpty: 1}[task]
	if task != TaskOwn && len(paths) != want {
		return fmt.Errorf("task %s: got %d paths, want %d", task, len(paths), want)
	}
	switch task {
	case TaskFirst:
		return first(ctx)
	case TaskOwn:
		return own(paths)
	case TaskCheckout:
		return checkout(paths[0], paths[1])
	case TaskEdit:
		return edit(paths[0], paths[1])
	case TaskKill:
		return kill()
	case TaskEmpty:
		return empty(paths[0])
	default:
		return fmt.Errorf("unknown task %q", task)
	}
}

// first waits for the end, and for the processes whose parents are gone: the
// kernel hands those to the first process.
func first(ctx context.Context) error {
	end, child := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	signal.Notify(child, syscall.SIGCHLD)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-end:
			return nil
		case <-child:
			for {
				if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); err != nil || pid <= 0 {
					break
				}
			}
		}
	}
}

// kill ends all processes but the first and this one, as kill(2) says of -1.
// On a host, that would be all there are.
func kill() error {
	cmdline, err := os.ReadFile("/proc/1/cmdline")
	if err != nil {
		return err
	}
	if !isOurs(cmdline) {
		return errors.New("kill: this is not a job's container: its first process is another one")
	}
	if err := unix.Kill(-1, unix.SIGKILL); !errors.Is(err, unix.ESRCH) { // there may be none
		return err
	}
	return nil
}

// isOurs tells whether a command line is that of TaskFirst.
func isOurs(cmdline []byte) bool {
	return bytes.HasSuffix(cmdline, []byte("\x00"+Command+"\x00"+string(TaskFirst)+"\x00"))
}

// own makes folders. pip keeps no cache in a home of another user.
func own(dirs []string) error {
	for _, dir := range dirs {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.Chown(dir, os.Geteuid(), os.Getegid()); err != nil {
			return err
		}
	}
	return nil
}

// checkout removes what is there, as actions/checkout does by default, and
// copies. As after a real checkout, the files are new and their owner is who
// runs the steps.
func checkout(from, to string) error {
	if err := empty(to); err != nil {
		return err
	}
	return os.CopyFS(to, os.DirFS(from))
}

// edit writes what a developer would have: files that are the same stay as they
// are.
func edit(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case entry.Type()&fs.ModeSymlink != 0:
			return relink(path, target)
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, data) {
			return nil
		}
		return os.WriteFile(target, data, info.Mode().Perm())
	})
}

func relink(from, to string) error {
	target, err := os.Readlink(from)
	if err != nil {
		return err
	}
	if old, err := os.Readlink(to); err == nil && old == target {
		return nil
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	return os.Symlink(target, to)
}

func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return errors.Join(errs...)
}
