package expr

import (
	"strings"
	"testing"
)

func TestTemplate(t *testing.T) {
	t.Parallel()
	env := testEnvironment(t)
	for _, tt := range []struct{ text, want string }{
		{"plain", "plain"},
		{"", ""},
		{"${{ github.ref }}", "refs/heads/main"},
		{"${{github.nothing}}", ""},
		{"a ${{ 1 }} b ${{ true }}", "a 1 b true"},
		{"${{ matrix.list }}!", "Array!"},
		{"it's {${{ 'a' }}} }}", "it's {a} }}"},
		{"${{ 'a }} b' }}", "a }} b"},
		{"${{ '${{ x }}' }}", "${{ x }}"},
		{"${{ github.ref }}\n", "refs/heads/main\n"},
		{"${{ 'it''s' }}", "it's"},
		{"$ {{ x }}", "$ {{ x }}"},
	} {
		tmpl, err := ParseTemplate(tt.text, testScope)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got, err := tmpl.Text(env); got != tt.want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", tt.text, got, err, tt.want)
		}
	}
}

func TestTemplateKeepsKind(t *testing.T) {
	t.Parallel()
	tmpl, err := ParseTemplate("${{ matrix.list }}", testScope)
	if err != nil {
		t.Fatal(err)
	}
	v, err := tmpl.Value(testEnvironment(t))
	if a, ok := v.(*Array); !ok || len(a.Items) != 3 || err != nil {
		t.Errorf("got %v, %v, want the array", v, err)
	}
	if _, err := tmpl.Text(testEnvironment(t)); err == nil || !strings.Contains(err.Error(), "want a text, found an array") {
		t.Errorf("got %v, want an error: an array is no text", err)
	}
}

func TestTemplateFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"a ${{ 1", "${{ has no }}"},
		{"a ${{ 'x }}", "${{ has no }}"},
		{"${{ }}", "unexpected end"},
		{"${{ nope }}", `no context "nope"`},
		{"${{ insert }}", `no context "insert"`},
		// One expression makes the whole text subject to the limit.
		{strings.Repeat("x", 21000) + "${{ 1 }}", "more than 21000"},
	} {
		if _, err := ParseTemplate(tt.text, testScope); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.30q: got %v, want an error with %q", tt.text, err, tt.want)
		}
	}
	if _, err := ParseTemplate(strings.Repeat("x", 30000), testScope); err != nil {
		t.Errorf("a long text without expressions: %v", err)
	}
}

func TestCondition(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", "success()"},
		{" ${{ '' }}", "success() && (format(' {0}', ''))"},
		{"github.ref == 'x'", "success() && (github.ref == 'x')"},
		{"${{ github.ref == 'x' }}", "success() && (github.ref == 'x')"},
		{"always()", "always()"},
		{"${{ !Cancelled() && failure() }}", "!Cancelled() && failure()"},
		{"contains('success()', 'x')", "success() && (contains('success()', 'x'))"},
		// Such a condition is a text, and therefore holds: GitHub warns of it.
		{"${{ false }} && ${{ false }}", "success() && (format('{0} && {1}', false, false))"},
		{"${{ 'always()' }}", "always()"},
	} {
		e, err := ParseCondition(tt.text, testScope)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got := e.String(); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.text, got, tt.want)
		}
	}
	if _, err := ParseCondition("github.ref ==", testScope); err == nil {
		t.Error("an unfinished condition was accepted")
	}
}
