package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestThePageStandsAlone: the page asks no other host and runs no script, its
// policy would not let it, every operation of the document is on it, and every
// address inside it leads somewhere.
func TestThePageStandsAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	res, text := s.ask(request(http.MethodGet, "/api", ""))
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-") {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	for _, foreign := range []string{"<script", "http://", "https://", "//", "@import", "url(", " on", "javascript:", "style="} {
		marked := regexp.MustCompile(`<[^>]*`+regexp.QuoteMeta(foreign)).FindString(text) != "" && foreign != " on"
		if marked || foreign == "<script" && strings.Contains(text, foreign) {
			t.Errorf("%q is in a tag of the page", foreign)
		}
	}
	if regexp.MustCompile(`<[^>]* on[a-z]+=`).MatchString(text) {
		t.Error("an event handler is on the page")
	}
	for _, o := range readSpec(t, s).operations() {
		if !strings.Contains(text, `id="`+o.ID+`"`) {
			t.Errorf("%s is not on the page", o.ID)
		}
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(text, `id="`+m[1]+`"`) {
			t.Errorf("#%s is not on the page", m[1])
		}
	}
	if len(text) > 200<<10 {
		t.Errorf("%d bytes", len(text))
	}
	r := request(http.MethodGet, "/api", "", "Accept-Encoding", "br, gzip")
	if res, zipped := s.ask(r); res.Header.Get("Content-Encoding") != "gzip" || len(zipped) > 20<<10 {
		t.Errorf("%s, %d bytes", res.Header.Get("Content-Encoding"), len(zipped))
	}
}

// TestNoBarriersOnThePage runs axe-core over the page, on a phone and a desk,
// light and dark, with everything opened.
func TestNoBarriersOnThePage(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("../portal/testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(newSite(t))
	defer server.Close()
	ctx := browser(t)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{320, 1280} {
			media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
			if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(server.URL+"/api")); err != nil {
				t.Fatal(err)
			}
			over, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll('details').forEach(d => d.open = true); document.documentElement.scrollWidth - innerWidth`))
			if err != nil || over > 0 {
				t.Errorf("%s, %d px wide: %d px too wide, %v", scheme, width, over, err)
			}
			for _, fault := range barriers(t, ctx, string(axe)) {
				t.Errorf("%s, %d px wide: %s", scheme, width, fault)
			}
		}
	}
}

func barriers(t *testing.T, ctx context.Context, axe string) []string {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](axe+";0")); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`axe.run().then(r => JSON.stringify({passes: r.passes.length, faults: r.violations.map(v => v.id + ": " + v.help + " " + v.nodes[0].html)}))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Passes int
		Faults []string
	}
	if err := json.Unmarshal([]byte(found), &report); err != nil {
		t.Fatal(err)
	}
	if report.Passes < 10 {
		t.Fatalf("axe-core passed %d rules: it did not look at the page", report.Passes)
	}
	return report.Faults
}

// browser starts Chromium for a test, or skips it with the reason.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("SIJIL_REQUIRE_CHROMIUM") == "1" {
			t.Fatal("SIJIL_REQUIRE_CHROMIUM=1, but there is no chromium in the path; on Debian: apt-get install chromium")
		}
		t.Skip("no chromium in the path; on Debian: apt-get install chromium")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}
