package results_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
)

const header = "run,study,job,variant,state,block,trial,phase,unit,value,outcome,reason\n"

// The line of a trial in cell build/after/cold, up to its block.
const cellJSON = `{"run":"r1","study":"starter","job":"build","variant":"after","state":"cold",`

var run = results.Run{ID: "r1", Study: "starter"}

func trial(edit func(*results.Trial)) results.Trial {
	t := results.Trial{
		ID:      "b02",
		Block:   2,
		Cell:    results.Cell{Job: "build", Variant: "after", State: "cold"},
		Outcome: results.OK,
		Samples: []results.Sample{{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: 1.5}},
	}
	edit(&t)
	return t
}

func sequence(trials ...results.Trial) iter.Seq2[results.Trial, error] {
	return func(yield func(results.Trial, error) bool) {
		for _, t := range trials {
			if !yield(t, nil) {
				return
			}
		}
	}
}

var writeTests = []struct {
	name string
	edit func(*results.Trial)
	csv  string // without the header
	json string
}{
	{
		name: "phase and counter",
		edit: func(t *results.Trial) {
			t.Samples = append(t.Samples, results.Sample{
				Name: "index.bytes", Kind: results.Counter, Unit: results.Bytes, Value: 112_600_000,
			})
		},
		csv: "r1,starter,build,after,cold,2,b02,total,seconds,1.5,ok,\n" +
			"r1,starter,build,after,cold,2,b02,index.bytes,bytes,112600000,ok,\n",
		json: cellJSON + `"block":2,"trial":"b02","phase":"total","unit":"seconds","value":1.5,"outcome":"ok","reason":""}` + "\n" +
			cellJSON + `"block":2,"trial":"b02","phase":"index.bytes","unit":"bytes","value":112600000,"outcome":"ok","reason":""}` + "\n",
	},
	{
		name: "a failed trial without a sample stays",
		edit: func(t *results.Trial) {
			t.Samples, t.Outcome, t.Reason = nil, results.Failed, "exit 1"
		},
		csv:  "r1,starter,build,after,cold,2,b02,,,,failed,exit 1\n",
		json: cellJSON + `"block":2,"trial":"b02","phase":"","unit":"","value":null,"outcome":"failed","reason":"exit 1"}` + "\n",
	},
	{
		name: "a warm-up is block 0",
		edit: func(t *results.Trial) { t.Warmup = true },
		csv:  "r1,starter,build,after,cold,0,b02,total,seconds,1.5,ok,\n",
		json: cellJSON + `"block":0,"trial":"b02","phase":"total","unit":"seconds","value":1.5,"outcome":"ok","reason":""}` + "\n",
	},
	{
		name: "a reason of several lines, with commas, quotes and other scripts",
		edit: func(t *results.Trial) {
			t.Outcome, t.Reason = results.Invalid, "want 0, got \"7\"\nпричина <ü> && x"
		},
		csv:  "r1,starter,build,after,cold,2,b02,total,seconds,1.5,invalid,\"want 0, got \"\"7\"\"\nпричина <ü> && x\"\n",
		json: cellJSON + `"block":2,"trial":"b02","phase":"total","unit":"seconds","value":1.5,"outcome":"invalid","reason":"want 0, got \"7\"\nпричина <ü> && x"}` + "\n",
	},
	{
		name: "a formula is inert in CSV and unchanged in JSON",
		edit: func(t *results.Trial) { t.Outcome, t.Reason = results.Failed, "=1+1" },
		csv:  "r1,starter,build,after,cold,2,b02,total,seconds,1.5,failed,'=1+1\n",
		json: cellJSON + `"block":2,"trial":"b02","phase":"total","unit":"seconds","value":1.5,"outcome":"failed","reason":"=1+1"}` + "\n",
	},
	{
		name: "broken UTF-8 is repaired in both",
		edit: func(t *results.Trial) { t.Outcome, t.Reason = results.Failed, "a\xffb" },
		csv:  "r1,starter,build,after,cold,2,b02,total,seconds,1.5,failed,a\uFFFDb\n",
		json: cellJSON + `"block":2,"trial":"b02","phase":"total","unit":"seconds","value":1.5,"outcome":"failed","reason":"a` + "\uFFFD" + `b"}` + "\n",
	},
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, tt := range writeTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines := results.Lines(run, sequence(trial(tt.edit)))
			var asCSV, asJSON bytes.Buffer
			if err := results.WriteCSV(&asCSV, lines); err != nil {
				t.Fatal(err)
			}
			if got, want := asCSV.String(), header+tt.csv; got != want {
				t.Errorf("WriteCSV:\ngot  %q\nwant %q", got, want)
			}
			if err := results.WriteJSONLines(&asJSON, lines); err != nil {
				t.Fatal(err)
			}
			if got := asJSON.String(); got != tt.json {
				t.Errorf("WriteJSONLines:\ngot  %q\nwant %q", got, tt.json)
			}
		})
	}
}

