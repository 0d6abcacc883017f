package report_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

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

// TestPageInABrowser opens the page of a decided run: nothing complains, nothing
// is fetched, the filter and the theme work, axe-core finds nothing serious, and
// nothing is wider than a phone.
func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	axe := filepath.Join(nodetest.Modules(t, "testdata/node"), "axe-core", "axe.min.js")
	script, err := os.ReadFile(axe)
	if err != nil {
		t.Fatal(err)
	}
	run, trials := decided()
	text, _ := page(t, run, trials)
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var complaints []string
	err = chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			complaints = append(complaints, fmt.Sprint("console: ", e.Type))
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
	run, trials := decided()
	text, _ := page(t, run, trials)
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	said := eval[string](t, ctx, `document.querySelector("main").innerText`)
	for _, want := range []string{"Faster: ", "a cache mount outlives the build", "nothing measures it", "cibench run starter --seed 42"} {
		if !strings.Contains(said, want) {
			t.Errorf("without scripts the page does not show %q", want)
		}
	}
}
