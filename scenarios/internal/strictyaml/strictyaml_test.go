package strictyaml

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// problems returns a document's problems, one a line, each with its hint.
func problems(d *Document) string {
	var b strings.Builder
	for _, p := range d.problems {
		fmt.Fprintf(&b, "%v", p)
		if p.Hint() != "" {
			fmt.Fprintf(&b, " [%s]", p.Hint())
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestParse(t *testing.T) {
	t.Parallel()
	const around = " [the mistake is in this line or beside it]"
	for name, tc := range map[string]struct{ text, want string }{
		"empty":            {"", "f:1:1: the file is empty"},
		"comment":          {"# nothing\n", "f:1:1: the file is empty"},
		"byte order mark":  {"\ufeffa: 1\n", ""},
		"windows lines":    {"a: 1\r\nb: 2\r\n", ""},
		"utf-16":           {"\xff\xfea\x00", "f:1:1: the text is not UTF-8 [save the file as UTF-8]"},
		"latin-1":          {"a: 1\nb: é\xe9", "f:2:5: the text is not UTF-8 [save the file as UTF-8]"},
		"two documents":    {"a: 1\n---\nb: 2\n", "f:2:1: a second document begins here [remove the line ---]"},
		"trailing garbage": {"a: 1\n...\nb: 2\n", "f:3:1: not YAML: did not find expected <document start>" + around},
		"indentation":      {"a: 1\n  b: 2\n", "f:2:3: not YAML: mapping values are not allowed in this context" + around},
		"indented less":    {"a:\n  b:\n    c: 1\n   d: 2\n  e: 3\n", "f:4:4: not YAML: did not find expected key" + around},
		"in a block":       {"a:\n  b: 1\n  c: 2\n d: 3\ne: 4\n", "f:4:2: not YAML: did not find expected key" + around},
		"open list":        {"a: 1\nb: [c, d\ne: 3\nf: 4\ng: 5\n", "f:2:1: not YAML: did not find expected ',' or ']'" + around},
		"open quote":       {"a: 1\nb: \"c\nd: 3\ne: 4\nf: \"5\"\n", "f:2:1: not YAML: did not find expected key" + around},
		"far from the end": {"a: 1\nb: \"c\n" + strings.Repeat("d: 3\n", mostTries),
			"f:2:1: not YAML: found unexpected end of stream [look for a quote or bracket that is not closed, here or above]"},
		"alias": {"a: &x 1\nb: *x\n",
			"f:2:4: aliases are not allowed [write the value out]"},
		"alias of nothing": {"a: 1\nb: *x\n",
			"f:2:4: aliases are not allowed [write the value out]"},
		"tag": {"a: !!binary eA==\n",
			`f:1:4: the tag "!!binary" is not allowed [remove the tag]`},
		"deep":  {strings.Repeat("[", MaxSize), "f:1:1: not YAML: exceeded max depth of 10000" + around},
		"large": {strings.Repeat("#", MaxSize+1), "f:1:1: the file is larger than 256 KiB"},
	} {
		d := Parse("f", []byte(tc.text))
		if got := problems(d); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, tc.want)
		}
		if got, want := d.Root().Present(), tc.want == ""; got != want {
			t.Errorf("%s: has a root = %v, want %v", name, got, want)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"txet: 1":            `f:1:1: unknown key "txet" [did you mean "text"?]`,
		"nonsense: 1":        `f:1:1: unknown key "nonsense" [one of text, line, int, span, at, list, map]`,
		"int: 1\nint: 2":     `f:2:1: duplicate key "int", first in line 1`,
		"? [a]\n: 1":         "f:1:3: a key: want text, found a list",
		"~: 1":               "f:1:1: a key: want text, found nothing",
		"text: 1.10":         "",
		"text:":              "f:1:6: text: want text, found nothing",
		"text: [a]":          "f:1:7: text: want text, found a list",
		"int: -1":            `f:1:6: int: want a whole number from 0 to 9, found "-1"`,
		"int: 10":            `f:1:6: int: want a whole number from 0 to 9, found "10"`,
		"int: 1e0":           `f:1:6: int: want a whole number from 0 to 9, found "1e0"`,
		"span: 10":           `f:1:7: span: "10" is no duration [a number and a unit, such as 90s or 10m]`,
		"span: 2h":           `f:1:7: span: want 1s to 1h0m0s, found "2h"`,
		"at: yesterday":      `f:1:5: at: "yesterday" is no moment [written as 2025-10-16T00:00:00Z]`,
		"list: {a: 1}":       "f:1:7: list: want a list, found a mapping",
		"list: [1, 2, 3, 4]": "f:1:7: list: 4 entries are more than 3",
		`line: "a\eb"`:       "f:1:7: line: want one line of at most 200 bytes",
		"line: é b":          "",
		"list: [a, [b]]":     "f:1:11: list, entry 2: want text, found a list",
		"map: {a: 1}":        `f:1:6: map: missing key "must"`,
		"map: a":             `f:1:6: map: want a mapping, found "a"`,
		"[a]":                "f:1:1: the file: want a mapping, found a list",
		"map: {must: 1}":     "",
		"at: 2025-01-02":     `f:1:5: at: "2025-01-02" is no moment [written as 2025-10-16T00:00:00Z]`,
		"text: a\nint: 3":    "",
	} {
		d := Parse("f", []byte(text))
		f := d.Root().Fields("text", "line", "int", "span", "at", "list", "map")
		f.Optional("text").Text()
		f.Optional("line").Line()
		f.Optional("int").Int(0, 9)
		f.Optional("span").Duration(time.Second, time.Hour)
		f.Optional("at").Time()
		for _, v := range f.Optional("list").List(3) {
			v.Text()
		}
		f.Optional("map").Fields("must", "a").Required("must").Text()
		if got := problems(d); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", text, got, want)
		}
	}
}

func TestTextIsAsWritten(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"1.10", "0x10", "yes", "2025-10-16", "1_000"} {
		got, ok := Parse("f", []byte("a: "+want)).Root().Fields("a").Required("a").Text()
		if got != want || !ok {
			t.Errorf("got %q, %v, want %q", got, ok, want)
		}
	}
}

