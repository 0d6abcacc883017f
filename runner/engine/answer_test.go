package engine

import (
	"strings"
	"testing"
)

// TestLoaded has answers of an engine to an image: it has a status of 200 for all.
func TestLoaded(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		"": "",
		`{"stream":"Loaded image: cibench/buildkit:1\n"}`: "",
		`{"status":"Loading layer","progressDetail":{"current":1}}` + "\n" +
			`{"errorDetail":{"message":"write /layer.tar: no space left on device"},"error":"write /layer.tar: no space left on device"}`: "write /layer.tar: no space left on device",
		`{"errorDetail":{"message":"no space"}}`: "no space",
		`{"error":"no space"}`:                   "no space",
		`{"stream":`:                             "unexpected EOF",
	} {
		got := ""
		if err := loaded(strings.NewReader(answer)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", answer, got, want)
		}
	}
}
