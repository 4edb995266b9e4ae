package linkpage_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"sijil/internal/linkpage"
	"sijil/internal/roll"
	"sijil/linkage"
)

// fields are one of every kind.
func fields() []linkage.Field {
	var out []linkage.Field
	for _, k := range linkage.Kinds() {
		f := linkage.Field{Name: "f_" + k.String(), Kind: k, Columns: []string{"c_" + k.String()}}
		if k == linkage.Given || k == linkage.Family {
			f.Columns = append(f.Columns, f.Columns[0]+"_ar")
		}
		out = append(out, f)
	}
	return out[:min(len(out), linkage.MaxFields)]
}

// values are a made-up person; every one is long enough to be looked for.
func values(i int, spec linkage.Spec) []string {
	letters := func(n int) string {
		return string([]rune{'q' + rune(n%5), 'a' + rune(n/5%20), 'z', 'b' + rune(n/100%20), 'x', 'k'})
	}
	var out []string
	for _, c := range spec.Columns() {
		switch {
		case strings.Contains(c, "date"):
			out = append(out, fmt.Sprintf("%04d-%02d-%02d", 1950+i%60, 1+i%12, 1+i%28))
		case strings.HasSuffix(c, "_ar"):
			out = append(out, "خضف"+string([]rune{'ا' + rune(i%20), 'ق', 'ا' + rune(i/20%20)}))
		case strings.Contains(c, "document"), strings.Contains(c, "phone"), strings.Contains(c, "number"):
			out = append(out, fmt.Sprintf("77%06d", i*7919%1_000_000))
		case strings.Contains(c, "email"):
			out = append(out, letters(i)+"@"+letters(i+3)+".example")
		case strings.Contains(c, "category"):
			out = append(out, []string{"canaryone", "canarytwo"}[i%2])
		default:
			out = append(out, letters(i)+" "+letters(i*7))
		}
	}
	return out
}

type made struct {
	report  linkpage.Report
	canary  []string
	problem error
}

// report is one that a real linking filled in, with the values its samples
// hold.
var report = sync.OnceValue(func() made {
	var m made
	spec := linkage.Spec{Fields: fields()}
	b, err := linkage.NewBuilder(spec, nil)
	if err != nil {
		return made{problem: err}
	}
	for i := range 600 {
		if err := b.Add(values(i*2/3, spec)); err != nil {
			return made{problem: err}
		}
	}
	recs, err := b.Records()
	if err != nil {
		return made{problem: err}
	}
	ctx := context.Background()
	model, err := linkage.Train(ctx, recs, linkage.Options{})
	if err != nil {
		return made{problem: err}
	}
	r, err := linkage.Dedupe(ctx, recs, model, linkage.Options{})
	if err != nil {
		return made{problem: err}
	}
	m.report = linkpage.Report{Records: 600, People: r.Clusters, Links: len(r.Links), Seconds: 1.5, PeakRSS: 30e6, ModelHash: model.Hash(),
		Bands: model.Bands(), Prior: model.Prior(), Weights: model.Weights(), Stats: r.Stats, TruthColumn: "truth",
		Files: []linkpage.File{{Name: "roll.csv", Rows: 600}},
		Judged: &linkpage.Judged{Judgement: roll.Judgement{True: 10, Found: 8, Right: 7},
			Bins: []linkpage.JudgedBin{{From: 0, Pairs: 3, Right: 1}, {From: 3, Pairs: 5, Right: 5}}}}
	for _, reason := range roll.Reasons() {
		m.report.Files[0].Columns = append(m.report.Files[0].Columns, roll.Column{Name: "c", From: reason})
	}
	for i, k := range linkage.Kinds() {
		m.report.Files[0].Columns = append(m.report.Files[0].Columns, roll.Column{Name: fmt.Sprint("c", i), Field: "f", Kind: k, From: roll.ByHeader, Filled: .5})
	}
	right := true
	for i := range 6 {
		a, b := values(i, spec), values(i+1, spec)
		one, err := model.Record(a)
		if err != nil {
			return made{problem: err}
		}
		two, err := model.Record(b)
		if err != nil {
			return made{problem: err}
		}
		score := model.Compare(one, two)
		s := linkpage.Sample{A: row(spec, 1+i, a), B: row(spec, 2+i, b), Weight: score.Weight, Band: linkage.Band(i % 3), Guard: linkage.Guard(i % 3), Lines: score.Explain(), Right: &right}
		m.report.Samples = append(m.report.Samples, s)
		m.canary = append(append(m.canary, a...), b...)
	}
	return m
})

