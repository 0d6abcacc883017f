package pypi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parseHTML reads the page of package name in the HTML of PEP 503, found at
// base. HTML carries neither upload times nor sizes.
func parseHTML(data []byte, base *url.URL, name string) (Page, error) {
	b := pageBuilder{page: Page{Name: name}, base: base}
	z := html.NewTokenizer(bytes.NewReader(data))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return Page{}, fmt.Errorf("page of %s: %w", name, err)
			}
			return b.finish()
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.DataAtom {
			case atom.Base:
				if ref, err := url.Parse(attributes(t)["href"]); err == nil {
					b.base = b.base.ResolveReference(ref)
				}
			case atom.A:
				if err := b.addAnchor(attributes(t)); err != nil {
					return Page{}, err
				}
			}
		}
	}
}

// addAnchor adds the file that a link names. PEP 503 lets the link's text
// differ from the URL's last element in theory; pip believes the URL, too.
func (b *pageBuilder) addAnchor(attr map[string]string) error {
	href, ok := attr["href"]
	if !ok {
		return nil
	}
	u, err := url.Parse(href)
	if err != nil {
		return fmt.Errorf("page of %s: %w", b.page.Name, err)
	}
	f := File{Name: path.Base(u.Path), URL: href, RequiresPython: attr["data-requires-python"]}
	if reason, ok := attr["data-yanked"]; ok {
		f.Yanked = &reason
	}
	for _, key := range []string{"data-core-metadata", "data-dist-info-metadata"} {
		hex, ok := strings.CutPrefix(attr[key], "sha256=")
		if !ok || f.Metadata != nil {
			continue
		}
		d, err := ParseDigest(hex)
		if err != nil {
			return fmt.Errorf("page of %s: metadata of %s: %w", b.page.Name, f.Name, err)
		}
		f.Metadata = &d
	}
	fragment, err := url.ParseQuery(u.Fragment)
	if err != nil {
		return fmt.Errorf("page of %s: fragment of %s: %w", b.page.Name, f.Name, err)
	}
	return b.add(f, fragment.Get("sha256"))
}

func attributes(t html.Token) map[string]string {
	m := make(map[string]string, len(t.Attr))
	for _, a := range t.Attr {
		m[a.Key] = a.Val
	}
	return m
}

// renderHTML writes p as an index serves it, with link(f) as each file's URL.
func renderHTML(p Page, link func(File) string) []byte {
	var b bytes.Buffer
	heading(&b, "Links for "+p.Name)
	for _, f := range p.Files {
		fmt.Fprintf(&b, `<a href="%s#sha256=%s"`, html.EscapeString(link(f)), f.Digest.Hex())
		if f.RequiresPython != "" {
			fmt.Fprintf(&b, ` data-requires-python="%s"`, html.EscapeString(f.RequiresPython))
		}
		if f.Yanked != nil {
			fmt.Fprintf(&b, ` data-yanked="%s"`, html.EscapeString(*f.Yanked))
		}
		if f.Metadata != nil {
			fmt.Fprintf(&b, ` data-dist-info-metadata="sha256=%[1]s" data-core-metadata="sha256=%[1]s"`, f.Metadata.Hex())
		}
		fmt.Fprintf(&b, ">%s</a><br />\n", html.EscapeString(f.Name))
	}
	b.WriteString("</body>\n</html>\n")
	return b.Bytes()
}

// renderRoot writes the list of packages.
func renderRoot(names []string) []byte {
	var b bytes.Buffer
	heading(&b, "Simple index")
	for _, n := range names {
		fmt.Fprintf(&b, "<a href=\"%s/\">%[1]s</a><br />\n", n)
	}
	b.WriteString("</body>\n</html>\n")
	return b.Bytes()
}

func heading(b *bytes.Buffer, title string) {
	fmt.Fprintf(b, "<!DOCTYPE html>\n<html>\n<head>\n"+
		"<meta name=\"pypi:repository-version\" content=\"1.1\">\n"+
		"<title>%s</title>\n</head>\n<body>\n<h1>%[1]s</h1>\n", html.EscapeString(title))
}
