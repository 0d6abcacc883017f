package cachestep

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// A Direction is what Zstd does.
type Direction string

// The directions.
const (
	Compress   Direction = "compress"
	Decompress Direction = "decompress"
)

// maxWindow is the largest window that is read: that of unzstd without --long.
const maxWindow = 128 << 20

// Zstd compresses or decompresses a stream, on all processors as zstdmt does.
func Zstd(d Direction, in io.Reader, out io.Writer) error {
	if d == Compress {
		enc, err := zstd.NewWriter(out, zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(3)))
		if err != nil {
			return err
		}
		_, err = io.Copy(enc, in)
		return failed(d, errors.Join(err, enc.Close()))
	}
	dec, err := zstd.NewReader(in, zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return failed(d, err)
	}
	defer dec.Close()
	_, err = io.Copy(out, dec)
	return failed(d, err)
}

func failed(d Direction, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", d, err)
	}
	return nil
}
