package formula_test

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"sijil/formula"
)

func TestEvaluateAgreesWithFractionsOfAnySize(t *testing.T) {
	t.Parallel()
	for _, path := range []string{moroccoFile, "testdata/thalassa.json"} {
		f := load(t, path)
		o := oracle{t, f.Definition()}
		r, vars := rand.New(rand.NewPCG(7, 7)), variables(t, f)
		for _, stratum := range f.Strata() {
			for range count(2_000, 200_000) {
				h := anyHousehold(r, f, vars[stratum], stratum)
				got, err := f.Evaluate(h)
				if err != nil {
					t.Fatal(err)
				}
				unrounded, index := o.index(f, h)
				if got.Unrounded.String() != unrounded || got.Index.String() != index {
					t.Fatalf("%s %v: got %s, %s; want %s, %s", stratum, h.Values, got.Unrounded, got.Index, unrounded, index)
				}
			}
		}
	}
}

// anyHousehold draws a household of either country that has an index.
func anyHousehold(r *rand.Rand, f *formula.Formula, vars []formula.Variable, stratum string) formula.Household {
	for {
		var h formula.Household
		if f.ID() == "thalassa" {
			h = randomThalassan(r, vars, stratum)
		} else {
			h = randomHousehold(r, vars, stratum)
		}
		if _, err := f.Evaluate(h); err == nil {
			return h
		}
	}
}

func randomThalassan(r *rand.Rand, vars []formula.Variable, stratum string) formula.Household {
	h := formula.Household{Stratum: stratum, Region: []string{"n1", "n2", "s1"}[r.IntN(3)]}
	if r.IntN(10) == 0 {
		h.Profile = "at_sea"
	}
	small := func(n int64) formula.Value { return formula.Int(r.Int64N(n)) }
	for _, v := range vars {
		var x formula.Value
		switch v.Name {
		case "members":
			x = formula.Int(1 + r.Int64N(9))
		case "schooling_of_head":
			x = formula.Code([]string{"none", "primary", "secondary", "higher", "other"}[r.IntN(5)])
		case "dependency_ratio":
			if x = formula.Ratio(r.Int64N(6), 1+r.Int64N(4)); r.IntN(5) == 0 {
				x = formula.Without(formula.NotApplicable)
			}
		case "rent_per_head":
			if x = formula.Ratio(r.Int64N(1e6), 1+r.Int64N(300)); r.IntN(5) == 0 {
				x = formula.Without(formula.Unknown)
			}
		case "altitude":
			x = formula.Ratio(r.Int64N(1<<40)-1<<39, 1+r.Int64N(1<<30))
		case "plots":
			x = formula.Ratio(r.Int64N(1<<62)-1<<61, 1+r.Int64N(1<<20))
		case "lamp":
			if x = formula.Bool(r.IntN(2) == 0); r.IntN(5) == 0 {
				x = formula.Without(formula.Unknown)
			}
		case "rooms_per_person", "mean_years_at_school":
			x = formula.Ratio(r.Int64N(100), 1+r.Int64N(20))
		default:
			x = small(20)
		}
		h.Values = append(h.Values, x)
	}
	return h
}

func TestPrintedContributionsAddUpInAnyOrder(t *testing.T) {
	t.Parallel()
	f := load(t, moroccoFile)
	r, vars, strata := rand.New(rand.NewPCG(3, 3)), variables(t, f), f.Strata()
	for range count(2_000, 100_000) {
		stratum := strata[r.IntN(2)]
		e, err := f.Explain(anyHousehold(r, f, vars[stratum], stratum))
		if err != nil {
			t.Fatal(err)
		}
		r.Shuffle(len(e.Parts), func(i, j int) { e.Parts[i], e.Parts[j] = e.Parts[j], e.Parts[i] })
		var sum formula.Points
		for _, p := range e.Parts {
			points, err := formula.ParsePoints(p.Points.String())
			if err != nil {
				t.Fatal(err)
			}
			sum += points
		}
		if sum != e.Unrounded || sum.Index() != e.Index {
			t.Fatalf("the parts add up to %s, not to %s", sum, e.Unrounded)
		}
	}
}

