package scenarios

import "testing"

func TestParseRefusesPipelines(t *testing.T) {
	t.Parallel()
	const inStates = "in the pipeline's states write hit: {build-and-push: STATE} with one of "
	const orOwn = ", or give this variant states of its own"
	for name, tc := range map[string]struct{ old, new, want, hint string }{
		"a job's name": {"  pipeline:\n", "  build-again:\n",
			`48:3: "build-again" is a job of this study`, "figures of the pipeline stand under its own name"},
		"no job": {"jobs: [build-again, build-and-push]", "jobs: [build-agian, build-and-push, build-again]",
			`49:12: unknown job "build-agian"`, "one of build-and-push, build-again"},
		"one job": {"jobs: [build-again, build-and-push]", "jobs: [build-and-push]",
			"49:11: want two to 10 jobs, in the order in which they run", ""},
		"job twice": {"jobs: [build-again, build-and-push]", "jobs: [build-again, build-and-push, build-and-push]",
			`49:41: job "build-and-push" stands here twice`, ""},
		"baseline":     {"baseline: zulu\n", "baseline: zul\n", `50:15: the baseline "zul" is no variant of this job`, "one of zulu, fewer"},
		"own baseline": {"baseline: fewer,", "baseline: few,", `56:48: the baseline "few" is no variant of this job`, "one of zulu, fewer"},
		"state": {"hit: {build-again", "hot: {build-again", `53:7: unknown cache state "hot"`,
			"one of cold, warm, hit, code-change, new-commit, deps-bump, deps-add, deps-remove, dev-deps-bump, python-bump, base-bump, mounts-pruned, evicted, other-branch, corrupt, pip-cache-only"},
		"no state": {"states:\n      cold: {}\n      hit: {build-again: cold, build-and-push: warm}", "states: {}",
			"51:13: the pipeline has no state", ""},
		"state of no job": {"build-and-push: warm}", "build-an-push: warm}", `53:32: unknown key "build-an-push"`, `did you mean "build-and-push"?`},
		"not measured": {"build-and-push: warm}", "build-and-push: code-chang}",
			"55:7: the pipeline's state hit needs build-and-push/zulu/code-chang, which is not measured",
			inStates + "cold, warm, code-change, new-commit, base-bump" + orOwn},
		"no variant of a job": {"fewer, jobs: {build-again: only,", "fewer, jobs: {",
			`56:7: the job build-again has no variant "fewer"`, "write jobs: {build-again: VARIANT} with one of only"},
		"not in all states": {", states: [cold]}\n", "}\n",
			"56:7: the pipeline's state hit needs build-and-push/before/warm, which is not measured", inStates + "cold, new-commit" + orOwn},
		"variant's state": {", states: [cold]}\n", ", states: [warm]}\n", `56:115: unknown cache state of this pipeline "warm"`, "one of cold, hit"},
		"null state":      {"cold: {}", "cold:", "52:12: cold: want a mapping, found nothing", ""},
		"no variant": {`variants:
      zulu: {title: "first, second", jobs: {build-again: only}}
      fewer: {documented-as: before, baseline: fewer, jobs: {build-again: only, build-and-push: before}, states: [cold]}`, "variants: {}",
			"54:15: the pipeline has no variant", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, tc.old, tc.new, tc.want, tc.hint)
		})
	}
}
