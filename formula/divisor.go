package formula

import (
	"math"
	"math/bits"
)

// divisor computes num × coefficient / den, rounded half to even, by one
// multiplication with the reciprocal of den. With p = num·mul < 2^63 and
// 2^(l-1) < den <= 2^l, magic = ceil(2^(63+l)/den) gives the quotient exactly
// as p·magic >> (63+l): the error p·e/(den·2^(63+l)), e < den being what the
// ceiling adds, is less than 1/den. (Granlund and Montgomery, Division by
// Invariant Integers using Multiplication, PLDI 1994, theorem 4.2.)
type divisor struct {
	mul, magic, den uint64
	shift           uint8 // l-1
}

// newDivisor is for numerators up to largest; ok is false when a product may
// not fit.
func newDivisor(coefficient, den int64, largest uint32) (d divisor, ok bool) {
	c := magnitude(coefficient)
	g := max(gcd(c, uint64(den)), 1)
	d.mul, d.den = c/g, uint64(den)/g
	if d.den == 1 {
		d.mul, d.den = 2*d.mul, 2
	}
	if hi, lo := bits.Mul64(d.mul, uint64(largest)); hi != 0 || lo > math.MaxInt64 {
		return divisor{}, false
	}
	l := bits.Len64(d.den - 1)
	d.shift = uint8(l - 1)
	magic, rest := bits.Div64(1<<(l-1), 0, d.den)
	if rest != 0 {
		magic++
	}
	d.magic = magic
	return d, true
}

func (d *divisor) apply(num uint32) int64 {
	p := d.mul * uint64(num)
	hi, _ := bits.Mul64(p, d.magic)
	q := hi >> (d.shift & 63)
	// Up when twice the rest exceeds den, or equals it and q is odd.
	_, up := bits.Sub64(d.den, 2*(p-q*d.den)+q&1, 0)
	return int64(q + up)
}
