// Package tracetest reads and writes recorded status streams of builds, for tests.
package tracetest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/moby/buildkit/client"
)

// Write writes one message of a status stream as a line of JSON, the format of
// `buildctl build --progress rawjson`.
func Write(w io.Writer, s *client.SolveStatus) error {
	if err := json.NewEncoder(w).Encode(s); err != nil {
		return fmt.Errorf("write status: %w", err)
	}
	return nil
}

// Read returns the messages of a recorded status stream. Lines that are not
// JSON objects are passed over, because buildctl prints warnings and errors
// among them; an object that is no message ends the stream with an error that
// names its line.
func Read(r io.Reader) iter.Seq2[*client.SolveStatus, error] {
	return func(yield func(*client.SolveStatus, error) bool) {
		in := bufio.NewReader(r)
		for n := 1; ; n++ {
			text, err := in.ReadBytes('\n')
			if text = bytes.TrimSpace(text); bytes.HasPrefix(text, []byte("{")) {
				s := &client.SolveStatus{}
				if err := json.Unmarshal(text, s); err != nil {
					yield(nil, fmt.Errorf("status stream: line %d: %w", n, err))
					return
				}
				if !yield(s, nil) {
					return
				}
			}
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(nil, fmt.Errorf("status stream: line %d: %w", n, err))
				return
			}
		}
	}
}
