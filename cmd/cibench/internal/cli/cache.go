package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/cibench/cibench/runner/service/actionscache"
	"github.com/cibench/cibench/runner/service/actionscache/entry"
)

func newCacheCmd(io *IO, cfg *config) *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "cache",
		Short: "Look at what the Actions cache held after a run",
		Long: `Look at what the local Actions cache held when a run had ended, which is what
the run's last trial with an Actions cache left. It stays in the cache directory
until the next run that needs one begins.`,
	})
	var format string
	ls := &cobra.Command{
		Use:   "ls",
		Short: "List the entries: key, scope, version, size, age, last hit",
		Args:  exactArgs(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listCache(io, cfg, format)
		},
	}
	addFormat(ls, &format, "text", "json", "csv", "md")
	show := &cobra.Command{
		Use:   "show KEY|ID",
		Short: "Print the entries with a key, or one by its id, with what their archives hold",
		Args:  exactArgs(1, "one key or id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showCache(cmd.Context(), io, cfg, args[0])
		},
	}
	cmd.AddCommand(ls, show)
	return cmd
}

// actionsCache is where the Actions cache works while a run goes on.
func (c *config) actionsCache() string { return filepath.Join(c.CacheDir, "actions-cache") }

// keptCache is where its last state stays after it. The next run removes it
// with the directory above.
func (c *config) keptCache() string { return filepath.Join(c.actionsCache(), "last") }

// keepCache leaves the cache's last state to be looked at. A run does not fail
// for want of it.
func (s *session) keepCache(cache *actionscache.Cache) {
	if err := cache.Save(cache.Snapshot(), s.cfg.keptCache()); err != nil {
		s.say(fmt.Sprintf("what the Actions cache holds was not kept: %v", err))
	}
}

// noCache is what there is to say where no run left a cache.
const noCache = "no run left an Actions cache here: `cibench run STUDY` with a job that caches does"

// A cacheLine is an entry as a list shows it. Its JSON names are the columns of
// every format but text and Markdown, which have less room.
type cacheLine struct {
	ID      int64      `json:"id"`
	Key     string     `json:"key"`
	Scope   string     `json:"scope"`
	Version string     `json:"version"`
	Size    int64      `json:"size"`   // bytes that were saved
	Stored  int64      `json:"stored"` // bytes that are there
	Created time.Time  `json:"created"`
	LastHit *time.Time `json:"lastHit"`        // nil: never hit
	Gone    string     `json:"gone,omitempty"` // why it is no longer there
	taken   time.Time
}

// cacheLines returns the entries, the latest used first, and then what is gone.
func cacheLines(s actionscache.Saved) []cacheLine {
	var all []cacheLine
	for _, h := range s.Entries {
		all = append(all, newCacheLine(h.Entry, h.Stored, "", s.Taken))
	}
	for _, g := range s.Gone {
		all = append(all, newCacheLine(g.Entry, 0, string(g.Cause), s.Taken))
	}
	return all
}

func newCacheLine(e entry.Entry, stored int64, gone string, taken time.Time) cacheLine {
	l := cacheLine{ID: e.ID, Key: e.Key, Scope: e.Scope, Version: e.Version, Size: e.Size, Stored: stored, Created: e.Created.UTC(), Gone: gone, taken: taken}
	if hit := e.Used.UTC(); hit.After(l.Created) {
		l.LastHit = &hit
	}
	return l
}

// listCache prints what the last run left. Nothing is no error.
func listCache(out *IO, cfg *config, format string) error {
	saved, err := actionscache.ReadSaved(cfg.keptCache())
	none := errors.Is(err, fs.ErrNotExist)
	if err != nil && !none {
		return err
	}
	lines := cacheLines(saved)
	switch format {
	case "json":
		enc := json.NewEncoder(out.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(append([]cacheLine{}, lines...))
	case "csv":
		return exactTable(lines).csv(out.Out)
	}
	return printCache(out.Out, saved, lines, none, format)
}

// printCache prints the list for people.
func printCache(w io.Writer, saved actionscache.Saved, lines []cacheLine, none bool, format string) error {
	if none {
		_, err := fmt.Fprintln(w, noCache)
		return err
	}
	head := fmt.Sprintf("As the last trial that used it left it; ages are of the end of that run, %s.", saved.Taken.UTC().Format("2006-01-02 15:04:05 UTC"))
	if len(lines) == 0 {
		head += " The Actions cache held nothing."
	}
	if _, err := fmt.Fprintln(w, head); err != nil || len(lines) == 0 {
		return err
	}
	fmt.Fprintln(w)
	if format == "md" {
		return briefTable(lines).markdown(w)
	}
	return briefTable(lines).text(w)
}

func exactTable(lines []cacheLine) table {
	t := table{columns: []string{"id", "key", "scope", "version", "size", "stored", "created", "lastHit", "gone"}}
	for _, l := range lines {
		hit := ""
		if l.LastHit != nil {
			hit = l.LastHit.Format(time.RFC3339)
		}
		t.rows = append(t.rows, []string{
			strconv.FormatInt(l.ID, 10), l.Key, l.Scope, l.Version, strconv.FormatInt(l.Size, 10), strconv.FormatInt(l.Stored, 10),
			l.Created.Format(time.RFC3339), hit, l.Gone,
		})
	}
	return t
}

func briefTable(lines []cacheLine) table {
	const shortVersion = 12
	t := table{columns: []string{"id", "key", "scope", "version", "size", "age", "last hit", "note"}}
	for _, l := range lines {
		t.rows = append(t.rows, []string{
			strconv.FormatInt(l.ID, 10), l.Key, l.Scope, l.Version[:min(len(l.Version), shortVersion)], humanize.Bytes(uint64(max(0, l.Size))),
			age(l.taken.Sub(l.Created)), l.lastHit(), l.note(),
		})
	}
	return t
}

// lastHit says how long before the end of the run a job last found the entry.
func (l cacheLine) lastHit() string {
	if l.LastHit == nil {
		return "never"
	}
	return age(l.taken.Sub(*l.LastHit))
}

// note says what is special about the entry.
func (l cacheLine) note() string {
	switch {
	case l.Gone != "":
		return l.Gone
	case l.Stored < l.Size:
		return "cut to " + humanize.Bytes(uint64(max(0, l.Stored)))
	}
	return ""
}

// age writes a duration in its largest unit.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f d", d.Hours()/24)
}
