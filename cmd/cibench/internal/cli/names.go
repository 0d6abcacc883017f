package cli

import (
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/piplog"
	"github.com/cibench/cibench/runner/venv"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/target"
)

// What trials of the lanes tell. A study's rules for steps add phases.
var (
	imagePhases = []string{
		results.PhaseTotal, trace.BaseImage, trace.PipInstall, trace.CodeCopy, trace.Export, trace.CacheImport, trace.CacheExport, trace.Other,
		image.MountRestore, image.MountSave, piplog.Resolve, piplog.Build, piplog.Unpack,
	}
	venvPhases = []string{
		results.PhaseTotal, venv.CacheRestore, venv.DependencyInstall, venv.Lint, venv.Test, venv.CacheSave, venv.Other,
		piplog.Resolve, piplog.Build, piplog.Unpack,
	}
	sharedCounters = []string{
		results.CounterIndexRequests, results.CounterIndexBytes, results.CounterIndexPages, results.CounterIndexMetadata, results.CounterIndexFiles,
		results.CounterIndexFileBytes, results.CounterIndexNotModified, results.CounterFilesFetched,
		results.CounterCacheHits, results.CounterCacheFallbacks, results.CounterCacheMisses, results.CounterCacheDownloaded,
		results.CounterCacheUploaded, results.CounterCacheSaved, results.CounterCacheSavedBytes, results.CounterPackagesInstalled,
	}
	imageCounters = append(slices.Clip(sharedCounters),
		results.CounterRegistryRequests, results.CounterRegistryBytes, results.CounterPushedBytes, image.CounterPushedBlobs,
		results.CounterBuilderBytes, results.CounterBuilderMountBytes, results.CounterImageBytes, image.CounterImageUnpackedBytes,
		image.CounterBuildCachePulled, image.CounterBuildCacheBytes, image.CounterMountArchiveBytes,
		trace.StepsCached, trace.StepsExecuted, trace.WheelsBuilt,
	)
	venvCounters = append(slices.Clip(sharedCounters), results.CounterPackages, results.CounterDrift, results.DriftPrefix)
)

// names returns what the study's figures and claims can speak of.
func (s *openedStudy) names() target.Names {
	var all target.Names
	for _, job := range s.Jobs {
		n := target.JobNames{Job: job.Name, Phases: phasesOf(job), Counters: imageCounters}
		if job.Lane == scenarios.LaneVenv {
			n.Counters = venvCounters
		}
		for _, state := range job.Lane.States() {
			n.States = append(n.States, string(state))
		}
		for _, v := range job.Variants {
			n.Variants, n.Aliases = append(n.Variants, v.Name), appendGiven(n.Aliases, v.DocumentedAs)
		}
		all = append(all, n)
	}
	for _, p := range s.Pipelines {
		n := target.JobNames{Job: p.Name, Phases: append([]string{results.PhaseTotal}, p.Jobs...)}
		for _, state := range scenarios.States() {
			n.States = append(n.States, string(state))
		}
		for _, v := range p.Variants {
			n.Variants, n.Aliases = append(n.Variants, v.Name), appendGiven(n.Aliases, v.DocumentedAs)
		}
		all = append(all, n)
	}
	return all
}

// appendGiven appends a name unless it is none.
func appendGiven(names []string, name string) []string {
	if name == "" {
		return names
	}
	return append(names, name)
}

// phasesOf returns the phases that trials of a job can have.
func phasesOf(job scenarios.Job) []string {
	phases := slices.Clone(imagePhases)
	if job.Lane == scenarios.LaneVenv {
		phases = slices.Clone(venvPhases)
	}
	for _, rule := range job.Phases {
		if !slices.Contains(phases, rule.Phase) {
			phases = append(phases, rule.Phase)
		}
	}
	return phases
}
