package scenarios

import (
	"strings"
	"testing"
)

func TestStepPhases(t *testing.T) {
	t.Parallel()
	job := Job{Name: "build", Phases: []PhaseRule{{"system", "RUN apt-get"}, {"pip-install", `RUN \./install`}, {"rest", "RUN"}}}
	rules, err := job.StepPhases()
	if err != nil {
		t.Fatal(err)
	}
	for step, want := range map[string]string{
		"[2/5] RUN apt-get install gcc": "system",
		"[3/5] RUN ./install.sh":        "pip-install",
		"[4/5] RUN make":                "rest",
		"[5/5] COPY . .":                "",
	} {
		if got, ok := rules.Of(step); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %t, want %q", step, got, ok, want)
		}
	}
	if got, ok := StepPhases(nil).Of("[4/5] RUN make"); ok {
		t.Errorf("no rules: got %q", got)
	}
	job.Phases = []PhaseRule{{"broken", "("}}
	if _, err := job.StepPhases(); err == nil || !strings.HasPrefix(err.Error(), "job build: phase broken: ") {
		t.Errorf("error: got %v", err)
	}
}
