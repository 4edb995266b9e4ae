package idcs_test

import (
	"errors"
	"strings"
	"testing"

	"sijil/idcs"
	"sijil/internal/errs"
)

// drawn returns the digits of a fresh number of the default scheme. Numbers
// that pass the check are never written down in a test: they may be issued.
func drawn(tb testing.TB) string {
	tb.Helper()
	n, err := idcs.Default().Draw(seeded(7))
	if err != nil {
		tb.Fatal(err)
	}
	return n.Digits()
}

func fold(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	s := idcs.Default()
	d := drawn(t)
	want, err := s.Parse(d)
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]string{
		"spaces around": " \t" + d + "\r\n", "grouped": idcs.Group(d), "every digit apart": strings.Join(strings.Split(d, ""), " "),
		"narrow no-break space": d[:4] + "\u202f" + d[4:], "Arabic-Indic": fold(d, '٠'), "extended Arabic-Indic": fold(d, '۰'),
		"mixed scripts": d[:5] + fold(d[5:], '٠'),
	} {
		if got, err := s.Parse(in); err != nil || got != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	d := drawn(t)
	wrong := d[:9] + string('0'+(d[9]-'0'+1)%10)
	swapped := "1" + d[1:]
	tests := []struct{ name, in, code string }{
		{"empty", "", idcs.CodeLength},
		{"only spaces", "   ", idcs.CodeLength},
		{"nine digits", d[:9], idcs.CodeLength},
		{"eleven digits", d + "0", idcs.CodeLength},
		{"ten thousand digits", strings.Repeat("7", 10_000), idcs.CodeLength},
		{"ten thousand spaces", strings.Repeat(" ", 10_000), idcs.CodeLength},
		{"first digit", swapped, idcs.CodeFirst},
		{"first digit zero", "0" + d[1:], idcs.CodeFirst},
		{"check digit", wrong, idcs.CodeCheck},
		{"a letter", d[:9] + "O", idcs.CodeCharacter},
		{"a hyphen", d[:4] + "-" + d[4:], idcs.CodeCharacter},
		{"a sign", "+" + d, idcs.CodeCharacter},
		{"a decimal point", d + ".0", idcs.CodeCharacter},
		{"full-width digits", fold(d, '０'), idcs.CodeCharacter},
		{"Bengali digits", fold(d, '০'), idcs.CodeCharacter},
		{"a direction mark", "\u200f" + d, idcs.CodeCharacter},
		{"invalid UTF-8", d[:5] + "\xff" + d[5:], idcs.CodeCharacter},
		{"a zero byte", d + "\x00", idcs.CodeCharacter},
	}
	for _, tt := range tests {
		err := idcs.Default().Check(tt.in)
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != tt.code || e.Kind != errs.Invalid || e.Fix == "" {
			t.Errorf("%s: got %v, want code %s", tt.name, err, tt.code)
			continue
		}
		if leaks(err.Error(), tt.in) {
			t.Errorf("%s: the error holds what was typed", tt.name)
		}
	}
}

// leaks reports whether text holds three neighbouring digits of in.
func leaks(text, in string) bool {
	for i := 0; i+3 <= len(in); i++ {
		if part := in[i : i+3]; strings.Trim(part, "0123456789") == "" && strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func TestRuleErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, field string
		rule        idcs.Rule
	}{
		{"too short", "length", idcs.Rule{Length: 8}},
		{"too long", "length", idcs.Rule{Length: 17}},
		{"zero first", "first", idcs.Rule{First: "012"}},
		{"letter first", "first", idcs.Rule{First: "2x"}},
		{"first twice", "first", idcs.Rule{First: "22"}},
		{"unknown filter", "filters[0].name", idcs.Rule{Filters: []idcs.Filter{{Name: "pretty"}}}},
		{"filter twice", "filters[1].name", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.EvenRun, Limit: 3}, {Name: idcs.EvenRun, Limit: 4}}}},
		{"halves twice", "filters[1].name", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.HalvesEqual}, {Name: idcs.HalvesEqual, Limit: 4}}}},
		{"no limit", "filters[0].limit", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.Sequence}}}},
		{"negative limit", "filters[0].limit", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.HalvesEqual, Limit: -1}}}},
		{"limit for forbidden", "filters[0].limit", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.Forbidden, Limit: 2, Values: []string{"1"}}}}},
		{"nothing forbidden", "filters[0].values", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.Forbidden}}}},
		{"letters forbidden", "filters[0].values", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.Forbidden, Values: []string{"١٢"}}}}},
		{"values elsewhere", "filters[0].values", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.EvenRun, Limit: 3, Values: []string{"1"}}}}},
		{"wrap elsewhere", "filters[0].wrap", idcs.Rule{Filters: []idcs.Filter{{Name: idcs.EvenRun, Limit: 3, Wrap: true}}}},
	}
	for _, tt := range tests {
		_, err := idcs.NewScheme(tt.rule)
		var e *errs.Error
		if !errors.As(err, &e) || e.Field != tt.field || e.Kind != errs.Invalid {
			t.Errorf("%s: got %v, want an error at %s", tt.name, err, tt.field)
		}
	}
}

func FuzzParse(f *testing.F) {
	d := drawn(f)
	for _, s := range []string{"", d, fold(d, '٠'), idcs.Group(d), d + d, "٢" + d[1:], "\xff", "2000000000"} {
		f.Add(s)
	}
	s := idcs.Default()
	f.Fuzz(func(t *testing.T, in string) {
		n, err := s.Parse(in)
		if (err == nil) != (s.Check(in) == nil) {
			t.Fatal("Check and Parse disagree")
		}
		if err != nil {
			if !n.IsZero() || leaks(err.Error(), in) {
				t.Fatal("an error comes with a number, or holds what was typed")
			}
			return
		}
		out := n.Digits()
		if len(out) != 10 || out[0] < '2' || !checked(out) {
			t.Fatal("a number that is none was accepted")
		}
		for _, again := range []string{out, idcs.Group(out), fold(out, '۰')} {
			if m, err := s.Parse(again); err != nil || m != n {
				t.Fatal("what was printed does not parse to the same number")
			}
		}
	})
}
