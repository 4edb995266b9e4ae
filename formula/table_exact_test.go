package formula_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"sijil/formula"
)

// An index shows 7 decimals and a contribution has 12. So that a table's last
// decimal shows, each household stands on the edge between two indexes: the
// intercept is half a unit, and a second term takes away what the first must
// contribute. One point more, or one less, then rounds to another index.
func TestTableContributionsToTheLastDecimal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		coefficient := rapid.Int64Range(1, 1_000_000).Draw(rt, "coefficient")
		if rapid.Bool().Draw(rt, "negative") {
			coefficient = -coefficient
		}
		f := of(rt, "1.00000005",
			`"code":"x","variable":"x","kind":"amount_per_head","coefficient":"`+formula.Points(coefficient).String()+`"`,
			`"code":"y","variable":"y","kind":"number","coefficient":"0.000000000001"`)
		tab, err := f.NewTable("all")
		if err != nil {
			rt.Fatal(err)
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		widest := rapid.SampledFrom([]int64{2, 12, 1200, 1 << 40}).Draw(rt, "widest denominator")
		dens := make([]int64, 200)
		for i := range dens {
			dens[i] = 1 + r.Int64N(widest)
		}
		for range 5000 {
			num, den := r.Int64N(1<<32), dens[r.IntN(len(dens))]
			exact := round(new(big.Rat).Mul(big.NewRat(coefficient, 1), big.NewRat(num, den)), 0).Num().Int64()
			for more := range int64(2) {
				h := formula.Household{Stratum: "all", Region: "r", Values: []formula.Value{formula.Ratio(num, den), formula.Int(more - exact)}}
				if err := tab.Append(h); err != nil {
					rt.Fatal(err)
				}
			}
		}
		dst := make([]formula.Index, tab.Len())
		if err := tab.Evaluate(dst); err != nil {
			rt.Fatal(err)
		}
		for i, x := range dst {
			if want := formula.Index(10_000_000 + i&1); x != want {
				rt.Fatalf("household %d: %s, want %s", i, x, want)
			}
		}
	})
}

// A sum that does not fit in 64 bits is refused, even where it would wrap
// around to a number that looks like an index; one that fits is given, in
// whatever order its parts come.
func TestSumsDoNotWrap(t *testing.T) {
	t.Parallel()
	number := func(code string) string {
		return `"code":"` + code + `","variable":"` + code + `","kind":"number","coefficient":"0.000000000001"`
	}
	f := of(t, "1", number("x"), number("y"), number("z"))
	for _, tt := range []struct {
		x, y, z int64
		want    string
	}{
		{math.MaxInt64, math.MaxInt64, 0, "none"},
		{math.MinInt64 + 1, math.MinInt64 + 1, 0, "none"},
		{math.MaxInt64, math.MaxInt64, math.MinInt64 + 1, "none"},
		{math.MaxInt64, 7_000_000, math.MinInt64 + 1, "1.0000070"},
		{7_000_000, math.MinInt64 + 1, math.MaxInt64, "1.0000070"},
		{math.MinInt64 + 1, -7_000_000, math.MaxInt64, "0.9999930"},
	} {
		h := formula.Household{Stratum: "all", Region: "r", Values: []formula.Value{formula.Int(tt.x), formula.Int(tt.y), formula.Int(tt.z)}}
		r, err := f.Evaluate(h)
		if err != nil {
			r.Index = formula.NoIndex
		}
		tab, _ := f.NewTable("all")
		if appendErr := tab.Append(h); appendErr != nil {
			t.Fatal(appendErr)
		}
		dst := make([]formula.Index, 1)
		tableErr := tab.Evaluate(dst)
		if r.Index.String() != tt.want || dst[0] != r.Index || (tableErr == nil) != (err == nil) {
			t.Errorf("%v: %s, the table %s, want %s", h.Values, r.Index, dst[0], tt.want)
		}
	}
}

// Squares beyond 64 bits go the slow way, and round as the others.
func TestSquaresOfLongRatios(t *testing.T) {
	t.Parallel()
	const long = 1 << 32 // its square does not fit
	for _, tt := range []struct {
		coefficient string
		num         int64
		want        formula.Points // beside the intercept 1
	}{
		{"576460.752303423488", 4, 0},   // 2^59·4²/2^64 = 0.5
		{"576460.752303423488", 12, 4},  // 4.5
		{"576460.752303423488", 5, 1},   // 25/32
		{"432345.564227567616", 8, 2},   // 3·2^57·8²/2^64 = 1.5
		{"-432345.564227567616", 8, -2}, // −1.5
		{"-576460.752303423488", 4, 0},
	} {
		r, err := one(t, "square", tt.coefficient, "").Evaluate(formula.Household{Stratum: "all", Region: "r", Values: []formula.Value{formula.Ratio(tt.num, long)}})
		if got := r.Unrounded - 1_000_000_000_000; err != nil || got != tt.want {
			t.Errorf("%s × (%d/2^32)²: got %d, %v; want %d", tt.coefficient, tt.num, got, err, tt.want)
		}
	}
}
