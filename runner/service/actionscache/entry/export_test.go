package entry

// Bytes returns the size of all entries.
func (t *Table) Bytes() int64 { return t.bytes }

// Len returns the number of entries.
func (t *Table) Len() int { return len(t.items) }
