package workflow

import (
	"errors"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

func TestCheckRunner(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, runsOn, want string }{
		{"hosted", "ubuntu-24.04", ""},
		{"own", "[self-hosted, linux, gpu]", ""},
		{"group", "{group: large, labels: ubuntu-latest}", ""},
		{"Windows", "windows-latest", `ci.yml:4:14: job "job" runs on windows-latest`},
		{"macOS among labels", "[self-hosted, macOS]", `ci.yml:4:28: job "job" runs on macOS`},
		{"by the matrix", "'${{ matrix.os }}'", `ci.yml:4:14: job "job" runs on windows-2022`},
		{"one label by the matrix", "[self-hosted, '${{ matrix.os }}']", `ci.yml:4:28: job "job" runs on windows-2022`},
		{"by an expression for several", "\"${{ fromJSON('[\\\"self-hosted\\\", \\\"macos\\\"]') }}\"", `ci.yml:4:14: job "job" runs on macos`},
		{"by an expression that fails", "\"${{ fromJSON('x') }}\"", `ci.yml:4:14: runs-on of job "job": `},
	} {
		f, err := Parse("ci.yml", []byte("on: push\njobs:\n  job:\n    runs-on: "+tt.runsOn+"\n    steps: [{run: a}]\n"))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		job, err := f.Job("job", nil)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		h := testHost()
		h.Matrix = expr.NewObject()
		h.Matrix.Set("os", "windows-2022")
		err = job.CheckRunner(h)
		var e *Error
		if (err != nil) != (tt.want != "") || err != nil && (!errors.As(err, &e) || !strings.HasPrefix(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}
