package portal_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sijil/internal/i18n"
	"sijil/portal"
)

// What each address answers, and what it must not hold.
func TestAnswers(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	tests := []struct {
		name, method, path string
		headers            []string
		status             int
		want, not          []string
	}{
		{"home in Arabic", "GET", "/ar/", nil, 200, []string{`<html lang="ar" dir="rtl">`, "9,3264284", "9,7430010"}, []string{"Sijil"}},
		{"home in French", "GET", "/fr/", nil, 200, []string{`<html lang="fr" dir="ltr">`, "9,3264284", "1er décembre 2022"}, nil},
		{"home in English", "GET", "/en/", nil, 200, []string{`<html lang="en" dir="ltr">`, "9.3264284", "1 December 2022"}, nil},
		{"without a language", "GET", "/", nil, 200, []string{`<html lang="ar" dir="rtl">`}, nil},
		{"as the browser asks", "GET", "/", []string{"Accept-Language", "fr-FR,fr;q=0.9,en;q=0.5"}, 200, []string{`<html lang="fr"`}, nil},
		{"by region", "GET", "/", []string{"Accept-Language", "en-GB"}, 200, []string{`<html lang="en"`}, nil},
		{"in a language nobody wrote", "GET", "/", []string{"Accept-Language", "zh"}, 200, []string{`<html lang="ar"`}, nil},
		{"in no language", "GET", "/", []string{"Accept-Language", ";;=,\x00"}, 200, []string{`<html lang="ar"`}, nil},
		{"as chosen before", "GET", "/", []string{"Cookie", "lang=en", "Accept-Language", "fr"}, 200, []string{`<html lang="en"`}, nil},
		{"a forged choice", "GET", "/", []string{"Cookie", "lang=../../etc", "Accept-Language", "fr"}, 200, []string{`<html lang="fr"`}, []string{"etc"}},
		{"the path before the choice", "GET", "/fr/", []string{"Cookie", "lang=en"}, 200, []string{`<html lang="fr"`}, nil},
		{"no slash", "GET", "/ar", nil, 308, nil, nil},
		{"an unknown language", "GET", "/es/", []string{"Accept-Language", "fr"}, 404, []string{`<html lang="fr"`, "Cette page n’existe pas"}, []string{"es/"}},
		{"an unknown page", "GET", "/ar/nothing", nil, 404, []string{`<html lang="ar"`, "هذه الصفحة غير موجودة"}, []string{"nothing"}},
		{"script in the path", "GET", "/en/%3Cscript%3E", nil, 404, []string{"This page does not exist"}, []string{"%3C", "&lt;"}},
		{"a folder above", "GET", "/en/../../etc/passwd", nil, 404, nil, []string{"passwd", "root:"}},
		{"an unknown asset", "GET", "/assets/portal.css", nil, 404, nil, nil},
		{"an asset above", "GET", "/assets/../portal.go", nil, 404, nil, []string{"package"}},
		{"an unknown example", "GET", "/en/simulator/examples/nobody", nil, 404, nil, nil},
		{"posting an example", "POST", "/en/simulator/examples/widow", nil, 405, []string{"This cannot be done here"}, nil},
		{"posting home", "POST", "/en/", nil, 405, nil, nil},
		{"deleting", "DELETE", "/fr/simulator", nil, 405, nil, nil},
		{"the form", "GET", "/en/simulator", nil, 200, []string{"Where the household lives", `name="p1.born"`, "Not answered"}, []string{" checked", " selected", `name="p1.sex"`, "diploma"}},
		{"answers in an address are not read", "GET", "/en/simulator?p1.born=1986&place=03.231", nil, 200, nil, []string{"1986\"", "selected"}},
		{"an example", "GET", "/fr/simulator/examples/widow", nil, 200, []string{"9,3626150", "Fès", "9,3264284"}, nil},
		{"only the head", "HEAD", "/fr/", nil, 200, nil, []string{"html"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			answer, body := ask(t, p, tt.method, tt.path, "", tt.headers...)
			if answer.StatusCode != tt.status {
				t.Errorf("status %d, want %d", answer.StatusCode, tt.status)
			}
			for _, s := range tt.want {
				if !strings.Contains(body, s) {
					t.Errorf("the page does not hold %q", s)
				}
			}
			main := body[max(0, strings.Index(body, "<main")):]
			for _, s := range tt.not {
				if strings.Contains(main, s) {
					t.Errorf("the page holds %q", s)
				}
			}
			guarded(t, answer, body)
		})
	}
}

// guarded wants the headers of every answer, and nothing in a page that they
// forbid.
func guarded(t *testing.T, answer answer, body string) {
	t.Helper()
	for header, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY",
	} {
		if !strings.Contains(answer.Header.Get(header), want) {
			t.Errorf("%s is %q", header, answer.Header.Get(header))
		}
	}
	if strings.Contains(answer.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Error("the policy lets something unsafe pass")
	}
	for _, s := range []string{"<script", "<style", " style=", "javascript:", " onclick", "http://", "https://"} {
		if strings.Contains(body, s) {
			t.Errorf("the page holds %q", s)
		}
	}
	if answer.StatusCode >= http.StatusBadRequest && answer.Header.Get("Cache-Control") != "no-store" {
		t.Error("a fault may be kept")
	}
}