func TestHalvesRoundToEven(t *testing.T) {
	t.Parallel()
	f := load(t, "testdata/thalassa.json")
	tests := []struct {
		wells            int64
		plots            formula.Value
		unrounded, index string
	}{
		{1, formula.Int(0), "7.000000050000", "7.0000000"},
		{3, formula.Int(0), "7.000000150000", "7.0000002"},
		{1, formula.Int(1), "7.000000050001", "7.0000001"},
		{3, formula.Int(-1), "7.000000149999", "7.0000001"},
		{0, formula.Ratio(1, 2), "7.000000000000", "7.0000000"},
		{0, formula.Ratio(3, 2), "7.000000000002", "7.0000000"},
		{0, formula.Ratio(-1, 2), "7.000000000000", "7.0000000"},
		{0, formula.Ratio(-3, 2), "6.999999999998", "7.0000000"},
		{0, formula.Ratio(-5, 2), "6.999999999998", "7.0000000"},
	}
	for _, tt := range tests {
		h := formula.Household{Stratum: "hills", Region: "n1", Values: []formula.Value{formula.Int(tt.wells), tt.plots, formula.Bool(false)}}
		r, err := f.Evaluate(h)
		if err != nil || r.Unrounded.String() != tt.unrounded || r.Index.String() != tt.index {
			t.Errorf("%d wells, %s plots: got %s, %s, %v; want %s, %s", tt.wells, tt.plots, r.Unrounded, r.Index, err, tt.unrounded, tt.index)
		}
	}
}

func TestNegativeIndexesRoundToEven(t *testing.T) {
	t.Parallel()
	for points, want := range map[formula.Points]string{
		-50_000: "0.0000000", -50_001: "-0.0000001", -150_000: "-0.0000002", -149_999: "-0.0000001", -250_000: "-0.0000002",
	} {
		if got := points.Index().String(); got != want {
			t.Errorf("%s rounds to %s, want %s", points, got, want)
		}
	}
}

func TestValuesDoNotWrap(t *testing.T) {
	t.Parallel()
	f := load(t, "testdata/thalassa.json")
	r := rand.New(rand.NewPCG(5, 5))
	vars := variables(t, f)["coast"]
	h := anyHousehold(r, f, vars, "coast")
	rapid.Check(t, func(rt *rapid.T) {
		i := rapid.IntRange(0, len(vars)-1).Draw(rt, "variable")
		if vars[i].Kind == formula.TableByCode {
			return
		}
		g := h
		g.Values = append([]formula.Value(nil), h.Values...)
		g.Values[i] = formula.Ratio(rapid.Int64().Draw(rt, "num"), rapid.Int64().Draw(rt, "den"))
		got, err := f.Evaluate(g)
		if err != nil {
			return
		}
		if unrounded, _ := (oracle{t, f.Definition()}).index(f, g); unrounded != got.Unrounded.String() {
			rt.Fatalf("got %s, want %s", got.Unrounded, unrounded)
		}
	})
}

func TestMoved(t *testing.T) {
	t.Parallel()
	f := load(t, moroccoFile)
	r, vars, strata := rand.New(rand.NewPCG(9, 9)), variables(t, f), f.Strata()
	for range 200 {
		first, second := strata[r.IntN(2)], strata[r.IntN(2)]
		a, err := f.Explain(anyHousehold(r, f, vars[first], first))
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.Explain(anyHousehold(r, f, vars[second], second))
		if err != nil {
			t.Fatal(err)
		}
		var sum formula.Points
		last := formula.Points(1 << 62)
		for _, m := range formula.Moved(a, b) {
			sum += m.Change()
			size := max(m.Change(), -m.Change())
			if size == 0 || size > last {
				t.Fatal("moves are not in order of size")
			}
			last = size
		}
		if sum != b.Unrounded-a.Unrounded {
			t.Fatalf("moves add up to %s, not to %s", sum, b.Unrounded-a.Unrounded)
		}
	}
	// One more mobile phone is worth its coefficient, and nothing else moves.
	h := household(t, f, "urban 06", []string{"hh_size=5", "head_age=42"})
	g := household(t, f, "urban 06", []string{"hh_size=5", "head_age=42", "n_mobile_phones=1"})
	a, _ := f.Explain(h)
	b, _ := f.Explain(g)
	moves := formula.Moved(a, b)
	if len(moves) != 1 || moves[0].Code != "n_mobile_phones" || moves[0].Change().String() != "0.051600000000" {
		t.Error(moves)
	}
}
