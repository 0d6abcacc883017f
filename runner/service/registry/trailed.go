package registry

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// trailed is a compressed layer with bytes behind it that decompression skips.
type trailed struct {
	layer   v1.Layer
	diffID  v1.Hash
	trailer []byte

	digest v1.Hash
	size   int64
}

func newTrailed(layer v1.Layer, diffID v1.Hash, id string) (*trailed, error) {
	content, err := layer.Compressed()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	var magic [4]byte
	if _, err := io.ReadFull(content, magic[:]); err != nil {
		return nil, err
	}
	t := &trailed{layer: layer, diffID: diffID}
	if t.trailer, err = trailerFor(magic, id); err != nil {
		return nil, err
	}
	all := io.MultiReader(bytes.NewReader(magic[:]), content, bytes.NewReader(t.trailer))
	t.digest, t.size, err = v1.SHA256(all)
	return t, err
}

var errUncompressed = errors.New("it is neither gzip nor zstd, so its digest cannot change while its content stays")

// trailerFor returns bytes that carry id and decompress to nothing, in the
// format that begins with magic.
func trailerFor(magic [4]byte, id string) ([]byte, error) {
	switch {
	case magic[0] == 0x1f && magic[1] == 0x8b:
		// A gzip file is a series of members (RFC 1952, section 2.2). This one
		// is empty and has a comment.
		var buf bytes.Buffer
		zw := gzip.NewWriter(&buf)
		zw.Comment = id
		if err := zw.Close(); err != nil {
			return nil, err
		}
		return buf.Bytes(), nil
	case binary.LittleEndian.Uint32(magic[:]) == 0xfd2fb528:
		// A skippable frame (RFC 8878, section 3.1.2).
		frame := binary.LittleEndian.AppendUint32(nil, 0x184d2a50)
		frame = binary.LittleEndian.AppendUint32(frame, uint32(len(id)))
		return append(frame, id...), nil
	}
	return nil, errUncompressed
}

func (t *trailed) Digest() (v1.Hash, error) { return t.digest, nil }

func (t *trailed) DiffID() (v1.Hash, error) { return t.diffID, nil }

func (t *trailed) Size() (int64, error) { return t.size, nil }

func (t *trailed) MediaType() (types.MediaType, error) { return t.layer.MediaType() }

func (t *trailed) Compressed() (io.ReadCloser, error) {
	content, err := t.layer.Compressed()
	if err != nil {
		return nil, err
	}
	r := &trailedReader{Closer: content, content: content, trailer: bytes.NewReader(t.trailer)}
	r.Reader = io.MultiReader(content, r.trailer)
	return r, nil
}

type trailedReader struct {
	io.Reader
	io.Closer
	content io.Reader
	trailer *bytes.Reader
}

// WriteTo hands the content on as it is, so that a file still goes out by
// sendfile.
func (r *trailedReader) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, r.content)
	if err != nil {
		return n, err
	}
	m, err := r.trailer.WriteTo(w)
	return n + m, err
}
