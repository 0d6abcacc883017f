package results_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/cibench/cibench/results"
)

func TestSeriesOf(t *testing.T) {
	t.Parallel()
	before, after := results.Cell{Job: "build", Variant: "before", State: "cold"}, results.Cell{Job: "build", Variant: "after", State: "cold"}
	trial := func(cell results.Cell, total, bytes float64) results.Trial {
		return results.Trial{Cell: cell, Outcome: results.OK, Samples: []results.Sample{
			{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: total},
			{Name: "index.bytes", Kind: results.Counter, Unit: results.Bytes, Value: bytes},
		}}
	}
	warmup, failed := trial(after, 1, 1), trial(after, 2, 2)
	warmup.Warmup, failed.Outcome = true, results.Failed
	got := results.SeriesOf([]results.Trial{trial(before, 3, 30), warmup, trial(after, 2, 20), failed, trial(after, 1, math.NaN())})
	want := []results.Series{
		{Cell: after, Name: "index.bytes", Kind: results.Counter, Unit: results.Bytes, Values: []float64{20}},
		{Cell: after, Name: "total", Kind: results.Phase, Unit: results.Seconds, Values: []float64{2, 1}},
		{Cell: before, Name: "index.bytes", Kind: results.Counter, Unit: results.Bytes, Values: []float64{30}},
		{Cell: before, Name: "total", Kind: results.Phase, Unit: results.Seconds, Values: []float64{3}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}
