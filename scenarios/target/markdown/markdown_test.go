package markdown_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/scenarios/target"
	"github.com/cibench/cibench/scenarios/target/markdown"
)

// document has the tables of the built-in set, as a document would write them.
const document = `# Faster CI

It took 25+ minutes; the caches are 200–400 MB.

### Checks (lint-and-test job):

| Phase | Before | After (First Run) | After (Cache Hit) |
|-------|--------|-------------------|-------------------|
| Dependency Install | 8-12 min | 8-12 min | **30-60 seconds** |
| Linting | 2-3 min | 2-3 min | 2-3 min |
| Testing | 3-5 min | 3-5 min | 3-5 min |
| **Total** | **13-20 min** | **13–20 min** | **~6-9 min** |

**Savings**: ~7-11 minutes on cached runs (55-65% faster)

### Images (build-and-push job):

| Phase | Before | After (First Run) | After (Cache Hit) |
|:------|-------:|:-----------------:|-------------------|
| Base Image | 1-2 min | 1-2 min | 1-2 min
| Pip Install | 12-18 min | 12-18 min | **2-4 min**
| Code Copy | 30 sec | 30 sec | 30 sec
| **Total** | 14-21 min | 14-21 min | **~4-7 min** |

**Savings**: ~10-14 minutes on cached runs (70-75% faster)

### Overall pipeline

Scenario | Before | After (Cache Hit) | Improvement
-|-|-|-
**Total Pipeline** | 25-35 min | **10-16 min** | **~60% faster**
`

func read(t *testing.T, text string) (markdown.Draft, target.Set) {
	t.Helper()
	d, err := markdown.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d, parse(t, d)
}

// parse encodes a draft and reads it as what it is to be.
func parse(t *testing.T, d markdown.Draft) target.Set {
	t.Helper()
	var b bytes.Buffer
	if err := d.Encode(&b, "document", "document.md"); err != nil {
		t.Fatal(err)
	}
	set, err := target.Parse("draft.yaml", b.Bytes())
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.Bytes())
	}
	return set
}

// TestReadBuildTimeDocument has the figures of the built-in set's tables, and their
// ids. What columns speak of is not in a document.
func TestReadBuildTimeDocument(t *testing.T) {
	t.Parallel()
	d, set := read(t, document)
	builtin, err := target.Load(nil, target.BuildTimeDocument)
	if err != nil {
		t.Fatal(err)
	}
	figures := func(s target.Set) []string {
		var all []string
		for _, f := range s.Targets {
			if f.Unit == target.Bytes { // stands in no table
				continue
			}
			all = append(all, fmt.Sprint(f.ID, " ", f.Unit, " ", f.Low, " ", f.High, " ", f.Baseline))
		}
		return all
	}
	if got, want := figures(set), figures(builtin); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if set.Title != "Faster CI" {
		t.Errorf("got the title %q", set.Title)
	}
	want := []markdown.Unread{{3, "25+ minutes", "stands in no table"}, {3, "200–400 MB", "stands in no table"}}
	if !slices.Equal(d.Unread, want) {
		t.Errorf("got %v unread, want %v", d.Unread, want)
	}
	var lines []int
	for _, table := range d.Tables {
		lines = append(lines, table.Line)
		for _, row := range table.Rows {
			lines = append(lines, row.Line)
		}
		for _, s := range table.Savings {
			lines = append(lines, s.Line)
		}
	}
	if want := []int{7, 9, 10, 11, 12, 14, 14, 18, 20, 21, 22, 23, 25, 25, 29, 31, 31}; !slices.Equal(lines, want) {
		t.Errorf("got the lines %v, want %v", lines, want)
	}
}

