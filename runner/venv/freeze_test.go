package venv

import (
	"slices"
	"testing"
)

func TestDrift(t *testing.T) {
	t.Parallel()
	clean := parseFreeze("httpx==0.27.2\nidna==3.7\npip==23.0\n")
	for _, tt := range []struct {
		name, out string
		want      []string
	}{
		{"equal, but for pip", "httpx==0.27.2\nidna==3.7\npip==24.0\nsetuptools==66.1\n", nil},
		{"removed, left over", "anyio==4.0\nhttpx==0.27.2\nidna==3.7\n", []string{"anyio"}},
		{"not upgraded", "httpx==0.27.0\nidna==3.7\n", []string{"httpx"}},
		{"missing", "idna==3.7\n", []string{"httpx"}},
		{"nothing at all", "", []string{"httpx", "idna"}},
	} {
		if got := drift(parseFreeze(tt.out), clean); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
