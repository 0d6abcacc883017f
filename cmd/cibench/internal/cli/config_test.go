package cli

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestEngineVariables leaves alone what start.sh reads: it calls this program.
func TestEngineVariables(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../../../../runner/engine/start.sh")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`\$\{(CIBENCH_[A-Z_]+)`).FindAllStringSubmatch(string(script), -1) {
		got = append(got, m[1])
	}
	if !slices.Equal(got, engineVariables) {
		t.Errorf("start.sh reads %v, want %v", got, engineVariables)
	}
	environ := []string{"HOME=/", "CIBENCH=1", "CIBENCH_STORE=x", "CIBENCH_EMPTY="}
	for _, name := range got {
		environ = append(environ, name+"=x")
	}
	if err := checkVariables(environ); err != nil {
		t.Errorf("got %v, want no error", err)
	}
}
