package formula_test

import (
	"math/rand/v2"
	"testing"

	"sijil/formula"
)

// randomHousehold draws a household such as the reference country has: sizes
// of 1 to 12, shares over the size, bills in whole dirhams a month. Now and
// then something rare: a bill in odd centimes, many cows, a share out of step
// with the size.
func randomHousehold(r *rand.Rand, vars []formula.Variable, stratum string) formula.Household {
	h := formula.Household{Stratum: stratum, Region: regions[r.IntN(len(regions))], Values: make([]formula.Value, len(vars))}
	size := int64(1 + r.IntN(6) + r.IntN(4)*r.IntN(3))
	for i, v := range vars {
		h.Values[i] = randomValue(r, v, size)
	}
	return h
}

// variables of each stratum.
func variables(tb testing.TB, f *formula.Formula) map[string][]formula.Variable {
	tb.Helper()
	m := map[string][]formula.Variable{}
	for _, s := range f.Strata() {
		vars, err := f.Variables(s)
		if err != nil {
			tb.Fatal(err)
		}
		m[s] = vars
	}
	return m
}

var regions = []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"}

func randomValue(r *rand.Rand, v formula.Variable, size int64) formula.Value {
	switch v.Name {
	case "hh_size":
		return formula.Int(size)
	case "head_age":
		return formula.Int(18 + r.Int64N(75))
	}
	switch v.Kind {
	case formula.Boolean:
		return formula.Bool(r.IntN(4) == 0)
	case formula.Count:
		return formula.Int(r.Int64N(4))
	case formula.Share:
		if r.IntN(50) == 0 {
			return formula.Ratio(r.Int64N(1000), 1000)
		}
		return formula.Ratio(r.Int64N(size+1), size)
	case formula.AmountPerHead:
		if r.IntN(10) == 0 {
			return formula.Ratio(12*r.Int64N(4_000+2_500*size), 100*size)
		}
		return formula.Ratio(12*100*r.Int64N(40+25*size), 100*size)
	}
	panic("no such kind in the reference formula: " + v.Kind)
}
