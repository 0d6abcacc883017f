package charts

// A DocumentedBar is a column of the document: a range per phase.
type DocumentedBar struct {
	Variant string
	When    string // the states that it speaks of
	Phases  []DocumentedTime
	Total   *DocumentedTime // nil when none is documented
}

// A DocumentedTime is the documented range of a phase, in seconds, and how the
// document writes it.
type DocumentedTime struct {
	Phase string
	Range
	Text string
}

func (t DocumentedTime) middle() float64 { return (t.Low + t.High) / 2 }

// end returns the largest time that is drawn in the bar's row, in seconds.
func (b DocumentedBar) end() float64 {
	var end float64
	for _, t := range b.Phases {
		if t.isDuration() {
			end += t.middle()
		}
	}
	if b.Total != nil && b.Total.isDuration() {
		end = max(end, b.Total.High)
	}
	return end
}

// text returns what is written beside the bar.
func (b DocumentedBar) text() string {
	if b.Total == nil {
		return ""
	}
	return clean(b.Total.Text)
}
