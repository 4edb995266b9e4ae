package policy

// Kernel is how much an observation counts by its distance from the cutoff.
type Kernel string

// The kernels, as weights of u = distance ÷ bandwidth on [0, 1]. A constant
// factor changes neither the fit nor its error.
const (
	Triangular   Kernel = "triangular"   // 1 − u
	Uniform      Kernel = "uniform"      // 1
	Epanechnikov Kernel = "epanechnikov" // 1 − u²
)

func (k Kernel) weight(u float64) float64 {
	switch k {
	case Uniform:
		return 1
	case Epanechnikov:
		return 1 - u*u
	}
	return 1 - u
}

// moment is ∫₀¹ uⁱ K(u) du.
func (k Kernel) moment(i int) float64 {
	n := float64(i)
	switch k {
	case Uniform:
		return 1 / (n + 1)
	case Epanechnikov:
		return 1/(n+1) - 1/(n+3)
	}
	return 1/(n+1) - 1/(n+2)
}

// slopeBias is the constant B in the leading bias B·F⁽ᵖ⁺¹⁾(c)/(p+1)!·hᵖ of the
// density at a boundary: the slope of the best polynomial of order p for
// uᵖ⁺¹ under the kernel.
func (k Kernel) slopeBias(p int) (float64, bool) {
	s := make([][]float64, p+1)
	pick := make([]float64, p+1)
	pick[1] = 1
	for i := range s {
		s[i] = make([]float64, p+1)
		for j := range s[i] {
			s[i][j] = k.moment(i + j)
		}
	}
	row, ok := solve(s, pick)
	if !ok {
		return 0, false
	}
	var b float64
	for i, r := range row {
		b += r * k.moment(i+p+1)
	}
	return b, true
}

// uniformRatio is V·((order+1)!)²/B² of the s-th coefficient of a polynomial
// of the given order fitted to a distribution function from one side with the
// uniform kernel: what variance weighs against squared bias in a preliminary
// bandwidth. In shifted Legendre polynomials both have closed forms.
func uniformRatio(order, s int) float64 {
	d := make([]float64, order+3) // coefficient of uˢ in P*ₖ, zero above order
	for k := s; k <= order; k++ {
		d[k] = legendreCoefficient(k, s)
	}
	v := d[1] * d[1] / 4
	for k := 1; k <= order+1; k++ {
		a := (d[k+1] - d[k-1]) / 2
		v += a * a / float64(2*k+1)
	}
	m := order + 1
	b := legendreCoefficient(m, s) / legendreCoefficient(m, m)
	f := factorial(m)
	return v * f * f / (b * b)
}

// legendreCoefficient is the coefficient of uˢ in the shifted Legendre
// polynomial P*ₖ(u) = Pₖ(2u − 1).
func legendreCoefficient(k, s int) float64 {
	if s > k {
		return 0
	}
	c := binomial(k, s) * binomial(k+s, s)
	if (k+s)%2 != 0 {
		return -c
	}
	return c
}

func binomial(n, k int) float64 {
	c := 1.0
	for i := 1; i <= k; i++ {
		c = c * float64(n-k+i) / float64(i)
	}
	return c
}

func factorial(n int) float64 {
	f := 1.0
	for i := 2; i <= n; i++ {
		f *= float64(i)
	}
	return f
}
