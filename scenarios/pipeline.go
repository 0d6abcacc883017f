package scenarios

// A Pipeline is jobs that CI runs one after the other. It is not run: what it
// takes is the sum of what its jobs take.
type Pipeline struct {
	Name     string   // documented figures stand under it as under a job's
	Jobs     []string // in the order in which they run
	Baseline string   // a variant
	Variants []PipelineVariant
}

// A PipelineVariant is one configuration of all jobs of a pipeline.
type PipelineVariant struct {
	Name         string
	Title        string
	Baseline     string // another variant to compare with; "" for the pipeline's
	DocumentedAs string // as Variant.DocumentedAs
	Departs      bool   // as Variant.Departs
	Runs         []PipelineRun
}

// A PipelineRun is what a pipeline consists of in one situation.
type PipelineRun struct {
	State State
	Cells []Cell // one of each job, in the pipeline's order
}

// BaselineOf returns the variant with which v is compared; "" when v is a
// baseline itself.
func (p Pipeline) BaselineOf(v PipelineVariant) string {
	return Job{Baseline: p.Baseline}.BaselineOf(Variant{Name: v.Name, Baseline: v.Baseline})
}
