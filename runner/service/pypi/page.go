package pypi

import (
	"slices"
	"time"
)

// A Page is what an index says about one package.
type Page struct {
	Name    string    // normalised
	Fetched time.Time // when the upstream was asked, UTC
	Files   []File    // in the upstream's order
}

// A File is one release file on a page.
type File struct {
	Name           string
	URL            string    // where the upstream keeps it: absolute, without credentials
	Digest         Digest    // of the file
	Size           *int64    // bytes (PEP 700); nil when the upstream does not say
	Uploaded       time.Time // PEP 700, UTC; zero when the upstream does not say
	RequiresPython string    // "" when any Python will do
	Yanked         *string   // PEP 592: the reason, which may be empty; nil when not yanked
	Metadata       *Digest   // of the file's metadata (PEP 658); nil when not offered
}

// before returns p with only the files that were uploaded before cutoff. A
// file without an upload time is left out: it may be younger. When no file has
// one, a cut-off cannot be applied at all, and the error is a
// *NoUploadTimeError.
func (p Page) before(cutoff time.Time) (Page, error) {
	if !slices.ContainsFunc(p.Files, func(f File) bool { return !f.Uploaded.IsZero() }) && len(p.Files) > 0 {
		return Page{}, &NoUploadTimeError{Package: p.Name, Cutoff: cutoff}
	}
	p.Files = slices.DeleteFunc(slices.Clone(p.Files), func(f File) bool {
		return f.Uploaded.IsZero() || !f.Uploaded.Before(cutoff)
	})
	return p, nil
}

// versions returns the versions that the file names carry, sorted as text.
func (p Page) versions() []string {
	var vs []string
	for _, f := range p.Files {
		if v := fileVersion(f.Name); v != "" {
			vs = append(vs, v)
		}
	}
	slices.Sort(vs)
	return slices.Compact(vs)
}
