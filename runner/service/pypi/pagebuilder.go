package pypi

import (
	"fmt"
	"net/url"
)

// pageBuilder holds the rules that both page formats share.
type pageBuilder struct {
	page     Page
	base     *url.URL
	unhashed int // files left out because nothing could verify them
}

// add resolves and checks f and appends it. Files that cannot be served are
// left out: those whose name is not one plain path element, and those without
// a SHA-256.
func (b *pageBuilder) add(f File, sha256 string) error {
	if !validFile(f.Name) {
		return nil
	}
	if sha256 == "" {
		b.unhashed++
		return nil
	}
	fail := func(err error) error { return fmt.Errorf("page of %s: file %s: %w", b.page.Name, f.Name, err) }
	var err error
	if f.Digest, err = ParseDigest(sha256); err != nil {
		return fail(err)
	}
	if f.Size != nil && *f.Size < 0 {
		return fail(fmt.Errorf("size %d", *f.Size))
	}
	ref, err := url.Parse(f.URL)
	if err != nil {
		return fail(err)
	}
	u := b.base.ResolveReference(ref)
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fail(fmt.Errorf("URL scheme %q, want http or https", u.Scheme))
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	f.URL = u.String()
	b.page.Files = append(b.page.Files, f)
	return nil
}

// finish returns the page, or an error when it has files but none that could
// be verified: an empty page would hide why nothing can be installed.
func (b *pageBuilder) finish() (Page, error) {
	if len(b.page.Files) == 0 && b.unhashed > 0 {
		return Page{}, fmt.Errorf("page of %s: none of its %d files has a sha256", b.page.Name, b.unhashed)
	}
	return b.page, nil
}
