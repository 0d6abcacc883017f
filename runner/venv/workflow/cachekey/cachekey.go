// Package cachekey names entries of the Actions cache as the actions on the
// runner name them: their version, the rules for keys, and the keys that
// actions/setup-python makes for pip.
//
// Which entry the service then finds for a key is not known here.
package cachekey

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
)

// What else stands in a version: how an archive is compressed where the runner
// has zstd on its PATH, and the format of the version itself.
const (
	compression = "zstd-without-long"
	salt        = "1.0"
)

// Version returns the version of an entry, in hex: only entries of the same
// version can be found. The paths are taken as they are given and in their
// order, so that another spelling of the same folder is another version
// (github.com/actions/toolkit, packages/cache, getCacheVersion).
func Version(paths []string) string {
	parts := append(append([]string{}, paths...), compression, salt)
	sum := sha256.Sum256([]byte(strings.Join(parts, "|")))
	return hex.EncodeToString(sum[:])
}

// Keys are those with which an action looks for an entry. It saves under the
// primary one.
type Keys struct {
	Primary string
	Restore []string
}

// The limits on keys.
const (
	maxKeys   = 10
	maxLength = 512 // in UTF-16 units
)

// Check tells whether the action takes the keys. It refuses the first one that
// it does not.
func (k Keys) Check() error {
	if k.Primary == "" {
		return errors.New("there is no key")
	}
	if n := 1 + len(k.Restore); n > maxKeys {
		return fmt.Errorf("%d keys are more than %d", n, maxKeys)
	}
	for _, key := range append([]string{k.Primary}, k.Restore...) {
		if n := len(utf16.Encode([]rune(key))); n > maxLength {
			return fmt.Errorf("key %.40q…: %d characters are more than %d", key, n, maxLength)
		}
		if strings.Contains(key, ",") {
			return fmt.Errorf("key %q: it holds a comma", key)
		}
	}
	return nil
}

// Exact tells whether an entry found is the one asked for, and need not be
// saved again. The cache action compares without case.
func (k Keys) Exact(found string) bool { return found != "" && strings.EqualFold(found, k.Primary) }

var spacedNegation = regexp.MustCompile(`^!\s+`)

// Lines returns the paths or keys of an input, one a line, as actions/cache
// takes them: without space around, and an exclamation mark set beside its
// pattern.
func Lines(input string) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(input), "\n") {
		line = strings.TrimSpace(spacedNegation.ReplaceAllString(line, "!"))
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
