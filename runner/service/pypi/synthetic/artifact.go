package synthetic

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
)

const (
	requiresPython  = ">=3.8"
	metadataVersion = "2.1"
)

//go:embed backend.py
var backend string

// artifact is the content of one release.
type artifact struct {
	name, version string
	requires      []string
	random        *rand.Rand
}

// entry is one file of an archive.
type entry struct {
	path string
	data []byte
}

// module returns the name that Python imports.
func (a artifact) module() string { return strings.ReplaceAll(a.name, "-", "_") }

// build returns the file name and the bytes of the release.
func (a artifact) build(f form) (name string, data []byte, err error) {
	stem := a.module() + "-" + a.version
	switch f {
	case wheel:
		data, err = zipped(a.wheel(stem + ".dist-info"))
		return stem + "-py3-none-any.whl", data, err
	case pureSdist, nativeSdist:
		entries, err := a.sdist(f)
		if err != nil {
			return "", nil, err
		}
		data, err = tarred(stem, entries)
		return stem + ".tar.gz", data, err
	}
	return "", nil, fmt.Errorf("unknown form %d", f)
}

// metadata returns METADATA, which is PKG-INFO in an sdist.
func (a artifact) metadata() []byte {
	b := fmt.Appendf(nil, "Metadata-Version: %s\nName: %s\nVersion: %s\nSummary: synthetic\nRequires-Python: %s\n",
		metadataVersion, a.name, a.version, requiresPython)
	for _, r := range a.requires {
		b = fmt.Appendf(b, "Requires-Dist: %s\n", r)
	}
	return b
}

// wheel returns the entries of a pure wheel: a module, and 20 to 200 kB of
// data that do not compress.
func (a artifact) wheel(info string) []entry {
	payload := make([]byte, 20_000+a.random.IntN(180_000))
	for i := range payload {
		payload[i] = byte(a.random.Uint32())
	}
	entries := []entry{
		{a.module() + "/__init__.py", fmt.Appendf(nil, "version = %q\n", a.version)},
		{a.module() + "/payload.bin", payload},
		{info + "/METADATA", a.metadata()},
		{info + "/WHEEL", []byte("Wheel-Version: 1.0\nGenerator: cibench\nRoot-Is-Purelib: true\nTag: py3-none-any\n")},
	}
	var record bytes.Buffer
	for _, e := range entries {
		h := sha256.Sum256(e.data)
		fmt.Fprintf(&record, "%s,sha256=%s,%d\n", e.path, base64.RawURLEncoding.EncodeToString(h[:]), len(e.data))
	}
	fmt.Fprintf(&record, "%s/RECORD,,\n", info)
	return append(entries, entry{info + "/RECORD", record.Bytes()})
}

// sdist returns the entries of a source tree that builds itself.
func (a artifact) sdist(f form) ([]entry, error) {
	project, err := json.Marshal(map[string]any{
		"module": a.module(), "version": a.version, "extension": f == nativeSdist,
	})
	if err != nil {
		return nil, err
	}
	module := fmt.Sprintf("version = %q\n", a.version)
	entries := []entry{
		{"PKG-INFO", a.metadata()},
		{"backend.py", []byte(backend)},
		{"project.json", project},
		{"pyproject.toml", []byte("[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n")},
	}
	if f == nativeSdist {
		module += "from ._native import checksum\n"
		entries = append(entries, entry{"native.c", a.source()})
	}
	return append(entries, entry{a.module() + "/__init__.py", []byte(module)}), nil
}

// source returns a C extension of 200 functions. Its checksum() calls them
// all, so that no compiler can leave them out.
func (a artifact) source() []byte {
	const functions = 200
	var b bytes.Buffer
	b.WriteString("#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n\n")
	for i := range functions {
		fmt.Fprintf(&b, "static unsigned long f%d(unsigned long x) {\n"+
			"    for (int i = 0; i < %d; i++) x = (x ^ (x >> 7)) * %dUL + %dUL;\n    return x;\n}\n",
			i, 2+a.random.IntN(30), a.random.Uint32()|1, a.random.Uint32())
	}
	b.WriteString("\nstatic PyObject *checksum(PyObject *self, PyObject *args) {\n    unsigned long x = 1;\n")
	for i := range functions {
		fmt.Fprintf(&b, "    x = f%d(x);\n", i)
	}
	b.WriteString("    return PyLong_FromUnsignedLong(x);\n}\n\n" +
		"static PyMethodDef methods[] = {\n    {\"checksum\", checksum, METH_NOARGS, NULL},\n    {NULL, NULL, 0, NULL},\n};\n\n" +
		"static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, \"_native\", NULL, -1, methods, NULL, NULL, NULL, NULL};\n\n" +
		"PyMODINIT_FUNC PyInit__native(void) { return PyModule_Create(&module); }\n")
	return b.Bytes()
}

// zipped stores the entries: compressed bytes would depend on the compressor.
func zipped(entries []entry) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.path, Method: zip.Store, Modified: epoch})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// tarred puts the entries under one directory, in a gzip of stored blocks.
func tarred(dir string, entries []entry) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err != nil {
		return nil, err
	}
	t := tar.NewWriter(z)
	for _, e := range entries {
		h := &tar.Header{Name: dir + "/" + e.path, Mode: 0o644, Size: int64(len(e.data)), ModTime: epoch, Format: tar.FormatUSTAR}
		if err := t.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := t.Write(e.data); err != nil {
			return nil, err
		}
	}
	err = errors.Join(t.Close(), z.Close())
	return b.Bytes(), err
}
