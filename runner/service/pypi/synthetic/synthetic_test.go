package synthetic_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/cibench/cibench/runner/service/pypi"
	"github.com/cibench/cibench/runner/service/pypi/synthetic"
)

func fill(t *testing.T, seed uint64) (*pypi.Store, *pypi.Lock) {
	t.Helper()
	store, err := pypi.OpenStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	lock, err := synthetic.Fill(store, seed)
	if err != nil {
		t.Fatal(err)
	}
	return store, lock
}

func text(t *testing.T, l *pypi.Lock) string {
	t.Helper()
	var b strings.Builder
	if _, err := l.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The digest pins the bytes of seed 1 for all machines and Go versions: a
// change of it makes every recorded synthetic run incomparable.
func TestFillIsDeterministic(t *testing.T) {
	t.Parallel()
	store, one := fill(t, 1)
	got := fmt.Sprintf("%x", sha256.Sum256([]byte(text(t, one))))
	const want = "c2629033e36fbfd9eb1d3569204452084a1bc02af9d4db342c93322635d36789"
	if got != want {
		t.Errorf("lock of seed 1 has sha256 %s, want %s", got, want)
	}
	if _, two := fill(t, 2); text(t, two) == text(t, one) {
		t.Error("seeds 1 and 2 make the same index")
	}
	missing, err := store.Verify(t.Context(), one)
	if err != nil || len(missing) != 0 {
		t.Errorf("verify: missing %v, error %v; want none", missing, err)
	}
}

func TestWheelsAreSound(t *testing.T) {
	t.Parallel()
	store, lock := fill(t, 3)
	wheels := 0
	for _, e := range lock.Entries() {
		if !strings.HasSuffix(e.File, ".whl") {
			continue
		}
		wheels++
		f, info, err := store.Open(e.Digest)
		if err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(f, info.Size())
		if err != nil {
			t.Fatalf("%s: %v", e.File, err)
		}
		checkRecord(t, e.File, z)
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if wheels != 27 {
		t.Errorf("%d wheels, want 9 packages of 3 versions", wheels)
	}
}

// checkRecord holds a wheel's RECORD against its content.
func checkRecord(t *testing.T, name string, z *zip.Reader) {
	t.Helper()
	var want bytes.Buffer
	var record []byte
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name, "/RECORD") {
			record = data
			fmt.Fprintf(&want, "%s,,\n", f.Name)
			continue
		}
		h := sha256.Sum256(data)
		fmt.Fprintf(&want, "%s,sha256=%s,%d\n", f.Name, base64.RawURLEncoding.EncodeToString(h[:]), len(data))
	}
	if string(record) != want.String() {
		t.Errorf("%s: RECORD is\n%s\nwant\n%s", name, record, want.String())
	}
}
