package pypi

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The content types of pages (PEP 691).
const (
	typeJSON   = "application/vnd.pypi.simple.v1+json"
	typeHTML   = "application/vnd.pypi.simple.v1+html"
	typeLegacy = "text/html"
)

// pageTypes is what a page can be served as, the default first.
var pageTypes = []string{typeLegacy, typeJSON, typeHTML}

// latest names the newest version of the API by another name (PEP 691).
var latest = strings.NewReplacer(".latest+", ".v1+")

// negotiate returns the page type that the Accept header prefers; ties go to
// the order of the header. It returns "" when none will do.
func negotiate(h http.Header) string {
	accept := strings.Join(h.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return typeLegacy
	}
	best, bestQ := "", 0.0
	for part := range strings.SplitSeq(accept, ",") {
		kind, q := quality(part)
		if q <= bestQ {
			continue
		}
		if t := matchType(latest.Replace(kind)); t != "" {
			best, bestQ = t, q
		}
	}
	return best
}

func matchType(pattern string) string {
	for _, t := range pageTypes {
		group, _, _ := strings.Cut(t, "/")
		if pattern == t || pattern == "*/*" || pattern == group+"/*" {
			return t
		}
	}
	return ""
}

// acceptsGzip tells whether the client takes gzip. Identity is always allowed.
func acceptsGzip(h http.Header) bool {
	for part := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		if coding, q := quality(part); coding == "gzip" && q > 0 {
			return true
		}
	}
	return false
}

// quality splits "kind; q=0.1". A value without a q has 1; a malformed one
// has 0, so it is passed over.
func quality(part string) (kind string, q float64) {
	kind, params, err := mime.ParseMediaType(part)
	if err != nil {
		return "", 0
	}
	text, ok := params["q"]
	if !ok {
		return kind, 1
	}
	q, err = strconv.ParseFloat(text, 64)
	if err != nil {
		return kind, 0
	}
	return kind, q
}