func row(spec linkage.Spec, n int, values []string) linkpage.Row {
	r := linkpage.Row{File: "roll.csv", Number: n, Values: map[string][]string{}}
	for _, f := range spec.Fields {
		r.Values[f.Name], values = values[:len(f.Columns)], values[len(f.Columns):]
	}
	return r
}

func full(t *testing.T) (linkpage.Report, []string) {
	t.Helper()
	m := report()
	if m.problem != nil {
		t.Fatal(m.problem)
	}
	return m.report, m.canary
}

func render(t *testing.T, r *linkpage.Report, lang string) string {
	t.Helper()
	out, err := linkpage.Render(r, lang)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestPageShowsNobody looks for every value of the samples, and for parts of
// them; with the flag they are there.
func TestPageShowsNobody(t *testing.T) {
	t.Parallel()
	r, canary := full(t)
	for _, lang := range linkpage.Languages() {
		page := render(t, &r, lang)
		shown := r
		shown.ShowValues = true
		open := render(t, &shown, lang)
		found := 0
		for _, v := range canary {
			for _, part := range strings.FieldsFunc(v, func(c rune) bool { return c == ' ' || c == '@' || c == '.' }) {
				if strings.Contains(page, part) {
					t.Errorf("%s: the page holds a value", lang)
				}
			}
			if strings.Contains(open, v) {
				found++
			}
		}
		if found < len(canary)*9/10 {
			t.Errorf("%s: with the flag %d of %d values are shown", lang, found, len(canary))
		}
		if !strings.Contains(page, "•••") || strings.Contains(page, `class="alarm"`) || !strings.Contains(open, `class="alarm"`) {
			t.Errorf("%s: mask and warning", lang)
		}
	}
}

// TestPage wants figures, direction and nothing from outside.
func TestPage(t *testing.T) {
	t.Parallel()
	r, _ := full(t)
	for lang, want := range map[string][]string{
		"ar": {`<html lang="ar" dir="rtl">`, `direction="rtl"`, "تقرير المطابقة", "الوثائق تتناقض"},
		"fr": {`<html lang="fr" dir="ltr">`, "Rapport de rapprochement", "87,50\u202f%", "les documents se contredisent"},
		"en": {`<html lang="en" dir="ltr">`, "Report on linking", "600 records are", "87.50%", "the documents contradict"},
	} {
		page := render(t, &r, lang)
		for _, w := range append(want, r.ModelHash, "roll.csv", "default-src &#39;none&#39;") {
			if !strings.Contains(page, w) && !strings.Contains(page, strings.ReplaceAll(w, "&#39;", "'")) {
				t.Errorf("%s: the page does not say %q", lang, w)
			}
		}
		for _, bad := range []string{"<script", "http://", "https://", "url(", "@import", "src=", "href=", "NaN", "ZgotmplZ", "<no value>", "%!", "Inf"} {
			if strings.Contains(strings.NewReplacer("http://www.w3.org/2000/svg", "", "url(#", "").Replace(page), bad) {
				t.Errorf("%s: the page holds %q", lang, bad)
			}
		}
		if m := regexp.MustCompile(`\{[a-z]+\}`).FindString(strings.SplitN(page, "</head>", 2)[1]); m != "" {
			t.Errorf("%s: %s was not filled in", lang, m)
		}
		if render(t, &r, lang) != page {
			t.Errorf("%s: the same report made another page", lang)
		}
		wellFormed(t, lang, page)
	}
	if _, err := linkpage.Render(&r, "de"); err == nil {
		t.Error("a language nobody wrote")
	}
}

// TestEmptyReport renders a linking that found and compared nothing.
func TestEmptyReport(t *testing.T) {
	t.Parallel()
	for _, lang := range linkpage.Languages() {
		page := render(t, &linkpage.Report{Weights: []linkage.FieldWeights{{Field: "a", Kind: linkage.Date}}}, lang)
		wellFormed(t, lang, page)
		if strings.Contains(page, "NaN") {
			t.Errorf("%s: not a number", lang)
		}
	}
}

// TestHostileNames puts markup into whatever comes from a file.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	const hostile = `"><script>alert(1)</script><img src=x onerror=y>&'`
	r, _ := full(t)
	r.ShowValues, r.TruthColumn = true, hostile
	r.Files = []linkpage.File{{Name: hostile, Columns: []roll.Column{{Name: hostile, Field: hostile, Kind: linkage.Text, From: roll.ByHeader}}}}
	r.Weights = append([]linkage.FieldWeights(nil), r.Weights...)
	r.Weights[0].Field = hostile
	r.Stats.Passes = append([]linkage.PassStats{{Name: hostile, Pairs: 3}}, r.Stats.Passes...)
	r.Samples = append([]linkpage.Sample(nil), r.Samples...)
	r.Samples[0].A = linkpage.Row{File: hostile, Values: map[string][]string{"f_given": {hostile}}}
	for _, lang := range linkpage.Languages() {
		page := render(t, &r, lang)
		if strings.Contains(page, "<script") || strings.Contains(page, "<img") {
			t.Errorf("%s: markup came through", lang)
		}
		wellFormed(t, lang, page)
	}
}

