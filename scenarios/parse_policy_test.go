package scenarios

import (
	"errors"
	"testing"
	"time"
)

var decision = Decision{Interval: IntervalSignedRank, Confidence: 0.9375, Same: 0.03, Effect: 0.02}

func TestPolicy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		policy string // of "blocks: 5", "warmups: 1" and "timeout: 90s" the first
		want   Policy
	}{
		"up to":  {"max-blocks: 30", Policy{Blocks: 5, MaxBlocks: 30}},
		"bounds": {"blocks: 6\n  max-blocks: 6", Policy{Blocks: 6, MaxBlocks: 6}},
		"decision": {"blocks: 3\n  interval: sign\n  confidence: 95%\n  same: 5 %\n  effect: 0%\n  decide: pip.install",
			Policy{Blocks: 3, Decision: Decision{Interval: IntervalSign, Confidence: 0.95, Same: 0.05, Phase: "pip.install"}}},
	} {
		tc.want.Warmups, tc.want.Timeout = 1, 90*time.Second
		if tc.want.Decision == (Decision{}) {
			tc.want.Decision = decision
		}
		if got := parseEdited(t, "blocks: 5", tc.policy).Policy; got != tc.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tc.want)
		}
	}
}

func TestPolicyRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ policy, want, hint string }{
		"few": {"blocks: 4\n  max-blocks: 9",
			"10:11: before 5 blocks no comparison is decided, so max-blocks stops none earlier", "leave it out for 5"},
		"few at most": {"max-blocks: 4", `10:15: max-blocks: want a whole number from 5 to 1000, found "4"`, ""},
		"turned":      {"blocks: 9\n  max-blocks: 8", "11:15: max-blocks is 8, and blocks is 9", ""},
		"no percent":  {"same: 0.03", `10:9: same: "0.03" is no share`, "a number and a per cent sign, such as 3%"},
		"not a share": {"same: NaN%", `10:9: same: want 0.1% to 50%, found "NaN%"`, ""},
		"interval":    {"interval: signed", `10:13: unknown interval "signed"`, "one of signed-rank, sign, bootstrap"},
		"unsure":      {"confidence: 80%", `10:15: confidence: want 90% to 99.9%, found "80%"`, ""},
		"gap": {"effect: 5%", "10:3: 5% is the smallest effect of interest, and up to 3% makes no difference: nothing in between could be decided",
			"such as {same: 3%, effect: 2%}"},
	} {
		_, err := Parse(studyFS(edited(t, "blocks: 5", tc.policy)), "study.yaml")
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an *Error", name, err)
			continue
		}
		if got, want := e.Error(), "study.yaml:"+tc.want; got != want || e.Hint() != tc.hint {
			t.Errorf("%s: got %q, hint %q, want %q, hint %q", name, got, e.Hint(), want, tc.hint)
		}
	}
}