// A language chosen by its path is remembered, in two letters that no script
// reads.
func TestLanguageIsRemembered(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	answer, _ := ask(t, p, http.MethodGet, "/fr/", "")
	if got := answer.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "lang=fr; Path=/; ") || !strings.Contains(got, "HttpOnly; SameSite=Lax") {
		t.Errorf("cookie %q", got)
	}
	for _, cookie := range []string{"lang=fr"} {
		if answer, _ = ask(t, p, http.MethodGet, "/fr/", "", "Cookie", cookie); answer.Header.Get("Set-Cookie") != "" {
			t.Error("the cookie is set again")
		}
	}
	if answer, _ = ask(t, p, http.MethodGet, "/", "", "Accept-Language", "fr"); answer.Header.Get("Set-Cookie") != "" {
		t.Error("a language nobody chose is remembered")
	}
}

// The pages that are the same for everybody are known by their tag; a page
// with answers is never kept.
func TestKeeping(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	answer, _ := ask(t, p, http.MethodGet, "/fr/", "")
	tag := answer.Header.Get("ETag")
	if tag == "" {
		t.Fatal("the page has no tag")
	}
	answer, body := ask(t, p, http.MethodGet, "/fr/", "", "If-None-Match", `"other", W/`+tag)
	if answer.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("asked for by its tag: %d, %d bytes", answer.StatusCode, len(body))
	}
	for _, path := range []string{"/fr/simulator"} {
		answer, _ = post(t, p, path, widow())
		if got := answer.Header.Get("Cache-Control"); got != "no-store" || answer.Header.Get("ETag") != "" {
			t.Errorf("a page with answers: %q, tag %q", got, answer.Header.Get("ETag"))
		}
	}
}

// The first load of a page, with style sheet, fonts and mark, is no more than
// 100 kB over the wire.
func TestFirstLoadIsLight(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for _, path := range []string{"/ar/", "/fr/", "/ar/simulator", "/ar/simulator/examples/widow", "/fr/simulator/examples/labourer"} {
		total := 0
		fetch := func(path string) string {
			answer, zipped := ask(t, p, http.MethodGet, path, "", "Accept-Encoding", "br, gzip")
			total += len(zipped)
			if answer.Header.Get("Content-Encoding") != "gzip" {
				return zipped
			}
			z, err := gzip.NewReader(strings.NewReader(zipped))
			check(t, err)
			plain, err := io.ReadAll(z)
			check(t, err)
			return string(plain)
		}
		page := fetch(path)
		for _, name := range assetPattern.FindAllString(page, -1) {
			if sheet := fetch(name); strings.HasSuffix(name, ".css") {
				for _, font := range fontPattern.FindAllString(sheet, -1) {
					if !strings.Contains(page, font) { // else it has been counted
						fetch("/assets/" + font)
					}
				}
			}
		}
		t.Logf("%s: %d bytes", path, total)
		if total > 100_000 || total < 50_000 {
			t.Errorf("%s weighs %d bytes", path, total)
		}
	}
}

// Nothing of a country is in the pages' code: another folder gives its pages.
func TestAnotherCountry(t *testing.T) {
	t.Parallel()
	c := config(t, "../cmd/sijil/testdata/pelagia")
	p, err := portal.New(c)
	check(t, err)
	for _, l := range i18n.Written(c.Country.Languages) {
		for _, path := range []string{"/", "/simulator"} {
			answer, body := ask(t, p, http.MethodGet, "/"+l+path, "")
			if answer.StatusCode != http.StatusOK || strings.Contains(body, "Tadamon") || strings.Contains(body, "9.743") {
				t.Errorf("/%s%s: %d", l, path, answer.StatusCode)
			}
		}
	}
}

// counter counts, or fails to.
type counter struct{ err error }

func (c counter) Counts(context.Context) (households, persons int, err error) { return 2, 11, c.err }

func TestCountsOfTheRegisters(t *testing.T) {
	t.Parallel()
	c := config(t, "../morocco")
	c.Counts = counter{}
	p, err := portal.New(c)
	check(t, err)
	if _, body := ask(t, p, http.MethodGet, "/ar/", ""); !strings.Contains(body, "أسرتان مسجلتان") || !strings.Contains(body, "11 شخصا مسجلا") {
		t.Error("the counts are not on the page")
	}
	told := 0
	c.Counts, c.Failed = counter{errors.New("no store")}, func(error) { told++ }
	p, err = portal.New(c)
	check(t, err)
	answer, body := ask(t, p, http.MethodGet, "/en/", "")
	if answer.StatusCode != http.StatusOK || strings.Contains(body, "registered") || strings.Contains(body, "no store") || told != 1 {
		t.Errorf("without its store: %d, told %d times", answer.StatusCode, told)
	}
}

// Two pages at once, and the day that ends, do not mix.
func TestPagesOfADay(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(newPortal(t))
	defer s.Close()
	done := make(chan error)
	for _, language := range languages {
		go func() {
			for range 50 {
				answer, err := http.Get(s.URL + "/" + language + "/")
				if err == nil && answer.Header.Get("Content-Language") != language {
					err = errors.New("the page is in another language")
				}
				if err != nil {
					done <- err
					return
				}
				answer.Body.Close()
			}
			done <- nil
		}()
	}
	for range languages {
		check(t, <-done)
	}
}
