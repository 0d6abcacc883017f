// Package share lets two directories have one file.
package share

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// File makes to the same file as from, or a copy where the file system has no
// hard links or is another. What is there already is left: the services name
// files by their content.
func File(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	// Half a copy must not take the name.
	out, err := os.Create(to + ".part")
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(out.Name()))
	}
	return os.Rename(out.Name(), to)
}
