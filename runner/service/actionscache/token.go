package actionscache

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// tokenLife is that of the token that GitHub gives a job (go-actions-cache,
// api.md).
const tokenLife = 6 * time.Hour

// claims are what the service and BuildKit's client read in a job's token. The
// scopes are JSON within JSON.
type claims struct {
	AC string `json:"ac"`
	jwt.RegisteredClaims
}

// scope is an entry.Scope as it is written in a token.
type scope struct {
	Ref        string `json:"Scope"`
	Permission entry.Permission
}

// Token returns the token of a job with access to the scopes, in that order:
// what GitHub puts into ACTIONS_RUNTIME_TOKEN. It is good for six hours by the
// cache's clock, and for this cache alone.
func (c *Cache) Token(scopes ...entry.Scope) (string, error) {
	list := make([]scope, len(scopes))
	for i, s := range scopes {
		list[i] = scope(s)
	}
	ac, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("actions cache: token: %w", err)
	}
	// In seconds, as the clock of a client may be a bit behind.
	now := c.now().Truncate(time.Second)
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		AC: string(ac),
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    "cibench",
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(tokenLife)),
		},
	}).SignedString(c.secret)
	if err != nil {
		return "", fmt.Errorf("actions cache: token: %w", err)
	}
	return token, nil
}

var errNoToken = errors.New("no bearer token")

// scopes returns what the token of the request gives access to.
func (c *Cache) scopes(req *http.Request) ([]entry.Scope, error) {
	token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return nil, errNoToken
	}
	var cl claims
	_, err := jwt.ParseWithClaims(token, &cl, func(*jwt.Token) (any, error) { return c.secret, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(c.now))
	if err != nil {
		return nil, err
	}
	var list []scope
	if err := json.Unmarshal([]byte(cl.AC), &list); err != nil {
		return nil, fmt.Errorf("claim ac: %w", err)
	}
	scopes := make([]entry.Scope, len(list))
	for i, s := range list {
		scopes[i] = entry.Scope(s)
	}
	return scopes, nil
}

func readable(scopes []entry.Scope) bool {
	for _, s := range scopes {
		if s.Permission&entry.Read != 0 {
			return true
		}
	}
	return false
}

// errReadDenied has the wording of the service, which the toolkit tells from
// other errors by its first words (cache.ts, CACHE_READ_DENIED_PREFIX).
var errReadDenied = errors.New("cache read denied: token has no readable scopes")
