package pypi

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

var pageURL = &url.URL{Scheme: "https", Host: "index.test", Path: "/simple/demo/"}

const (
	hexA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	hexB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

func digest(t testing.TB, hex string) Digest {
	t.Helper()
	d, err := ParseDigest(hex)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseJSON(t *testing.T) {
	t.Parallel()
	got, err := parseJSON([]byte(`{"meta": {"api-version": "1.4", "_last-serial": 7}, "name": "Demo", "files": [
	 {"filename": "demo-1.0.tar.gz", "url": "../../f/demo-1.0.tar.gz#x", "hashes": {"md5": "0", "sha256": "`+hexA+`"},
	  "size": 12, "upload-time": "2025-10-01T02:00:00.5+02:00", "requires-python": ">=3.8,<4", "yanked": "it's <broken>",
	  "core-metadata": {"sha256": "`+hexB+`"}, "provenance": null},
	 {"filename": "demo-2.0.tar.gz", "url": "https://user:secret@files.test/demo-2.0.tar.gz", "hashes": {"sha256": "`+hexB+`"},
	  "requires-python": null, "yanked": true, "core-metadata": true},
	 {"filename": "demo-3.0.tar.gz", "url": "demo-3.0.tar.gz", "hashes": {"sha256": "`+hexB+`"}, "dist-info-metadata": {"sha256": "`+hexB+`"}},
	 {"filename": "only-md5.tar.gz", "url": "x", "hashes": {"md5": "0"}},
	 {"filename": "../../etc/passwd", "url": "x", "hashes": {"sha256": "`+hexB+`"}}]}`), pageURL, "demo")
	if err != nil {
		t.Fatal(err)
	}
	size, why, metadata := int64(12), "it's <broken>", digest(t, hexB)
	want := Page{Name: "demo", Files: []File{
		{
			Name: "demo-1.0.tar.gz", URL: "https://index.test/f/demo-1.0.tar.gz", Digest: digest(t, hexA), Size: &size,
			Uploaded: day.Add(time.Second / 2), RequiresPython: ">=3.8,<4", Yanked: &why, Metadata: &metadata,
		},
		{Name: "demo-2.0.tar.gz", URL: "https://files.test/demo-2.0.tar.gz", Digest: digest(t, hexB), Yanked: new(string)},
		{Name: "demo-3.0.tar.gz", URL: "https://index.test/simple/demo/demo-3.0.tar.gz", Digest: digest(t, hexB), Metadata: &metadata},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestParseJSONRefuses(t *testing.T) {
	t.Parallel()
	const file = `{"meta":{"api-version":"1.0"},"name":"demo","files":[%]}`
	for name, c := range map[string]struct{ in, want string }{
		"not JSON":        {`<html>`, "invalid character"},
		"other version":   {`{"meta":{"api-version":"2.0"},"name":"demo"}`, `API version "2.0"`},
		"other package":   {`{"meta":{"api-version":"1.0"},"name":"evil"}`, `it is about "evil"`},
		"bad digest":      {strings.Replace(file, "%", `{"filename":"a.whl","url":"a","hashes":{"sha256":"xyz"}}`, 1), "64 hexadecimal"},
		"no sha256":       {strings.Replace(file, "%", `{"filename":"a.whl","url":"a","hashes":{"md5":"0"}}`, 1), "none of its 1 files"},
		"bad time":        {strings.Replace(file, "%", `{"filename":"a.whl","upload-time":"soon"}`, 1), "soon"},
		"negative size":   {strings.Replace(file, "%", `{"filename":"a.whl","url":"a","size":-1,"hashes":{"sha256":"`+hexA+`"}}`, 1), "size -1"},
		"file URL":        {strings.Replace(file, "%", `{"filename":"a.whl","url":"file:///etc/passwd","hashes":{"sha256":"`+hexA+`"}}`, 1), `scheme "file"`},
		"bad core digest": {strings.Replace(file, "%", `{"filename":"a.whl","core-metadata":{"sha256":"1"}}`, 1), "64 hexadecimal"},
	} {
		if _, err := parseJSON([]byte(c.in), pageURL, "demo"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

func TestParseHTML(t *testing.T) {
	t.Parallel()
	got, err := parseHTML([]byte(`<!DOCTYPE html><html><head><base href="/mirror/"></head><body><h1>Links</h1>
	 <a name="top">no link</a>
	 <a href="f/demo-1.0%2Bx-py3-none-any.whl#sha256=`+hexA+`" data-requires-python="&gt;=3.8" data-yanked=""
	    data-dist-info-metadata="sha256=`+hexB+`" data-core-metadata="true">demo-1.0+x-py3-none-any.whl</a><br/>
	 <A HREF="https://files.test/demo-2.0.tar.gz#sha256=`+hexB+`&x=y">demo-2.0.tar.gz</A>
	 <a href="demo-3.0.tar.gz#md5=0">unverifiable</a>`), pageURL, "demo")
	if err != nil {
		t.Fatal(err)
	}
	metadata := digest(t, hexB)
	want := Page{Name: "demo", Files: []File{
		{
			Name: "demo-1.0+x-py3-none-any.whl", URL: "https://index.test/mirror/f/demo-1.0%2Bx-py3-none-any.whl",
			Digest: digest(t, hexA), RequiresPython: ">=3.8", Yanked: new(string), Metadata: &metadata,
		},
		{Name: "demo-2.0.tar.gz", URL: "https://files.test/demo-2.0.tar.gz", Digest: digest(t, hexB)},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// fullPage has every attribute that a page can carry.
func fullPage(t testing.TB) Page {
	size, metadata, why := int64(7), digest(t, hexB), `a "quoted" <reason> & more`
	return Page{Name: "demo", Fetched: day, Files: []File{
		{
			Name: "demo-1.0-py3-none-any.whl", URL: "https://files.test/demo-1.0-py3-none-any.whl", Digest: digest(t, hexA),
			Size: &size, Uploaded: day, RequiresPython: ">=3.8,<4", Yanked: &why, Metadata: &metadata,
		},
		{Name: "demo-2.0.tar.gz", URL: "https://files.test/demo-2.0.tar.gz", Digest: digest(t, hexB)},
	}}
}

func TestPageSurvivesStore(t *testing.T) {
	t.Parallel()
	s, want := openStore(t), fullPage(t)
	if err := s.PutPage(want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Page("demo")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, %v\nwant\n%+v", got, err, want)
	}
}

func TestRenderHTMLParses(t *testing.T) {
	t.Parallel()
	want := fullPage(t)
	got, err := parseHTML(renderHTML(want, func(f File) string { return f.URL }), pageURL, "demo")
	if err != nil {
		t.Fatal(err)
	}
	want.Fetched, want.Files[0].Size, want.Files[0].Uploaded = time.Time{}, nil, time.Time{} // HTML has none
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// The key "dist-info-metadata" must not appear: pip 23.0 fails on it.
func TestRenderJSONBytes(t *testing.T) {
	t.Parallel()
	p := fullPage(t)
	p.Files = p.Files[:1]
	got, err := renderJSON(p, func(f File) string { return "../" + f.Name })
	if err != nil {
		t.Fatal(err)
	}
	want := `{"meta":{"api-version":"1.1"},"name":"demo","versions":["1.0"],"files":[` +
		`{"filename":"demo-1.0-py3-none-any.whl","url":"../demo-1.0-py3-none-any.whl","hashes":{"sha256":"` + hexA + `"},` +
		`"size":7,"upload-time":"2025-10-01T00:00:00Z","requires-python":">=3.8,<4","yanked":"a \"quoted\" \u003creason\u003e \u0026 more",` +
		`"core-metadata":{"sha256":"` + hexB + `"},"data-dist-info-metadata":{"sha256":"` + hexB + `"}}]}` + "\n"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPageBefore(t *testing.T) {
	t.Parallel()
	p := Page{Name: "demo", Files: []File{{Name: "old", Uploaded: day}, {Name: "young", Uploaded: tomorrow}, {Name: "ageless"}}}
	for _, c := range []struct {
		cutoff time.Time
		want   int
	}{{day, 0}, {day.Add(1), 1}, {tomorrow, 1}, {tomorrow.Add(1), 2}} {
		got, err := p.before(c.cutoff)
		if err != nil || len(got.Files) != c.want || len(p.Files) != 3 {
			t.Errorf("before %v: %d files, %v, of %d; want %d of 3", c.cutoff, len(got.Files), err, len(p.Files), c.want)
		}
	}
	p.Files = p.Files[2:]
	var noTime *NoUploadTimeError
	if _, err := p.before(tomorrow); !errors.As(err, &noTime) || noTime.Package != "demo" {
		t.Errorf("without upload times: got %v, want a *NoUploadTimeError", err)
	}
	if _, err := (Page{Name: "empty"}).before(tomorrow); err != nil {
		t.Errorf("an empty page: %v", err)
	}
}

func FuzzParseJSON(f *testing.F) {
	seed, err := encodeRecord(fullPage(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"meta":{"api-version":"1.0"},"name":"demo","files":[{"filename":"a.whl","yanked":"x","core-metadata":true}]}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parseJSON(data, pageURL, "demo")
		if err == nil {
			checkParsed(t, p)
		}
	})
}

func FuzzParseHTML(f *testing.F) {
	f.Add(renderHTML(fullPage(f), func(f File) string { return f.URL }))
	f.Add([]byte(`<base href="//x"><a href="a.whl#sha256=` + hexA + `" data-yanked>`))
	f.Add([]byte(`<a href="%zz">`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parseHTML(data, pageURL, "demo")
		if err == nil {
			checkParsed(t, p)
		}
	})
}

// checkParsed holds what every parsed page promises, whatever the bytes.
func checkParsed(t *testing.T, p Page) {
	t.Helper()
	for _, f := range p.Files {
		u, err := url.Parse(f.URL)
		if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			t.Errorf("file %q has URL %q (%v)", f.Name, f.URL, err)
		}
		if !validFile(f.Name) {
			t.Errorf("file name %q", f.Name)
		}
	}
	data, err := encodeRecord(p)
	if err != nil {
		return // a year beyond 9999 cannot be written
	}
	again, err := parseJSON(data, &url.URL{}, "demo")
	if err != nil || len(again.Files) != len(p.Files) {
		t.Errorf("a stored page reads back as %d files, %v; want %d", len(again.Files), err, len(p.Files))
	}
}
