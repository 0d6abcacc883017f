package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/service/actionscache"
)

// showCache prints the entries that ref names: those with that key, or the one
// with that id.
func showCache(ctx context.Context, out *IO, cfg *config, ref string) error {
	saved, err := actionscache.ReadSaved(cfg.keptCache())
	if errors.Is(err, fs.ErrNotExist) {
		return usageHint("`cibench run STUDY` with a job that caches leaves one", "cache entry %q: no run left an Actions cache here", ref)
	}
	if err != nil {
		return err
	}
	found := 0
	for i, l := range cacheLines(saved) {
		if l.Key != ref && strconv.FormatInt(l.ID, 10) != ref {
			continue
		}
		if found++; found > 1 {
			fmt.Fprintln(out.Out)
		}
		var held *actionscache.Held
		if i < len(saved.Entries) {
			held = &saved.Entries[i]
		}
		if err := printEntry(ctx, out.Out, l, held); err != nil {
			return err
		}
	}
	if found == 0 {
		return usageHint(cacheKeys(saved), "the Actions cache has no entry with key or id %q", ref)
	}
	return nil
}

// cacheKeys is the hint that lists the keys, as far as it has room.
func cacheKeys(s actionscache.Saved) string {
	const most = 5
	var keys []string
	for _, l := range cacheLines(s) {
		if !slices.Contains(keys, l.Key) {
			keys = append(keys, l.Key)
		}
	}
	switch {
	case len(keys) == 0:
		return "it held nothing"
	case len(keys) > most:
		return "see `cibench cache ls`"
	}
	return "one of " + join(keys, ", ", results.Printable)
}

// printEntry prints one entry in full. Of one that is gone there is no archive,
// and held is nil.
func printEntry(ctx context.Context, w io.Writer, l cacheLine, held *actionscache.Held) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(tw, "%s\t%s\n", name, results.Printable(fmt.Sprintf(format, args...)))
	}
	line("key", "%s", l.Key)
	line("id", "%d", l.ID)
	line("scope", "%s", l.Scope)
	line("version", "%s", l.Version)
	line("size", "%s (%d bytes)", humanize.Bytes(uint64(max(0, l.Size))), l.Size)
	line("created", "%s, %s before the end of the run", l.Created.Format(time.RFC3339), age(l.taken.Sub(l.Created)))
	if l.LastHit == nil {
		line("last hit", "never")
	} else {
		line("last hit", "%s, %s before the end of the run", l.LastHit.Format(time.RFC3339), l.lastHit())
	}
	if note := l.note(); note != "" {
		line("note", "%s", note)
	}
	if held == nil {
		return tw.Flush()
	}
	line("archive", "%s", held.Archive)
	line("file", "%s", held.File)
	if err := tw.Flush(); err != nil {
		return err
	}
	roots, err := actionscache.Contents(ctx, held.File)
	if err != nil && ctx.Err() != nil {
		return err
	}
	return printContents(w, roots, err)
}

// printContents prints what an archive holds, and what kept more from being
// read: a client may save anything.
func printContents(w io.Writer, roots []actionscache.Root, problem error) error {
	fmt.Fprintln(w)
	if errors.Is(problem, actionscache.ErrNoTar) {
		_, err := fmt.Fprintln(w, "The archive is no tar: what BuildKit saves beside layers, for instance, is JSON.")
		return err
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "FILES\tUNPACKED\t  HOLDS")
	for _, r := range roots {
		fmt.Fprintf(tw, "%d\t%s\t  %s\n", r.Files, humanize.Bytes(uint64(max(0, r.Bytes))), results.Printable(cmp.Or(r.Path, "and more")))
	}
	if err := tw.Flush(); err != nil || problem == nil {
		return err
	}
	_, err := fmt.Fprintln(w, "The archive cannot be read to its end:", results.Printable(strings.TrimSpace(problem.Error())))
	return err
}
