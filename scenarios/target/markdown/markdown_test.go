package markdown_test

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

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
	builtin, err := target.Names(nil).Load(nil, target.BuildTimeDocument)
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
			[]markdown.Unread{{5, "a | 4 s | 3 s", "a second row a"}}},
		"a long paragraph": {"|x|before|after|\n|-|-|-|\n|a|2 s|1 s|\n\nSavings " + strings.Repeat("on cached runs ", 20) + "\nare 40%.\n",
			[]string{"table-1/a/before 2 2", "table-1/a/after 1 1", "table-1/a/after/saving 0.5 0.5", "table-1/a/after/stated-saving-ratio 0.4 0.4"}, nil},
		"YAML's own words": {"# no job\n|x|Yes|\n|-|-|\n|null|2 s|\n", []string{"no/null/yes 2 2"}, nil},
		"a baseline of zero": {"|x|before|after|\n|-|-|-|\n|a|0 s|1 s|\n|b|1 s|0 s|\n",
			[]string{"table-1/b/before 1 1", "table-1/b/after 0 0", "table-1/b/after/saving 1 1"},
			[]markdown.Unread{{3, "a | 0 s | 1 s", "a time of zero cannot be a baseline"}}},
		"in lists and quotes": {"- a list of 3 min\n\n> |x|before|after|\n> |-|-|-|\n> |total|2 min|1 min|\n>\n> saves 50%, or 1 min, or 40%\n",
			[]string{"table-1/total/before 120 120", "table-1/total/after 60 60", "table-1/total/after/saving 0.5 0.5",
				"table-1/total/after/stated-saving-ratio 0.5 0.5", "table-1/total/after/stated-saving-seconds 60 60"},
			[]markdown.Unread{{1, "3 min", "stands in no table"}, {7, "40%", "a second saving of total"}}},
		"shares alone": {"|x|gain|\n|-|-|\n|a|5%|\n\nsaves 7%\n\n|x|t|\n|-|-|\n|a|2 s|\n\nA reduction by 8%.\n",
			[]string{"table-1/a/t 2 2"},
			[]markdown.Unread{{3, "a | 5%", "the table has no column of times"}, {5, "7%", "stands in no table"},
				{11, "8%", "the table has no baseline that it could be saved of"}}},
		"a column line": {"|x|line|\n|-|-|\n|a|2 s|\n", []string{"table-1/a/line-2 2 2"}, nil},
		"code in cells": {"|x|`t`|\n|-|-|\n|`a` \\| b|`2 s`|\n", []string{"table-1/a-b/t 2 2"}, nil},
		"an open end": {"|x|before|after|\n|-|-|-|\n|a|over 5 min|1 min|\n|b|2 min|1 min|\n",
			[]string{"table-1/b/before 120 120", "table-1/b/after 60 60", "table-1/b/after/saving 0.5 0.5"},
			[]markdown.Unread{{3, "a | over 5 min | 1 min", "no range of times in column before"}}},
		"numbers of a header": {"|x 1|before 2|note 3|5 min on 4|\n|-|-|-|-|\n|6 s|4 s||2 s|\n",
			[]string{"table-1/6-s/before-2 4 4", "table-1/6-s/5-min-on-4 2 2", "table-1/6-s/5-min-on-4/saving 0.5 0.5"},
			[]markdown.Unread{{1, "x 1", "its column is not of times"}, {1, "note 3", "its column is not of times"},
				{1, "5 min", "stands in a name"}, {3, "6 s", "stands in a name"}}},
		"a column of both": {"|x|t|gain|\n|-|-|-|\n|a|2 s|5%|\n|b|2 s|6%|\n|c|2 s|1 s|\n",
			[]string{"table-1/a/t 2 2", "table-1/b/t 2 2", "table-1/c/t 2 2"},
			[]markdown.Unread{{3, "5%", "its column is neither of times nor of shares"}, {4, "6%", "its column is neither of times nor of shares"},
				{5, "1 s", "its column is neither of times nor of shares"}}},
		"a table without times": {"|Python|3.11|\n|-|-|\n|pip|24|\n|uv|none|\nAll of 2.\n\n|x|t|\n|-|-|\n|a|2 s|\n",
			[]string{"table-1/a/t 2 2"},
			[]markdown.Unread{{1, "Python | 3.11", "the table has no row that was read"}, {3, "pip | 24", "the table has no column of times"},
				{5, "All of 2.", "the table has no row that was read"}}},
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

