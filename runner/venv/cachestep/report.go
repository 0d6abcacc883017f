package cachestep

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// A Report is what a request came to. The subcommand prints it as one line of
// JSON on its standard output.
type Report struct {
	Found string `json:"found,omitempty"` // key of the entry that the look-up gave
	Exact bool   `json:"exact,omitempty"` // it is the primary key, whatever the case of its letters

	// What the toolkit returns: the key of the entry that was restored, or only
	// looked up; the id of the one that was saved. Empty for none.
	Matched string `json:"matched,omitempty"`
	Entry   string `json:"entry,omitempty"`

	Downloaded int64 `json:"downloaded_bytes"`
	Uploaded   int64 `json:"uploaded_bytes"`
	Archive    int64 `json:"archive_bytes"` // on the disk

	// Environments are the virtual environments in the workspace that a restore
	// brought there, also one that failed half-way.
	Environments []string `json:"environments,omitempty"`

	Warning string `json:"warning,omitempty"` // what went wrong and does not fail an action
	Failure string `json:"failure,omitempty"` // what the toolkit throws
	Spans   []Span `json:"spans"`
}

// A Part is what a request spends its time with.
type Part string

// The parts.
const (
	PartLookUp   Part = "look-up"
	PartDownload Part = "download"
	PartExtract  Part = "extract"
	PartCompress Part = "compress" // finding the files, too
	PartUpload   Part = "upload"   // reserving and finishing the entry, too
)

// A Span is when a part was done, by Monotonic.
type Span struct {
	Part  Part  `json:"part"`
	Start int64 `json:"start"` // ns
	Stop  int64 `json:"stop"`
}

// A Time is when a part was done.
type Time struct {
	Part        Part
	Start, Stop time.Time
}

// Times returns the spans on this process's clock. It is called where the
// monotonic clock is the one of the spans: on one machine.
func (r Report) Times() []Time {
	now, base := time.Now(), Monotonic()
	at := func(ns int64) time.Time { return now.Add(time.Duration(ns - base)) }
	times := make([]Time, len(r.Spans))
	for i, s := range r.Spans {
		times[i] = Time{s.Part, at(s.Start), at(s.Stop)}
	}
	return times
}

// during does a part.
func (w *work) during(part Part, do func() error) error {
	start := Monotonic()
	err := do()
	w.report.Spans = append(w.report.Spans, Span{part, start, Monotonic()})
	return err
}

// Monotonic returns the time on CLOCK_MONOTONIC in ns. Containers share that
// clock with their host, unless they are given a time namespace, which Docker
// does not do.
func Monotonic() int64 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		panic(fmt.Sprintf("CLOCK_MONOTONIC: %v", err)) // every Linux has it
	}
	return t.Nano()
}

// said is an error in the words of the toolkit, which reach the log as they
// are.
type said string

func (s said) Error() string { return string(s) }

func saidf(format string, args ...any) error { return said(fmt.Sprintf(format, args...)) }
