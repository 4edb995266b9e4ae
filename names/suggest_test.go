package names_test

import (
	"slices"
	"strings"
	"testing"

	"sijil/names"
)

func TestSuggestRecorded(t *testing.T) {
	t.Parallel()
	tb := table(t)
	tests := []struct {
		kind        names.Kind
		name, first string
		latin       bool
	}{
		{names.Given, "محمد", "Mohamed", true},
		{names.Given, "مُحَمَّد", "Mohamed", true},
		{names.Given, "امحمد", "M'hamed", true},
		{names.Family, "العلوي", "El Alaoui", true},
		{names.Given, "Mohamed", "محمد", false},
		{names.Given, "med", "محمد", false},
		{names.Given, "M’hamed", "امحمد", false},
		{names.Family, "alaoui", "العلوي", false},
		// Najat is of نجاة and of النجاة; the more frequent comes first.
		{names.Given, "Najat", "نجاة", false},
		{names.Given, "Zohra", "زهرة", false},
		// Not in the table.
		{names.Given, "عبد الجبار", "Abdeljabar", true},
		{names.Given, "محمد أنور", "Mohamed Anouar", true},
		{names.Given, "Abdeljabbar", "عبد الجبار", false},
		{names.Family, "Benkaddour", "بنقدور", false},
		{names.Given, "ⴱⵔⴰⵀⵉⵎ", "Brahim", true},
	}
	for _, tt := range tests {
		suggest := tb.SuggestArabic
		if tt.latin {
			suggest = tb.SuggestLatin
		}
		got := suggest(tt.kind, tt.name, 5)
		if len(got) == 0 || got[0] != tt.first {
			t.Errorf("%s: %q, want first %s", tt.name, got, tt.first)
		}
		for i, s := range got {
			if slices.ContainsFunc(got[:i], func(o string) bool { return strings.EqualFold(o, s) }) {
				t.Errorf("%s: %q is suggested twice", tt.name, s)
			}
		}
		if again := suggest(tt.kind, tt.name, 5); !slices.Equal(got, again) {
			t.Errorf("%s: %q, then %q", tt.name, got, again)
		}
		if few := suggest(tt.kind, tt.name, 2); !slices.Equal(few, got[:min(2, len(got))]) {
			t.Errorf("%s: the first two of %q are %q", tt.name, got, few)
		}
	}
}

// TestSuggestMostBorneFirst: of the names that share a spelling.
func TestSuggestMostBorneFirst(t *testing.T) {
	t.Parallel()
	got := table(t).SuggestArabic(names.Given, "Zohra", 3)
	if want := []string{"زهرة", "الزوهرة", "الزهراء"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSuggestForDecomposedLetters: a hamza typed as a mark of its own changes
// nothing; and five spellings are found for any name.
func TestSuggestForDecomposedLetters(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{{"آصف", "ا\u0653صف"}, {"أكرم", "ا\u0654كرم"}, {"إقبال", "ا\u0655قبال"}, {"رؤوف", "رو\u0654وف"}, {"رائف", "راي\u0654ف"}} {
		whole, apart := table(t).SuggestLatin(names.Given, p[0], 5), table(t).SuggestLatin(names.Given, p[1], 5)
		if !slices.Equal(whole, apart) || len(whole) != 5 {
			t.Errorf("%s: %q and %q", p[0], whole, apart)
		}
	}
}

func TestSuggestNothing(t *testing.T) {
	t.Parallel()
	tb := table(t)
	for _, s := range []string{"", " ", "123", "漢字", strings.Repeat("م", 60), "\xff", "Ali"} {
		if got := tb.SuggestLatin(names.Given, s, 5); len(got) != 0 {
			t.Errorf("%q: %q", s, got)
		}
	}
	if len(tb.SuggestLatin(names.Given, "محمد", 0)) != 0 || len(tb.SuggestLatin(names.Kind(9), "محمد", 5)) != 0 {
		t.Error("suggestions nobody asked for")
	}
	if got := tb.SuggestLatin(names.Given, "محمد", 100); len(got) > names.MaxSuggestions {
		t.Errorf("%d suggestions", len(got))
	}
}

// places counts at which place the recorded spelling came.
type places struct{ first, three, five, n int }

func (p *places) add(list []string, want string) {
	p.n++
	k := slices.IndexFunc(list, func(s string) bool { return strings.EqualFold(s, want) })
	switch {
	case k < 0:
		return
	case k == 0:
		p.first++
		p.three++
	case k < 3:
		p.three++
	}
	p.five++
}

func (p *places) share(n int) float64 { return float64(n) / float64(p.n) }

// TestSuggestionsForTheOtherHalf prints, with -v, how often the usual spelling
// of a name is among the suggestions of a table that holds only the other half
// of the names.
func TestSuggestionsForTheOtherHalf(t *testing.T) {
	t.Parallel()
	for h, label := range halves {
		var learned, asked []names.Entry
		for _, e := range entries(t) {
			if half(e) == h {
				asked = append(asked, e)
			} else {
				learned = append(learned, e)
			}
		}
		tb := names.NewTable(learned)
		var toLatin, toArabic places
		anyOf := 0
		for _, e := range asked {
			list := tb.SuggestLatin(e.Kind, e.Arabic[0], 5)
			toLatin.add(list, e.Latin[0])
			if slices.ContainsFunc(list, func(s string) bool {
				return slices.ContainsFunc(e.Latin, func(o string) bool { return strings.EqualFold(s, o) })
			}) {
				anyOf++
			}
			toArabic.add(tb.SuggestArabic(e.Kind, e.Latin[0], 5), e.Arabic[0])
		}
		t.Logf("%s half, %d names: Latin first %.3f, of three %.3f, of five %.3f (some recorded spelling %.3f); Arabic %.3f, %.3f, %.3f", label, len(asked),
			toLatin.share(toLatin.first), toLatin.share(toLatin.three), toLatin.share(toLatin.five), toLatin.share(anyOf),
			toArabic.share(toArabic.first), toArabic.share(toArabic.three), toArabic.share(toArabic.five))
		if toLatin.share(toLatin.first) < 0.40 || toLatin.share(toLatin.five) < 0.68 || toArabic.share(toArabic.five) < 0.58 {
			t.Errorf("%s half: suggestions became worse", label)
		}
	}
}

func FuzzSuggest(f *testing.F) {
	f.Add("محمد الأمين")
	f.Add("Abd El Kader")
	f.Add("ⵎⵓⵃⵎⵎⴰⴷ x")
	f.Fuzz(func(t *testing.T, name string) {
		tb := table(t)
		for _, list := range [][]string{tb.SuggestLatin(names.Given, name, 5), tb.SuggestArabic(names.Family, name, 5)} {
			for _, s := range list {
				if names.Normal(s) == "" || strings.TrimSpace(s) != s {
					t.Errorf("%q: suggested %q", name, s)
				}
			}
		}
	})
}
