package lane

import (
	"fmt"
	"io/fs"

	"github.com/cibench/cibench/runner/engine"
	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/scenarios"
)

// Config is what each lane works with. The lane owns none of it.
type Config struct {
	Study    *scenarios.Study
	Files    fs.FS // the study's directory, whose project nobody edits meanwhile
	Job      scenarios.Job
	Engine   *engine.Engine
	Images   *provision.Images
	Index    *pypi.Index
	IndexURL string              // of Index, as pip wants it
	Cache    *actionscache.Cache // may be nil for image builds that keep nothing in it
	CacheURL string              // of Cache, as a job's ACTIONS_RESULTS_URL
	Program  string              // path of this program, for cache steps and tasks inside of containers
	Dir      string              // an existing directory for project copies
	Say      func(msg string)    // told before anything slow and untimed; may be nil
}

// UseIndex sets the package index, before the first trial: it may be opened
// later than the lane, whose images tell what the index's upstream is.
func (c *Config) UseIndex(index *pypi.Index) { c.Index = index }

// Sayf formats a message for Say, where there is one.
func (c *Config) Sayf(format string, args ...any) {
	if c.Say != nil {
		c.Say(fmt.Sprintf(format, args...))
	}
}
