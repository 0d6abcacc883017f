package hint

import "testing"

func TestFor(t *testing.T) {
	t.Parallel()
	valid := []string{"dockerfile", "context", "needs", "warm"}
	for _, tc := range []struct{ word, want string }{
		{"dockerfil", `did you mean "dockerfile"?`},
		{"Dockerfile", `did you mean "dockerfile"?`},
		{"need", `did you mean "needs"?`},
		{"worm", `did you mean "warm"?`},
		{"warp drive", "one of dockerfile, context, needs, warm"},
		{"", "one of dockerfile, context, needs, warm"},
	} {
		if got := For(tc.word, valid); got != tc.want {
			t.Errorf("For(%q) = %q, want %q", tc.word, got, tc.want)
		}
	}
	if got := For("x", nil); got != "" {
		t.Errorf("For without valid words = %q, want none", got)
	}
}

func TestErrorf(t *testing.T) {
	t.Parallel()
	err := Errorf("try b", "no such thing %q", "a")
	if got, want := err.Error()+"|"+err.Hint(), `no such thing "a"|try b`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
