package i18n_test

import (
	"slices"
	"strings"
	"testing"

	"sijil/internal/civil"
	"sijil/internal/i18n"
)

func open(t *testing.T, region string) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Open(region, "ar", "fr", "en")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Languages have the same keys, speaking of the same values, and every plural
// form that their counts from one on can need.
func TestLanguagesAgree(t *testing.T) {
	t.Parallel()
	c := open(t, "ma")
	first := c.Languages[0]
	for _, l := range c.Languages {
		if !slices.Equal(l.Keys(), first.Keys()) {
			t.Errorf("%s and %s have different keys", l.Code, first.Code)
		}
		for _, key := range l.Keys() {
			names, counted, ok := l.Speaks(key)
			want, wantCounted, _ := first.Speaks(key)
			if !ok || !slices.Equal(names, want) || counted != wantCounted {
				t.Errorf("%s of %s speaks of %q (counted %v), of %s of %q (%v)", key, l.Code, names, counted, first.Code, want, wantCounted)
			}
			if !counted {
				continue
			}
			var pairs []any
			for _, name := range names {
				pairs = append(pairs, name, "x")
			}
			for n := 1; n <= 120; n++ {
				if s, err := l.N(key, n, pairs...); err != nil || s == "" || strings.Contains(s, "{") {
					t.Errorf("%s of %s for %d: %q, %v", key, l.Code, n, s, err)
					break
				}
			}
		}
	}
}

// The forms are those of CLDR.
func TestPlurals(t *testing.T) {
	t.Parallel()
	c := open(t, "ma")
	tests := []struct {
		language string
		n        int
		want     string
	}{
		{"ar", 0, "أقل من سنة"}, {"ar", 1, "سنة واحدة"}, {"ar", 2, "سنتان"}, {"ar", 3, "3 سنوات"}, {"ar", 10, "10 سنوات"}, {"ar", 11, "11 سنة"},
		{"ar", 99, "99 سنة"}, {"ar", 100, "100 سنة"}, {"ar", 103, "103 سنوات"},
		{"fr", 0, "moins d’un an"}, {"fr", 1, "1 an"}, {"fr", 2, "2 ans"},
		{"en", 0, "under one year"}, {"en", 1, "1 year"}, {"en", 2, "2 years"},
	}
	for _, tt := range tests {
		l, _ := c.Language(tt.language)
		if got, err := l.N("sim.years", tt.n); err != nil || got != tt.want {
			t.Errorf("%s, %d: %q, %v; want %q", tt.language, tt.n, got, err, tt.want)
		}
	}
}

// Numbers are written as the country writes the language; a sign stays in
// front of its number in a text from right to left.
func TestNumbers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		region, language                  string
		exact, signed, whole, share, date string
	}{
		{"ma", "ar", "\u2066−0,1280\u2069", "\u2066+0,5\u2069", "1.234.567", "\u206612,5\u200e%\u200e\u2069", "22 نونبر 2026"},
		{"ma", "fr", "−0,1280", "+0,5", "1.234.567", "12,5\u00a0%", "22 novembre 2026"},
		{"ma", "en", "−0.1280", "+0.5", "1,234,567", "12.5%", "22 November 2026"},
		{"fr", "fr", "−0,1280", "+0,5", "1\u00a0234\u00a0567", "12,5\u00a0%", "22 novembre 2026"},
		{"fr", "en", "−0.1280", "+0.5", "1,234,567", "12.5%", "22 November 2026"},
	}
	for _, tt := range tests {
		l, ok := open(t, tt.region).Language(tt.language)
		if !ok {
			t.Fatal(tt.language)
		}
		date, err := l.Date(civil.MustParse("2026-11-22"))
		if err != nil {
			t.Fatal(err)
		}
		got := []string{l.Decimal("-0.1280"), l.Signed("0.5"), l.Whole(1234567), l.Percent(.125, 1), date}
		if want := []string{tt.exact, tt.signed, tt.whole, tt.share, tt.date}; !slices.Equal(got, want) {
			t.Errorf("%s-%s: %q, want %q", tt.language, tt.region, got, want)
		}
	}
}

func TestSmallNumbersAndDays(t *testing.T) {
	t.Parallel()
	l, _ := open(t, "ma").Language("fr")
	first, err := l.Date(civil.MustParse("2026-05-01"))
	if err != nil {
		t.Fatal(err)
	}
	day, err := l.DayOfYear(civil.MustParse("2026-07-14"))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{l.Decimal("9.3264284"), l.Signed("0"), l.Signed("-0.1"), l.Whole(0), l.Whole(-12345), first, day}
	if want := []string{"9,3264284", "0", "−0,1", "0", "−12.345", "1er mai 2026", "14 juillet"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if s, err := l.Date(civil.Date{}); s != "" || err != nil {
		t.Errorf("no day is %q, %v", s, err)
	}
}

// A message that is not there, and values that do not fit it, are errors.
func TestMessageErrors(t *testing.T) {
	t.Parallel()
	l, _ := open(t, "ma").Language("en")
	for name, call := range map[string]func() (string, error){
		"no such key":        func() (string, error) { return l.T("nothing") },
		"a counted text":     func() (string, error) { return l.T("sim.years") },
		"a text not counted": func() (string, error) { return l.N("sim.title", 2) },
		"a value lacks":      func() (string, error) { return l.T("sim.person") },
		"a value too many":   func() (string, error) { return l.T("sim.title", "x", 1) },
		"another value":      func() (string, error) { return l.T("sim.person", "n", 1) },
	} {
		if s, err := call(); err == nil || s != "" {
			t.Errorf("%s: %q, %v", name, s, err)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	c := open(t, "ma")
	for accept, want := range map[string]string{
		"": "ar", "fr": "fr", "fr-CH, en;q=0.9": "fr", "de, en;q=0.2": "en", "ar-EG": "ar", "zh": "ar", "q=;;": "ar",
		strings.Repeat("fr,", 400): "ar",
	} {
		if got := c.Match(accept); got.Code != want {
			t.Errorf("%.20q: %s, want %s", accept, got.Code, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, codes := range [][]string{nil, {"zz"}, {"ar", "zz"}} {
		if _, err := i18n.Open("ma", codes...); err == nil {
			t.Errorf("%q is opened", codes)
		}
	}
	if _, err := i18n.Open("nowhere", "ar"); err == nil {
		t.Error("a region that is none is accepted")
	}
	if got := i18n.Written([]string{"pt", "en", "ar"}); !slices.Equal(got, []string{"en", "ar"}) {
		t.Errorf("written: %q", got)
	}
}
