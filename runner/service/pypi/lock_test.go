package pypi

import (
	"strings"
	"testing"
)

const lockText = `cibench index lock 1
# written by hand

# pinned for its C extension
alpha alpha-1.0-py3-none-any.whl 5 sha256:` + hexA + `
alpha alpha-1.0-py3-none-any.whl.metadata 3 sha256:` + hexB + `
beta beta-2.0.tar.gz 0 sha256:` + hexB + `
# the end
`

func lockOf(t testing.TB, text string) *Lock {
	t.Helper()
	l, err := ParseLock(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func written(t testing.TB, l *Lock) string {
	t.Helper()
	var b strings.Builder
	if n, err := l.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v, want %d", n, err, b.Len())
	}
	return b.String()
}

func TestLockKeepsComments(t *testing.T) {
	t.Parallel()
	l := lockOf(t, lockText)
	if got := written(t, l); got != lockText {
		t.Errorf("got\n%s\nwant\n%s", got, lockText)
	}
	l = l.With([]Entry{
		{Package: "aaa", File: "aaa-1.whl", Size: 1, Digest: digest(t, hexA)},
		{Package: "alpha", File: "alpha-1.0-py3-none-any.whl", Size: 9, Digest: digest(t, hexB)},
	})
	want := strings.Replace(lockText, "# written", "aaa aaa-1.whl 1 sha256:"+hexA+"\n# written", 1)
	want = strings.Replace(want, "any.whl 5 sha256:"+hexA, "any.whl 9 sha256:"+hexB, 1)
	if got := written(t, l); got != want {
		t.Errorf("after With: got\n%s\nwant\n%s", got, want)
	}
}

func TestLockNil(t *testing.T) {
	t.Parallel()
	var l *Lock
	if _, ok := l.Lookup("a", "b"); ok || len(l.Entries()) != 0 {
		t.Error("a nil lock has entries")
	}
	if got := written(t, l); got != lockHeader+"\n" {
		t.Errorf("got %q, want the header", got)
	}
}

func TestParseLockRefuses(t *testing.T) {
	t.Parallel()
	line := "a a-1.whl 1 sha256:" + hexA + "\n"
	for name, c := range map[string]struct{ in, want string }{
		"empty":           {"", "line 1"},
		"other version":   {"cibench index lock 2\n", "line 1"},
		"fields":          {lockHeader + "\na a-1.whl 1\n", "line 2: 3 fields"},
		"package":         {lockHeader + "\n\nA a-1.whl 1 sha256:" + hexA, `line 3: package name "A"`},
		"path":            {lockHeader + "\na ../a.whl 1 sha256:" + hexA, "not one path element"},
		"size":            {lockHeader + "\na a-1.whl -1 sha256:" + hexA, `size "-1"`},
		"digest":          {lockHeader + "\na a-1.whl 1 sha256:" + hexA[1:], "64 hexadecimal"},
		"other algorithm": {lockHeader + "\na a-1.whl 1 md5:" + hexA, "is not sha256"},
		"twice":           {lockHeader + "\n" + line + line, "line 3: a-1.whl is listed twice"},
		"endless line":    {lockHeader + "\n#" + strings.Repeat("x", 1<<17), "too long"},
	} {
		if _, err := ParseLock(strings.NewReader(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

func FuzzParseLock(f *testing.F) {
	f.Add(lockText)
	f.Add(lockHeader)
	f.Add(lockHeader + "\r\nb b-1.whl 01 sha256:" + strings.ToUpper(hexA) + "\n#\na a-1.whl 0 sha256:" + hexB)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLock(strings.NewReader(text))
		if err != nil {
			return
		}
		once := written(t, l)
		if twice := written(t, lockOf(t, once)); twice != once {
			t.Errorf("written as\n%q\nthen as\n%q", once, twice)
		}
	})
}