func TestReadUnusual(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text   string
		want   []string // targets as "id low high", in order
		unread []markdown.Unread
	}{
		"one column of times": {"| Step | Time | Note |\n|-|-|-|\n| Install | 5 min | slow |\n| All in all | | |\n",
			[]string{"table-1/install/time 300 300"}, nil},
		"no header words": {"## Docker\n| | | |\n|-|-|-|\n| 1 | 2 min | 1 min |\n",
			[]string{"docker/1/column-1 120 120", "docker/1/column-2 60 60", "docker/1/column-2/saving 0.5 0.5"}, nil},
		"names twice": {"# A job\n|x|t|t|\n|-|-|-|\n|a|2 s|1 s|\n|a|4 s|3 s|\n\n# A job\n|x|t|\n|-|-|\n|a|2 s|\n",
			[]string{"a/a/t 2 2", "a/a/t-2 1 1", "a/a/t-2/saving 0.5 0.5", "a-2/a/t 2 2"},
			[]markdown.Unread{{5, "a", "a second row a"}}},
		"YAML's own words": {"# no job\n|x|Yes|\n|-|-|\n|null|2 s|\n", []string{"no/null/yes 2 2"}, nil},
		"a baseline of zero": {"|x|before|after|\n|-|-|-|\n|a|0 s|1 s|\n|b|1 s|0 s|\n",
			[]string{"table-1/b/before 1 1", "table-1/b/after 0 0", "table-1/b/after/saving 1 1"},
			[]markdown.Unread{{3, "0 s", "a time of zero cannot be a baseline"}}},
		"in lists and quotes": {"- a list of 3 min\n\n> |x|before|after|\n> |-|-|-|\n> |total|2 min|1 min|\n>\n> saves 50%, or 1 min, or 40%\n",
			[]string{"table-1/total/before 120 120", "table-1/total/after 60 60", "table-1/total/after/saving 0.5 0.5",
				"table-1/total/after/stated-saving-ratio 0.5 0.5", "table-1/total/after/stated-saving-seconds 60 60"},
			[]markdown.Unread{{1, "3 min", "stands in no table"}, {7, "40%", "a second saving of total"}}},
		"shares alone": {"|x|gain|\n|-|-|\n|a|5%|\n\nsaves 7%\n\n|x|t|\n|-|-|\n|a|2 s|\n\nA reduction by 8%.\n",
			[]string{"table-1/a/t 2 2"},
			[]markdown.Unread{{3, "5%", "the table has no column of times"}, {5, "7%", "stands in no table"},
				{11, "8%", "the table has no baseline that it could be saved of"}}},
		"code": {"    5 min\n\n```\n6 min\n```\n<div>7 min</div>\n\n|x|`t`|\n|-|-|\n|`a` \\| b|`2 s`|\n", []string{"table-1/a-b/t 2 2"}, nil},
		"an open end": {"|x|before|after|\n|-|-|-|\n|a|over 5 min|1 min|\n|b|2 min|1 min|\n",
			[]string{"table-1/b/before 120 120", "table-1/b/after 60 60", "table-1/b/after/saving 0.5 0.5"},
			[]markdown.Unread{{3, "over 5 min", "no range of times"}}},
	} {
		d, set := read(t, tc.text)
		var got []string
		for _, f := range set.Targets {
			got = append(got, fmt.Sprint(f.ID, " ", f.Low, " ", f.High))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
		if !slices.Equal(d.Unread, tc.unread) {
			t.Errorf("%s: got %v unread, want %v", name, d.Unread, tc.unread)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"nothing":       {"", "the document has no table with times"},
		"no times":      {"|x|y|\n|-|-|\n|a|b|\n", "the document has no table with times"},
		"no UTF-8":      {"|x|t|\n|-|-|\n|a|2 s\xff|\n", "the document is no UTF-8 text"},
		"far too large": {strings.Repeat("a", markdown.MaxSize+1), "the document is larger than 1 MiB"},
	} {
		if _, err := markdown.Read([]byte(tc.text)); err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

// FuzzRead holds drafts of any text to what is promised of them: they are sets,
// with each figure that was read.
func FuzzRead(f *testing.F) {
	f.Add([]byte(document))
	f.Add([]byte("|x|before|after|gain|\n|-|-|-|-|\n|a|2 s|1 s|50%|\n\nsaves 1 s\n"))
	f.Add([]byte("> # a: \"b\" #\n> |x\\||`5 min`|\n> |-|-|\n> |~|1h 5m|\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := markdown.Read(text)
		if err != nil {
			return
		}
		rows, want := 0, 0
		for _, table := range d.Tables {
			rows += len(table.Rows)
			perRow := len(table.Columns)
			if table.Baseline != "" {
				perRow += len(table.Columns) - 1 // what each other column saves
			}
			want += len(table.Rows)*perRow + len(table.Savings)
		}
		if got := len(parse(t, d).Targets); rows == 0 || got != want {
			t.Errorf("%q: got %d targets of %d rows, want %d", text, got, rows, want)
		}
	})
}
