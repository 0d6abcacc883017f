package results_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
)

func TestDifferences(t *testing.T) {
	t.Parallel()
	before := results.Environment{"cpu.model": "a \"b\"", "kernel": "6.1", "same": "x", "empty": ""}
	now := results.Environment{"cpu.model": "c", "same": "x", "engine": "29", "absent": ""}
	tests := []struct {
		name        string
		before, now results.Environment
		want        string
	}{
		{"other, gone and new", before, now, `cpu.model was "a \"b\"", is "c"; engine was unknown, is "29"; kernel was "6.1", is unknown`},
		{"none", before, before, ""},
		{"no environment", nil, results.Environment{"a": "1"}, `a was unknown, is "1"`},
		{"nothing", nil, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var all []string
			for _, d := range tt.before.Differences(tt.now) {
				all = append(all, fmt.Sprint(d))
			}
			if got := strings.Join(all, "; "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
