package actionscache

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/opencontainers/go-digest"
)

// The ids of blocks that clients make of their numbers. BuildKit's are those of
// Azure's library for Go, which has no digits in them.
func cibenchID(i int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%08d", i))
}

func toolkitID(i int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "6f1d2c3a-0b4e-4c5d-8e9f-a1b2c3d45678%012d", i))
}

func buildkitID(i int) string {
	id := make([]byte, 64)
	copy(id, "0123456789abcdef")
	binary.BigEndian.PutUint32(id[16:], uint32(i))
	return base64.StdEncoding.EncodeToString(id)
}

func TestBlockNumber(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id   string
		want int64 // -1 for none
	}{
		{cibenchID(0), 0},
		{cibenchID(49999), 49999},
		{toolkitID(12), 12},
		{buildkitID(12), -1},
		{base64.StdEncoding.EncodeToString([]byte("block")), -1},
		{base64.StdEncoding.EncodeToString([]byte("block-+00012")), -1},
		{"000012", -1},
	} {
		got, ok := blockNumber(tt.id)
		if ok != (tt.want >= 0) || ok && got != tt.want {
			t.Errorf("%s: got %d %t, want %d", tt.id, got, ok, tt.want)
		}
	}
}

// TestBlocksInPlace sends blocks in any order, and several at a time, as the
// clients do that number them; and one by one, as those do that do not. The
// list copies nothing together.
func TestBlocksInPlace(t *testing.T) {
	t.Parallel()
	const seed, size, count = 5, 1000, 9
	rng := rand.New(rand.NewPCG(seed, 5))
	content := make([]byte, size*count-size/2) // the last block is shorter
	for i := range content {
		content[i] = byte(rng.Uint32())
	}
	var inOrder []int
	for i := range count {
		inOrder = append(inOrder, i)
	}
	inReverse := slices.Clone(inOrder)
	slices.Reverse(inReverse)
	mixed := rng.Perm(count)
	for _, tt := range []struct {
		name    string
		id      func(int) string
		order   []int
		workers int
	}{
		{"cibench, in order", cibenchID, inOrder, 1},
		{"cibench, in reverse", cibenchID, inReverse, 1},
		{"cibench, mixed", cibenchID, mixed, 1},
		{"cibench, in parallel", cibenchID, inOrder, 8},
		{"cibench, in parallel and in reverse", cibenchID, inReverse, 8},
		{"toolkit, in order", toolkitID, inOrder, 1},
		{"toolkit, in reverse", toolkitID, inReverse, 1},
		{"toolkit, mixed", toolkitID, mixed, 1},
		{"toolkit, in parallel", toolkitID, inOrder, 8},
		{"buildkit", buildkitID, inOrder, 1},
	} {
		u := &upload{dir: t.TempDir(), limit: 1 << 20}
		var ids []string
		for i := range count {
			ids = append(ids, tt.id(i))
		}
		var wg sync.WaitGroup
		for w := range tt.workers {
			wg.Go(func() {
				for at := w; at < count; at += tt.workers {
					i := tt.order[at]
					block := content[i*size : min((i+1)*size, len(content))]
					if err := u.block(ids[i], bytes.NewReader(block), int64(len(block))); err != nil {
						t.Errorf("%s: block %d: %v", tt.name, i, err)
					}
				}
			})
		}
		wg.Wait()
		spooled := u.spool.file.Name()
		if err := u.list(ids); err != nil {
			t.Errorf("%s: list: %v", tt.name, err)
			continue
		}
		got := u.archive()
		if got.digest != digest.FromBytes(content) {
			t.Errorf("seed %d: %s: got %+v, want %s", seed, tt.name, got, digest.FromBytes(content))
		}
		if got.file != spooled {
			t.Errorf("%s: the blocks were copied together", tt.name)
		}
		if left, err := os.ReadDir(u.dir); err != nil || len(left) != 1 {
			t.Errorf("%s: got %v %v, want the archive alone", tt.name, left, err)
		}
	}
}

// TestBlocksOfAnyKind sends random blocks, some again, and lists some of them in
// a random order.
func TestBlocksOfAnyKind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 6))
		u := &upload{dir: dir, limit: 60} // some numbers are beyond that
		sent := map[string]string{}
		for range 8 {
			id := []func(int) string{cibenchID, toolkitID, buildkitID}[rng.IntN(3)](rng.IntN(20))
			sent[id] = strings.Repeat(string(rune('a'+rng.IntN(26))), rng.IntN(6))
			if err := u.block(id, strings.NewReader(sent[id]), int64(len(sent[id]))); err != nil {
				t.Fatalf("seed %d: block: %v", seed, err)
			}
		}
		known := slices.Sorted(maps.Keys(sent))
		var ids []string
		var want strings.Builder
		for range rng.IntN(8) {
			id := known[rng.IntN(len(known))]
			ids = append(ids, id)
			want.WriteString(sent[id])
		}
		for range 2 { // the second is a client's that did not get the answer
			if err := u.list(ids); err != nil {
				t.Fatalf("seed %d: list: %v", seed, err)
			}
		}
		got := u.archive()
		data, err := os.ReadFile(got.file)
		if err != nil || string(data) != want.String() || got.digest != digest.FromString(want.String()) {
			t.Errorf("seed %d: got %q %v of %s, want %q", seed, data, err, got.digest, want.String())
		}
		u.drop()
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("got %v %v, want no file left", left, err)
	}
}
