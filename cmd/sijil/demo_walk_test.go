package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestWalk opens a demo in a browser while it loads, waits until the page
// becomes the home page by itself, and walks on as a visitor would: in both
// languages of the reference country, on a phone and at a desk.
func TestWalk(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	lines, stop := startDemo(t, "--households", "40")
	base := lines(t, `^sijil: puts 40 households through the registers; (http\S+) shows how far it is$`)
	w := &walk{t: t, ctx: ctx, base: base}

	w.open("/ar/", 360)
	if w.text(`document.querySelector('meta[http-equiv=refresh]') ? 'loads' : ''`) != "loads" {
		t.Error("the first page does not show how far loading is")
	}
	w.until(`!document.querySelector('meta[http-equiv=refresh]') && document.querySelector('h1') ? 'home' : ''`, "home")
	lines(t, `^sijil: ready on (http\S+)$`)
	code := w.example()
	for _, language := range []string{"ar", "fr"} {
		for _, width := range []int64{360, 1280} {
			w.around(language, width, code)
		}
	}
	if status := stop(); status != exitOK {
		t.Errorf("status %d", status)
	}
}

// TestPictures writes the README's picture of the demo's figures into the
// folder that SIJIL_IMAGES names: see make screenshots.
func TestPictures(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("SIJIL_IMAGES")
	if folder == "" {
		t.Skip("SIJIL_IMAGES names no folder; see make screenshots")
	}
	ctx := browse(t)
	lines, stop := startDemo(t)
	w := &walk{t: t, ctx: ctx, base: lines(t, `^sijil: ready on (http\S+)$`)}
	w.enter("fr", "figures", "planner", 1280)
	w.until(`document.querySelector('table.places') ? 'figures' : ''`, "figures")
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 1180)); err != nil {
		t.Fatal(err)
	}
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "figures-fr.png"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
	stop()
}

// enter opens the door as somebody, towards a page.
func (w *walk) enter(language, page, login string, width int64) {
	w.t.Helper()
	w.language, w.width = language, width
	w.open("/"+language+"/signin?to=%2F"+page, width)
	w.press(`form:has(input[value="` + login + `"]) button`)
}

// walk is a visitor's browser.
type walk struct {
	t        *testing.T
	ctx      context.Context
	base     string
	language string
	width    int64
}

// around visits every page for people, in a language and at a width.
func (w *walk) around(language string, width int64, code string) {
	w.t.Helper()
	w.language, w.width = language, width
	w.open("/"+language+"/", width)
	w.fine("home")
	w.open("/"+language+"/signin?to=%2Fhousehold", width)
	w.fine("sign in")
	w.press(`form:has(input[value="officer"]) button`)
	w.until(`document.querySelector('input[name=code]:not([type=hidden])') ? 'asks' : ''`, "asks")
	w.fine("the question for a household")
	w.text(fmt.Sprintf(`(document.querySelector('input[name=code]:not([type=hidden])').value = %q, document.querySelector('input[name=purpose]').checked = true, '')`, code))
	w.press(`button[value=open]`)
	w.until(`document.querySelector('p.index output') ? 'household' : ''`, "household")
	w.fine("household")
	w.press(`form[action$="/signout"] button`)
	w.until(`location.pathname`, "/"+language+"/")
	w.enter(language, "figures", "planner", width)
	w.until(`document.querySelector('table.places') ? 'figures' : ''`, "figures")
	w.fine("figures")
	w.press(`form[action$="/signout"] button`)
	w.until(`location.pathname`, "/"+language+"/")
	w.open("/api", width)
	if w.text(`document.querySelector('h1') && document.documentElement.innerText.includes('Idempotency-Key') ? 'api' : ''`) != "api" {
		w.t.Error("the page of the API does not explain itself")
	}
	w.wide("API")
}

// fine holds a page to its language, its direction and its window.
func (w *walk) fine(page string) {
	w.t.Helper()
	dir := map[string]string{"ar": "rtl", "fr": "ltr"}[w.language]
	if got := w.text(`document.documentElement.lang + ' ' + document.documentElement.dir`); got != w.language+" "+dir {
		w.t.Errorf("%s, %s, %d px: is %q", page, w.language, w.width, got)
	}
	w.wide(page)
}

func (w *walk) wide(page string) {
	w.t.Helper()
	if got := w.text(`String(Math.max(0, document.documentElement.scrollWidth - innerWidth))`); got != "0" {
		w.t.Errorf("%s, %s, %d px: %s px too wide", page, w.language, w.width, got)
	}
}

func (w *walk) open(path string, width int64) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(w.base+path)); err != nil {
		w.t.Fatalf("%s: %v", path, err)
	}
}

func (w *walk) press(selector string) {
	w.t.Helper()
	if got := w.text(fmt.Sprintf(`(b => b ? (setTimeout(() => b.click()), 'pressed') : 'missing: ' + document.title)(document.querySelector(%q))`, selector)); got != "pressed" {
		w.t.Fatalf("%s, %s, %d px: %s", selector, w.language, w.width, got)
	}
}

// text evaluates an expression on the page.
func (w *walk) text(expression string) string {
	w.t.Helper()
	got, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return got
}

// until waits for a page that comes by itself.
func (w *walk) until(expression, want string) {
	w.t.Helper()
	last := ""
	for range 600 {
		got, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](expression))
		if err == nil && got == want { // a page that is being left answers nothing
			return
		}
		last = fmt.Sprint(got, err)
		time.Sleep(100 * time.Millisecond)
	}
	w.t.Fatalf("%s is %q, not %q, on %s", expression, last, want, w.text(`location.pathname + ' ' + document.body.innerText.slice(0, 400)`))
}

// example is the code of a household that the sign-in of an officer offers.
func (w *walk) example() string {
	w.t.Helper()
	w.enter("fr", "household", "officer", 1280)
	w.until(`document.querySelector('input[name=code]:not([type=hidden])') ? 'asks' : ''`, "asks")
	code := regexp.MustCompile(`[0-9A-Z]{10}-[0-9A-Z]`).FindString(w.text(`document.body.innerHTML`))
	if code == "" {
		w.t.Fatal("no household is offered to look at")
	}
	w.press(`form[action$="/signout"] button`)
	w.until(`location.pathname`, "/fr/")
	return code
}

// startDemo runs the command. lines waits for a line and returns its first
// group; stop tells the command to end and returns its status.
func startDemo(t *testing.T, args ...string) (lines func(t *testing.T, pattern string) string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	said := make(chan string, 100)
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			said <- s.Text()
		}
	}()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"demo", "--data", filepath.Join(t.TempDir(), "demo"), "--addr", "127.0.0.1:0"}, args...), strings.NewReader(""), in, os.Stderr)
	}()
	stop = func() int {
		cancel()
		return <-ended
	}
	lines = func(t *testing.T, pattern string) string {
		t.Helper()
		for {
			select {
			case line := <-said:
				if m := regexp.MustCompile(pattern).FindStringSubmatch(line); m != nil {
					return m[1]
				}
			case status := <-ended:
				t.Fatalf("the demo ended with status %d", status)
			}
		}
	}
	return lines, stop
}

// browse starts Chromium, or skips the test with the reason. With
// SIJIL_REQUIRE_CHROMIUM=1 a missing Chromium is a failure.
func browse(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("SIJIL_REQUIRE_CHROMIUM") == "1" {
			t.Fatal("SIJIL_REQUIRE_CHROMIUM=1, but there is no chromium in the path; on Debian: apt-get install chromium")
		}
		t.Skip("no chromium in the path; on Debian: apt-get install chromium")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-dev-shm-usage", true),
	)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}
