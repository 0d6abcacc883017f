package scenarios

import (
	"errors"
	"io/fs"
	"maps"
	"reflect"
	"testing"
	"testing/fstest"
)

func TestApply(t *testing.T) {
	t.Parallel()
	project := fstest.MapFS{
		"a.txt": {Data: []byte("one two\n")},
		"b.txt": {Data: []byte("no newline")},
		"c.txt": {Data: []byte("untouched")},
		"empty": {},
	}
	m := Mutation{Edits: []Edit{
		{File: "a.txt", Old: "two", New: "{trial}"},
		{File: "a.txt", Old: "one b01", New: "three {{trial}}"},
		{File: "b.txt", New: "# {trial}\n"},
		{File: "empty", New: "x"},
	}}
	got, err := m.Apply(project, "b01")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]byte{
		"a.txt": []byte("three {trial}\n"),
		"b.txt": []byte("no newline\n# b01\n"),
		"empty": []byte("x"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := string(project["a.txt"].Data), "one two\n"; got != want {
		t.Errorf("the project now holds %q, want %q", got, want)
	}
}

func TestApplyFails(t *testing.T) {
	t.Parallel()
	project := fstest.MapFS{"a.txt": {Data: []byte("one one\n")}}
	for _, tc := range []struct {
		edit Edit
		want string
	}{
		{Edit{File: "a.txt", Old: "one", New: "x"}, "the text to replace occurs 2 times in a.txt, not once"},
		{Edit{File: "a.txt", Old: "two", New: "x"}, "the text to replace occurs 0 times in a.txt, not once"},
	} {
		if _, err := (Mutation{Edits: []Edit{tc.edit}}).Apply(project, "t"); err == nil || err.Error() != tc.want {
			t.Errorf("got %v, want %s", err, tc.want)
		}
	}
	_, err := Mutation{Edits: []Edit{{File: "none", New: "x"}}}.Apply(project, "t")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want %v", err, fs.ErrNotExist)
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, want string }{
		{"", ""},
		{"# {trial}\n", "# b01-x\n"},
		{"1.0.{number}", "1.0.52152"},
		{"{commit}", "a1114e391635b316872c9cc31e777b650b796e88"},
		{"{date}", "2025-02-19T09:12:57Z"},
		{"{{trial}} {{x}}", "{trial} {x}"},
		{`{"a": {"b": 1}} ${A} {} { trial } {Trial}`, `{"a": {"b": 1}} ${A} {} { trial } {Trial}`},
		{"{unknown}", "{unknown}"},
		{"{trial}{trial}", "b01-xb01-x"},
	} {
		if got := Expand(tc.text, "b01-x"); got != tc.want {
			t.Errorf("Expand(%q) = %q, want %q", tc.text, got, tc.want)
		}
	}
	if Expand("{commit}{number}{date}", "a") == Expand("{commit}{number}{date}", "b") {
		t.Error("two trials expand to the same text")
	}
}

func TestArgs(t *testing.T) {
	t.Parallel()
	v := Variant{BuildArgs: map[string]string{"SHA": "{trial}", "MODE": "x"}}
	for _, s := range States() {
		first, second := v.Args(s, "one"), v.Args(s, "two")
		if got, want := maps.Equal(first, second), s != NewCommit; got != want {
			t.Errorf("%s: same arguments in two trials = %v, want %v", s, got, want)
		}
	}
	if got, want := v.Args(NewCommit, "one"), (map[string]string{"SHA": "one", "MODE": "x"}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := v.BuildArgs["SHA"]; got != "{trial}" {
		t.Errorf("the variant's own argument became %q", got)
	}
}