func TestColumnsAreTheJSONNames(t *testing.T) {
	t.Parallel()
	var names []string
	for f := range reflect.TypeFor[results.Line]().Fields() {
		names = append(names, f.Tag.Get("json"))
	}
	if got := strings.Join(names, ",") + "\n"; got != header {
		t.Errorf("JSON names of Line: got %q, want the columns %q", got, header)
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   float64
		want string
	}{
		{0, "0"},
		{1e-9, "0.000000001"},
		{1e21, "1000000000000000000000"},
		{0.30000000000000004, "0.30000000000000004"},
		{112_600_000, "112600000"},
	}
	for _, tt := range tests {
		got, err := json.Marshal(results.Decimal(tt.in))
		if err != nil {
			t.Fatalf("Marshal(%v): %v", tt.in, err)
		}
		if string(got) != tt.want {
			t.Errorf("Marshal(%v): got %s, want %s", tt.in, got, tt.want)
		}
		if back, _ := strconv.ParseFloat(string(got), 64); back != tt.in {
			t.Errorf("%s reads as %v, want %v", got, back, tt.in)
		}
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got, err := json.Marshal(results.Decimal(v)); err == nil {
			t.Errorf("Marshal(%v): got %s, want an error", v, got)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("the store broke")
	trials := func(yield func(results.Trial, error) bool) {
		_ = yield(trial(func(*results.Trial) {}), nil) && yield(results.Trial{}, broken)
	}
	writers := map[string]func(*bytes.Buffer) error{
		"CSV":  func(b *bytes.Buffer) error { return results.WriteCSV(b, results.Lines(run, trials)) },
		"JSON": func(b *bytes.Buffer) error { return results.WriteJSONLines(b, results.Lines(run, trials)) },
	}
	for name, write := range writers {
		var b bytes.Buffer
		if err := write(&b); !errors.Is(err, broken) {
			t.Errorf("%s: got error %v, want %v", name, err, broken)
		}
		if got := strings.Count(b.String(), "b02"); got != 1 {
			t.Errorf("%s: got %d lines before the error, want 1", name, got)
		}
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left on device")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriterErrors(t *testing.T) {
	t.Parallel()
	lines := results.Lines(run, sequence(trial(func(*results.Trial) {})))
	if err := results.WriteCSV(fullDisk{}, lines); !errors.Is(err, errFull) {
		t.Errorf("WriteCSV: got %v, want %v", err, errFull)
	}
	if err := results.WriteJSONLines(fullDisk{}, lines); !errors.Is(err, errFull) {
		t.Errorf("WriteJSONLines: got %v, want %v", err, errFull)
	}
}

// FuzzReason holds any reason to what a reader of the CSV gets back: the same
// text, or the same behind an apostrophe.
func FuzzReason(f *testing.F) {
	for _, s := range []string{"", "exit 1", "a,b\n\"c\"", "=cmd|x", "-1", "ü\r\nx", "\xff", "\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, reason string) {
		failed := trial(func(t *results.Trial) { t.Outcome, t.Reason = results.Failed, reason })
		var b bytes.Buffer
		if err := results.WriteCSV(&b, results.Lines(run, sequence(failed))); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("reason %q: got %d rows and error %v, want 2 rows", reason, len(rows), err)
		}
		// encoding/csv reads \r\n within a field as \n.
		want := strings.ReplaceAll(strings.ToValidUTF8(reason, "\uFFFD"), "\r\n", "\n")
		got := rows[1][len(rows[1])-1]
		if got != want && got != "'"+want {
			t.Errorf("reason %q: got %q, want %q", reason, got, want)
		}
		if got != "" && strings.ContainsRune("=+-@\t\r\n", rune(got[0])) {
			t.Errorf("reason %q: %q would run as a formula", reason, got)
		}
	})
}
