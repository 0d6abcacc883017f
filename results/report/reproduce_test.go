package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
)

func TestCommand(t *testing.T) {
	t.Parallel()
	for want, run := range map[string]results.Run{
		"cibench run starter --seed 42": {Source: "starter", Plan: []byte(`{"selection":{}}`)},
		"cibench run starter --quick --only 'build-and-push/*/cold' --only after --blocks 2 --max-blocks 9 --seed 42": {
			Source: "starter", Plan: []byte(`{"selection":{"quick":true,"only":["build-and-push/*/cold","after"],"blocks":2,"maxBlocks":9}}`)},
		"cibench simulate mine --null --builder engine --profile github-hosted --seed 42": {
			Study: "mine", Plan: []byte(`{"selection":{}}`), Simulated: true,
			Environment: results.Environment{"builder": "engine", "network.profile": "github-hosted"},
			Jobs:        []results.Job{{Variants: []results.Variant{{Name: "again", Null: true}}}}},
		`cibench run '/home/me/my '\''studies' --seed 42`: {
			Source: "/home/me/my 'studies", Plan: []byte(`{"selection":{}}`), Environment: results.Environment{"builder": "container", "network.profile": "none"}},
	} {
		run.Seed = 42
		got, note := planOf(run).command(run)
		if got != want || strings.Contains(note, "not recorded") {
			t.Errorf("got %s (%s), want %s", got, note, want)
		}
	}
	older := results.Run{Source: "starter", Plan: []byte(`{"trials":[]}`)}
	if _, note := planOf(older).command(older); !strings.Contains(note, "not recorded") {
		t.Errorf("of an older run: got %q, want that its selection is not known", note)
	}
}

func TestLeftOut(t *testing.T) {
	t.Parallel()
	run := results.Run{Plan: []byte(`{"skipped":[{"job":"build","variant":"a","reason":"no images"},{"job":"build","variant":"b","reason":"no images"},
		{"job":"lint","variant":"a","reason":"no model"}]}`)}
	var got []string
	for _, i := range planOf(run).leftOut() {
		got = append(got, i.text)
	}
	if want := []string{"a, b of build: no images", "a of lint: no model"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
