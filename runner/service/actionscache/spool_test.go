package actionscache

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/opencontainers/go-digest"
)

// TestSpans adds random ranges and compares them with a set of bytes.
func TestSpans(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 2))
		var got spans
		var set [40]bool
		for range 12 {
			from := rng.Int64N(35)
			s := span{from, from + rng.Int64N(5)}
			if want := slices.Contains(set[s.from:s.to], true); got.overlap(s) != want {
				t.Fatalf("seed %d: %v overlap %v: got %t, want %t", seed, got, s, !want, want)
			}
			got.add(s)
			for i := s.from; i < s.to; i++ {
				set[i] = true
			}
		}
		var want spans
		for i, in := range set {
			switch n := len(want); {
			case !in:
			case n > 0 && want[n-1].to == int64(i):
				want[n-1].to++
			default:
				want = append(want, span{int64(i), int64(i) + 1})
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: got %v, want %v", seed, got, want)
		}
	}
}

// TestSpool writes parts from several goroutines, in random order.
func TestSpool(t *testing.T) {
	t.Parallel()
	const seed, parts, size = 3, 200, 1000
	rng := rand.New(rand.NewPCG(seed, 3))
	content := make([]byte, parts*size)
	for i := range content {
		content[i] = byte(rng.Uint32())
	}
	sp, err := newSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	order := rng.Perm(parts)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := worker; i < parts; i += 4 {
				s := span{int64(order[i]) * size, int64(order[i]+1) * size}
				if err := sp.write(bytes.NewReader(content[s.from:s.to]), s); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got, err := sp.seal()
	if err != nil || got.size != parts*size || got.digest != digest.FromBytes(content) {
		t.Fatalf("seed %d: got %+v %v, want %s", seed, got, err, digest.FromBytes(content))
	}
	if data, err := os.ReadFile(got.file); err != nil || !bytes.Equal(data, content) {
		t.Errorf("seed %d: the file has other bytes (%v)", seed, err)
	}
	if err := sp.write(strings.NewReader("x"), span{0, 1}); !errors.Is(err, errSealed) {
		t.Errorf("write to a sealed spool: got %v, want errSealed", err)
	}
}

// A hanging reader returns when it is told to.
type hanging struct{ begun, end chan struct{} }

func (h hanging) Read(p []byte) (int, error) {
	close(h.begun)
	<-h.end
	return copy(p, "xx"), nil
}

// While a part is on its way the archive is not complete, even if another
// upload of the same part is there already.
func TestSpoolBusy(t *testing.T) {
	t.Parallel()
	sp, err := newSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := sp.write(strings.NewReader("ab"), span{0, 2}); err != nil {
		t.Fatal(err)
	}
	slow := hanging{make(chan struct{}), make(chan struct{})}
	done := make(chan error)
	go func() { done <- sp.write(slow, span{0, 2}) }()
	<-slow.begun
	if _, err := sp.seal(); !errors.Is(err, errBusy) {
		t.Errorf("got %v, want errBusy", err)
	}
	close(slow.end)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got, err := sp.seal(); err != nil || got.digest != digest.FromString("xx") {
		t.Errorf("got %+v %v, want the digest of what was written last", got, err)
	}
}

func TestSpoolGap(t *testing.T) {
	t.Parallel()
	for _, at := range []int64{1, 5} {
		sp, err := newSpool(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		for _, from := range []int64{at, at + 3} {
			if err := sp.write(strings.NewReader("ab"), span{from, from + 2}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := sp.seal(); !errors.Is(err, errGap) {
			t.Errorf("at %d: got %v, want errGap", at, err)
		}
		fill := fmt.Sprintf("%0*d", at+5, 0)
		if err := sp.write(strings.NewReader(fill), span{0, at + 5}); err != nil {
			t.Fatal(err)
		}
		if got, err := sp.seal(); err != nil || got.digest != digest.FromString(fill) {
			t.Errorf("at %d: filled: got %+v %v", at, got, err)
		}
	}
}
