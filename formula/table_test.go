package formula_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/formula"
)

// same checks that a table gives what Evaluate gives, household by household.
func same(t fataler, f *formula.Formula, tab *formula.Table, hs []formula.Household) {
	dst := make([]formula.Index, tab.Len())
	tableErr := tab.Evaluate(dst)
	refused := 0
	for i, h := range hs {
		want, err := f.Evaluate(h)
		if err != nil {
			want.Index = formula.NoIndex
			refused++
		}
		if dst[i] != want.Index {
			t.Fatalf("household %d: the table gives %s, Evaluate %s", i, dst[i], want.Index)
		}
		if err == nil && (tab.Imputed(i) != (len(want.Imputed) > 0) || tab.OutsideFrame(i) != want.OutsideFrame) {
			t.Fatalf("household %d: the marks differ", i)
		}
	}
	if (refused > 0) != (tableErr != nil) {
		t.Fatalf("%d households without an index, the table says %v", refused, tableErr)
	}
}

func TestTableGivesWhatEvaluateGives(t *testing.T) {
	t.Parallel()
	for _, path := range []string{moroccoFile, "testdata/thalassa.json"} {
		f := load(t, path)
		r, vars := rand.New(rand.NewPCG(11, 11)), variables(t, f)
		for _, stratum := range f.Strata() {
			// The soak goes in tables of a million: what it checks must also fit in memory.
			for left := count(50_000, 3_000_000); left > 0; left -= 1_000_000 {
				tab, err := f.NewTable(stratum)
				if err != nil {
					t.Fatal(err)
				}
				var hs []formula.Household
				for range min(left, 1_000_000) {
					h := anyHousehold(r, f, vars[stratum], stratum)
					if err := tab.Append(h); err != nil {
						t.Fatal(err)
					}
					hs = append(hs, h)
				}
				same(t, f, tab, hs)
			}
		}
	}
}

// Amounts are divided through reciprocals: every coefficient, denominator and
// numerator must give what the division gives, whatever the encoding.
func TestTableOnUnusualNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		coefficient := formula.Points(rapid.Int64Range(-1e18+1, 1e18-1).Draw(rt, "coefficient") >> rapid.IntRange(0, 60).Draw(rt, "shift"))
		kind := rapid.SampledFrom([]string{"amount_per_head", "number", "square"}).Draw(rt, "kind")
		more := rapid.SampledFrom([]string{"", `"cap":"1000",`}).Draw(rt, "more")
		f := one(rt, kind, coefficient.String(), more)
		dens := rapid.SliceOfN(rapid.Int64Range(1, 1<<rapid.IntRange(1, 62).Draw(rt, "den bits")), 1, 300).Draw(rt, "dens")
		top := int64(1) << rapid.IntRange(1, 62).Draw(rt, "num bits")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		tab, err := f.NewTable("all")
		if err != nil {
			rt.Fatal(err)
		}
		var hs []formula.Household
		for range rapid.SampledFrom([]int{10, 1500, 6000}).Draw(rt, "households") {
			h := formula.Household{Stratum: "all", Region: "r", Values: []formula.Value{formula.Ratio(r.Int64N(top), dens[r.IntN(len(dens))])}}
			_, single := f.Evaluate(h)
			if err := tab.Append(h); err == nil {
				hs = append(hs, h)
			} else if single == nil {
				rt.Fatalf("the table refuses what Evaluate accepts: %v", err)
			}
		}
		same(rt, f, tab, hs)
	})
}

func TestTableOfManyDistinctValues(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"number", "square", "count"} {
		for _, first := range []int64{0, -40_000, 1 << 40} {
			switch {
			case kind == "count" && first < 0:
				continue
			case kind == "square" && first > 0:
				first = 1 << 30 // beyond, the square does not fit
			}
			coefficient := "0.0000007"
			if kind == "square" {
				coefficient = "0.000000000007"
			}
			f := one(t, kind, coefficient, "")
			tab, err := f.NewTable("all")
			if err != nil {
				t.Fatal(err)
			}
			hs := make([]formula.Household, 0, 70_000)
			for i := range int64(70_000) {
				x := formula.Int(first + i)
				if kind == "number" && i > 5_000 {
					x = formula.Ratio(first+i, 1+i%400) // more denominators than fractions take
				}
				h := formula.Household{Stratum: "all", Region: "r", Values: []formula.Value{x}}
				if err := tab.Append(h); err != nil {
					t.Fatal(err)
				}
				hs = append(hs, h)
			}
			same(t, f, tab, hs)
		}
	}
}

func TestTableRefusals(t *testing.T) {
	t.Parallel()
	f := load(t, moroccoFile)
	tab, err := f.NewTable("urban")
	if err != nil {
		t.Fatal(err)
	}
	good := household(t, f, "urban 06", []string{"hh_size=5", "head_age=42"})
	bad := map[string]formula.Household{
		"the household is not of the table's stratum": household(t, f, "rural 06", nil),
		"no such region":                  {Stratum: "urban", Region: "99", Values: good.Values},
		"no such profile":                 {Stratum: "urban", Region: "06", Values: good.Values, Profile: "x"},
		"values for the 33 variables":     {Stratum: "urban", Region: "06"},
		"hh_size: term hh_size: there is": household(t, f, "urban 06", []string{"hh_size=unknown", "head_age=42"}),
		"neither 0 nor 1":                 household(t, f, "urban 06", []string{"loan=2", "hh_size=1"}),
		"not between 0 and 1":             household(t, f, "urban 06", []string{"share_senior_exec=3/2"}),
		"not a whole number":              household(t, f, "urban 06", []string{"n_cars=1/2"}),
	}
	for want, h := range bad {
		if refused := tab.Append(h); refused == nil || !strings.Contains(refused.Error(), want) {
			t.Errorf("got %v, want %q", refused, want)
		}
	}
	if tab.Len() != 0 {
		t.Fatalf("%d households after refusals", tab.Len())
	}
	out := household(t, f, "urban 06", []string{"hh_size=60", "n_cars=90"})
	for _, h := range []formula.Household{good, out, good} {
		if refused := tab.Append(h); refused != nil {
			t.Fatal(refused)
		}
	}
	dst := make([]formula.Index, 3)
	err = tab.Evaluate(dst)
	if got := fmt.Sprint(dst, err); got != "[8.9924544 none 8.9924544] households[1]: 1 of 3 households: the index lies outside 5.0000000 to 15.0000000; check the household's values: a size, an age or an amount may be in the wrong unit" {
		t.Error(got)
	}
	if dst[1].AtOrBelow(math.MaxInt64) || !dst[0].AtOrBelow(89924544) || dst[0].AtOrBelow(89924543) {
		t.Error("comparison with thresholds is wrong")
	}
	if err := tab.Evaluate(dst[:2]); err == nil {
		t.Error("a destination of another length is accepted")
	}
	if _, err := f.NewTable("sea"); err == nil {
		t.Error("a table of an unknown stratum is made")
	}
}
