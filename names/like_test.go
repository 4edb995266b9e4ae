package names_test

import (
	"testing"

	"pgregory.net/rapid"

	"sijil/names"
)

func level(t *testing.T, s string) names.Level {
	t.Helper()
	for l := range names.Level(names.Levels) {
		if l.String() == s {
			return l
		}
	}
	t.Fatalf("%q is no level", s)
	return 0
}

func compare(t *testing.T, kind, a, b string) names.Likeness {
	t.Helper()
	tb, k := table(t), kindOf(t, kind)
	x, y := tb.Form(k, a), tb.Form(k, b)
	like := names.Compare(x, y)
	if other := names.Compare(y, x); other != like {
		t.Errorf("%s, %s: %v one way, %v the other", a, b, like, other)
	}
	return like
}

// TestSameName holds pairs of spellings of one name to the least level they
// must reach.
func TestSameName(t *testing.T) {
	t.Parallel()
	pairs := rows(t, "same.csv")
	if len(pairs) < 100 {
		t.Errorf("only %d pairs", len(pairs))
	}
	for _, p := range pairs {
		if got := compare(t, p[0], p[1], p[2]); got.Level < level(t, p[3]) {
			t.Errorf("%s, %s: %v, want at least %s", p[1], p[2], got.Level, p[3])
		}
	}
}

// TestDifferentNames: names that twins and neighbours bear never reach a level
// that would merge people; those the table knows stay below Near.
func TestDifferentNames(t *testing.T) {
	t.Parallel()
	pairs := rows(t, "different.csv")
	if len(pairs) < 60 {
		t.Errorf("only %d pairs", len(pairs))
	}
	for _, p := range pairs {
		got := compare(t, p[0], p[1], p[2]).Level
		k := kindOf(t, p[0])
		known := table(t).Form(k, p[1]).Known() && table(t).Form(k, p[2]).Known()
		if got > names.Near || known && got > names.Part {
			t.Errorf("%s, %s: %v (both known: %t)", p[1], p[2], got, known)
		}
	}
}

// TestRulesAloneTellApart: without a table, the rules keep apart what letters
// tell apart.
func TestRulesAloneTellApart(t *testing.T) {
	t.Parallel()
	var none *names.Table
	for most, pairs := range map[names.Level][][2]string{
		names.Confusable: {
			{"Mohamed", "M'hamed"}, {"محمد", "امحمد"}, {"Mohamed", "امحمد"}, {"Rachid", "Rachida"}, {"رشيد", "رشيدة"}, {"Rachid", "رشيدة"},
			{"Amine", "Amina"}, {"Samih", "Samiha"}, {"سميح", "سميحة"}, {"Mohamed Amine", "Mohamed Yassine"},
		},
		names.Part: {{"Mohamed", "Mohamed Amine"}, {"Moulay Ahmed", "Ahmed"}},
		names.Near: {
			{"Hassan", "Houssine"}, {"حسن", "حسين"}, {"Omar", "Amir"}, {"عمر", "عمار"}, {"Karam", "كريم"}, {"Karim", "كرام"}, {"Monir", "Manar"},
			{"Benali", "Benomar"}, {"Rachid", "Rachidi"}, {"Ali", "Alaoui"},
		},
	} {
		for _, p := range pairs {
			a, b := none.Form(names.Given, p[0]), none.Form(names.Given, p[1])
			if got := names.Compare(a, b).Level; got > most {
				t.Errorf("%s, %s: %v", p[0], p[1], got)
			}
		}
	}
}

// TestIrregularSpellingsHaveUsualKeys: short forms alone and in compounds.
func TestIrregularSpellingsHaveUsualKeys(t *testing.T) {
	t.Parallel()
	tb := table(t)
	for _, p := range [][2]string{{"Med", "Mohamed"}, {"Med Anouar", "محمد أنور"}, {"My Ahmed", "Moulay Ahmed"}, {"Gamal", "جمال"}} {
		a, b := tb.Form(names.Given, p[0]), tb.Form(names.Given, p[1])
		if a.Skeleton() != b.Skeleton() || a.Fine() != b.Fine() {
			t.Errorf("%s has keys %q, %q; %s %q, %q", p[0], a.Skeleton(), a.Fine(), p[1], b.Skeleton(), b.Fine())
		}
	}
	// Fatma is a spelling of Fatima by rule already; Mada is nobody's.
	for _, s := range []string{"Fatma", "Mada"} {
		if got, want := tb.Form(names.Given, s).Skeleton(), names.Skeleton(s); got != want {
			t.Errorf("%s has the key %q, by rule %q", s, got, want)
		}
	}
}

