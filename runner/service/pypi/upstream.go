package pypi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cibench/cibench/runner/service/internal/meter"
)

// acceptPages is what pip sends.
const acceptPages = typeJSON + ", " + typeHTML + "; q=0.1, text/html; q=0.01"

// maxPage bounds an upstream's page, in bytes; the largest seen is 40 MB.
const maxPage = 128 << 20

// Upstream is the index that is recorded from. It is safe for concurrent use.
type Upstream struct {
	base   *url.URL // without credentials, ends in a slash
	user   *url.Userinfo
	client *http.Client
	stall  time.Duration // without a byte for so long, a request is given up

	traffic meter.Traffic
}

// NewUpstream returns the index at base ("https://host/simple/"). Credentials
// in base are sent to that host alone, by that scheme and port, and appear in no
// error. The client's trust store applies, and what it does about redirects.
func NewUpstream(base string, client *http.Client) (*Upstream, error) {
	u, err := url.Parse(strings.TrimRight(base, "/") + "/")
	if err != nil {
		// The cause would quote the URL, credentials and all.
		return nil, errors.New("upstream index: its URL cannot be parsed")
	}
	user := u.User
	u.User = nil
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("upstream index %q: want an http or https URL", redact(u))
	}
	up := &Upstream{base: u, user: user, stall: 30 * time.Second}
	own := *client
	own.CheckRedirect = up.checkRedirect(client.CheckRedirect)
	up.client = &own
	return up, nil
}

// checkRedirect returns what the client does before it follows a redirect. By
// itself net/http takes credentials along to other schemes and ports of a host,
// and to hosts below it.
func (u *Upstream) checkRedirect(given func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if !u.isBase(req.URL) {
			req.Header.Del("Authorization")
		}
		switch {
		case given != nil:
			return given(req, via)
		case len(via) >= 10: // as net/http has it
			return errors.New("stopped after 10 redirects")
		}
		return nil
	}
}

// isBase tells whether a URL is of the index's own host, which credentials are
// for.
func (u *Upstream) isBase(at *url.URL) bool {
	return at.Scheme == u.base.Scheme && at.Host == u.base.Host
}

// String returns the URL of the index without credentials.
func (u *Upstream) String() string { return redact(u.base) }

// redact leaves out what may be secret.
func redact(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// page asks for the page of a package; a package that is not there is a
// *MissingError.
func (u *Upstream) page(ctx context.Context, name string) (Page, error) {
	at := u.base.JoinPath(name, "/")
	body, resp, err := u.get(ctx, at, http.Header{"Accept": {acceptPages}})
	if errors.Is(err, errNotThere) {
		return Page{}, &MissingError{Package: name, Upstream: u.String()}
	}
	if err != nil {
		return Page{}, err
	}
	data, err := io.ReadAll(io.LimitReader(body, maxPage+1))
	if err = errors.Join(err, body.Close()); err != nil {
		return Page{}, err
	}
	if len(data) > maxPage {
		return Page{}, &UpstreamError{URL: redact(at), Err: fmt.Errorf("page of more than %d bytes", maxPage)}
	}
	var p Page
	found := resp.Request.URL // after redirects
	switch kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind {
	case typeJSON:
		p, err = parseJSON(data, found, name)
	case typeHTML, "text/html":
		p, err = parseHTML(data, found, name)
	default:
		err = fmt.Errorf("content type %q is not an index page's", kind)
	}
	if err != nil {
		return Page{}, &UpstreamError{URL: redact(at), Err: err}
	}
	return p, nil
}

// open starts to download a file that a page of this upstream named.
func (u *Upstream) open(ctx context.Context, link string) (io.ReadCloser, error) {
	at, err := url.Parse(link)
	if err != nil {
		return nil, fmt.Errorf("upstream: %w", err)
	}
	// Without this, some servers mark a .tar.gz as a compressed .tar.
	body, _, err := u.get(ctx, at, http.Header{"Accept-Encoding": {"identity"}})
	return body, err
}

// errNotThere stands for 404 and 410.
var errNotThere = errors.New("not there")

// get sends one request. The body counts into the upstream's traffic, fails
// when it stalls, and yields only *UpstreamErrors.
func (u *Upstream) get(ctx context.Context, at *url.URL, header http.Header) (io.ReadCloser, *http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	b := &upstreamBody{upstream: u, url: redact(at), ctx: ctx, cancel: cancel}
	b.watch = time.AfterFunc(u.stall, func() { cancel(fmt.Errorf("no data for %v", u.stall)) })
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, nil, errors.Join(b.fail(err), b.Close())
	}
	req.Header = header
	req.Header.Set("User-Agent", "cibench")
	if u.user != nil && u.isBase(at) {
		password, _ := u.user.Password()
		req.SetBasicAuth(u.user.Username(), password)
	}
	u.traffic.Requests.Add(1)
	resp, err := u.client.Do(req)
	if err != nil {
		return nil, nil, errors.Join(b.fail(err), b.Close())
	}
	b.body = resp.Body
	switch resp.StatusCode {
	case http.StatusOK:
		return b, resp, nil
	case http.StatusNotFound, http.StatusGone:
		err = errNotThere
	default:
		err = fmt.Errorf("HTTP status %s", resp.Status)
	}
	return nil, nil, errors.Join(b.fail(err), b.Close())
}

// upstreamBody is the body of one response. It lives as long as one call, so
// it may hold that call's context.
type upstreamBody struct {
	upstream *Upstream
	url      string
	ctx      context.Context
	cancel   context.CancelCauseFunc
	watch    *time.Timer
	body     io.ReadCloser
}

func (b *upstreamBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.watch.Reset(b.upstream.stall)
	b.upstream.traffic.Bytes.Add(int64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.fail(err)
	}
	return n, err
}

func (b *upstreamBody) Close() error {
	b.watch.Stop()
	b.cancel(nil)
	if b.body == nil {
		return nil
	}
	return b.body.Close()
}

// fail names the URL. The URL that net/http puts into its errors may hold
// secrets, so only the cause below it is kept.
func (b *upstreamBody) fail(err error) error {
	if cause := context.Cause(b.ctx); cause != nil {
		err = cause
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &UpstreamError{URL: b.url, Err: err}
}

// metadataURL returns where the metadata of the file at link is (PEP 658).
func metadataURL(link string) (string, error) {
	u, err := url.Parse(link)
	if err != nil {
		return "", fmt.Errorf("upstream: %w", err)
	}
	u.Path += metadataSuffix
	if u.RawPath != "" {
		u.RawPath += metadataSuffix
	}
	return u.String(), nil
}
