package scenarios

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// sharedTrial stands for the trial's id wherever inputs must not differ from
// trial to trial.
const sharedTrial = "shared"

// placeholderNames are the names that Expand knows.
var placeholderNames = []string{"trial", "number", "commit", "date"}

// placeholder matches {name} and, first, its escape {{name}}.
var placeholder = regexp.MustCompile(`\{\{[a-z]+\}\}|\{[a-z]+\}`)

// Expand replaces the placeholders of text, which all follow from the trial's
// id:
//
//	{trial}   the id itself
//	{number}  a whole number below 100000
//	{commit}  40 hexadecimal digits
//	{date}    an RFC 3339 time in the year 2025
//
// {{name}} stands for the text {name}. Other braces, and names that Parse
// would refuse, stay as they are.
func Expand(text, trial string) string {
	sum := sha256.Sum256([]byte(trial))
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		switch m {
		case "{trial}":
			return trial
		case "{number}":
			return fmt.Sprint(binary.BigEndian.Uint32(sum[20:]) % 100_000)
		case "{commit}":
			return hex.EncodeToString(sum[:20])
		case "{date}":
			return date(binary.BigEndian.Uint32(sum[24:])).Format(time.RFC3339)
		}
		if strings.HasPrefix(m, "{{") {
			return m[1 : len(m)-1]
		}
		return m
	})
}

// date returns the second of the year 2025 that n stands for.
func date(n uint32) time.Time {
	const year = 365 * 24 * 60 * 60
	return time.Date(2025, time.January, 1, 0, 0, int(n%year), 0, time.UTC)
}

// placeholders returns the names in text that Expand would replace, and those
// that it does not know.
func placeholders(text string) (known, unknown []string) {
	for _, m := range placeholder.FindAllString(text, -1) {
		name := strings.Trim(m, "{}")
		switch {
		case strings.HasPrefix(m, "{{"):
		case slices.Contains(placeholderNames, name):
			known = append(known, name)
		default:
			unknown = append(unknown, name)
		}
	}
	return known, unknown
}

// Args returns the variant's build arguments for one trial. In NewCommit their
// placeholders follow from the trial's id; in every other state, and so in the
// build that primes a trial's caches, they are the same for all trials.
func (v Variant) Args(s State, trial string) map[string]string {
	if s != NewCommit {
		trial = sharedTrial
	}
	args := make(map[string]string, len(v.BuildArgs))
	for name, value := range v.BuildArgs {
		args[name] = Expand(value, trial)
	}
	return args
}
