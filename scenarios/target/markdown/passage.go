package markdown

import (
	"bufio"
	"bytes"
	stdhtml "html"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer/html"
)

// A passage is the text of a block without its markup: printable, with single
// spaces, and with line breaks where the document asks for them alone.
type passage struct {
	text  []byte
	marks []mark
}

// A mark says which line of the document a passage's text is from, from where on.
type mark struct{ at, line int }

// passage returns the text of a block of inlines.
func (r *reader) passage(n ast.Node) *passage {
	p := new(passage)
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // nothing in it fails
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			p.write(r.plain(n), r.lineAt(n.Segment.Start))
			if n.SoftLineBreak() || n.HardLineBreak() {
				p.gap(' ')
			}
		case *ast.AutoLink:
			p.write(string(n.Label(r.source)), r.lineAt(n.Pos()))
		case *ast.RawHTML:
			p.tag(string(n.Segments.Value(r.source)))
		}
		return ast.WalkContinue, nil
	})
	return p
}

// plain returns what a text reads as: references such as &nbsp; and characters
// behind a backslash are those that they stand for.
func (r *reader) plain(n *ast.Text) string {
	segment := n.Segment.Value(r.source)
	if n.IsRaw() || !bytes.ContainsAny(segment, `&\`) {
		return string(segment)
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	html.DefaultWriter.Write(w, segment)
	_ = w.Flush() // a buffer has no error
	return stdhtml.UnescapeString(b.String())
}

// code returns the text of a block of code, with its lines.
func (r *reader) code(n ast.Node) *passage {
	p := new(passage)
	for _, segment := range n.Lines().Sliced(0, n.Lines().Len()) {
		p.write(string(segment.Value(r.source)), r.lineAt(segment.Start))
		p.gap('\n')
	}
	return p
}

// hidden matches what HTML does not show: tags, comments, scripts and styles. A <
// before a number is none of them.
var hidden = regexp.MustCompile(`(?is)<!--.*?(?:-->|$)|<(?:script|style)\b.*?(?:</(?:script|style)\s*>|$)|</?[a-z!?][^>]*>`)

// html returns what a block of HTML shows.
func (r *reader) html(n *ast.HTMLBlock) *passage {
	segments := slices.Clone(n.Lines().Sliced(0, n.Lines().Len()))
	if n.HasClosure() {
		segments = append(segments, n.ClosureLine)
	}
	var b strings.Builder
	for _, segment := range segments {
		b.Write(segment.Value(r.source))
	}
	p, s, line := new(passage), b.String(), r.lineAt(segments[0].Start)
	for s != "" {
		at := hidden.FindStringIndex(s)
		if at == nil {
			at = []int{len(s), len(s)}
		}
		shown, tag := s[:at[0]], s[at[0]:at[1]]
		p.write(stdhtml.UnescapeString(shown), line)
		p.tag(tag)
		line += strings.Count(s[:at[1]], "\n")
		s = s[at[1]:]
	}
	return p
}

// write adds a text that begins in that line of the document.
func (p *passage) write(s string, line int) {
	p.marks = append(p.marks, mark{len(p.text), line})
	for _, c := range s {
		if unicode.IsPrint(c) && c != ' ' {
			p.text = append(p.text, string(c)...)
			continue
		}
		p.gap(' ')
		if c == '\n' {
			line++
			p.marks = append(p.marks, mark{len(p.text), line})
		}
	}
}

// breaking matches the tags that begin a new line.
var breaking = regexp.MustCompile(`(?i)^</?(?:br|p|div|li|dt|dd|tr|td|th|h[1-6]|hr|pre|summary|caption)\b`)

// tag adds what separates the texts around a tag. Even one that separates none
// stands for a space: 8<sup>1</sup> min is not 81.
func (p *passage) tag(tag string) {
	if breaking.MatchString(tag) {
		p.gap('\n')
	} else {
		p.gap(' ')
	}
}

// gap adds a space or a line break, one for all in a row.
func (p *passage) gap(c byte) {
	switch last := len(p.text) - 1; {
	case last < 0:
	case p.text[last] != ' ' && p.text[last] != '\n':
		p.text = append(p.text, c)
	case c == '\n':
		p.text[last] = c
	}
}

// line returns the line of the document that what stands there is from.
func (p *passage) line(at int) int {
	i := sort.Search(len(p.marks), func(i int) bool { return p.marks[i].at > at })
	return p.marks[i-1].line
}

func (p *passage) String() string { return strings.TrimSpace(string(p.text)) }

// What figures consist of. Numbers have whatever separates their digits, and
// what stands in one word before them, so that none is quoted without its head.
// Of a time in two units the finer is less than one of the coarser.
const (
	number  = `(?:\d+(?:[.,:/]\d+|[ '’]\d{3})*[¼½¾]?|[¼½¾])\+?`
	word    = `[\pL\pN_./#@+−-]*`
	about   = `(?:[~≈∼<>≤≥↓↑] ?|\b(?:about|around|roughly|approximately|approx\.?|ca\.|over|under|up to|at least|at most|more than|less than|nearly|almost) )?`
	dash    = ` ?(?:[-–—‑−±]|\.\.\.?|…|to) ?`
	finer   = `(?:,? (?:and )?)?[0-5]?\d(?:\.\d+)?`
	minutes = ` ?(?:m|mins?|minutes?)`
	seconds = ` ?(?:s|secs?|seconds?)`
	period  = number + `(?:[ -]?(?:h|hrs?|hours?)(?:` + finer + minutes + `)?(?:` + finer + seconds + `)?` +
		`|h\d\d` +
		`|` + minutes + finer + seconds +
		`|[ -]?(?:ms|msecs?|s|secs?|seconds?|mins?|minutes?|days?))`
	share  = number + ` ?(?:%|per ?cent\b)(?: (?:faster|quicker|shorter|less|saved|savings?|reduction|improvement|slower|longer|more|worse|increase)\b)?`
	factor = number + `(?:x\b| ?×)(?: (?:faster|quicker|shorter|slower)\b)?`
	size   = number + ` ?[kmgt]i?b\b`
)

// figure finds addresses, and in its group what looks like a time, an age, a
// share, a factor or a size in a text without one.
var figure = regexp.MustCompile(`(?i)\b(?:[a-z]+://|www\.)\S*|(` + about + word + `(?:` +
	`(?:(?:` + period + `|` + number + `)` + dash + `)*` + period + `\b` +
	`|(?:` + number + ` ?%?` + dash + `)*` + share +
	`|(?:` + number + dash + `)*(?:` + factor + `|` + size + `)))`)

// figures returns from where to where figures stand in a text. The address of a
// link is not read, whatever it holds.
func figures(s string) [][]int {
	var found [][]int
	for _, at := range figure.FindAllStringSubmatchIndex(s, -1) {
		if at[2] >= 0 {
			found = append(found, at[2:4])
		}
	}
	return found
}