// TestEveryLevelIsWorded wants a sentence in every language for whatever the
// engine can see.
func TestEveryLevelIsWorded(t *testing.T) {
	t.Parallel()
	r, _ := full(t)
	for _, lang := range []string{"ar", "fr"} {
		page := render(t, &r, lang)
		for _, foreign := range regexp.MustCompile(`<span lang="en"[^>]*>([^<]*)</span>`).FindAllStringSubmatch(page, -1) {
			t.Errorf("%s: only in English: %s", lang, foreign[1])
		}
		have := messages(t, lang)
		for _, w := range r.Weights {
			for _, l := range w.Levels {
				if have["level."+l.Code] == "" {
					t.Errorf("%s: no words for level %s", lang, l.Code)
				}
			}
		}
	}
}

// TestMask leaves no letter and no digit of a value.
func TestMask(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]string{"": "", "El-Tazi 1": "••-•••• #", "محمد": "••••", "a@b.c": "•@•.•", "٣": "#", "<x>": "·•·", strings.Repeat("x", 40): strings.Repeat("•", 16) + "…"} {
		if got := linkpage.Mask(v); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.String().Draw(t, "value")
		for _, c := range linkpage.Mask(v) {
			if unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) {
				t.Fatalf("a letter came through")
			}
		}
	})
}

// wellFormed reads the page as XML, for every element must be closed.
func wellFormed(t *testing.T, lang, page string) {
	t.Helper()
	_, body, _ := strings.Cut(page, "</head>")
	body = strings.ReplaceAll(strings.ReplaceAll(body, "<br>", "<br/>"), "<details open>", `<details open="">`)
	d := xml.NewDecoder(strings.NewReader("<html>" + body))
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

// TestStyleTurns holds the style sheet to both directions.
func TestStyleTurns(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("page.css")
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`(margin|padding|border)-(left|right)|text-align: (left|right)|[ ;](left|right):`).Find(css); m != nil {
		t.Errorf("%s does not turn with the direction of the language", m)
	}
}
