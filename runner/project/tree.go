package project

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Tree returns the files that Copy writes, without writing them.
func Tree(study *scenarios.Study, files fs.FS, t plan.Trial) (fs.FS, error) {
	project, err := study.Tree(files)
	if err != nil {
		return nil, fmt.Errorf("project: %w", err)
	}
	if !t.State.NeedsMutation() {
		return project, nil
	}
	changed, err := study.Mutations[t.State].Apply(project, t.ID)
	return tree{project, changed}, err
}

// A tree is a project in which some files hold something else.
type tree struct {
	fs.FS
	changed map[string][]byte
}

var (
	_ fs.ReadDirFS  = tree{}
	_ fs.ReadLinkFS = tree{}
)

func (t tree) Open(name string) (fs.File, error) {
	f, err := t.FS.Open(name)
	if data, ok := t.changed[name]; ok && err == nil {
		return changedFile{f, bytes.NewReader(data)}, nil
	}
	return f, err
}

func (t tree) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(t.FS, name) }

func (t tree) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(t.FS, name) }
func (t tree) ReadLink(name string) (string, error)   { return fs.ReadLink(t.FS, name) }

// A changedFile has the content of the changed file, and all else, its size
// too, of the one that was there.
type changedFile struct {
	fs.File
	content *bytes.Reader
}

func (f changedFile) Read(b []byte) (int, error) { return f.content.Read(b) }
