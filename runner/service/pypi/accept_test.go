package pypi

import (
	"net/http"
	"testing"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ accept, want string }{
		{acceptPages, typeJSON},
		{"", typeLegacy},
		{"*/*", typeLegacy},
		{"text/html,application/xhtml+xml,*/*;q=0.8", typeLegacy},
		{"application/vnd.pypi.simple.latest+json", typeJSON},
		{"application/*", typeJSON},
		{"application/vnd.pypi.simple.v1+html", typeHTML},
		{"text/html;q=0.2, application/vnd.pypi.simple.v1+json;q=0.3", typeJSON},
		{"application/vnd.pypi.simple.v1+json;q=0, text/html;q=0.1", typeLegacy},
		{"application/vnd.pypi.simple.v2+json", ""},
		{"image/png", ""},
		{"text/html;q=x", ""},
		{";;;,,", ""},
	} {
		h := http.Header{}
		if c.accept != "" {
			h.Set("Accept", c.accept)
		}
		if got := negotiate(h); got != c.want {
			t.Errorf("negotiate(%q) = %q, want %q", c.accept, got, c.want)
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"gzip, deflate": true,
		"gzip;q=0":      false,
		"identity":      false,
		"":              false,
		"br, GZIP;q=.5": true,
	} {
		if got := acceptsGzip(http.Header{"Accept-Encoding": {in}}); got != want {
			t.Errorf("acceptsGzip(%q) = %v, want %v", in, got, want)
		}
	}
}
