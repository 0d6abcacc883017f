package workflow

import (
	"slices"
	"strings"
	"testing"
)

const threeUnknown = `    steps:
      - {name: Cover, id: cover, uses: codecov/codecov-action@v4}
      - {uses: astral-sh/setup-uv@v5, with: {version: latest}}
      - {name: Log in, uses: docker/login-action@v3, if: always()}
      - {run: "echo ${{ steps.cover.outcome }}"}
`

func TestRules(t *testing.T) {
	t.Parallel()
	idle := Rule{Name: "Covr", Action: ActionSkip}
	job := mustParse(t, threeUnknown,
		Rule{ID: "COVER", Action: ActionSkip},
		Rule{Uses: "Astral-sh/setup-uv", Action: ActionRun, Run: "pip install uv==${{ github.none || '0.5' }}"},
		Rule{Name: "Log in", Uses: "docker/login-action@v3", Action: ActionSkip},
		idle,
	)
	var kinds []Kind
	for _, s := range job.Steps {
		kinds = append(kinds, s.Kind)
	}
	if want := []Kind{KindSkip, KindRun, KindSkip, KindRun}; !slices.Equal(kinds, want) {
		t.Errorf("kinds: got %q, want %q", kinds, want)
	}
	if !slices.Equal(job.Idle, []Rule{idle}) {
		t.Errorf("idle: got %+v, want the one that fits nothing", job.Idle)
	}
	p, err := job.Start(testHost())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(play(t, p, job, nil), ","), "Run astral-sh/setup-uv@v5,Run echo ${{ steps.cover.outcome }}"; got != want {
		t.Errorf("ran %s, want %s", got, want)
	}
	uv, err := p.Begin(job.Steps[1])
	if err != nil || uv.Script != "pip install uv==0.5" {
		t.Errorf("got %+v, %v, want the script of the rule", uv, err)
	}
	echo, err := p.Begin(job.Steps[3])
	if err != nil || echo.Script != "echo skipped" {
		t.Errorf("got %+v, %v, want the outcome of the skipped step", echo, err)
	}
}

func TestRulesFail(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		rule Rule
		want string
	}{
		{"other version", Rule{Uses: "codecov/codecov-action@v3", Action: ActionSkip}, `"codecov/codecov-action@v4" is not known`},
		{"all that fits", Rule{Name: "Cover", ID: "x", Action: ActionSkip}, `"codecov/codecov-action@v4" is not known`},
		{"nothing named", Rule{Action: ActionSkip}, `"codecov/codecov-action@v4" is not known`},
		{"bad action", Rule{ID: "cover", Action: "drop"}, `no action "drop"`},
		{"bad script", Rule{ID: "cover", Action: ActionRun, Run: "${{ x"}, "the script that replaces the step is not valid"},
	} {
		if _, err := parse(t, threeUnknown, tt.rule); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error with %q", tt.name, err, tt.want)
		}
	}
}

func TestParseShell(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", "bash|-e|{0}|.sh"},
		{"bash", "bash|--noprofile|--norc|-e|-o|pipefail|{0}|.sh"},
		{"bash -l {0}", "bash|-l|{0}|.sh"},
		{"perl {0}", "perl|{0}|"},
		{`bash  -c "set -e; . {0}" ""`, "bash|-c|set -e; . {0}||.sh"},
		{"Bash", ""}, {"cmd", ""}, {"{0}", ""}, {`bash "{0}`, ""}, {"  {0}", ""},
	} {
		s, err := parseShell(tt.text)
		got := strings.Join(append(s.Args, s.Extension), "|")
		if tt.want == "" {
			if err == nil {
				t.Errorf("%q: got %s, want an error", tt.text, got)
			}
		} else if got != tt.want || err != nil {
			t.Errorf("%q: got %s, %v, want %s", tt.text, got, err, tt.want)
		}
	}
}
