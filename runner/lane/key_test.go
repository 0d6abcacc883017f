package lane

import "testing"

func TestKey(t *testing.T) {
	type setup struct{ Args map[string]string }
	one := Key("1", setup{map[string]string{"a": "x", "b": "y"}}, []string{"p", "q"})
	if again := Key("1", setup{map[string]string{"b": "y", "a": "x"}}, []string{"p", "q"}); again != one {
		t.Errorf("the same parts: %s and %s", one, again)
	}
	for name, other := range map[string]string{
		"a part":           Key("2", setup{map[string]string{"a": "x", "b": "y"}}, []string{"p", "q"}),
		"within a part":    Key("1", setup{map[string]string{"a": "x", "b": "z"}}, []string{"p", "q"}),
		"where parts end":  Key("1", setup{map[string]string{"a": "x", "b": "y"}}, []string{"p"}, "q"),
		"one part less":    Key("1", setup{map[string]string{"a": "x", "b": "y"}}),
		"order of a list":  Key("1", setup{map[string]string{"a": "x", "b": "y"}}, []string{"q", "p"}),
		"no part whatever": Key(),
	} {
		if other == one {
			t.Errorf("%s: the same key", name)
		}
	}
}
