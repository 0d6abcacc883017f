package report_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/cibench/cibench/internal/nodetest"
	"github.com/cibench/cibench/internal/testneed"
)

// browser opens a headless Chromium, Debian's or the user's. The test skips
// without one, or fails where BENCH_REQUIRE names chromium.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		testneed.Skip(t, "chromium", "no chromium, chromium-browser or google-chrome")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()))
	if os.Getuid() == 0 { // whose processes Chromium's sandbox refuses
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// writePage writes the page of a decided run and returns its name.
func writePage(t *testing.T) string {
	t.Helper()
	run, trials := decided()
	text, _ := page(t, run, trials)
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestPageInABrowser opens the page of a decided run: nothing complains, nothing
// is fetched, nothing moves while it loads, the filter and the theme work, axe-core
// finds nothing serious, and nothing is wider than a phone.
func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	axe := filepath.Join(nodetest.Modules(t, "testdata/node"), "axe-core", "axe.min.js")
	script, err := os.ReadFile(axe)
	if err != nil {
		t.Fatal(err)
	}
	file := writePage(t)
	var mu sync.Mutex
	var complaints []string
	err = chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			complaints = append(complaints, fmt.Sprint("console: ", e.Type))
		case *log.EventEntryAdded:
			complaints = append(complaints, "log: "+e.Entry.Text)
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, e.ExceptionDetails.Text)
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, "file://"+filepath.Dir(file)) {
				complaints = append(complaints, "fetched "+e.Request.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	const shifted = `new Promise(resolve => {
		let sum = 0;
		new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; }).observe({type: "layout-shift", buffered: true});
		setTimeout(() => resolve(sum), 500);
	})`
	if by := eval[float64](t, ctx, shifted); by > 0 {
		t.Errorf("what the page shows moves by %g while it loads", by)
	}
	const rows = `[...document.querySelectorAll("#ledger tbody tr")].filter(r => !r.hidden).length`
	const background = `getComputedStyle(document.body).backgroundColor`
	press := func(label string) {
		t.Helper()
		eval[bool](t, ctx, fmt.Sprintf(`[...document.querySelectorAll("button")].find(b => b.textContent.includes(%q)).click() || true`, label))
	}
	if n := eval[int](t, ctx, `[...document.querySelectorAll("main > section")].filter(s => s.offsetHeight > 0).length`); n != 7 {
		t.Errorf("got %d sections in sight, want 7", n)
	}
	if n := eval[int](t, ctx, `[...document.querySelectorAll("figure svg")].filter(s => s.getBoundingClientRect().height < 100).length`); n != 0 {
		t.Errorf("got %d charts out of sight", n)
	}
	all := eval[int](t, ctx, rows)
	press("refuted")
	refuted := eval[int](t, ctx, rows)
	press("refuted")
	if again := eval[int](t, ctx, rows); all != 7 || refuted != 2 || again != all {
		t.Errorf("got %d claims, %d refuted and %d again, want 7, 2 and 7", all, refuted, again)
	}
	const point = `document.querySelector("#trials tbody th").dispatchEvent(new PointerEvent("pointerover", {bubbles: true}))`
	for _, part := range []string{"#charts", "#numbers", "#trials"} {
		linked := fmt.Sprintf(`(%s, document.querySelectorAll("%s .linked").length)`, point, part)
		if n := eval[int](t, ctx, linked); n == 0 {
			t.Errorf("nothing in %s is linked with the trial that is pointed at", part)
		}
	}
	const documented = `[...document.querySelectorAll("svg [data-cell] title")].filter(t => t.textContent.startsWith("documented, ")).length`
	if n := eval[int](t, ctx, documented); n != 0 {
		t.Errorf("%d documented figures are linked with trials", n)
	}
	const elsewhere = `(document.querySelector("h1").dispatchEvent(new PointerEvent("pointerover", {bubbles: true})), document.querySelectorAll(".linked").length)`
	if n := eval[int](t, ctx, elsewhere); n != 0 {
		t.Errorf("%d parts stay linked when the pointer is elsewhere", n)
	}
	before := eval[string](t, ctx, background)
	press("Dark theme")
	if after := eval[string](t, ctx, background); before == after {
		t.Errorf("the theme's button leaves the background at %s", before)
	}
	eval[bool](t, ctx, string(script)+"; true")
	for _, theme := range []string{"light", "dark"} {
		eval[string](t, ctx, fmt.Sprintf(`document.documentElement.dataset.theme = %q`, theme))
		found := eval[[]string](t, ctx, `axe.run().then(r => r.violations.filter(v => ["serious", "critical"].includes(v.impact))
			.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).slice(0, 3).join(", ")))`)
		if len(found) > 0 {
			t.Errorf("%s: axe-core finds %q", theme, found)
		}
	}
	for _, width := range []int64{1280, 390} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900)); err != nil {
			t.Fatal(err)
		}
		if wide := eval[int](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
			t.Errorf("at %d px the page is %d px too wide", width, wide)
		}
		picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if dir := os.Getenv("CIBENCH_SCREENSHOTS"); dir != "" { // for whoever wants to look
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("report-%d.png", width)), picture, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(complaints) > 0 {
		t.Errorf("the browser says %q", complaints)
	}
}

