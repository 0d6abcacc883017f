package scenarios

import "time"

// Policy says how often trials are run and when a comparison of two variants is
// decided. It is fixed before the first trial.
type Policy struct {
	// Blocks is how many blocks are measured. With MaxBlocks, every cell is
	// measured in this many, and after them those that are in an undecided
	// comparison in up to MaxBlocks.
	Blocks    int
	MaxBlocks int           // 0 when the number is fixed
	Warmups   int           // blocks before the first, kept and never compared
	Timeout   time.Duration // of a trial's timed window
	Decision  Decision
}

// Decision says when a comparison is decided: its interval for the ratio of the
// variant's time to the baseline's lies between 1/(1+Same) and 1+Same, or wholly
// beyond 1/(1+Effect) or 1+Effect.
type Decision struct {
	Interval   Interval
	Confidence float64 // of the interval: 0.9375
	Same       float64 // what makes no difference in practice: 0.03
	Effect     float64 // the smallest effect of interest: 0.02
	Phase      string  // whose comparisons decide a run; "" for the total
}

// Interval is how the interval of pairs is computed.
type Interval string

// The kinds of intervals, see docs/method.md.
const (
	IntervalSignedRank Interval = "signed-rank"
	IntervalSign       Interval = "sign"
	IntervalBootstrap  Interval = "bootstrap"
)

// The policy of a study that states none, beside MinBlocks. 93.75 % is the most that five pairs
// give, whatever they are: with it every comparison has an interval after
// MinBlocks. How often this decides wrongly, docs/method.md shows.
const (
	defaultTimeout    = 10 * time.Minute
	defaultInterval   = IntervalSignedRank
	defaultConfidence = 0.9375
	defaultSame       = 0.03
	defaultEffect     = 0.02
)

// MinBlocks is how many blocks a study has that does not say, and the fewest
// after which trials of decided comparisons may be left out.
const MinBlocks = 5

// maxBlocks bounds the blocks that a study can ask for.
const maxBlocks = 1000
