package results

import "testing"

func TestPrintable(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "exit 1: «ü» 中 |<b>`", "exit 1: «ü» 中 |<b>`"},
		{"lines and tabs", "a\nb\r\nc\td\u00a0e", "a b c d e"},
		{"colour escape", "\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m"},
		{"C1 control", "\u009b2J", "\uFFFD2J"},
		{"bell and backspace", "a\a\b", "a\uFFFD\uFFFD"},
		{"writing direction", "a\u202eb\u2066c\u200b", "a\uFFFDb\uFFFDc\uFFFD"},
		{"line separator", "a\u2028b", "a\uFFFDb"},
		{"broken UTF-8", "a\xff\xfeb", "a\uFFFD\uFFFDb"},
	}
	for _, tt := range tests {
		if got := Printable(tt.in); got != tt.want {
			t.Errorf("%s: Printable(%q): got %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}
