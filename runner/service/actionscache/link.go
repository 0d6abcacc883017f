package actionscache

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// linkLife is how long a link to an archive is good. That of GitHub's is not
// published; any transfer begins within this.
const linkLife = time.Hour

// blobPath begins the path of every archive. The Azure libraries want an
// account and a container before the name where the host is an address.
const blobPath = "/cibench/archives/"

func isBlob(path string) bool { return strings.HasPrefix(path, blobPath) }

// An access is what a link allows, as in an Azure SAS.
type access string

const (
	toRead  access = "r"
	toWrite access = "w"
)

// link returns the URL of an archive. It needs no token, and ends after linkLife
// or with the next Reset.
func (c *Cache) link(req *http.Request, at address, a access) string {
	name := strconv.FormatInt(at.id, 10)
	until := c.now().Add(linkLife).UTC().Format(time.RFC3339)
	u := url.URL{Scheme: "http", Host: cmp.Or(c.host, req.Host), Path: blobPath + name, RawQuery: url.Values{
		"se": {until}, "sig": {c.sign(at.epoch, name, until, a)}, "sp": {string(a)}, "sr": {"b"},
	}.Encode()}
	return u.String()
}

func (c *Cache) sign(epoch int64, name, until string, a access) string {
	mac := hmac.New(sha256.New, c.secret)
	fmt.Fprintf(mac, "%d\n%s\n%s\n%s", epoch, a, until, name)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

var (
	errSignature = errors.New("the signature does not match")
	errLinkEnded = errors.New("the signature is not valid at this time")
)

// checkLink returns the entry that the request's link is for.
func (c *Cache) checkLink(req *http.Request, a access) (int64, error) {
	name, query := req.PathValue("id"), req.URL.Query()
	until := query.Get("se")
	if !hmac.Equal([]byte(query.Get("sig")), []byte(c.sign(c.epoch(), name, until, a))) {
		return 0, errSignature
	}
	if end, err := time.Parse(time.RFC3339, until); err != nil || !c.now().Before(end) {
		return 0, errLinkEnded
	}
	return strconv.ParseInt(name, 10, 64)
}
