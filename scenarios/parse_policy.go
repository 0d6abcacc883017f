package scenarios

import (
	"fmt"
	"time"

	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

func policyOf(v strictyaml.Value) Policy {
	policy := Policy{
		Blocks: MinBlocks, Timeout: defaultTimeout,
		Decision: Decision{Interval: defaultInterval, Confidence: defaultConfidence, Same: defaultSame, Effect: defaultEffect},
	}
	if !v.Present() {
		return policy
	}
	f := v.Fields("blocks", "max-blocks", "warmups", "timeout", "interval", "confidence", "same", "effect", "decide")
	blocksOf(f, &policy)
	if n, ok := f.Optional("warmups").Int(0, 100); ok {
		policy.Warmups = n
	}
	if d, ok := f.Optional("timeout").Duration(time.Second, 24*time.Hour); ok {
		policy.Timeout = d
	}
	d := &policy.Decision
	if f.Optional("interval").Present() {
		d.Interval, _ = choose(f.Optional("interval"), "interval", []Interval{IntervalSignedRank, IntervalSign, IntervalBootstrap})
	}
	if c, ok := f.Optional("confidence").Percent(90, 99.9); ok {
		d.Confidence = c
	}
	if s, ok := f.Optional("same").Percent(0.1, 50); ok {
		d.Same = s
	}
	if e, ok := f.Optional("effect").Percent(0, 50); ok {
		d.Effect = e
	}
	if phase := f.Optional("decide"); phase.Present() {
		d.Phase, _ = phase.Line() // of which parts have a dot; what phases there are, package target knows
	}
	if d.Effect > d.Same {
		v.Fail(fmt.Sprintf("such as {same: %g%%, effect: %g%%}", 100*defaultSame, 100*defaultEffect),
			"%g%% is the smallest effect of interest, and up to %g%% makes no difference: nothing in between could be decided",
			100*d.Effect, 100*d.Same)
	}
	return policy
}

// blocksOf reads how many blocks there are: a fixed number, or up to a largest
// one.
func blocksOf(f strictyaml.Fields, policy *Policy) {
	most := f.Optional("max-blocks")
	if n, ok := f.Optional("blocks").Int(1, maxBlocks); ok {
		policy.Blocks = n
	}
	if n, ok := most.Int(MinBlocks, maxBlocks); ok {
		policy.MaxBlocks = n
	}
	switch {
	case !most.Present():
	case policy.Blocks < MinBlocks:
		f.Optional("blocks").Fail(fmt.Sprintf("leave it out for %d", MinBlocks),
			"before %d blocks no comparison is decided, so max-blocks stops none earlier", MinBlocks)
	case policy.MaxBlocks != 0 && policy.MaxBlocks < policy.Blocks:
		most.Fail("", "max-blocks is %d, and blocks is %d", policy.MaxBlocks, policy.Blocks)
	}
}
