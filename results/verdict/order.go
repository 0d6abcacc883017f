package verdict

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cibench/cibench/results"
)

// stateOrder lists the states as tables show them. It is the order of
// scenarios.States, which evidence may not import; a test holds them together.
var stateOrder = []string{
	"cold", "warm", "hit", "code-change", "new-commit", "deps-bump", "deps-add", "deps-remove", "dev-deps-bump",
	"python-bump", "base-bump", "mounts-pruned", "evicted", "other-branch", "corrupt", "pip-cache-only",
}

// phaseOrder lists the phases as they follow each other in a build. The empty
// name stands for every phase that is not listed.
var phaseOrder = []string{
	"base-image", "cache-restore", "pip-install", "dependency-install", "pip.resolve", "pip.build", "pip.install",
	"code-copy", "export", "lint", "test", "cache-save",
	"", "other", results.PhaseTotal,
}

// compareStates orders states by stateOrder and then by name.
func compareStates(a, b string) int {
	rank := func(s string) int {
		if i := slices.Index(stateOrder, s); i >= 0 {
			return i
		}
		return len(stateOrder)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
}

// comparePhases orders phases by phaseOrder and then by name. A numbered part,
// "pip-install.2", follows its whole.
func comparePhases(a, b string) int {
	aWhole, aPart := splitPart(a)
	bWhole, bPart := splitPart(b)
	return cmp.Or(
		cmp.Compare(phaseRank(aWhole), phaseRank(bWhole)),
		strings.Compare(aWhole, bWhole),
		cmp.Compare(aPart, bPart),
		strings.Compare(a, b),
	)
}

// phaseOrderOf returns how the phases of a job are compared. Those of a pipeline
// are its jobs.
func phaseOrderOf(run results.Run, job string) func(a, b string) int {
	p, ok := run.Pipeline(job)
	if !ok {
		return comparePhases
	}
	rank := func(phase string) int {
		if i := slices.Index(p.Jobs, phase); i >= 0 {
			return i
		}
		return len(p.Jobs)
	}
	return func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), comparePhases(a, b)) }
}

func phaseRank(whole string) int {
	if i := slices.Index(phaseOrder, whole); i >= 0 {
		return i
	}
	return slices.Index(phaseOrder, "")
}

// splitPart splits "pip-install.2" into "pip-install" and 2. The part of a
// whole is −1.
func splitPart(phase string) (whole string, part int) {
	if i := strings.LastIndexByte(phase, '.'); i >= 0 {
		if n, err := strconv.ParseUint(phase[i+1:], 10, 31); err == nil {
			return phase[:i], int(n)
		}
	}
	return phase, -1
}

// sortCells brings cells into the order of a Summary. Jobs and variants that
// the run does not name come last, by name.
func sortCells(cells []*numbers, jobs []results.Job) {
	slices.SortFunc(cells, func(a, b *numbers) int {
		aJob, aVariant := place(jobs, a.cell)
		bJob, bVariant := place(jobs, b.cell)
		return cmp.Or(
			cmp.Compare(aJob, bJob), strings.Compare(a.cell.Job, b.cell.Job),
			compareStates(a.cell.State, b.cell.State),
			cmp.Compare(aVariant, bVariant), strings.Compare(a.cell.Variant, b.cell.Variant),
		)
	})
}

// place returns where the study has the cell's job and variant.
func place(jobs []results.Job, c results.Cell) (job, variant int) {
	job = slices.IndexFunc(jobs, func(j results.Job) bool { return j.Name == c.Job })
	if job < 0 {
		return math.MaxInt, math.MaxInt
	}
	variant = slices.IndexFunc(jobs[job].Variants, func(v results.Variant) bool { return v.Name == c.Variant })
	if variant < 0 {
		variant = math.MaxInt
	}
	return job, variant
}
