package store

import (
	"fmt"
	"testing"
)

// LimitPages lets the store grow to n pages of 4096 bytes and no further.
func LimitPages(t *testing.T, s *Store, n int) {
	t.Helper()
	s.db.SetMaxOpenConns(1) // the limit belongs to a connection
	if _, err := s.db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
		t.Fatal(err)
	}
}
