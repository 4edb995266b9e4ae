package portal_test

import (
	"net/http"
	"testing"
	"time"

	"sijil/portal"
)

// TestProgress: every address shows how far it is, in the visitor's language,
// without a script; a machine is told that it is not ready; then the pages
// take over.
func TestProgress(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	g := portal.NewProgress(p)
	g.Set(portal.Loading{Step: portal.StepHouseholds, Done: 120, Of: 500, Elapsed: 7 * time.Second})
	for path, want := range map[string]string{"/ar/": "120 من 500 أسرة", "/fr/simulator": "120 ménages sur 500", "/en/": "120 of 500 households", "/": "120 من 500 أسرة"} {
		got, body := ask(t, g, http.MethodGet, path, "")
		if got.StatusCode != http.StatusOK || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
		wants(t, body, []string{want, `<meta http-equiv="refresh" content="1">`, `max="500" value="120"`, `aria-current="step"`}, nil)
		guarded(t, got, body)
		if language := path[1:min(3, len(path))]; language != "" {
			if found := untranslated(language, body); len(found) > 0 {
				t.Errorf("%s has %q", path, found)
			}
		}
	}
	for path, status := range map[string]int{"/readyz": 503, p.AssetPath(): 200} {
		if got, _ := ask(t, g, http.MethodGet, path, ""); got.StatusCode != status {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
	if got, _ := ask(t, g, http.MethodPost, "/en/", ""); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", got.StatusCode)
	}
	g.Set(portal.Loading{Step: portal.StepEvents, Failed: true})
	_, body := ask(t, g, http.MethodGet, "/en/", "")
	wants(t, body, []string{"The preparation has stopped"}, []string{"http-equiv"})
	g.Finish(p)
	_, body = ask(t, g, http.MethodGet, "/en/", "")
	wants(t, body, nil, []string{"http-equiv", "being prepared"})
}
