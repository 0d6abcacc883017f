package host

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/cibench/cibench/results"
)

func TestFacts(t *testing.T) {
	t.Parallel()
	vmFacts := results.Environment{
		"cpu.arch": runtime.GOARCH, "cpu.count": "2", "cpu.model": "Example CPU @ 2.00GHz",
		"clock.source": "tsc", "kernel": "6.1.0-example", "memory.bytes": "8321499136",
		"os": "Debian GNU/Linux 12 (bookworm)", "virtualization": "Example Machine",
	}
	with := func(name, value string) results.Environment {
		env := maps.Clone(vmFacts)
		env[name] = value
		if value == "" {
			delete(env, name)
		}
		return env
	}
	for _, tt := range []struct {
		name, path, old, replacement string
		want                         results.Environment
	}{
		{"vm", "proc/cpuinfo", "fpu", "fpu", vmFacts},
		{"hardware", "proc/cpuinfo", " hypervisor", "", with("virtualization", "none")},
		{"unnamed vm", "sys/class/dmi/id/product_name", "", "", with("virtualization", "unnamed")},
		{"other processor", "proc/cpuinfo", "flags", "Features", with("virtualization", "")},
		{"no os-release", "etc/os-release", "", "", with("os", "")},
		{"no clock", "sys/devices/system/clocksource/clocksource0/current_clocksource", "", "", with("clock.source", "")},
		{"after a reboot", "proc/meminfo", "8192000 kB", "8191744 kB", vmFacts},
		{"less memory", "proc/meminfo", "8192000 kB", "7864320 kB", with("memory.bytes", "8053063680")},
		{"hardly any", "proc/meminfo", "8192000 kB", "65536 kB", with("memory.bytes", "268435456")},
		{"no memory", "proc/meminfo", "", "", with("memory.bytes", "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root, edit := vm(t)
			edit(tt.path, tt.old, tt.replacement)
			if got := New(root).Facts(); !maps.Equal(got, tt.want) {
				t.Errorf("got\n%v, want\n%v", got, tt.want)
			}
		})
	}
}

func TestFactsGovernor(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	path := filepath.Join(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("powersave\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := results.Environment{"cpu.arch": runtime.GOARCH, "cpu.governor": "powersave"}
	if got := New(root).Facts(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestNoJournal reads the options of two ext4 file systems. Names with a colon
// cannot be in a Go module, so the files are made here.
func TestNoJournal(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"proc/self/mountinfo": `27 1 254:0 / / rw,relatime - ext4 /dev/root rw
28 27 254:1 / /safe rw,relatime - ext4 /dev/vdb rw
29 27 254:2 / /unknown rw,relatime - ext4 /dev/vdc rw
`,
		"sys/dev/block/254:0/uevent": "MAJOR=254\nMINOR=0\nDEVNAME=vda\nDEVTYPE=disk\n",
		"sys/dev/block/254:1/uevent": "MAJOR=254\nMINOR=1\nDEVNAME=vdb\nDEVTYPE=disk\n",
		"proc/fs/ext4/vda/options":   "rw\nnojournal_checksum\nerrors=continue\n",
		"proc/fs/ext4/vdb/options":   "rw\ndata=ordered\nerrors=continue\n",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := New(root)
	for dir, want := range map[string]string{"/tmp": NoJournal, "/safe/x": "ext4", "/unknown": "ext4"} {
		if got, ok := m.Filesystem(dir); !ok || got != want {
			t.Errorf("%s: got %q, %t, want %q", dir, got, ok, want)
		}
	}
}

func TestFilesystem(t *testing.T) {
	t.Parallel()
	m := New("testdata/vm")
	for dir, want := range map[string]string{
		"/":              "ext4",
		"/var/lib":       "ext4",
		"/data":          "xfs", // mounted over ext4
		"/data/x/":       "xfs",
		"/database":      "ext4", // not below /data
		"/data/tmp/deep": "tmpfs",
	} {
		if got, ok := m.Filesystem(dir); !ok || got != want {
			t.Errorf("%s: got %q, %t, want %q", dir, got, ok, want)
		}
	}
	if got, ok := New(t.TempDir()).Filesystem("/"); ok {
		t.Errorf("without /proc: got %q, want nothing", got)
	}
}
