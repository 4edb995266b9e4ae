package policy

import "math"

// side is one side of the cutoff: distances from it in ascending order, and
// the empirical distribution function counted outwards from the cutoff, so
// that both sides are the same problem.
type side struct {
	n    int // observations on both sides
	left bool
	dist []float64
	rise []float64 // |F(x) − F(c)|, taken with tied values together
	tied []int     // index one past the last observation tied with this one
}

// within is how many observations lie at most h from the cutoff.
func (s *side) within(h float64) int {
	n := 0
	for n < len(s.dist) && s.dist[n] <= h {
		n++
	}
	return n
}

// distinct counts the distinct values among the nearest n observations.
func (s *side) distinct(n int) int {
	d := 0
	for i := 0; i < n; i = s.tied[i] {
		d++
	}
	return d
}

// estimate is a derivative of the distribution function at the cutoff, per
// outward distance, with its jackknife variance.
type estimate struct {
	value, variance float64
}

// derivative fits a polynomial of the given order to the distribution
// function within h of the cutoff and returns its s-th coefficient (the s-th
// derivative over s!). ok is false when the values there do not determine it.
//
// The coefficient is Σ lᵢ·F(xᵢ) with weights that sum to zero, so the part of
// observation j is the sum of the weights at values not below xⱼ, over n − 1
// (Cattaneo, Jansson and Ma 2020, section 3).
func (s *side) derivative(h float64, order, coefficient int, kernel Kernel) (estimate, bool) {
	n := s.within(h)
	if n == 0 {
		return estimate{}, false
	}
	l, ok := s.weights(n, h, order, coefficient, kernel)
	if !ok {
		return estimate{}, false
	}
	var e estimate
	for i := range l {
		e.value += l[i] * s.rise[i]
	}
	if s.left {
		e.variance = sumSquares(s.fromBelow(l))
	} else {
		e.variance = sumSquares(s.fromAbove(l))
	}
	scale := math.Pow(s.dist[n-1], float64(coefficient))
	per := scale * float64(s.n-1)
	e.value /= scale
	e.variance /= per * per
	return e, true
}

// fromAbove is, for each observation of the right side, the sum of the
// weights at its own value and beyond.
func (s *side) fromAbove(l []float64) []float64 {
	part := make([]float64, len(l))
	var sum float64
	for end := len(l); end > 0; {
		start := end
		for start > 0 && s.tied[start-1] == s.tied[end-1] {
			start--
			sum += l[start]
		}
		for i := start; i < end; i++ {
			part[i] = sum
		}
		end = start
	}
	return part
}

// fromBelow is the same for the left side, where "not below" runs inwards.
func (s *side) fromBelow(l []float64) []float64 {
	part := make([]float64, len(l))
	var sum float64
	for start := 0; start < len(l); {
		end := min(s.tied[start], len(l))
		for i := start; i < end; i++ {
			sum += l[i]
		}
		for i := start; i < end; i++ {
			part[i] = sum
		}
		start = end
	}
	return part
}

func sumSquares(v []float64) float64 {
	var s float64
	for _, x := range v {
		s += x * x
	}
	return s
}

// weights returns l with Σ lᵢ·f(uᵢ) = the wanted coefficient of the polynomial
// fitted to f over the nearest n observations, in u = distance ÷ the farthest of
// these. Shifted Legendre polynomials in u keep the system well conditioned
// where powers would not, and where the window reaches beyond the data.
func (s *side) weights(n int, h float64, order, coefficient int, kernel Kernel) ([]float64, bool) {
	gram := make([][]float64, order+1)
	pick := make([]float64, order+1)
	for k := range gram {
		gram[k] = make([]float64, order+1)
		pick[k] = legendreCoefficient(k, coefficient)
	}
	basis := make([]float64, order+1)
	far := s.dist[n-1]
	for _, d := range s.dist[:n] {
		w := kernel.weight(d / h)
		legendre(basis, d/far)
		for i := range gram {
			for j := range i + 1 {
				gram[i][j] += w * basis[i] * basis[j]
			}
		}
	}
	for i := range gram {
		for j := range i {
			gram[j][i] = gram[i][j]
		}
	}
	row, ok := solve(gram, pick)
	if !ok {
		return nil, false
	}
	l := make([]float64, n)
	for i, d := range s.dist[:n] {
		legendre(basis, d/far)
		for k, b := range basis {
			l[i] += row[k] * b
		}
		l[i] *= kernel.weight(d / h)
	}
	return l, true
}

// legendre fills basis with P*₀(u) … P*ₖ(u).
func legendre(basis []float64, u float64) {
	x := 2*u - 1
	basis[0] = 1
	if len(basis) > 1 {
		basis[1] = x
	}
	for k := 2; k < len(basis); k++ {
		n := float64(k)
		basis[k] = ((2*n-1)*x*basis[k-1] - (n-1)*basis[k-2]) / n
	}
}

// solve returns a⁻¹·b for a symmetric positive definite matrix by Cholesky's
// factorisation; ok is false when a is singular to working precision.
func solve(a [][]float64, b []float64) (x []float64, ok bool) {
	const singular = 1e-13
	n := len(a)
	c := make([][]float64, n)
	x = make([]float64, n)
	for i := range n {
		c[i] = make([]float64, i+1)
		for j := range i + 1 {
			v := a[i][j]
			for k := range j {
				v -= c[i][k] * c[j][k]
			}
			if i != j {
				c[i][j] = v / c[j][j]
				continue
			}
			if !(v > singular*a[i][i]) {
				return nil, false
			}
			c[i][i] = math.Sqrt(v)
		}
		v := b[i]
		for k := range i {
			v -= c[i][k] * x[k]
		}
		x[i] = v / c[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= c[k][i] * x[k]
		}
		x[i] /= c[i][i]
	}
	return x, true
}