// TestReadRow has rows of a table of times and what is saved, in line 3.
func TestReadRow(t *testing.T) {
	t.Parallel()
	const (
		before = "no range of times in column before"
		gain   = "no time and no share that is saved"
	)
	for name, tc := range map[string]struct {
		row    string
		want   []string // targets that are stated, as "label low high"
		unread []string // as "text: reason"
	}{
		"capitals":            {"|a|8-12 Min|2-3 Minutes|", []string{"8-12 Min 480 720", "2-3 Minutes 120 180"}, nil},
		"all capitals":        {"|a|10 MIN|1 H 5 SEC|", []string{"10 MIN 600 600", "1 H 5 SEC 3605 3605"}, nil},
		"a clock":             {"|a|2 min|1:05|", nil, []string{"a | 2 min | 1:05: 1:05 may be of hours or of minutes"}},
		"primes":              {"|a|5'|4\"|", nil, []string{"a | 5' | 4\": " + before}},
		"a capital M":         {"|a|200M|4 s|", nil, []string{"a | 200M | 4 s: " + before}},
		"a thousand":          {"|a|1,200 s|4 s|", nil, []string{"a | 1,200 s | 4 s: " + before}},
		"a half":              {"|a|½ min|?|", nil, []string{"a | ½ min | ?: " + before}},
		"a missing cell":      {"|a|5 min|", nil, []string{"a | 5 min: no range of times in column after"}},
		"a number in a name":  {"|e2e|-|-|", nil, []string{"e2e | - | -: " + before}},
		"no number":           {"|a|?|-|", nil, nil},
		"slower":              {"|a|5 s|4 s|20% slower|", []string{"5 s 5 5", "4 s 4 4"}, []string{"20% slower: " + gain}},
		"a sign":              {"|a|5 s|4 s|-50%|", []string{"5 s 5 5", "4 s 4 4"}, []string{"-50%: " + gain}},
		"times faster":        {"|a|5 s|4 s|2x faster|", []string{"5 s 5 5", "4 s 4 4"}, []string{"2x faster: " + gain}},
		"an arrow":            {"|a|5 s|4 s|↓ 50%|", []string{"5 s 5 5", "4 s 4 4"}, []string{"↓ 50%: " + gain}},
		"per cent":            {"|a|5 s|4 s|50 percent|", []string{"5 s 5 5", "4 s 4 4", "50 percent 0.5 0.5"}, nil},
		"a factor":            {"|a|5 s|4 s|2x|", []string{"5 s 5 5", "4 s 4 4"}, []string{"2x: " + gain}},
		"a note":              {"|a|5 s|4 s|see #12|", []string{"5 s 5 5", "4 s 4 4"}, []string{"see #12: " + gain}},
		"no share":            {"|a|5 s|4 s|n/a|", []string{"5 s 5 5", "4 s 4 4"}, nil},
		"too many cells":      {"|a|5 s|4 s|n/a|9 s|`x` 8 s|", []string{"5 s 5 5", "4 s 4 4"}, []string{"9 s|`x` 8 s: its column has no header"}},
		"a break":             {"|a|3 min<br>or 4 min|1 s|", nil, []string{"a | 3 min / or 4 min | 1 s: " + before}},
		"a break between":     {"|a|1 min<br/>30 s|1 s|", nil, []string{"a | 1 min / 30 s | 1 s: " + before}},
		"a break at the end":  {"|a|3 min<br>|1 s|", []string{"3 min 180 180", "1 s 1 1"}, nil},
		"tags":                {"|a|<b>3</b> min|8<sup>1</sup> s|", nil, []string{"a | 3 min | 8 1 s: no range of times in column after"}},
		"a reference":         {"|a|3&nbsp;min|\\~1 s|", []string{"3 min 180 180", "~1 s 1 1"}, nil},
		"a link":              {"|a|[3 min](http://x/4)|<http://x/5min>|", nil, []string{"a | 3 min | http://x/5min: no range of times in column after"}},
		"a long note":         {"|a|5 s|4 s|" + strings.Repeat("so ", 100) + "1|", []string{"5 s 5 5", "4 s 4 4"}, []string{strings.Repeat("so ", 100) + "1: " + gain}},
		"savings below":       {"**Savings**: 50%, not 3 s", []string{"50% 0.5 0.5", "3 s 3 3"}, nil},
		"other words below":   {"On 4 cores", nil, []string{"On 4 cores: not all of it says what is saved"}},
		"more than savings":   {"Saves 50% on 4 cores", []string{"50% 0.5 0.5"}, []string{"Saves 50% on 4 cores: not all of it says what is saved"}},
		"savings not read":    {"Saves up to 50%", nil, []string{"up to 50%: no range of times or per cent"}},
		"savings of two":      {"Savings: 1 min 30 s to 2 min", []string{"1 min 30 s to 2 min 90 120"}, nil},
		"no savings of times": {"Savings: 2x", nil, []string{"2x: no range of times or per cent"}},
	} {
		d, set := read(t, "|x|before|after|gain|\n|-|-|-|-|\n"+tc.row+"\n|z|4 min|2 min|7%|\n|total|4 min|2 min\n")
		var got, unread []string
		for _, f := range set.Targets {
			if !f.Derived && (f.Phase == "a" || f.Phase == "total" && f.Baseline != "") {
				got = append(got, fmt.Sprint(f.Label, " ", f.Low, " ", f.High))
			}
		}
		for _, u := range d.Unread {
			unread = append(unread, u.Text+": "+u.Reason)
			if u.Line != 3 {
				t.Errorf("%s: got %q in line %d, want line 3", name, u.Text, u.Line)
			}
		}
		if !slices.Equal(got, tc.want) || !slices.Equal(unread, tc.unread) {
			t.Errorf("%s: got %q, unread %q, want %q, unread %q", name, got, unread, tc.want, tc.unread)
		}
	}
}

