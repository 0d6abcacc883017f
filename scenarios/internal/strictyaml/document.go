// Package strictyaml reads YAML files that people write by hand, and tells
// them where each mistake is.
//
// Whatever a file holds that its reader did not ask for is a problem with a
// line, a column and a hint: unknown and double keys, a second document,
// aliases, tags. Problems are collected, so that one reading finds them all;
// Document.Err joins them. What keys and values mean, the callers know.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// MaxSize is the size of the largest file that is read, in bytes. It bounds
// what a hostile file costs.
const MaxSize = 256 << 10

// A Document is a parsed file together with the problems found in it.
// It is not safe for concurrent use.
type Document struct {
	file     string
	root     *yaml.Node
	problems []*Error
	dropped  int
}

// ReadFile returns the contents of a file, cut just above MaxSize so that
// Parse can refuse what is longer.
func ReadFile(fsys fs.FS, name string) (data []byte, err error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err = io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

// Parse reads a file's contents; file is its name in messages. It never
// fails: a file that is no YAML is a document with that problem and without a
// root.
func Parse(file string, data []byte) *Document {
	d := &Document{file: file}
	if len(data) > MaxSize {
		d.report(1, 1, "", "the file is larger than %d KiB", MaxSize>>10)
		return d
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if i := invalidUTF8(data); i >= 0 {
		line, column := position(data, i)
		d.report(line, column, "save the file as UTF-8", "the text is not UTF-8")
		return d
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		d.report(1, 1, "", "the file is empty")
		return d
	case err != nil:
		d.reportSyntax(data, err)
		return d
	}
	switch err := dec.Decode(&next); {
	case err == nil:
		d.report(next.Line, next.Column, "remove the line ---", "a second document begins here")
		return d
	case !errors.Is(err, io.EOF):
		d.reportSyntax(data, err)
		return d
	}
	d.refuse(&doc)
	if len(d.problems) == 0 {
		d.root = doc.Content[0]
	}
	return d
}

// Root returns the value that is the whole file. It is absent when the file
// could not be parsed.
func (d *Document) Root() Value { return Value{doc: d, node: d.root, name: "the file"} }

// refuse reports the parts of YAML that these files do without. Aliases let a
// few lines stand for gigabytes, and tags change what a value is.
func (d *Document) refuse(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		d.report(n.Line, n.Column, "write the value out", "aliases are not allowed")
		return
	case n.Style&yaml.TaggedStyle != 0:
		d.report(n.Line, n.Column, "remove the tag", "the tag %s is not allowed", Quote(n.Tag))
		return
	}
	for _, c := range n.Content {
		d.refuse(c)
	}
}

// position returns the line and column of a byte, both from 1.
func position(data []byte, offset int) (line, column int) {
	before := data[:offset]
	lineStart := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[lineStart:])
}

// invalidUTF8 returns the offset of the first byte that is not part of UTF-8
// text, or -1.
func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}
