package entry

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits are what a repository is held to.
type Limits struct {
	Bytes   int64         // of all entries together, and of one
	Idle    time.Duration // after which an unused entry goes
	Reserve time.Duration // after which a key that was reserved and not committed is free again
}

// GitHub returns the limits of a repository on GitHub: 10 GiB (toolkit,
// CacheFileSizeLimit) and 7 days (caching, "Usage limits and eviction
// policy"). That a reservation ends after 24 hours is a maintainer's word
// (actions/cache, issue 1541).
func GitHub() Limits {
	return Limits{Bytes: 10 << 30, Idle: 7 * 24 * time.Hour, Reserve: 24 * time.Hour}
}

// The limits on keys (toolkit, cache.ts: checkKey and restoreCache).
const (
	MaxKeys = 10  // of one look-up, the primary one among them
	MaxKey  = 512 // characters
)

// A KeyError says that a key, or a list of them, is not one that the cache
// takes.
type KeyError struct {
	Key    string // "" where it is the list
	Reason string
}

func (e *KeyError) Error() string {
	if e.Key == "" {
		return "Key Validation Error: " + e.Reason
	}
	return "Key Validation Error: " + e.Key + " " + e.Reason
}

// CheckKeys returns a *KeyError for the first key that is not valid, or for a
// list that is empty or too long. The wording is the toolkit's.
func CheckKeys(keys []string) error {
	if len(keys) == 0 {
		return &KeyError{Reason: "At least one key is required."}
	}
	if len(keys) > MaxKeys {
		return &KeyError{Reason: fmt.Sprintf("Keys are limited to a maximum of %d.", MaxKeys)}
	}
	for _, key := range keys {
		switch {
		case key == "":
			return &KeyError{Reason: "A key cannot be empty."}
		case len(key) > MaxKey && utf8.RuneCountInString(key) > MaxKey:
			return &KeyError{key, fmt.Sprintf("cannot be larger than %d characters.", MaxKey)}
		case strings.IndexByte(key, ',') >= 0:
			return &KeyError{key, "cannot contain commas."}
		}
	}
	return nil
}

// ErrReadOnly says that no scope may be written. The wording is that of the
// service, which the toolkit tells from other errors by its first words
// (cache.ts, CACHE_WRITE_DENIED_PREFIX).
var ErrReadOnly = errors.New("cache write denied: token has no writable scopes")

// ErrNotReserved says that an id is that of no reservation.
var ErrNotReserved = errors.New("cache entry is not reserved")

// An ExistsError says that key, version and scope are taken.
type ExistsError struct{ Key, Version, Scope string }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("Cache already exists. Scope: %s, Key: %s, Version: %s", e.Scope, e.Key, e.Version)
}

// A SizeError says that an entry is larger than all entries may be together.
type SizeError struct{ Size, Limit int64 }

func (e *SizeError) Error() string {
	return fmt.Sprintf("Cache size of ~%d MB (%d B) is over the data cap limit of %d B, not saving cache.",
		e.Size>>20, e.Size, e.Limit)
}
