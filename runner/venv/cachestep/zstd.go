package cachestep

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

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

// Zstd compresses or decompresses a stream, on all processors as zstdmt does,
// and leaves in the file count how many bytes the side that is not compressed
// had, also after an error.
func Zstd(d Direction, in io.Reader, out io.Writer, count string) (err error) {
	var n int64
	defer func() {
		err = errors.Join(err, os.WriteFile(count, strconv.AppendInt(nil, n, 10), 0o600))
	}()
	if d == Compress {
		enc, err := zstd.NewWriter(out, zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(3)))
		if err != nil {
			return err
		}
		n, err = io.Copy(enc, in)
		return failed(d, errors.Join(err, enc.Close()))
	}
	dec, err := zstd.NewReader(in, zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return failed(d, err)
	}
	defer dec.Close()
	n, err = io.Copy(out, dec)
	return failed(d, err)
}

func failed(d Direction, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", d, err)
	}
	return nil
}
