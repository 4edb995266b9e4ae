package portal_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sijil/portal"
)

var (
	linkPattern   = regexp.MustCompile(`(?:href|src|action|formaction)="([^"]*)"`)
	assetPattern  = regexp.MustCompile(`/assets/[a-z0-9.-]+`)
	fontPattern   = regexp.MustCompile(`[a-z-]+\.[0-9a-f]+\.woff2`)
	latinPattern  = regexp.MustCompile(`[A-Za-zÀ-ÿ]{2,}`)
	arabicPattern = regexp.MustCompile(`\p{Arabic}{2,}`)
	keyPattern    = regexp.MustCompile(`\b(site|nav|home|sim|result|problem|error|month|date|signin|desk|role|ask|household|figures|progress|task|standing|cause|open|reason|hinge|state|waiting|example)\.[a-z_0-9.]+`)
	foreign       = regexp.MustCompile(`(?s)<(a|button|span|li) [^>]*lang="[a-z]+"[^>]*>.*?</(a|button|span|li)>`)
	codePattern   = regexp.MustCompile(`(?s)<code.*?</code>`)
	tagPattern    = regexp.MustCompile(`(?s)<[^>]*>`)
	formulaLine   = regexp.MustCompile(`(?s)<p class="quiet small">.*?</p>`)
)

// words are what a reader sees of a page, without names of languages, hashes
// and the formula's own name.
func words(page string) string {
	for _, p := range []*regexp.Regexp{foreign, codePattern, formulaLine, tagPattern} {
		page = p.ReplaceAllString(page, " ")
	}
	return html.UnescapeString(page)
}

// untranslated are the words of a page that are not in its language. Names of
// programmes and numbers stay what they are.
func untranslated(language, page string) []string {
	text := words(page)
	out := keyPattern.FindAllString(text, -1)
	if language == "ar" {
		return append(out, latinPattern.FindAllString(text, -1)...)
	}
	return append(out, arabicPattern.FindAllString(text, -1)...)
}

// crawl follows every link from the pages a visitor begins with.
func crawl(t *testing.T, p *portal.Portal, visit func(path string, answer answer, body string)) {
	t.Helper()
	queue := []string{"/", "/ar", "/fr", "/en"}
	seen := map[string]bool{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		answer, body := ask(t, p, http.MethodGet, path, "")
		visit(path, answer, body)
		if answer.StatusCode == http.StatusPermanentRedirect {
			queue = append(queue, answer.Header.Get("Location"))
		}
		for _, m := range linkPattern.FindAllStringSubmatch(body, -1) {
			target, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if target == "" {
				continue
			}
			if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") {
				t.Errorf("%s leads to %q: no page leads away", path, target)
				continue
			}
			queue = append(queue, target)
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d addresses were found", len(seen))
	}
}

// Every link of every page in three languages leads to a page, in the language
// it says, without an untranslated word.
func TestCrawl(t *testing.T) {
	t.Parallel()
	crawl(t, newPortal(t), func(path string, answer answer, body string) {
		if !slices.Contains([]int{http.StatusOK, http.StatusPermanentRedirect}, answer.StatusCode) {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
		if len(path) < 3 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") || answer.StatusCode != http.StatusOK {
			return
		}
		language := path[1:3]
		if !strings.Contains(body, `<html lang="`+language+`"`) {
			t.Errorf("%s is not in its language", path)
		}
		if found := untranslated(language, body); len(found) > 0 {
			t.Errorf("%s has %q", path, found)
		}
	})
}

// The same of the pages that only a form leads to.
func TestPostedPagesAreTranslated(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for name, form := range posted() {
		for _, language := range languages {
			answer, body := post(t, p, "/"+language+"/simulator", form)
			body = strings.ReplaceAll(body, "long ago", "") // what the visitor wrote
			if found := untranslated(language, body); len(found) > 0 || answer.StatusCode >= 500 {
				t.Errorf("%s in %s: %d, %q", name, language, answer.StatusCode, found)
			}
		}
	}
}

// The test of words sees what it is for.
func TestUntranslatedSees(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		language, page string
		want           int
	}{
		{"ar", `<p>مرحبا</p><a lang="fr" href="/fr/">Français</a>`, 0},
		{"ar", `<p>مرحبا hello</p>`, 1},
		{"fr", `<p>bonjour</p><p>مرحبا</p>`, 1},
		{"en", `<p>sim.title</p>`, 1},
	} {
		if got := untranslated(tt.language, tt.page); len(got) != tt.want {
			t.Errorf("%s: %q, want %d", tt.page, got, tt.want)
		}
	}
}
