package names_test

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"sijil/names"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"", ""},
		{"  ", ""},
		{"Mohamed", "mohamed"},
		{"M'hamed", "mhamed"}, {"M’hamed", "mhamed"}, {"M`hamed", "mhamed"}, {"Mʼhamed", "mhamed"}, {"M´hamed", "mhamed"},
		{"Aït Ali", "aitali"}, {"AÏT-ALI", "aitali"}, {"Ai\u0308t Ali", "aitali"},
		{"Inès", "ines"}, {"Fayçal", "faycal"}, {"Œuvrard", "oeuvrard"}, {"Ｍｅｄ", "med"}, {"Å", "a"}, {"ŁÓDŹ", "lodz"},
		{"ﬁ", "fi"}, {"ɣɛ", "ghe"},
		{"أحمد", "احمد"}, {"إدريس", "ادريس"}, {"آدم", "ادم"}, {"ٱلله", "الله"},
		{"ا\u0653دم", "ادم"}, {"ا\u0654حمد", "احمد"},
		{"مصطفى", "مصطفي"}, {"فاطمة", "فاطمه"}, {"عائشة", "عايشه"}, {"فؤاد", "فواد"}, {"أسماء", "اسما"},
		{"مُحَمَّد", "محمد"}, {"الرحمٰن", "الرحمن"}, {"محـــمد", "محمد"},
		{"ﻣﺤﻤﺪ", "محمد"}, {"ﷲ", "الله"}, {"ﻻ", "لا"},
		{"ڭنون", "كنون"}, {"گنون", "كنون"}, {"ڤيكتور", "فيكتور"}, {"پيير", "بيير"}, {"ڨفصة", "كفصه"}, {"علی", "علي"}, {"ڢاس", "فاس"}, {"ڧاسم", "قاسم"},
		{"محمد ٢", "محمد2"}, {"۴", "4"},
		{"\u202bمحمد\u202c", "محمد"}, {"مح\u200cمد", "محمد"}, {"\ufeffAli", "ali"},
		{"عبد الله", "عبدالله"}, {"Abd El-Kader", "abdelkader"},
		{"ⵎⵓⵃⵎⵎⴰⴷ", "ⵎⵓⵃⵎⵎⴰⴷ"},
		{"a\xffb", "ab"},
	}
	for _, tt := range tests {
		if got := names.Normal(tt.in); got != tt.want {
			t.Errorf("Normal(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// checkFold holds what is true of every name.
func checkFold(t failer, s string) {
	n := names.Normal(s)
	if again := names.Normal(n); again != n {
		t.Errorf("Normal(%q) = %q, whose normal form is %q", s, n, again)
	}
	if !utf8.ValidString(n) || utf8.RuneCountInString(n) > names.MaxLetters {
		t.Errorf("Normal(%q) = %q", s, n)
	}
	for _, key := range []string{names.Skeleton(s), names.Fine(s)} {
		if !utf8.ValidString(key) {
			t.Errorf("%q has the key %q", s, key)
		}
	}
	if n != "" && names.Skeleton(s) == "" {
		t.Errorf("%q: normal form %q, skeleton %q", s, n, names.Skeleton(s))
	}
}

func TestNormalIsItsOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkFold(t, nameLike().Draw(t, "name")) })
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{"M'hamed", "فاطمة الزهراء", "ⵎⵓⵃⵎⵎⴰⴷ", "Ai\u0308t", "\xff", "ﷺ", "ا\u0654"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkFold(t, s)
		for kind := range names.Kind(2) {
			form := table(t).Form(kind, s)
			if form.Normal() != names.Normal(s) {
				t.Errorf("%q: forms differ", s)
			}
			if l := names.Compare(form, form).Level; l != names.Exact && l != names.Unknown {
				t.Errorf("%q is %v to itself", s, l)
			}
		}
	})
}

// TestHostileNames: a megabyte of anything is read to its first letters and
// left; the test would not end otherwise.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	tb := table(t)
	plain := tb.Form(names.Given, "Mohamed")
	for name, s := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFold(t, s)
			form := tb.Form(names.Given, s)
			if n := len(form.Skeleton()) + len(form.Fine()); n > 10*names.MaxKey {
				t.Errorf("keys of %d bytes", n)
			}
			names.Compare(form, plain)
			names.Compare(form, tb.Form(names.Given, s+"x"))
			names.JaroWinkler(s, s+"x")
			names.Levenshtein(s, "x"+s)
			if len(tb.SuggestLatin(names.Given, s, 5)) > 5 || len(tb.SuggestArabic(names.Given, s, 5)) > 5 {
				t.Error("more suggestions than asked for")
			}
		})
	}
}

func TestKeysHardlyAllocate(t *testing.T) {
	for _, s := range []string{"Abderrahmane", "عبد الرحمان", "Aït El Haj", "ⵎⵓⵃⵎⵎⴰⴷ"} {
		// The string that is returned.
		if n := testing.AllocsPerRun(100, func() { names.Normal(s) }); n > 1 {
			t.Errorf("Normal(%s): %v allocations", s, n)
		}
		if n := testing.AllocsPerRun(100, func() { names.Skeleton(s) }); n > 1 {
			t.Errorf("Skeleton(%s): %v allocations", s, n)
		}
		if n := testing.AllocsPerRun(100, func() { names.Fine(s) }); n > 1 {
			t.Errorf("Fine(%s): %v allocations", s, n)
		}
	}
}
