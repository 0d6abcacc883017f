package engine_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A machine is what start.sh meets: what doctor's calls exit with, the last
// one for ever, and which programs there are.
type machine struct {
	doctor   string // exit codes
	user     string // "0" is root
	lacks    []string
	hostName string // DOCKER_HOST

	journal bool   // the file system of states has one, or is no ext4
	data    bool   // an engine was here before
	mounted string // "" for nothing, else what mountpoint finds mounted: "all"
}

// start runs start.sh where every program is a stub that notes its name, and
// returns the exit code, the names, and what stood on standard error.
func (m machine) start(t *testing.T) (code int, calls []string, said string) {
	t.Helper()
	bin, state := t.TempDir(), t.TempDir()
	called := filepath.Join(state, "calls")
	stub := func(name, script string) {
		if slices.Contains(m.lacks, name) {
			return
		}
		text := fmt.Sprintf("#!/bin/sh\necho %s >>%s\n%s\n", name, called, script)
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// It takes the first of the codes that are left, and leaves the last.
	docker, disk, cache := filepath.Join(state, "docker"), filepath.Join(state, "disk"), filepath.Join(state, "cache")
	if m.data {
		if err := os.MkdirAll(filepath.Join(docker, "image"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	filesystem := "ext4 without a journal for " + cache
	if m.journal {
		filesystem = "ext4 for " + cache
	}
	stub("cibench", fmt.Sprintf(`case $* in
*filesystem*) echo "%[2]s"; exit 0 ;;
"config show") echo "cache-dir  %[3]s  default"; exit 0 ;;
esac
read -r codes <%[1]s/codes
code=${codes%%%% *}
echo "${codes#* }" >%[1]s/codes
echo "doctor said $code"
exit $code`, state, filesystem, cache))
	stub("uname", "echo Linux")
	stub("id", "echo "+m.user)
	stub("seq", "echo 1 2 3")
	stub("setsid", fmt.Sprintf("echo setsid-$* >>%s", called)) // with its arguments, too
	stub("mountpoint", map[string]string{"": "exit 1"}[m.mounted])
	stub("losetup", "echo /dev/loop7")
	stub("df", "echo Avail; echo 1000")
	stub("tail", "read -r _; read -r last; echo $last")
	stub("sed", "echo "+cache)
	for _, name := range []string{"apt-get", "mmdebstrap", "dockerd", "grep", "rm", "sleep", "mkfs.ext4", "mkdir", "truncate", "mount"} {
		stub(name, "")
	}
	if err := os.WriteFile(filepath.Join(state, "codes"), []byte(m.doctor+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("start.sh") // read here, a change to it runs the test again
	if err != nil {
		t.Fatal(err)
	}
	// The engine starts in the background: the pipe ends when all have ended.
	ended, alive, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ended.Close()
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", string(script), "start.sh", filepath.Join(bin, "cibench"))
	cmd.ExtraFiles = []*os.File{alive}
	cmd.Env = []string{"PATH=" + bin, "DOCKER_HOST=" + m.hostName, "CIBENCH_DOCKERD_LOG=" + filepath.Join(state, "log"),
		"CIBENCH_DOCKER_ROOT=" + docker, "CIBENCH_DISK=" + disk}
	var errOut strings.Builder
	cmd.Stderr = &errOut
	err = errors.Join(cmd.Run(), alive.Close())
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(ended); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(called)
	if err != nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), strings.Fields(string(data)), errOut.String()
}

// TestStart starts an engine only where none answers, and never where
// DOCKER_HOST names one.
func TestStart(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		machine machine
		code    int
		said    string // part of standard error; "" for silence
		calls   []string
		not     []string // programs that must not run
	}{
		{"one answers", machine{doctor: "0", user: "0"}, 0, "", nil, []string{"setsid", "apt-get"}},
		{"one answers, not local", machine{doctor: "1", user: "0"}, 1, "doctor said 1", nil, []string{"setsid", "apt-get"}},
		{"bad configuration", machine{doctor: "2", user: "0"}, 2, "doctor said 2", nil, []string{"setsid", "apt-get"}},
		{"named and down", machine{doctor: "5", user: "0", hostName: "tcp://docker:2375"}, 5, "doctor said 5", nil, []string{"setsid", "apt-get"}},
		{"not root", machine{doctor: "5", user: "1000"}, 5, "doctor said 5", nil, []string{"setsid", "apt-get"}},
		{"not Debian", machine{doctor: "5", user: "0", lacks: []string{"apt-get"}}, 5, "doctor said 5", nil, []string{"setsid"}},
		{"installed", machine{doctor: "5 5 0", user: "0"}, 0, "starting dockerd", []string{"setsid"}, []string{"apt-get"}},
		{"to be installed", machine{doctor: "5 5 0", user: "0", lacks: []string{"mmdebstrap"}}, 0, "starting dockerd", []string{"apt-get", "setsid"}, nil},
		{"started by the installation", machine{doctor: "5 0", user: "0", lacks: []string{"mmdebstrap"}}, 0, "installing", []string{"apt-get"}, []string{"setsid"}},
		{"of no use once started", machine{doctor: "5 1", user: "0"}, 1, "doctor said 1", []string{"setsid"}, nil},
		{"no journal", machine{doctor: "5 5 0", user: "0"}, 0, "has no journal", []string{"mkfs.ext4", "losetup", "mount", "--data-root"}, nil},
		{"a journal", machine{doctor: "5 5 0", user: "0", journal: true}, 0, "starting dockerd", []string{"setsid"}, []string{"mkfs.ext4", "mount", "--data-root"}},
		{"an engine was here", machine{doctor: "5 5 0", user: "0", data: true}, 0, "starting dockerd", []string{"setsid"}, []string{"mkfs.ext4", "mount", "--data-root"}},
		{"mounted before", machine{doctor: "5 5 0", user: "0", journal: true, mounted: "all"}, 0, "starting dockerd", []string{"--data-root"}, []string{"mkfs.ext4", "mount"}},
		{"no loop devices", machine{doctor: "5 5 0", user: "0", lacks: []string{"losetup"}}, 0, "starting dockerd", []string{"setsid"}, []string{"mkfs.ext4", "--data-root"}},
		{"never there", machine{doctor: "5", user: "0"}, 1, "does not answer", []string{"setsid", "tail"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, calls, said := tt.machine.start(t)
			if code != tt.code || !strings.Contains(said, tt.said) || tt.said == "" && said != "" {
				t.Errorf("got exit code %d and %q, want %d and %q", code, said, tt.code, tt.said)
			}
			for _, name := range tt.calls {
				if !slices.Contains(calls, name) {
					t.Errorf("ran %q, want %s among them", calls, name)
				}
			}
			for _, name := range tt.not {
				if slices.Contains(calls, name) {
					t.Errorf("ran %q, want no %s", calls, name)
				}
			}
		})
	}
}
