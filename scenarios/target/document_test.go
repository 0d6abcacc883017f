package target

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestBuildTimeDocument holds every figure of the document's three tables:
// seconds before, at the first run and at a cache hit, and the per cent that
// low and high of the last save of the first, worked out by hand.
func TestBuildTimeDocument(t *testing.T) {
	t.Parallel()
	set, err := Names(nil).Load(nil, BuildTimeDocument)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, target := range set.Targets {
		got = append(got, strings.ReplaceAll(line(target), target.Job+"/"+target.Phase+" ", ""))
	}
	lint := document{job: "lint-and-test", hit: "hit,code-change",
		all: "cold,hit,code-change,deps-bump,deps-add,deps-remove,dev-deps-bump,python-bump,evicted,other-branch,corrupt,pip-cache-only"}
	build := document{job: "build-and-push", hit: "warm,code-change,new-commit,deps-bump,deps-add",
		all: "cold,warm,code-change,new-commit,deps-bump,deps-add,base-bump"}
	want := slices.Concat(
		lint.row("dependency-install", `480.0 720.0 "8-12 min"`, `30.0 60.0 "30-60 seconds"`, `91.7 93.8 "92-94%"`),
		lint.row("lint", `120.0 180.0 "2-3 min"`, `120.0 180.0 "2-3 min"`, `0.0 0.0 "0%"`),
		lint.row("test", `180.0 300.0 "3-5 min"`, `180.0 300.0 "3-5 min"`, `0.0 0.0 "0%"`),
		lint.row("total", `780.0 1200.0 "13-20 min"`, `360.0 540.0 "~6-9 min"`, `53.8 55.0 "54-55%"`),
		lint.stated(`seconds 420.0 660.0 "~7-11 minutes"`, `ratio 55.0 65.0 "55-65% faster"`),
		build.row("base-image", `60.0 120.0 "1-2 min"`, `60.0 120.0 "1-2 min"`, `0.0 0.0 "0%"`),
		build.row("pip-install", `720.0 1080.0 "12-18 min"`, `120.0 240.0 "2-4 min"`, `77.8 83.3 "78-83%"`),
		build.row("code-copy", `30.0 30.0 "30 sec"`, `30.0 30.0 "30 sec"`, `0.0 0.0 "0%"`),
		build.row("total", `840.0 1260.0 "14-21 min"`, `240.0 420.0 "~4-7 min"`, `66.7 71.4 "67-71%"`),
		build.stated(`seconds 600.0 840.0 "~10-14 minutes"`, `ratio 70.0 75.0 "70-75% faster"`),
		[]string{
			`pipeline/total/before before seconds 1500.0 2100.0 "25-35 min" in cold,warm,hit,code-change`,
			`pipeline/total/after-cache-hit after seconds 600.0 960.0 "10-16 min" in warm,hit,code-change`,
			`pipeline/total/after-cache-hit/saving after ratio 54.3 60.0 "54-60%" against before derived in warm,hit,code-change`,
			`pipeline/total/after-cache-hit/stated-saving-ratio after ratio 60.0 60.0 "~60% faster" against before in warm,hit,code-change`,
			`job-cache-size after bytes 200000000.0 400000000.0 "~200-400 MB" in cold`,
			`mount-size after bytes 150000000.0 300000000.0 "~150-300 MB" in cold`,
		},
	)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestBuildTimeDocumentLines has the lines of the document in which each figure
// and each sentence stands.
func TestBuildTimeDocumentLines(t *testing.T) {
	t.Parallel()
	set, err := Names(nil).Load(nil, BuildTimeDocument)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int][]string{}
	add := func(line int, id string) {
		if !slices.Contains(got[line], id) {
			got[line] = append(got[line], id)
		}
	}
	for _, target := range set.Targets {
		id := target.Job + "/" + target.Phase
		if target.Baseline != "" && !target.Derived {
			id += " saved"
		}
		add(target.Line, id)
	}
	for _, c := range set.Claims {
		add(c.Line, c.ID)
	}
	want := map[int][]string{
		4:   {"pip-is-the-bottleneck"},
		13:  {"pip-cache-alone-installs-again"},
		21:  {"key-follows-requirements"},
		22:  {"fallback-keys-give-partial-hits"},
		59:  {"no-cache-dir-disables-the-cache"},
		60:  {"builds-compile-packages", "builds-download-packages"},
		65:  {"syntax-directive"},
		85:  {"mounts-outlive-builds"},
		87:  {"mounts-keep-wheels"},
		88:  {"mounts-work-with-gha", "gha-keeps-layers"},
		98:  {"pins-make-builds-reproducible"},
		105: {"lint-and-test/dependency-install"},
		106: {"lint-and-test/lint", "lint-is-unaffected"},
		107: {"lint-and-test/test", "tests-are-unaffected"},
		108: {"lint-and-test/total", "first-run-costs-nothing"},
		110: {"lint-and-test/total saved"},
		115: {"build-and-push/base-image"},
		116: {"build-and-push/pip-install"},
		117: {"build-and-push/code-copy"},
		118: {"build-and-push/total"},
		120: {"build-and-push/total saved"},
		125: {"pipeline/total", "pipeline/total saved"},
		131: {"restored-environment-is-right"},
		132: {"lint-and-test/cache.saved.bytes"},
		133: {"job-cache-retention"},
		136: {"requirements-lose-the-layer"},
		137: {"requirements-leave-the-mount"},
		138: {"build-and-push/builder.mount.bytes"},
		139: {"mounts-are-kept-by-the-actions-cache"},
		144: {"less-compute"},
		146: {"less-energy"},
		153: {"buildkit-is-enabled"},
		158: {"local-cache-persists"},
		171: {"activation-is-instant"},
		180: {"hit-and-miss-are-in-the-log"},
		184: {"log-shows-mounts"},
		206: {"caches-can-be-cleared"},
		208: {"prune-clears-mounts-alone"},
	}
	for line := range 240 {
		if !slices.Equal(got[line], want[line]) {
			t.Errorf("line %d: got %q, want %q", line, got[line], want[line])
		}
	}
}

type document struct{ job, hit, all string }

// row writes the targets of a row of a table with a first run, whose figures
// are those before.
func (d document) row(phase, before, hit, saving string) []string {
	id := d.job + "/" + phase
	return []string{
		fmt.Sprintf("%s/before before seconds %s in %s", id, before, d.all),
		fmt.Sprintf("%s/after-first-run after seconds %s in cold", id, before),
		fmt.Sprintf("%s/after-cache-hit after seconds %s in %s", id, hit, d.hit),
		fmt.Sprintf(`%s/after-first-run/saving after ratio 0.0 0.0 "0%%" against before derived in cold`, id),
		fmt.Sprintf("%s/after-cache-hit/saving after ratio %s against before derived in %s", id, saving, d.hit),
	}
}

func (d document) stated(seconds, ratio string) []string {
	const id = "%s/total/after-cache-hit/stated-saving-%s after %s against before in %s"
	return []string{
		fmt.Sprintf(id, d.job, "seconds", seconds, d.hit),
		fmt.Sprintf(id, d.job, "ratio", ratio, d.hit),
	}
}
