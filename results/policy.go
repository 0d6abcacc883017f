package results

// A Policy says when the pairs of a comparison decide it. It is fixed before
// the first trial and kept with the run.
type Policy struct {
	Confidence float64 `json:"confidence"` // of an interval: 0.9375
	Same       float64 `json:"same"`       // a ratio within 1±Same makes no difference in practice: 0.03
	Effect     float64 `json:"effect"`     // the smallest effect of interest: 0.02
}
