package cardpage_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sijil/formula"
	"sijil/internal/cardpage"
	"sijil/survey"
)

func render(t *testing.T, c *survey.Card, lang string) string {
	t.Helper()
	out, err := cardpage.Render(c, lang)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("SIJIL_PAGES"); dir != "" && t.Name() == "TestPageSaysWhatTheCardHolds" {
		if err := os.WriteFile(filepath.Join(dir, "card."+lang+".html"), out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return string(out)
}

// TestPageSaysWhatTheCardHolds looks for the figures, in the language's way of
// writing them, and for what must not be on a page.
func TestPageSaysWhatTheCardHolds(t *testing.T) {
	t.Parallel()
	c := villageCard(t)
	for lang, want := range map[string][]string{
		"ar": {`<html lang="ar" dir="rtl">`, `direction="rtl"`, "مؤشر القرى", "أجابت 500 أسرة", "01/01/2026", "الرحل", "الوسط: قروي", "لم يشمل البحث الجزر", "أفقر \u206620%\u2069"},
		"fr": {`<html lang="fr" dir="ltr">`, "Indice des villages", "500 ménages ont répondu", "20\u202f% les plus pauvres", "Nomades", "Milieu\u00a0: campagne", "Taille du ménage\u00a0: à partir de 9"},
		"en": {`<html lang="en" dir="ltr">`, "Village index", "500 households answered", "poorest 20%", "Nomads", "Milieu: countryside", "Size of the household: from 9", "Material of the walls: fired brick", "size&gt;=7"},
	} {
		page := render(t, c, lang)
		for _, w := range append(want, c.Hash, c.Formula.Hash, c.Data.SHA256) {
			if !strings.Contains(page, w) {
				t.Errorf("%s: the page does not say %q", lang, w)
			}
		}
		for _, bad := range []string{"<script", "http://", "https://", "url(", "@import", "NaN", "ZgotmplZ", "{n}", "{q}", "{value}", "&lt;nil", "%!"} {
			if strings.Contains(strings.ReplaceAll(page, "http://www.w3.org/2000/svg", ""), bad) {
				t.Errorf("%s: the page holds %q", lang, bad)
			}
		}
		if again := render(t, c, lang); again != page {
			t.Errorf("%s: the same card made another page", lang)
		}
		wellFormed(t, lang, page)
	}
	if _, err := cardpage.Render(c, "de"); err == nil {
		t.Error("a language nobody wrote")
	}
}

// wellFormed reads the page as XML, for every element must be closed.
func wellFormed(t *testing.T, lang, page string) {
	t.Helper()
	_, body, _ := strings.Cut(page, "</head>")
	d := xml.NewDecoder(strings.NewReader("<html>" + strings.ReplaceAll(body, "<br>", "<br/>")))
	d.Strict, d.Entity = true, xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s: %v", lang, err)
			return
		}
	}
}

// TestHostileTexts puts markup into every text that comes from outside.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	const hostile = `"><script>alert(1)</script><img src=x onerror=y>&'`
	w := wording()
	spoil := func(x formula.Text) {
		for l := range x {
			x[l] += hostile
		}
	}
	spoil(w.Title)
	spoil(w.Meaning)
	spoil(w.Failures[0])
	for i := range w.Terms {
		spoil(w.Terms[i].Label)
	}
	for i := range w.Strata {
		spoil(w.Strata[i].Label)
	}
	spoil(w.Groups[0].Label)
	for _, l := range w.Groups[0].Levels {
		spoil(l)
	}
	c := makeCard(t, w, survey.LinearMethod{Name: "wls", By: "milieu"}, 2)
	c.Data.File, c.Data.Survey, c.Data.Target = hostile, hostile, hostile
	c.Accuracy.Programmes[3].Programme = hostile
	for _, lang := range cardpage.Languages() {
		page := render(t, c, lang)
		for _, bad := range []string{"<script", "<img", `"><`} {
			if n := strings.Count(page, bad); bad != `"><` && n > 0 {
				t.Errorf("%s: %d times %s", lang, n, bad)
			}
		}
		wellFormed(t, lang, page)
	}
}

// TestBareCards renders cards that lack what a card may lack.
func TestBareCards(t *testing.T) {
	t.Parallel()
	w := wording()
	w.Strata = nil
	for i := range w.Terms {
		w.Terms[i].Tags = nil
	}
	for _, m := range []survey.LinearMethod{{Name: "quantile", Tau: .4}, {Name: "lasso", Lambda: .01}, {Name: "bic"}} {
		c := makeCard(t, w, m, 0)
		if c.Prices != nil {
			t.Error("prices without tags")
		}
		c.Groups, c.NearCut = nil, nil
		for _, lang := range cardpage.Languages() {
			if page := render(t, c, lang); strings.Contains(page, "<no value>") {
				t.Errorf("%s: something has no value", lang)
			}
		}
	}
	c := *villageCard(t)
	v, a := .35, .4
	for _, code := range survey.FailureCodes {
		f := survey.Failure{Code: code, Q: .2, Value: &v, Against: &a, Group: "milieu", Level: "town", Stratum: "town", Text: text("أ", "b", "c")}
		if code == survey.FailureRowsDropped || code == survey.FailureLonely || code == survey.FailureSmall {
			f = survey.Failure{Code: code, Count: 3}
		}
		c.Failures = append(c.Failures, f)
	}
	for _, lang := range cardpage.Languages() {
		if page := render(t, &c, lang); regexp.MustCompile(`\{[a-z]+\}`).MatchString(strings.SplitN(page, "</head>", 2)[1]) {
			t.Errorf("%s: a text was not filled in", lang)
		}
	}
}

// TestTablesCanBreak holds the style sheet to what printing needs.
func TestTablesCanBreak(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("page.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"size: A4", "table-header-group", "break-inside: avoid", "text-align: start"} {
		if !bytes.Contains(css, []byte(want)) {
			t.Errorf("the style sheet lacks %s", want)
		}
	}
	if m := regexp.MustCompile(`(margin|padding|border)-(left|right)|text-align: (left|right)|[ ;](left|right):`).Find(css); m != nil {
		t.Errorf("%s does not turn with the direction of the language", m)
	}
}
