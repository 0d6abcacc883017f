package pypi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// Digest is the SHA-256 of a file's bytes.
type Digest [sha256.Size]byte

// ParseDigest reads 64 hexadecimal digits.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if len(s) != hex.EncodedLen(len(d)) {
		return Digest{}, fmt.Errorf("sha256 %q: want %d hexadecimal digits", s, hex.EncodedLen(len(d)))
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil {
		return Digest{}, fmt.Errorf("sha256 %q: %w", s, err)
	}
	return d, nil
}

// Hex returns the 64 lower-case hexadecimal digits of d.
func (d Digest) Hex() string { return hex.EncodeToString(d[:]) }

// String returns "sha256:" and the digits.
func (d Digest) String() string { return "sha256:" + d.Hex() }

// MarshalText returns the digits alone, as index pages write them.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.Hex()), nil }

// sum returns what h has seen; h is a SHA-256.
func sum(h hash.Hash) Digest { return Digest(h.Sum(nil)) }