func TestReadTooMany(t *testing.T) {
	t.Parallel()
	wide := func(cell string) string { return strings.Repeat("|"+cell, target.MaxEntries+2) + "|\n" }
	var rows strings.Builder
	for i := range target.MaxEntries + 1 {
		fmt.Fprintf(&rows, "|row %d|2 s|\n", i)
	}
	for name, tc := range map[string]struct {
		text string
		want []markdown.Unread
	}{
		"columns": {wide("t") + wide("-") + wide("2 s"),
			[]markdown.Unread{{3, "2 s", "stands in a name"}, {3, "2 s", "its column is neither of times nor of shares"}}},
		"rows": {"|x|t|\n|-|-|\n" + rows.String(), []markdown.Unread{{53, "row 50 | 2 s", "more than 50 rows"}}},
		"tables": {strings.Repeat("|x|t|\n|-|-|\n|a|2 s|\n\n", target.MaxEntries) + "|x|t 1|\n|-|-|\n|a|2 s|\n",
			[]markdown.Unread{{201, "x | t 1", "the table has no row that was read"}, {203, "a | 2 s", "more than 50 tables"}}},
		"savings": {"|x|b|a|gain|\n|-|-|-|-|\n" + strings.ReplaceAll(rows.String(), "2 s", "2 s|1 s|50%") + "\nSavings: 1 s\n",
			[]markdown.Unread{{53, "row 50 | 2 s | 1 s | 50%", "more than 50 rows"}, {55, "1 s", "more than 50 savings"}}},
	} {
		if d, _ := read(t, tc.text); !slices.Equal(d.Unread, tc.want) {
			t.Errorf("%s: got %v unread, want %v", name, d.Unread, tc.want)
		}
	}
}

