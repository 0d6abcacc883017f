package registry

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// kind is what a path asks for.
type kind string

const (
	manifests kind = "manifests"
	blobs     kind = "blobs"
	uploads   kind = "uploads"
	tags      kind = "tags"
)

// A route is a path of the distribution API, taken apart.
type route struct {
	repo string
	kind kind
	ref  string // tag or digest; of an upload its id, or empty
}

// The grammars are those of the OCI distribution specification.
var (
	repoPattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	tagPattern  = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$`)
)

const maxRepo = 255 // bytes of a repository's name

func validRepo(s string) bool { return len(s) <= maxRepo && repoPattern.MatchString(s) }

func validDigest(s string) bool {
	_, err := v1.NewHash(s)
	return err == nil
}

// parseRoute takes a decoded path apart. A path outside the grammar, such as
// one with empty or dot segments, is not one.
func parseRoute(path string) (route, bool) {
	rest, ok := strings.CutPrefix(path, "/v2/")
	if !ok {
		return route{}, false
	}
	if repo, id, ok := cutLast(rest, "/blobs/uploads/"); ok {
		return route{repo, uploads, id}, validRepo(repo) && !strings.Contains(id, "/")
	}
	if repo, ok := strings.CutSuffix(rest, "/blobs/uploads"); ok {
		return route{repo, uploads, ""}, validRepo(repo)
	}
	if repo, ok := strings.CutSuffix(rest, "/tags/list"); ok {
		return route{repo, tags, ""}, validRepo(repo)
	}
	if repo, ref, ok := cutLast(rest, "/blobs/"); ok {
		return route{repo, blobs, ref}, validRepo(repo) && validDigest(ref)
	}
	if repo, ref, ok := cutLast(rest, "/manifests/"); ok {
		return route{repo, manifests, ref}, validRepo(repo) && (tagPattern.MatchString(ref) || validDigest(ref))
	}
	return route{}, false
}

// path returns the path of the route, which asks for manifests or tags.
func (rt route) path() string {
	if rt.kind == tags {
		return "/v2/" + rt.repo + "/tags/list"
	}
	return "/v2/" + rt.repo + "/manifests/" + rt.ref
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// fail answers with an error in the form that the specification gives.
func fail(w http.ResponseWriter, status int, code, message string) {
	type entry struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that is gone does not read the error either.
	_ = json.NewEncoder(w).Encode(map[string][]entry{"errors": {{code, message}}})
}
