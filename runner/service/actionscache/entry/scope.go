package entry

// A Permission is what a token may do in a scope, as the bits that GitHub's
// tokens carry (go-actions-cache, cache.go).
type Permission int

// The permissions.
const (
	Read  Permission = 1
	Write Permission = 2
)

// A Scope is a git ref to whose entries a job has access.
type Scope struct {
	Ref        string // such as refs/heads/main
	Permission Permission
}

// Branch returns the scopes of a job that runs for a push to a ref: its own to
// read and write, then the default branch's to read. Entries of other branches
// are not visible to it (caching, "Restrictions for accessing a cache").
func Branch(ref, defaultRef string) []Scope {
	own := Scope{ref, Read | Write}
	if ref == defaultRef {
		return []Scope{own}
	}
	return []Scope{own, {defaultRef, Read}}
}

// writable returns the ref that a job saves to: the first that it may write.
func writable(scopes []Scope) (ref string, ok bool) {
	for _, s := range scopes {
		if s.Permission&Write != 0 {
			return s.Ref, true
		}
	}
	return "", false
}
