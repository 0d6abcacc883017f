package cli

import (
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
)

func TestPool(t *testing.T) {
	t.Parallel()
	type before struct {
		digest, source, kernel, version string
		end                             *store.End
		suspect                         bool
	}
	complete := &store.End{How: store.Complete}
	same := before{"d2", "/ci/study", "6.1", "v2", complete, false}
	with := func(edit func(*before)) before {
		b := same
		edit(&b)
		return b
	}
	const head = " of at most 5 runs before, of this study and in this environment\n"
	for _, tt := range []struct {
		name string
		runs []before
		want string
	}{
		{"none", nil, "baseline: 0" + head},
		{"the same", []before{same, same}, "baseline: 2" + head},
		{"out of time", []before{with(func(b *before) { b.end = &store.End{How: store.OutOfTime} })}, "baseline: 1" + head},
		{"the code changed", []before{with(func(b *before) { b.digest = "d1" }), same}, "baseline: 2" + head +
			"warning: for 1 of the 2 the study was not the same\n"},
		{"another cibench", []before{with(func(b *before) { b.version = "v1" })}, "baseline: 1" + head +
			"warning: 1 of the 1 were measured by another cibench\n"},
		{"a suspect", []before{same, with(func(b *before) { b.suspect = true })}, "baseline: 2" + head +
			"warning: 1 of the 2 broke a rule when they were checked (b): what is left standing becomes the norm, but for a pinned --baseline\n"},
		{"interrupted, or killed", []before{with(func(b *before) { b.end = &store.End{How: store.Interrupted} }), with(func(b *before) { b.end = nil })},
			"baseline: 0" + head + "passed over: 2 interrupted, or without an end\n"},
		{"elsewhere", []before{with(func(b *before) { b.source = "/home/study" })}, "baseline: 0" + head +
			"passed over: 1 of a study of this name in another place\n"},
		{"another host", []before{with(func(b *before) { b.kernel = "6.0" }), with(func(b *before) { b.kernel = "5.9" })}, "baseline: 0" + head +
			"passed over: 2 in another environment; of the newest kernel was \"6.0\", is \"6.1\"\n"},
	} {
		env := func(kernel, version string) results.Environment {
			return results.Environment{"kernel": kernel, versionFact: version}
		}
		p := pool{run: results.Run{StudyDigest: "d2", Source: "/ci/study", Environment: env("6.1", "v2")}}
		for i, b := range tt.runs {
			run := results.Run{ID: string(rune('a' + i)), StudyDigest: b.digest, Source: b.source, Environment: env(b.kernel, b.version)}
			p.take(run, b.end, b.suspect)
		}
		if got := p.lines(5); got != tt.want {
			t.Errorf("%s: got\n%swant\n%s", tt.name, got, tt.want)
		}
	}
}
