package pypi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// wirePage is a page in the JSON of PEP 691 with the keys of PEP 700. It is
// also how the store keeps pages; keys with an underscore are private use.
type wirePage struct {
	Meta     wireMeta   `json:"meta"`
	Name     string     `json:"name"`
	Versions []string   `json:"versions"`
	Files    []wireFile `json:"files"`
}

type wireMeta struct {
	APIVersion string     `json:"api-version"`
	Fetched    *time.Time `json:"_fetched,omitempty"`
}

type wireFile struct {
	Filename       string            `json:"filename"`
	URL            string            `json:"url"`
	Hashes         map[string]string `json:"hashes"`
	Size           *int64            `json:"size,omitempty"`
	UploadTime     *time.Time        `json:"upload-time,omitempty"`
	RequiresPython *string           `json:"requires-python"`
	Yanked         wireYanked        `json:"yanked"`
	CoreMetadata   wireMetadata      `json:"core-metadata"`
	// The older name, with the prefix that it has in HTML, as real indexes send
	// it. pip 23.0, Debian 12's, fails on the name without the prefix, whatever
	// the value, so that one is only read.
	DistInfo wireMetadata  `json:"data-dist-info-metadata"`
	PEP691   *wireMetadata `json:"dist-info-metadata,omitempty"`
}

// wireYanked is false, true or the reason (PEP 592).
type wireYanked struct{ reason *string }

func (y wireYanked) MarshalJSON() ([]byte, error) {
	switch {
	case y.reason == nil:
		return []byte("false"), nil
	case *y.reason == "":
		return []byte("true"), nil
	}
	return json.Marshal(*y.reason)
}

func (y *wireYanked) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "false", "null":
		y.reason = nil
		return nil
	case "true":
		y.reason = new(string)
		return nil
	}
	return json.Unmarshal(data, &y.reason)
}

// wireMetadata is false, true or a table of hashes (PEP 658, PEP 714). A
// metadata file without a SHA-256 could not be verified, so it reads as false.
type wireMetadata struct{ digest *Digest }

func (m wireMetadata) MarshalJSON() ([]byte, error) {
	if m.digest == nil {
		return []byte("false"), nil
	}
	return json.Marshal(map[string]Digest{"sha256": *m.digest})
}

func (m *wireMetadata) UnmarshalJSON(data []byte) error {
	m.digest = nil
	switch string(data) {
	case "false", "true", "null":
		return nil
	}
	var hashes map[string]string
	if err := json.Unmarshal(data, &hashes); err != nil {
		return err
	}
	hex, ok := hashes["sha256"]
	if !ok {
		return nil
	}
	d, err := ParseDigest(hex)
	m.digest = &d
	return err
}

// parseJSON reads the page of package name, found at base, against which its
// URLs are resolved.
func parseJSON(data []byte, base *url.URL, name string) (Page, error) {
	var w wirePage
	if err := json.Unmarshal(data, &w); err != nil {
		return Page{}, fmt.Errorf("page of %s: %w", name, err)
	}
	if major, _, _ := strings.Cut(w.Meta.APIVersion, "."); major != "1" {
		return Page{}, fmt.Errorf("page of %s: API version %q, want 1.x", name, w.Meta.APIVersion)
	}
	if got := Normalize(w.Name); got != name {
		return Page{}, fmt.Errorf("page of %s: it is about %q", name, w.Name)
	}
	b := pageBuilder{page: Page{Name: name}, base: base}
	if w.Meta.Fetched != nil {
		b.page.Fetched = w.Meta.Fetched.UTC()
	}
	for _, f := range w.Files {
		file := File{Name: f.Filename, URL: f.URL, Size: f.Size, Yanked: f.Yanked.reason}
		if f.UploadTime != nil {
			file.Uploaded = f.UploadTime.UTC()
		}
		if f.RequiresPython != nil {
			file.RequiresPython = *f.RequiresPython
		}
		file.Metadata = cmp.Or(f.CoreMetadata.digest, f.DistInfo.digest)
		if file.Metadata == nil && f.PEP691 != nil {
			file.Metadata = f.PEP691.digest
		}
		if err := b.add(file, f.Hashes["sha256"]); err != nil {
			return Page{}, err
		}
	}
	return b.finish()
}

// renderJSON writes p as an index serves it, with link(f) as each file's URL.
func renderJSON(p Page, link func(File) string) ([]byte, error) {
	w := wirePage{
		Meta:     wireMeta{APIVersion: "1.1"},
		Name:     p.Name,
		Versions: p.versions(),
		Files:    make([]wireFile, 0, len(p.Files)),
	}
	if w.Versions == nil {
		w.Versions = []string{}
	}
	for _, f := range p.Files {
		w.Files = append(w.Files, toWire(f, link(f)))
	}
	return encode(w)
}

// encodeRecord writes p as the store keeps it.
func encodeRecord(p Page) ([]byte, error) {
	w := wirePage{Meta: wireMeta{APIVersion: "1.1", Fetched: &p.Fetched}, Name: p.Name, Versions: p.versions()}
	for _, f := range p.Files {
		w.Files = append(w.Files, toWire(f, f.URL))
	}
	return encode(w)
}

func toWire(f File, link string) wireFile {
	w := wireFile{
		Filename: f.Name, URL: link, Hashes: map[string]string{"sha256": f.Digest.Hex()}, Size: f.Size,
		Yanked: wireYanked{f.Yanked}, CoreMetadata: wireMetadata{f.Metadata}, DistInfo: wireMetadata{f.Metadata},
	}
	if !f.Uploaded.IsZero() {
		w.UploadTime = &f.Uploaded
	}
	if f.RequiresPython != "" {
		w.RequiresPython = &f.RequiresPython
	}
	return w
}

// encode leaves <, > and & as they are: requires-python is full of them.
func encode(w wirePage) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(w); err != nil {
		return nil, fmt.Errorf("page of %s: %w", w.Name, err)
	}
	return b.Bytes(), nil
}
