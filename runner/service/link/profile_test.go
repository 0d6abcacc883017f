package link

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseRate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s    string
		want Rate // negative: an error
	}{
		{"65 MB/s", 65 * mb},
		{"65MB/s", 65 * mb},
		{"1 Gbit/s", 125 * mb},
		{"1.5 kB/s", 1500},
		{"1000 B/s", 1000},
		{"1 TB/s", 1e12},
		{"unlimited", Unlimited},
		{"", -1}, {"65", -1}, {"65 MB", -1}, {"65 MiB/s", -1}, {"MB/s", -1}, {"-5 MB/s", -1},
		{"0 B/s", -1}, {"999 B/s", -1}, {"5 mB/s", -1}, {"2 TB/s", -1}, {"1.2.3 MB/s", -1}, {"1 Mbps", -1},
	} {
		got, err := ParseRate(tt.s)
		if err != nil {
			got = -1
		}
		if got != tt.want {
			t.Errorf("ParseRate(%q): got %v and error %v, want %v", tt.s, float64(got), err, float64(tt.want))
		}
	}
}

func FuzzParseRate(f *testing.F) {
	for _, s := range []string{"65 MB/s", "1 Gbit/s", "unlimited", "33.3 kB/s", "-1", "1e9 B/s", "999.9999999 MB/s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRate(s)
		if err != nil {
			return
		}
		again, err := ParseRate(r.String())
		if err != nil || math.Abs(float64(again-r)) > 1e-9*float64(r) {
			t.Errorf("%q is %v, printed %q, read again as %v with error %v", s, float64(r), r, float64(again), err)
		}
	})
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		if p, err := Lookup(name); err != nil || p.Name != name {
			t.Errorf("Lookup(%q): got %q and error %v", name, p.Name, err)
		}
	}
	_, err := Lookup("githab")
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint(), "github-hosted") {
		t.Errorf("got %v, want an *Error whose hint names github-hosted", err)
	}
}

func TestOverride(t *testing.T) {
	t.Parallel()
	p, err := Lookup("github-hosted")
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Override(map[string]string{
		"up": "unlimited", "index-first-byte": "50ms", "registry-stream-down": "200 Mbit/s", "actions-cache-stream-up": "1 MB/s",
	})
	want := p
	want.Up, want.Index.FirstByte, want.Registry.StreamDown, want.ActionsCache.StreamUp = Unlimited, 50*time.Millisecond, 25*mb, mb
	if err != nil || got != want {
		t.Errorf("got error %v and\n%v\nwant\n%v", err, got, want)
	}
}

// What String prints is what Override reads, and all there is to a profile.
func TestOverrideReadsString(t *testing.T) {
	t.Parallel()
	for _, want := range profiles {
		lines := strings.Split(want.String(), "\n")
		set := map[string]string{}
		for _, line := range lines[1:] {
			key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			set[key] = strings.TrimSpace(value)
		}
		other := Profile{Name: lines[0], Down: 1e3, Up: 1e3, Index: Shape{ms, 1e3, 1e3}, Registry: Shape{ms, 1e3, 1e3}, ActionsCache: Shape{ms, 1e3, 1e3}, ActionsArchives: Shape{ms, 1e3, 1e3}}
		if got, err := other.Override(set); err != nil || got != want {
			t.Errorf("got error %v and\n%v\nwant\n%v", err, got, want)
		}
	}
}

func TestOverrideErrors(t *testing.T) {
	t.Parallel()
	_, err := Profile{}.Override(map[string]string{
		"down": "fast", "index-first-bite": "1ms", "index-first-byte": "-1ms", "registry-first-byte": "2m", "up": "1 MB/s",
	})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		`link parameter down: "fast" is not valid`, `unknown link parameter "index-first-bite"`,
		`link parameter index-first-byte: "-1ms" is not valid`, `link parameter registry-first-byte: "2m" is not valid`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %s:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), " up") {
		t.Errorf("the error names a parameter that is fine:\n%v", err)
	}
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint(), "65 MB/s") {
		t.Errorf("the first error's hint has no example: %v", err)
	}
}