// eval returns what an expression comes to in the page.
func eval[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.80s: %v", expression, err)
	}
	return v
}

// TestPageWithoutScript has all of it in sight when no script runs.
func TestPageWithoutScript(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	file := writePage(t)
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	said := eval[string](t, ctx, `document.querySelector("main").innerText`)
	for _, want := range []string{"Faster: ", "a cache mount outlives the build", "nothing measures it", "cibench run starter --null --seed 42"} {
		if !strings.Contains(said, want) {
			t.Errorf("without scripts the page does not show %q", want)
		}
	}
}

// TestPageSorts sorts a table with numbers in several units, by a click and then
// by the keyboard. Rows without a number come last and keep their order.
func TestPageSorts(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+writePage(t))); err != nil {
		t.Fatal(err)
	}
	const table = `const table = [...document.querySelectorAll("#numbers table")].find(t => t.caption.textContent.startsWith("Seconds per phase"));
		const at = [...table.tHead.rows[0].cells].findIndex(th => th.textContent === "total");`
	const column = `(() => {` + table + `return [...table.tBodies[0].rows].map(r => r.cells[at].firstChild.textContent); })()`
	const head = `(() => {` + table + `return table.tHead.rows[0].cells[at].getAttribute("aria-sort"); })()`
	before := eval[[]string](t, ctx, column)
	eval[bool](t, ctx, `(() => {`+table+`const b = table.tHead.rows[0].cells[at].querySelector("button"); b.click(); b.focus(); return true; })()`)
	up := eval[[]string](t, ctx, column)
	want := slices.SortedStableFunc(slices.Values(before), func(a, b string) int { return cmp.Compare(number(t, a), number(t, b)) })
	if slices.Equal(before, want) || !slices.Equal(up, want) || eval[string](t, ctx, head) != "ascending" {
		t.Errorf("got %q of %q, want %q", up, before, want)
	}
	if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(want)
	if down := eval[[]string](t, ctx, column); !slices.Equal(down, want) || eval[string](t, ctx, head) != "descending" {
		t.Errorf("with the keyboard: got %q, want %q", down, want)
	}
	const firstOfPip = `(() => {` + table + `const pip = [...table.tHead.rows[0].cells].findIndex(th => th.textContent === "pip-install");
		const rows = [...table.tBodies[0].rows], without = rows.filter(r => !r.cells[pip].dataset.value);
		table.tHead.rows[0].cells[pip].querySelector("button").click();
		const sorted = [...table.tBodies[0].rows].slice(-without.length);
		return without.length > 1 && without.every((r, i) => r === sorted[i]); })()`
	for range 2 {
		if !eval[bool](t, ctx, firstOfPip) {
			t.Error("rows without a number do not come last, in their order")
		}
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestPageOnPaper prints the page: heads of tables and counts of claims are there,
// and the evidence is unfolded.
func TestPageOnPaper(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+writePage(t))); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	eval[bool](t, ctx, `dispatchEvent(new Event("beforeprint"))`)
	said := eval[string](t, ctx, `document.body.innerText`)
	for _, want := range []string{"verdict\tclaim\tfound", "trial\tblock\toutcome", " refuted", "layer cache: 0 records"} {
		if !strings.Contains(said, want) {
			t.Errorf("on paper there is no %q", want)
		}
	}
	if strings.Contains(said, "Dark theme") {
		t.Error("on paper there is a button")
	}
	eval[bool](t, ctx, `dispatchEvent(new Event("afterprint"))`)
	if n := eval[int](t, ctx, `document.querySelectorAll("details[open]").length`); n > 0 {
		t.Errorf("%d parts stay unfolded", n)
	}
}
