package charts

import (
	"testing"

	"github.com/cibench/cibench/results"
)

// exactly is a counter that is the same in every trial.
func exactly(v float64) *Interval { return &Interval{v, v, v} }

// addCounter adds a counter to each of the trials.
func addCounter(trials []results.Trial, name string, unit results.Unit, value func(t results.Trial) float64) {
	for i := range trials {
		trials[i].Samples = append(trials[i].Samples, results.Sample{Name: name, Kind: results.Counter, Unit: unit, Value: value(trials[i])})
	}
}

func TestCounted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		i    *Interval
		want bool
	}{
		{nil, false}, {exactly(0), true}, {exactly(1e18), true}, {exactly(-1), false}, {exactly(1e19), false}, {exactly(inf), false},
		{&Interval{nan, 1, 1}, false}, {&Interval{1, nan, 1}, false}, {&Interval{1, 1, nan}, false},
	}
	for _, tt := range tests {
		if got := counted(tt.i); got != tt.want {
			t.Errorf("counted(%v): got %v, want %v", tt.i, got, tt.want)
		}
	}
}

func TestQuantity(t *testing.T) {
	t.Parallel()
	tests := []struct {
		i      Interval
		number func(float64) string
		want   string
	}{
		{Interval{0, 0, 0}, Bytes, "0 B"},
		{Interval{999, 999, 999}, Bytes, "999 B"},
		{Interval{163002849, 163002849, 163002849}, Bytes, "163.0 MB"},
		{Interval{163e6, 162e6, 164e6}, Bytes, "163.0 MB (162.0–164.0 MB)"},
		{Interval{1e6, 999e3, 2e6}, Bytes, "1.000 MB (999.0 kB–2.000 MB)"},
		{Interval{5, 0, 9}, Bytes, "5 B (0–9 B)"},
		{Interval{163e6, 163e6, 163e6 + 1}, Bytes, "163.0 MB"},
		{Interval{1e18, 1e18, 1e18}, Bytes, "1.000 EB"},
		{Interval{1234, 1200, 1300}, commas, "1,234 (1,200–1,300)"},
	}
	for _, tt := range tests {
		if got := quantity(tt.i, tt.number); got != tt.want {
			t.Errorf("quantity(%v): got %q, want %q", tt.i, got, tt.want)
		}
	}
}

func TestUnitOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		v, size float64
		name    string
	}{{0, 1, "bytes"}, {999, 1, "bytes"}, {1000, 1e3, "kB"}, {5e8, 1e6, "MB"}, {1e9, 1e9, "GB"}, {5e18, 1e18, "EB"}, {1e25, 1e18, "EB"}}
	for _, tt := range tests {
		if size, name := unitOf(tt.v, byteUnits); size != tt.size || name != tt.name {
			t.Errorf("unitOf(%v): got %v %s, want %v %s", tt.v, size, name, tt.size, tt.name)
		}
	}
}
