package piplog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var epoch = time.Unix(1_700_000_000, 0)

func at(second float64) time.Time { return epoch.Add(time.Duration(second * float64(time.Second))) }

// written returns output as a step's lines, one each second from second 1.
func written(text string) []Line {
	var lines []Line
	for i, l := range strings.Split(strings.Trim(text, "\n"), "\n") {
		if l != "" {
			lines = append(lines, Line{at(float64(i + 1)), l})
		}
	}
	return lines
}

// show writes parts as "resolve 1-3".
func show(parts []Part) []string {
	var out []string
	for _, p := range parts {
		out = append(out, fmt.Sprintf("%s %g-%g", strings.TrimPrefix(p.Phase, "pip."), p.Start.Sub(epoch).Seconds(), p.Stop.Sub(epoch).Seconds()))
	}
	return out
}

// outputs are outputs of steps, a line each second from second 1 to the
// step's end at 10, and what they tell.
var outputs = map[string]struct {
	text     string
	want     []string
	runs     int
	wheels   int
	packages int
}{
	"wheels only": {`
Looking in indexes: http://127.0.0.1:8080/simple
Collecting a==1
  Downloading a-1-py3-none-any.whl (1 kB)
Installing collected packages: a
Successfully installed a-1`,
		[]string{"resolve 1-4", "install 4-5"}, 1, 0, 1},
	"default index, links": {`
Looking in links: /opt/wheels
Processing /opt/wheels/a-1.whl
Installing collected packages: b, a
Successfully installed a-1 b-2`,
		[]string{"resolve 1-3", "install 3-4"}, 1, 0, 2},
	"indexes and links are one run": {`
Looking in indexes: http://127.0.0.1:8080/simple
Looking in links: /opt/wheels
Collecting a
Installing collected packages: a
Successfully installed a-1`,
		[]string{"resolve 1-4", "install 4-5"}, 1, 0, 1},
	"compiled": {`
Collecting a
  Downloading a-1.tar.gz (1 kB)
  Installing build dependencies: started
  Installing build dependencies: finished with status 'done'
  Getting requirements to build wheel: started
  Preparing metadata (pyproject.toml): started
Building wheels for collected packages: a, b
  Building wheel for a (pyproject.toml): started
  Created wheel for a: filename=a-1-cp311-linux_x86_64.whl size=1 sha256=0
  Created wheel for b: filename=b-1-cp311-linux_x86_64.whl size=1 sha256=0
Successfully built a b
Installing collected packages: a
Successfully installed a-1 b-1 c-1`,
		[]string{"resolve 1-7", "build 7-12", "install 12-13"}, 1, 2, 3},
	"wheel, then make": {`
Collecting a
Building wheels for collected packages: a
  Created wheel for a: filename=a-1.whl size=1 sha256=0
Successfully built a
cc -c x.c
  Building things`,
		[]string{"resolve 1-2", "build 2-4"}, 1, 1, 0},
	"all satisfied, then make": {`
Requirement already satisfied: a in /usr/lib
Requirement already satisfied: b in /usr/lib
cc -c x.c
ld x.o`,
		[]string{"resolve 1-2"}, 1, 0, 0},
	"apt before pip": {`
Processing triggers for libc-bin (2.36-9) ...
Setting up gcc
Collecting a
Installing collected packages: a
Successfully installed a-1`,
		[]string{"resolve 3-4", "install 4-5"}, 1, 0, 1},
	"two runs": {`
Collecting a
Installing collected packages: a
Successfully installed a-1
some other tool
Looking in indexes: http://127.0.0.1:8080/simple
Collecting b
Installing collected packages: b
Successfully installed b-1`,
		[]string{"resolve 1-2", "install 2-3", "resolve 5-7", "install 7-8"}, 2, 0, 2},
	"run cut by the next": {`
Collecting a
Installing collected packages: a
Collecting b
Installing collected packages: b
  Attempting uninstall: b`,
		[]string{"resolve 1-2", "install 2-3", "resolve 3-4", "install 4-10"}, 2, 0, 0},
	"failed run, then another": {`
Looking in indexes: http://127.0.0.1:8080/simple
ERROR: Could not find a version that satisfies the requirement a
fallback
Looking in indexes: http://127.0.0.1:8080/simple
Collecting b
Installing collected packages: b
Successfully installed b-1`,
		[]string{"resolve 1-2", "resolve 4-6", "install 6-7"}, 2, 0, 1},
	"build fails": {`
Collecting a
Building wheels for collected packages: a
  Building wheel for a (setup.py): finished with status 'error'
  error: subprocess-exited-with-error
      gcc: not found
ERROR: Failed building wheel for a
Failed to build a
ERROR: Failed to build installable wheels for some pyproject.toml based projects (a)`,
		[]string{"resolve 1-2", "build 2-8"}, 1, 0, 0},
	"pip within pip, shown by -v": {`
Collecting a
  Running command pip subprocess to install build dependencies
  Collecting setuptools
  Installing collected packages: setuptools
  Successfully installed setuptools-75
Installing collected packages: a
Successfully installed a-1`,
		[]string{"resolve 1-6", "install 6-7"}, 1, 0, 1},
	"editable, metadata fails": {`
Obtaining file:///src
  Preparing editable metadata (pyproject.toml): started
  Preparing editable metadata (pyproject.toml): finished with status 'error'
make: recovering`,
		[]string{"resolve 1-3"}, 1, 0, 0},
	"download":    {"Collecting a\nSaved ./a-1.whl\nSuccessfully downloaded a\nelse", []string{"resolve 1-3"}, 1, 0, 0},
	"dry run":     {"Collecting a\nWould install a-1\nelse", []string{"resolve 1-2"}, 1, 0, 0},
	"nothing":     {"hello\nworld", nil, 0, 0, 0},
	"no output":   {"", nil, 0, 0, 0},
	"end only":    {"Successfully installed a-1", nil, 0, 0, 1},
	"middle only": {"Installing collected packages: a\nSuccessfully installed a-1", []string{"install 1-2"}, 1, 0, 1},
}

func TestRead(t *testing.T) {
	t.Parallel()
	for name, tt := range outputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := Read(written(tt.text), at(10))
			if got := show(out.Parts); !slices.Equal(got, tt.want) {
				t.Errorf("parts = %q, want %q", got, tt.want)
			}
			if out.Runs != tt.runs || out.Wheels != tt.wheels || out.Packages != tt.packages {
				t.Errorf("runs, wheels, packages = %d, %d, %d, want %d, %d, %d",
					out.Runs, out.Wheels, out.Packages, tt.runs, tt.wheels, tt.packages)
			}
		})
	}
}

// TestWhole has phases that a step shows to have had no work.
func TestWhole(t *testing.T) {
	t.Parallel()
	out := Read(written("Collecting a\nInstalling collected packages: a\nSuccessfully installed a-1"), at(10))
	if got, want := show(out.Whole(at(10))), []string{"resolve 1-2", "install 2-3", "build 10-10"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