func TestErr(t *testing.T) {
	t.Parallel()
	d := Parse("f", []byte("a: 1\nb: 2\n"))
	f := d.Root().Fields("a", "b")
	f.Required("b").Fail("second", "two")
	f.Required("a").Fail("first", "one")
	f.Optional("c").Fail("", "absent values have no place")
	if got, want := d.Err().Error(), "f:1:4: one\nf:2:4: two"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var e *Error
	if !errors.As(d.Err(), &e) || e.Line != 1 || e.Hint() != "first" {
		t.Errorf("got %#v, want the first problem", e)
	}

	d = Parse("f", []byte(strings.Repeat("a: 1\n", 50)))
	d.Root().Entries(100)
	lines := strings.Split(d.Err().Error(), "\n")
	if got, want := lines[len(lines)-1], "29 more problems"; len(lines) != maxProblems+1 || got != want {
		t.Errorf("got %d lines, the last %q; want %d and %q", len(lines), got, maxProblems+1, want)
	}
}

func TestLongTextIsCut(t *testing.T) {
	t.Parallel()
	d := Parse("f", []byte(strings.Repeat("k", 100_000)+": 1"))
	d.Root().Fields("a")
	if got := len(problems(d)); got > 200 {
		t.Errorf("got a message of %d bytes, want a short one", got)
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"big": {Data: make([]byte, 2*MaxSize)}}
	if got, err := ReadFile(fsys, "big"); len(got) != MaxSize+1 || err != nil {
		t.Errorf("got %d bytes, %v, want %d", len(got), err, MaxSize+1)
	}
	if _, err := ReadFile(fsys, "none"); err == nil {
		t.Error("got no error for a missing file")
	}
}
