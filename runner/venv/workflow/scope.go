package workflow

import (
	"slices"

	"github.com/cibench/cibench/runner/venv/workflow/expr"
)

// What expressions may name, by where they stand: the schema of workflow files
// in the runner's source (workflow-v1.0.json) says it.
var (
	statusFunctions = []expr.Signature{
		{Name: "always"}, {Name: "cancelled"}, {Name: "failure"}, {Name: "success"},
	}
	hashFiles = []expr.Signature{{Name: "hashFiles", Min: 1, Max: 255}}

	jobContexts  = []string{"github", "inputs", "vars", "needs"}
	envContexts  = slices.Concat(jobContexts, []string{"strategy", "matrix"})
	stepContexts = slices.Concat(envContexts, []string{"steps", "job", "runner", "env"})

	inWorkflowEnv = expr.Scope{Contexts: []string{"github", "inputs", "vars", "secrets"}}
	inJobIf       = expr.Scope{Contexts: jobContexts, Functions: statusFunctions}
	inStrategy    = expr.Scope{Contexts: jobContexts}
	inRunsOn      = expr.Scope{Contexts: envContexts}
	inJobEnv      = expr.Scope{Contexts: slices.Concat(envContexts, []string{"secrets"})}
	inDefaults    = expr.Scope{Contexts: slices.Concat(envContexts, []string{"env"})}
	inStepIf      = expr.Scope{Contexts: stepContexts, Functions: slices.Concat(statusFunctions, hashFiles)}
	inStep        = expr.Scope{Contexts: slices.Concat(stepContexts, []string{"secrets"}), Functions: hashFiles}
)