// TestLevels shows one pair for each level.
func TestLevels(t *testing.T) {
	t.Parallel()
	for _, p := range [][4]string{
		{"given", "", "Ali", "unknown"},
		{"given", "-", "Ali", "unknown"},
		{"given", "Ali", "Fatima", "different"},
		{"given", "علي", "Fatima", "different"},
		{"given", "Hassan", "Lahcen", "confusable"},
		{"given", "Fatima", "فاطنة", "different"},
		{"given", "Fatima", "Fatiha", "confusable"},
		{"given", "Mohamed", "Mohamed Amine", "part"},
		{"given", "Ahmed", "Moulay Ahmed", "part"},
		{"given", "Zahra Fatima", "Fatima Zahra", "part"},
		{"given", "Bilel Zmmouri", "Bilal Zemmoury", "fine"},
		{"family", "Zerhouni", "Zerouni", "close"},
		{"family", "Tlemcani", "Temcari", "near"},
		{"family", "Marzouki", "مرزوقين", "near"},
		{"family", "Khabaz", "Kabaz", "skeleton"},
		{"family", "Zerhouni", "الزرهوني", "fine"},
		{"given", "Med Anouar", "محمد أنور", "variant"},
		{"family", "Drissi", "الإدريسي", "variant"},
		{"family", "Ben Zerhoun", "BENZERHOUN", "normal"},
		{"family", "Zerhouni", "Zerhouni", "exact"},
	} {
		if got := compare(t, p[0], p[1], p[2]).Level; got.String() != p[3] {
			t.Errorf("%s, %s: %v, want %s", p[1], p[2], got, p[3])
		}
	}
	if names.Level(99).String() != "unknown" {
		t.Error("a level out of range has a name")
	}
}

// TestVariantsOfTheTable: any two spellings of one entry are at least variants.
func TestVariantsOfTheTable(t *testing.T) {
	t.Parallel()
	tb := table(t)
	for _, e := range entries(t) {
		for _, a := range e.Arabic {
			for _, b := range e.Latin {
				if got := names.Compare(tb.Form(e.Kind, a), tb.Form(e.Kind, b)).Level; got < names.Variant {
					t.Errorf("%s, %s: %v", a, b, got)
				}
			}
		}
	}
}

// TestCompareIsFair: the order of two names does not matter, a name is itself,
// the score keeps the order of the levels.
func TestCompareIsFair(t *testing.T) {
	t.Parallel()
	tb := table(t)
	all := entries(t)
	name := rapid.OneOf(nameLike(), rapid.Custom(func(t *rapid.T) string {
		e := rapid.SampledFrom(all).Draw(t, "entry")
		s := rapid.SampledFrom(append(append([]string{}, e.Arabic...), e.Latin...)).Draw(t, "spelling")
		if rapid.Bool().Draw(t, "compound") {
			o := rapid.SampledFrom(all).Draw(t, "second")
			s += " " + rapid.SampledFrom(append(append([]string{}, o.Arabic...), o.Latin...)).Draw(t, "spelling of second")
		}
		return s
	}))
	var last names.Likeness
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]names.Kind{names.Given, names.Family}).Draw(t, "kind")
		forTable := rapid.SampledFrom([]*names.Table{tb, nil}).Draw(t, "table")
		a, b := forTable.Form(kind, name.Draw(t, "a")), forTable.Form(kind, name.Draw(t, "b"))
		one, other := names.Compare(a, b), names.Compare(b, a)
		if one != other {
			t.Errorf("%v one way, %v the other", one, other)
		}
		if l := names.Compare(a, a).Level; l != names.Exact && l != names.Unknown {
			t.Errorf("%v to itself", l)
		}
		if one.Score < 0 || one.Score > 1 || one.Level < last.Level && one.Score > last.Score || one.Level > last.Level && one.Score < last.Score {
			t.Errorf("%v beside %v", one, last)
		}
		last = one
	})
}

func TestCompareDoesNotAllocate(t *testing.T) {
	tb := table(t)
	for _, p := range [][2]string{{"Mohamed", "M'hamed"}, {"Zerhouni", "Zerouni"}, {"Abdelhadi", "عبد الهادي"}, {"Bentaleb", "Bentahar"}} {
		a, b := tb.Form(names.Given, p[0]), tb.Form(names.Given, p[1])
		if n := testing.AllocsPerRun(100, func() { names.Compare(a, b) }); n != 0 {
			t.Errorf("%v: %v allocations", p, n)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("Mohamed", "محمد")
	f.Add("ben el haj", "بن الحاج")
	f.Add("é\xff", "moulay ")
	f.Fuzz(func(t *testing.T, a, b string) {
		tb := table(t)
		x, y := tb.Form(names.Given, a), tb.Form(names.Given, b)
		if names.Compare(x, y) != names.Compare(y, x) {
			t.Errorf("%q, %q: the order matters", a, b)
		}
	})
}
