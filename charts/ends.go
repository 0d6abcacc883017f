package charts

// ends are what the ends of the estimates in a chart are: those of intervals, and
// of ranges where pairs are too few for the run's confidence.
type ends struct{ intervals, ranges bool }

// add adds an estimate; few says why its pairs are too few.
func (e *ends) add(few string) {
	e.ranges = e.ranges || few != ""
	e.intervals = e.intervals || few == ""
}

// name returns what a legend calls them.
func (e ends) name() string {
	if e.ranges && e.intervals {
		return "interval or range"
	}
	if e.ranges {
		return "range"
	}
	return "interval"
}

func (e ends) notes() []string {
	if !e.ranges {
		return nil
	}
	return []string{"Range: that of fewer pairs than it takes to decide. 2 of 5 pairs are 2 where it takes 5."}
}

// endsOf returns what those of one estimate are.
func endsOf(few string) string {
	var e ends
	e.add(few)
	return e.name()
}

// told returns why pairs are too few, for a tooltip.
func told(few string) string {
	if few == "" {
		return ""
	}
	return " (" + few + ")"
}
