package portal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestNoBarriers runs axe-core over pages of every kind, in every language, on
// a phone and a desk, one of them in the dark. It also wants no page wider than
// its window, down to 320 pixels.
func TestNoBarriers(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	check(t, err)
	s, ctx := visits(t), browser(t)
	for _, language := range languages {
		pages := map[string]string{
			"home": "/" + language + "/", "form": "/" + language + "/simulator", "error": "/" + language + "/nothing",
			"example": "/" + language + "/simulator/examples/alone", "result": "/visit/result/" + language, "hinges": "/visit/hinges/" + language,
			"answers": "/visit/answers/" + language, "home questions": "/visit/home/" + language,
			"errors": "/visit/errors/" + language, "mistaken": "/visit/mistaken/" + language,
		}
		for _, name := range workPages {
			pages["work "+name] = "/work/" + name + "/" + language
		}
		for name, path := range pages {
			t.Run(name+"/"+language, func(t *testing.T) {
				for _, width := range widths(name, language) {
					see(t, ctx, s.URL+path, width, name == "hinges" || name == "work figures" || name == "work answers", language)
					over, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
					if check(t, err); over > 0 {
						t.Errorf("%d px wide: the page is %d px too wide", width, over)
					}
					if width == 320 {
						continue
					}
					for _, fault := range barriers(t, ctx, string(axe)) {
						t.Errorf("%d px wide: %s", width, fault)
					}
				}
			})
		}
	}
}

// widths are those a page is looked at in: the many pages of people at work at
// one in Arabic and another in French, and none wider than the narrowest.
func widths(name, language string) []int64 {
	switch {
	case !strings.HasPrefix(name, "work "):
		return []int64{320, 360, 1280}
	case language == "ar":
		return []int64{320, 360}
	case language == "fr":
		return []int64{320, 1280}
	}
	return []int64{320}
}

// barriers are what axe-core finds on the page shown.
func barriers(t *testing.T, ctx context.Context, axe string) []string {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[any](axe+";0"))
		return err
	})); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`axe.run().then(r => JSON.stringify({passes: r.passes.length, violations: r.violations}))`, chromedp.EvalAwaitPromise))
	check(t, err)
	var report struct {
		Passes     int
		Violations []struct {
			ID, Help string
			Nodes    []struct {
				HTML           string
				FailureSummary string
			}
		}
	}
	check(t, json.Unmarshal([]byte(found), &report))
	if report.Passes < 10 {
		t.Fatalf("axe-core passed %d rules: it did not look at the page", report.Passes)
	}
	var out []string
	for _, v := range report.Violations {
		for i, n := range v.Nodes {
			if i < 3 {
				out = append(out, fmt.Sprintf("%s: %s\n  %s\n  %s", v.ID, v.Help, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " ")))
			}
		}
	}
	return out
}