// TestReadProse has figures outside of tables. None of them is a target.
func TestReadProse(t *testing.T) {
	t.Parallel()
	const table = "\n\n|x|t|\n|-|-|\n|a|2 s|\n"
	for name, tc := range map[string]struct {
		text string
		want []string // as "line text: reason"
	}{
		"emphasis":          {"It took **25+** minutes, *8*-12 min.", []string{"1 25+ minutes: prose", "1 8-12 min: prose"}},
		"capitals":          {"8-12 Min or 3 MIN", []string{"1 8-12 Min: prose", "1 3 MIN: prose"}},
		"numbers":           {"1,200 s, 2:30 min and 1'200 s, 10/5 min", []string{"1 1,200 s: prose", "1 2:30 min: prose", "1 1'200 s: prose", "1 10/5 min: prose"}},
		"fractions":         {"2½ min or ½ h", []string{"1 2½ min: prose", "1 ½ h: prose"}},
		"signs":             {"-50%, −5 s, <1 min, ↓ 50%, 20% slower, 3x faster", []string{"1 -50%: prose", "1 −5 s: prose", "1 <1 min: prose", "1 ↓ 50%: prose", "1 20% slower: prose", "1 3x faster: prose"}},
		"no other end":      {"over 25 minutes, up to 5 s", []string{"1 over 25 minutes: prose", "1 up to 5 s: prose"}},
		"two units":         {"1 h 5 min to 2 h; 1m30s; 1 min, 30 s; 1h05; 1 min 90 s", []string{"1 1 h 5 min to 2 h: prose", "1 1m30s: prose", "1 1 min, 30 s: prose", "1 1h05: prose", "1 1 min: prose", "1 90 s: prose"}},
		"one word":          {"a 12-minute build, v1.5 min", []string{"1 12-minute: prose", "1 v1.5 min: prose"}},
		"sizes and ages":    {"200-400 MB for 7 days at 5 m", []string{"1 200-400 MB: prose", "1 7 days: prose"}},
		"over lines":        {"# From 5\n\nFrom 8-12\nminutes\nto 3 min", []string{"3 8-12 minutes to 3 min: prose"}},
		"a break":           {"3 min<br>or 4 min, `5&nbsp;s`, 6&nbsp;s", []string{"1 3 min: prose", "1 4 min: prose", "1 6 s: prose"}},
		"an escape":         {"5 \\% of \\~3 s", []string{"1 5 %: prose", "1 ~3 s: prose"}},
		"addresses":         {"[a](http://a/5min \"6 s\") <http://a/7min> http://a/8min, www.a.de/9min ![](10s.png)\n\n[b]: http://a/11min", nil},
		"a link's text":     {"[5 min](x) after\n![6 s](x)", []string{"1 5 min: prose", "2 6 s: prose"}},
		"code":              {"```\nx = 5\ns\nin 6 min\n```\n\n    7 s", []string{"4 6 min: block of code", "7 7 s: block of code"}},
		"HTML":              {"> <table width=\"5%\">\n> <tr><td>1</td><td title='6 s'\n> >10 min<br>\n> &lt;7 s</table>", []string{"3 10 min: HTML", "4 <7 s: HTML"}},
		"HTML in a list":    {"- <pre>\n\n  5 s\n  6 s</pre>", []string{"3 5 s: HTML", "4 6 s: HTML"}},
		"less than in HTML": {"<p>\n<5 min, then >6 s", []string{"2 <5 min: HTML", "2 >6 s: HTML"}},
		"what HTML hides":   {"<!-- 5 min\n\n6 min -->\n\n<style>a {width: 7%}\n</style>\n\n<script>\n8 s\n</script>", nil},
		"inline HTML":       {"<i title=\"6 s\">7</i> min, <!-- 5 s -->8 min", []string{"1 7 min: prose", "1 8 min: prose"}},
		"a heading's":       {"# Under 5 min", []string{"1 Under 5 min: prose"}},
		"no unit":           {"Python 3.11 at 2:30, x86 5'", nil},
	} {
		d, set := read(t, tc.text+table)
		var got []string
		for _, u := range d.Unread {
			reason := strings.TrimPrefix(strings.Replace(u.Reason, "stands in no table", "prose", 1), "stands in ")
			got = append(got, fmt.Sprint(u.Line, " ", u.Text, ": ", strings.TrimPrefix(reason, "a ")))
		}
		if !slices.Equal(got, tc.want) || len(set.Targets) != 1 {
			t.Errorf("%s: got %q and %d targets, want %q and that of the table", name, got, len(set.Targets), tc.want)
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

// A cell is a cell of a table with its line, as goldmark renders it.
type cell struct {
	line, column int
	header       bool
	below        bool // a row without bars: prose that Markdown takes for one
	text         string
}

var (
	alt = regexp.MustCompile(`<img [^>]*alt="([^"]*)"[^>]*>`)
	tag = regexp.MustCompile(`<[^>]*>`)
)

// cells walks a document by itself, so that it sees what Read does not.
func cells(t *testing.T, source []byte) []cell {
	t.Helper()
	var all []cell
	md := goldmark.New(goldmark.WithExtensions(extension.Table))
	err := ast.Walk(md.Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || n.Kind() != table.KindTableCell || n.Lines().Len() == 0 {
			return ast.WalkContinue, nil
		}
		from := n.Lines().At(0).Start
		c := cell{line: 1 + bytes.Count(source[:from], []byte("\n")), header: n.Parent().Kind() == table.KindTableHeader}
		for before := n.PreviousSibling(); before != nil; before = before.PreviousSibling() {
			c.column++
		}
		c.below = !bytes.Contains(bytes.Split(source, []byte("\n"))[c.line-1], []byte("|"))
		var b bytes.Buffer
		if err := md.Renderer().Render(&b, source, n); err != nil {
			return ast.WalkStop, err
		}
		c.text = html.UnescapeString(tag.ReplaceAllString(alt.ReplaceAllString(b.String(), "$1"), ""))
		all = append(all, c)
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// letters are those of a text, and its numbers: what is left of it whatever
// becomes of its spaces and marks.
func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsNumber(c) {
			return c
		}
		return -1
	}, s)
}

// lost returns the cells with a number that are nowhere in a draft.
func lost(t *testing.T, source []byte, d markdown.Draft) []cell {
	t.Helper()
	named, labels := map[int]string{}, map[int][]string{} // by line
	rows, titles := map[int]bool{}, map[int][]string{}
	for _, u := range d.Unread {
		named[u.Line] += " " + letters(u.Text)
	}
	for _, table := range d.Tables {
		for _, c := range table.Columns {
			titles[table.Line] = append(titles[table.Line], letters(c.Title))
		}
		for _, row := range table.Rows {
			rows[row.Line] = true
			for _, label := range row.Labels {
				labels[row.Line] = append(labels[row.Line], letters(label))
			}
		}
		for _, s := range table.Savings {
			labels[s.Line] = append(labels[s.Line], letters(s.Label))
		}
	}
	return slices.DeleteFunc(cells(t, source), func(c cell) bool {
		text := letters(c.text)
		switch at := slices.Index(labels[c.line], text); {
		case !strings.ContainsFunc(text, unicode.IsNumber), strings.Contains(named[c.line], text):
			return true
		case c.header:
			return slices.Contains(titles[c.line], text)
		case c.below:
			said := strings.Join(labels[c.line], " ") + named[c.line]
			return !slices.ContainsFunc(regexp.MustCompile(`\pN+`).FindAllString(c.text, -1), func(n string) bool { return !strings.Contains(said, n) })
		case c.column == 0:
			return rows[c.line] // it is the row's name
		case at >= 0:
			labels[c.line] = slices.Delete(labels[c.line], at, at+1) // each stands for one cell
			return true
		}
		return false
	})
}

// FuzzRead holds drafts of any text to what is promised of them: they are sets
// with each figure that was read, and each cell of a table that holds a number
// is in one or is named as unread.
func FuzzRead(f *testing.F) {
	f.Add([]byte(document))
	f.Add([]byte("|x|before|after|gain|\n|-|-|-|-|\n|a|2 s|1 s|50%|\n\nsaves 1 s\n"))
	f.Add([]byte("> # a: \"b\" #\n> |x\\||`5 min`|\n> |-|-|\n> |~|1h 5m|\n"))
	f.Add([]byte("x|1|t|<b>gain</b>\n-|-|-|-\na|8-12 Min|2:30|-50%\nb|&#50;&nbsp;s|3 s<br>|2x|9\n**Savings**: 50% of [2](3)\n"))
	f.Add([]byte("|1|2|\n|-|-|\n|`3\\|4`|![5](6)|\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := markdown.Read(text)
		if !utf8.Valid(text) || len(text) > markdown.MaxSize {
			return
		}
		for _, c := range lost(t, text, d) {
			t.Errorf("%q: line %d: lost %q", text, c.line, c.text)
		}
		if err != nil {
			return
		}
		rows, derived := 0, 0
		var got, want []string // labels
		for _, table := range d.Tables {
			rows += len(table.Rows)
			if table.Baseline != "" {
				derived += len(table.Rows) * (len(table.Columns) - 1) // what each other column saves
			}
			for _, row := range table.Rows {
				want = append(want, row.Labels...)
			}
			for _, s := range table.Savings {
				want = append(want, s.Label)
			}
		}
		for _, target := range parse(t, d).Targets {
			if target.Derived {
				derived--
			} else {
				got = append(got, target.Label)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if rows == 0 || derived != 0 || !slices.Equal(got, want) {
			t.Errorf("%q: got targets %q of %d rows, want %q; %d derived ones are missing", text, got, rows, want, derived)
		}
	})
}
