package portal_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshots writes pictures of the pages into the folder that
// SIJIL_SCREENSHOTS names; with SIJIL_SCREENSHOTS_ALL=1 whole pages of every
// kind, at both widths, light and dark, for somebody to look at.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SIJIL_SCREENSHOTS")
	if folder == "" {
		t.Skip("SIJIL_SCREENSHOTS names no folder; see make screenshots")
	}
	check(t, os.MkdirAll(folder, 0o755))
	s, ctx := visits(t), browser(t)
	type shot struct {
		name, path, language string
		width                int64
		dark                 bool
	}
	shots := []shot{
		{"home-ar", "/ar/", "ar", 1280, false},
		{"home-fr-phone", "/fr/", "fr", 360, false},
		{"result-ar-phone", "/ar/simulator/examples/widow", "ar", 360, false},
		{"result-fr", "/fr/simulator/examples/widow", "fr", 1280, false},
		{"form-ar-dark", "/visit/answers/ar", "ar", 1280, true},
		{"signin-ar", "/work/signin/ar", "ar", 1280, false},
		{"household-fr", "/work/alone/fr", "fr", 1280, false},
		{"household-ar-phone", "/work/household/ar", "ar", 360, false},
		{"figures-ar-phone", "/work/figures/ar", "ar", 360, false},
		{"figures-fr", "/work/figures/fr", "fr", 1280, false},
		{"figures-ar-dark", "/work/figures/ar", "ar", 1280, true},
		{"progress-fr", "/work/progress/fr", "fr", 1280, false},
	}
	all := os.Getenv("SIJIL_SCREENSHOTS_ALL") == "1"
	if all {
		shots = nil
		for _, language := range languages {
			for _, width := range []int64{360, 1280} {
				for _, dark := range []bool{false, true} {
					pages := map[string]string{
						"home": "/" + language + "/", "form": "/" + language + "/simulator", "error": "/" + language + "/nothing",
						"alone": "/" + language + "/simulator/examples/alone", "widow": "/" + language + "/simulator/examples/widow",
						"people": "/visit/people/" + language, "answers": "/visit/answers/" + language, "homestep": "/visit/home/" + language,
						"errors": "/visit/errors/" + language, "mistaken": "/visit/mistaken/" + language, "hinges": "/visit/hinges/" + language,
					}
					for _, name := range workPages {
						pages["work-"+name] = "/work/" + name + "/" + language
					}
					for name, path := range pages {
						shots = append(shots, shot{fmt.Sprintf("%s-%s-%d-%v", name, language, width, dark), path, language, width, dark})
					}
				}
			}
		}
	}
	images(t, ctx, s.URL)
	for _, x := range shots {
		see(t, ctx, s.URL+x.path, x.width, x.dark, x.language)
		take := chromedp.CaptureScreenshot()
		if all {
			take = chromedp.FullScreenshot(100)
		}
		picture, err := chromedp.Run(ctx, take)
		check(t, err)
		if len(picture) > 200<<10 && !all {
			t.Errorf("%s is a picture of %d kB: a page of the README should load faster", x.name, len(picture)>>10)
		}
		check(t, os.WriteFile(filepath.Join(folder, x.name+".png"), picture, 0o644))
	}
}

// images writes the two pictures of the README into the folder that
// SIJIL_IMAGES names.
func images(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	folder := os.Getenv("SIJIL_IMAGES")
	if folder == "" {
		return
	}
	check(t, os.MkdirAll(folder, 0o755))
	for _, x := range []struct{ name, path, language string }{
		{"household-ar", "/work/plain/ar", "ar"}, {"figures-fr", "/work/figures/fr", "fr"},
	} {
		see(t, ctx, address+x.path, 1280, false, x.language)
		check(t, chromedp.Do(ctx, chromedp.EmulateViewport(1280, 1180)))
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		check(t, err)
		if len(picture) > 200<<10 {
			t.Errorf("%s is a picture of %d kB", x.name, len(picture)>>10)
		}
		check(t, os.WriteFile(filepath.Join(folder, x.name+".png"), picture, 0o644))
	}
}
