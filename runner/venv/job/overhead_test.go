//go:build overhead

package job

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/runner/engine/enginetest"
	"github.com/cibench/cibench/runner/runnertest"
)

// TestOverhead holds a step of a job against docker exec with the same script in
// the same container. The script sleeps, so that what remains is what the two
// ways cost.
func TestOverhead(t *testing.T) {
	r := newRig(t, enginetest.Alone(t))
	const script = "sleep 5"
	job := func(run func(m *Machine, container string)) float64 {
		m := boot(t, r.config(t, python, "\n      - run: "+script+"\n"))
		latest := strings.TrimSpace(command(t, "docker", "ps", "--latest", "--quiet"))
		start := time.Now()
		run(m, latest)
		return time.Since(start).Seconds()
	}
	runnertest.Overhead(t, "a job, beside docker exec",
		func() float64 {
			return job(func(m *Machine, _ string) {
				if _, err := m.Run(t.Context()); err != nil {
					t.Fatal(err)
				}
			})
		},
		func() float64 {
			return job(func(_ *Machine, container string) { command(t, "docker", "exec", container, "sh", "-c", script) })
		})
}

func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}
