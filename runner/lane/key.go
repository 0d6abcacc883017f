package lane

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// Key names what is kept for later runs, by all that shapes it: plain data, of
// which the same parts make the same key in every run.
func Key(parts ...any) string {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(parts); err != nil {
		panic("key: " + err.Error())
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}
