package pypi

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// lockHeader is the first line of every lock.
const lockHeader = "cibench index lock 1"

// Lock names the files that an index may serve. As text it is a header, then
// one line per file, sorted by package and file name:
//
//	cibench index lock 1
//	# comments stay with the line below them
//	six six-1.16.0-py2.py3-none-any.whl 11053 sha256:8abb2f1d…
//
// The fields are package, file name, bytes and digest. Metadata files (PEP
// 658) have lines of their own. A nil Lock is an empty one.
type Lock struct {
	entries map[lockKey]Entry
	tail    []string // comments after the last entry
}

type lockKey struct{ pkg, file string }

// An Entry is one line of a lock: a file that was served.
type Entry struct {
	Package string // normalised
	File    string
	Size    int64 // bytes
	Digest  Digest

	comments []string // the comment and blank lines above it
}

// ParseLock reads a lock. An error names the line.
func ParseLock(r io.Reader) (*Lock, error) {
	l := &Lock{entries: map[lockKey]Entry{}}
	lines := bufio.NewScanner(r)
	if !lines.Scan() || strings.TrimSpace(lines.Text()) != lockHeader {
		return nil, errors.Join(fmt.Errorf("index lock: line 1: want %q", lockHeader), lines.Err())
	}
	for n := 2; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			l.tail = append(l.tail, text)
			continue
		}
		e, err := parseEntry(text)
		if err == nil {
			if _, dup := l.entries[e.key()]; dup {
				err = fmt.Errorf("%s is listed twice", e.File)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("index lock: line %d: %w", n, err)
		}
		e.comments, l.tail = l.tail, nil
		l.entries[e.key()] = e
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("index lock: %w", err)
	}
	return l, nil
}

func parseEntry(text string) (Entry, error) {
	f := strings.Fields(text)
	if len(f) != 4 {
		return Entry{}, fmt.Errorf("%d fields, want package, file, bytes and digest", len(f))
	}
	e := Entry{Package: f[0], File: f[1]}
	if !validName(e.Package) {
		return Entry{}, fmt.Errorf("package name %q is not normalised", e.Package)
	}
	if !validFile(strings.TrimSuffix(e.File, metadataSuffix)) {
		return Entry{}, fmt.Errorf("file name %q is not one path element", e.File)
	}
	var err error
	if e.Size, err = strconv.ParseInt(f[2], 10, 64); err != nil || e.Size < 0 {
		return Entry{}, fmt.Errorf("size %q is not a number of bytes", f[2])
	}
	hex, ok := strings.CutPrefix(f[3], "sha256:")
	if !ok {
		return Entry{}, fmt.Errorf("digest %q is not sha256: and digits", f[3])
	}
	e.Digest, err = ParseDigest(hex)
	return e, err
}

func (e Entry) key() lockKey { return lockKey{e.Package, e.File} }

// Lookup returns the entry of a package's file, and whether there is one.
func (l *Lock) Lookup(pkg, file string) (Entry, bool) {
	if l == nil {
		return Entry{}, false
	}
	e, ok := l.entries[lockKey{pkg, file}]
	return e, ok
}

// Entries returns the entries, sorted by package and file name.
func (l *Lock) Entries() []Entry {
	if l == nil {
		return nil
	}
	return sorted(slices.Collect(maps.Values(l.entries)))
}

func sorted(entries []Entry) []Entry {
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(strings.Compare(a.Package, b.Package), strings.Compare(a.File, b.File))
	})
	return entries
}

// With returns a lock of l's entries and the given ones, which win over l's.
func (l *Lock) With(entries []Entry) *Lock {
	m := &Lock{entries: make(map[lockKey]Entry, len(entries))}
	if l != nil {
		maps.Copy(m.entries, l.entries)
		m.tail = l.tail
	}
	for _, e := range entries {
		e.comments = m.entries[e.key()].comments
		m.entries[e.key()] = e
	}
	return m
}

// WriteTo writes the lock as text.
func (l *Lock) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintln(&b, lockHeader)
	for _, e := range l.Entries() {
		for _, c := range e.comments {
			fmt.Fprintln(&b, c)
		}
		fmt.Fprintln(&b, e.Package, e.File, e.Size, e.Digest)
	}
	if l != nil {
		for _, c := range l.tail {
			fmt.Fprintln(&b, c)
		}
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}
