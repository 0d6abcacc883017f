package verdict

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Noise is how much the pairs of one comparison differ from each other, over
// the comparisons that decide the run: what more blocks are there to overcome.
type Noise struct {
	Pair        float64 `json:"pair"` // standard deviation of the logarithm of a pair's ratio: 0.07 is about 7 %
	Comparisons int     `json:"comparisons"`
	Pairs       int     `json:"pairs"`
}

// noiseOf pools the variance within comparisons.
func noiseOf(all []Saving) *Noise {
	var n Noise
	var squares, freedom float64
	for _, s := range all {
		logs := logRatios(s.Pairs)
		if !s.Decides || len(logs) < 2 {
			continue
		}
		n.Comparisons++
		n.Pairs += len(logs)
		squares += stat.Variance(logs, nil) * float64(len(logs)-1)
		freedom += float64(len(logs) - 1)
	}
	if freedom == 0 {
		return nil
	}
	n.Pair = math.Sqrt(squares / freedom)
	return &n
}
