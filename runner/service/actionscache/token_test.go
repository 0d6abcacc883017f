package actionscache

import (
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

// The claims are those that BuildKit's client insists on.
func TestToken(t *testing.T) {
	t.Parallel()
	r := serve(t)
	token, err := r.Token(entry.Branch("refs/heads/dev", "refs/heads/main")...)
	if err != nil {
		t.Fatal(err)
	}
	got := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, got); err != nil {
		t.Fatal(err)
	}
	now := float64(r.clock.now().Unix())
	if want := `[{"Scope":"refs/heads/dev","Permission":3},{"Scope":"refs/heads/main","Permission":1}]`; got["ac"] != want {
		t.Errorf("ac: got %v, want %s", got["ac"], want)
	}
	if got["nbf"] != now || got["exp"] != now+6*3600 {
		t.Errorf("nbf and exp: got %v and %v, want now and six hours later", got["nbf"], got["exp"])
	}
}

func TestBadTokens(t *testing.T) {
	t.Parallel()
	r := serve(t)
	sign := func(method jwt.SigningMethod, key any, c jwt.Claims) string {
		token, err := jwt.NewWithClaims(method, c).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	const ac = `[{"Scope":"refs/heads/main","Permission":3}]`
	now := r.clock.now()
	valid := jwt.RegisteredClaims{NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(time.Hour))}
	for _, tt := range []struct {
		name, header string
		ok           bool
	}{
		{"valid", "Bearer " + sign(jwt.SigningMethodHS256, r.secret, claims{ac, valid}), true},
		{"none", "", false},
		{"another scheme", "Basic eDp5", false},
		{"no token", "Bearer x", false},
		{"another cache's", "Bearer " + serve(t).token, false},
		{"another key", "Bearer " + sign(jwt.SigningMethodHS256, []byte("guess"), claims{ac, valid}), false},
		{"unsigned", "Bearer " + sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims{ac, valid}), false},
		{"too old", "Bearer " + sign(jwt.SigningMethodHS256, r.secret, claims{ac, jwt.RegisteredClaims{ExpiresAt: jwt.NewNumericDate(now)}}), false},
		{"too early", "Bearer " + sign(jwt.SigningMethodHS256, r.secret, claims{ac, jwt.RegisteredClaims{
			ExpiresAt: jwt.NewNumericDate(now.Add(time.Hour)), NotBefore: jwt.NewNumericDate(now.Add(time.Minute))}}), false},
		{"no end", "Bearer " + sign(jwt.SigningMethodHS256, r.secret, claims{ac, jwt.RegisteredClaims{}}), false},
		{"no scopes", "Bearer " + sign(jwt.SigningMethodHS256, r.secret, claims{"", valid}), false},
	} {
		before := r.Counters()
		v2 := r.do("POST", service+"GetCacheEntryDownloadURL", `{"key":"k","version":"v"}`, "Authorization: "+tt.header)
		v1 := r.do("GET", legacy+"cache?keys=k&version=v", "", "Authorization: "+tt.header)
		if tt.ok {
			if v2.status != http.StatusOK || v1.status != http.StatusNoContent {
				t.Errorf("%s: got %d %s and %d %s", tt.name, v2.status, v2.body, v1.status, v1.body)
			}
			continue
		}
		if v2.status != http.StatusUnauthorized || v2.field("code") != "unauthenticated" {
			t.Errorf("%s: v2: got %d %s", tt.name, v2.status, v2.body)
		}
		if v1.status != http.StatusUnauthorized || v1.field("typeKey") != "UnauthorizedRequestException" {
			t.Errorf("%s: v1: got %d %s", tt.name, v1.status, v1.body)
		}
		if got, want := r.Counters().Sub(before), (Counters{Denied: 2}); got != want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, want)
		}
	}
}
