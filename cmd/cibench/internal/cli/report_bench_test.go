package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkReport opens a store of a million samples and writes the report of its
// latest run, as `cibench report` does.
func BenchmarkReport(b *testing.B) {
	dir := b.TempDir()
	var log bytes.Buffer
	io := &IO{Out: &log, Err: &log, Getenv: func(string) string { return "" }, Home: dir}
	run := func(args ...string) {
		log.Reset()
		args = append(args, "--store", filepath.Join(dir, "runs.db"))
		if code := Run(b.Context(), io, args); code != exitOK {
			b.Fatalf("%q: exit code %d:\n%s", args, code, log.Bytes())
		}
	}
	// Of 3000 trials with 25 samples each. It takes minutes.
	for range 14 {
		run("simulate", "tradeengine", "--blocks", "100", "--quiet")
	}
	run("simulate", "tradeengine", "--blocks", "3", "--quiet")
	page := filepath.Join(dir, "report.html")
	for b.Loop() {
		run("report", "--output", page)
	}
	fi, err := os.Stat(page)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(fi.Size())/1e6, "MB")
}
