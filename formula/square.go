package formula

import (
	"math"
	"math/big"
)

// mulSquare returns coefficient·x² rounded half to even; ok is false when it
// does not fit.
func mulSquare(coefficient int64, x number) (int64, bool) {
	const root = 3_037_000_499 // the largest whole number whose square fits an int64
	if magnitude(x.num) <= root && x.den <= root {
		return mulDiv(coefficient, x.num*x.num, x.den*x.den)
	}
	num, den := big.NewInt(x.num), big.NewInt(x.den)
	num.Mul(num, num).Mul(num, big.NewInt(coefficient))
	den.Mul(den, den)
	negative := num.Sign() < 0
	quotient, rest := new(big.Int).QuoRem(num.Abs(num), den, new(big.Int))
	twice := rest.Lsh(rest, 1).Cmp(den)
	if twice > 0 || (twice == 0 && quotient.Bit(0) == 1) {
		quotient.Add(quotient, big.NewInt(1))
	}
	if !quotient.IsInt64() || quotient.Int64() == math.MinInt64 {
		return 0, false
	}
	if negative {
		return -quotient.Int64(), true
	}
	return quotient.Int64(), true
}

// isSquare reports whether a = b², exactly.
func isSquare(a, b Value) bool {
	if a.Den <= 0 || b.Den <= 0 {
		return false
	}
	square := func(n int64) *big.Int { x := big.NewInt(n); return x.Mul(x, x) }
	left, right := square(b.Den), square(b.Num)
	return left.Mul(left, big.NewInt(a.Num)).Cmp(right.Mul(right, big.NewInt(a.Den))) == 0
}

// squareText prints x² in lowest terms.
func squareText(x number) string {
	r := big.NewRat(x.num, x.den)
	return r.Mul(r, r).RatString()
}
