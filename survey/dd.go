package survey

import "math"

// dd is an unevaluated sum hi+lo of two float64, about 106 bits. It carries
// residuals and gradients of the refinement step, where plain float64 would
// lose the digits the step is after (Dekker 1971; Hida, Li and Bailey 2001).
type dd struct{ hi, lo float64 }

func twoSum(a, b float64) (s, e float64) {
	s = a + b
	v := s - a
	return s, (a - (s - v)) + (b - v)
}

func twoProd(a, b float64) (p, e float64) {
	p = a * b
	return p, math.FMA(a, b, -p)
}

func (x dd) add(y dd) dd {
	s, e := twoSum(x.hi, y.hi)
	t, f := twoSum(x.lo, y.lo)
	e += t
	s, e = quickTwoSum(s, e)
	e += f
	s, e = quickTwoSum(s, e)
	return dd{s, e}
}

func quickTwoSum(a, b float64) (s, e float64) {
	s = a + b
	return s, b - (s - a)
}

func (x dd) neg() dd { return dd{-x.hi, -x.lo} }

func (x dd) mul(y dd) dd {
	p, e := twoProd(x.hi, y.hi)
	e += x.hi*y.lo + x.lo*y.hi
	p, e = quickTwoSum(p, e)
	return dd{p, e}
}

func (x dd) mulFloat(y float64) dd {
	p, e := twoProd(x.hi, y)
	e += x.lo * y
	p, e = quickTwoSum(p, e)
	return dd{p, e}
}

func (x dd) div(y dd) dd {
	q1 := x.hi / y.hi
	r := x.add(y.mulFloat(q1).neg())
	q2 := r.hi / y.hi
	r = r.add(y.mulFloat(q2).neg())
	q3 := r.hi / y.hi
	s, e := quickTwoSum(q1, q2)
	return dd{s, e}.add(dd{q3, 0})
}

func (x dd) sqrt() dd {
	if x.hi <= 0 {
		return dd{math.Sqrt(x.hi), 0}
	}
	a := math.Sqrt(x.hi)
	p, e := twoProd(a, a)
	r := x.add(dd{p, e}.neg())
	s, f := quickTwoSum(a, r.hi/(2*a))
	return dd{s, f}
}

func (x dd) float() float64 { return x.hi + x.lo }
