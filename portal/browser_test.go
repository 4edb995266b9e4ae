package portal_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"sijil/access"
	"sijil/portal"
)

// browser starts Chromium for a test, or skips it with the reason. With
// SIJIL_REQUIRE_CHROMIUM=1 a missing Chromium is a failure. Nothing is
// installed and nothing fetched: the pages come from the test itself.
func browser(t *testing.T) context.Context {
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
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-color-profile", "srgb"),
	)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// see opens a page at a width, in a dark or a light scheme. The address may be
// one of the paths of visits, which fill in the form on the way.
func see(t *testing.T, ctx context.Context, address string, width int64, dark bool, language string) {
	t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	height := int64(800)
	if width < 500 {
		height = 740
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(address)); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.documentElement.lang`))
	if err != nil || got != language {
		t.Fatalf("%s is in %q, %v; want %s", address, got, err, language)
	}
}

// visits serves the pages and, beside them, steps of the form that a browser
// cannot open by an address: /visit/NAME/LANGUAGE answers what posting would.
func visits(t *testing.T) *httptest.Server {
	t.Helper()
	p := newPortal(t)
	mux := http.NewServeMux()
	mux.Handle("/", p)
	for name, form := range posted() {
		for _, language := range languages {
			mux.HandleFunc("/visit/"+name+"/"+language, func(w http.ResponseWriter, r *http.Request) {
				answer, body := post(t, p, "/"+language+"/simulator", form)
				for key, values := range answer.Header {
					if key != "Content-Length" {
						w.Header()[key] = values
					}
				}
				w.WriteHeader(http.StatusOK) // so that the browser shows the page
				_, _ = w.Write([]byte(body))
			})
		}
	}
	work(t, mux)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// work adds the pages of people at work, each as its role sees it: the page of
// /work/NAME/LANGUAGE.
func work(t *testing.T, mux *http.ServeMux) {
	t.Helper()
	o, empty := newOffice(t, access.RegistrationOfficer, access.LocalAuthority, access.Planner), newOffice(t, access.Planner)
	o.count(37)
	o.trouble()
	plain := newOffice(t, access.RegistrationOfficer)
	plain.fill("alone")
	usual := newOffice(t, access.RegistrationOfficer)
	loading := portal.NewProgress(newPortal(t))
	loading.Set(portal.Loading{Step: portal.StepHouseholds, Done: 180, Of: 500, Elapsed: 9 * time.Second})
	serve := func(name, path string, ask func(path string) (answer, string)) {
		for _, language := range languages {
			mux.HandleFunc("/work/"+name+"/"+language, func(w http.ResponseWriter, _ *http.Request) {
				got, body := ask("/" + language + path)
				w.Header().Set("Content-Type", got.Header.Get("Content-Type"))
				w.Header().Set("Content-Security-Policy", got.Header.Get("Content-Security-Policy"))
				_, _ = w.Write([]byte(strings.ReplaceAll(body, `http-equiv="refresh"`, `name="refresh"`)))
			})
		}
	}
	officer, planner, nothing := o.in("registration_officer"), o.in("planner"), empty.in("planner")
	serve("signin", "/signin?ended=1", o.browser().get)
	serve("wrong-sign-in", "/signin", func(path string) (answer, string) {
		return o.browser().post(path, url.Values{"login": {"nobody"}, "password": {"x"}})
	})
	serve("desk", "/desk", officer.get)
	serve("ask", "/household", officer.get)
	serve("figures", "/figures", planner.get)
	serve("empty", "/figures", nothing.get)
	serve("plain", "/household", func(path string) (answer, string) { return usual.in("registration_officer").post(path, look()) })
	serve("alone", "/household", func(path string) (answer, string) { return plain.in("registration_officer").post(path, look()) })
	for name, form := range lookForms() {
		if name != "nothing" {
			serve(name, "/household", func(path string) (answer, string) { return officer.post(path, form) })
		}
	}
	serve("progress", "/", func(path string) (answer, string) { return ask(t, loading, http.MethodGet, path, "") })
}

// workPages are the names of those pages.
var workPages = []string{"signin", "wrong-sign-in", "desk", "ask", "household", "answers", "preview", "wrong", "alone", "figures", "empty", "progress"}

var languages = []string{"ar", "fr", "en"}
