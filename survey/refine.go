package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// refine improves least-squares coefficients until their error is below the
// last digit: residuals and gradient are taken in doubled precision and the
// correction comes from the factor (corrected semi-normal equations, Björck
// 1987). It returns the coefficients and the residuals y − Xb.
func (f *factorization) refine(x *mat.Dense, y, w, start []float64) (b, residuals []float64) {
	exact := make([]dd, len(start))
	for j, v := range start {
		exact[j].hi = v
	}
	last := math.Inf(1)
	residuals = make([]float64, len(y))
	for range 8 {
		g := gradient(x, y, w, exact, residuals)
		step := f.normal(g)
		size := 0.0
		for j, v := range step {
			if v != 0 {
				size = max(size, math.Abs(v)/max(math.Abs(exact[j].hi), math.SmallestNonzeroFloat64))
			}
		}
		if size >= last {
			break
		}
		for j, v := range step {
			exact[j] = exact[j].add(dd{v, 0})
		}
		last = size
		if size < 1e-17 {
			break
		}
	}
	gradient(x, y, w, exact, residuals)
	b = make([]float64, len(start))
	for j, v := range exact {
		b[j] = v.float()
	}
	return b, residuals
}

// gradient returns X'W(y − Xb) and leaves y − Xb in residuals. Rows are dealt
// to a fixed number of blocks that are added in order, so that the sums do not
// depend on how many run at once.
func gradient(x *mat.Dense, y, w []float64, b []dd, residuals []float64) []float64 {
	n, k := x.Dims()
	parts := make([][]dd, blockCount(n))
	inBlocks(n, func(block, from, to int) {
		g := make([]dd, k)
		for i := from; i < to; i++ {
			row := x.RawRowView(i)
			e := dd{y[i], 0}
			for j, v := range row {
				if v == 0 {
					continue
				}
				p, low := twoProd(v, b[j].hi)
				s, rest := twoSum(e.hi, -p)
				e.hi = s
				e.lo += rest - low - v*b[j].lo
			}
			residuals[i] = e.hi + e.lo
			e = e.mulFloat(w[i])
			for j, v := range row {
				if v == 0 {
					continue
				}
				p, low := twoProd(v, e.hi)
				s, rest := twoSum(g[j].hi, p)
				g[j].hi = s
				g[j].lo += rest + low + v*e.lo
			}
		}
		parts[block] = g
	})
	out := make([]float64, k)
	for j := range out {
		var sum dd
		for _, g := range parts {
			sum = sum.add(g[j])
		}
		out[j] = sum.float()
	}
	return out
}

// doubled solves the normal equations in doubled precision, for columns so
// nearly collinear that the factor in float64 has too few digits left. It
// returns coefficients, residuals and what whiten returns; ok is false when
// even that precision finds the columns dependent.
func (f *factorization) doubled(x *mat.Dense, y, w []float64) (b, residuals []float64, q *mat.Dense, inverse []float64, ok bool) {
	n, k := x.Dims()
	gram := make([]dd, k*k)
	rhs := make([]dd, k)
	scaled := make([]dd, k)
	for i := range n {
		f.scaleRow(scaled, x.RawRowView(i))
		for j, v := range scaled {
			wv := v.mulFloat(w[i])
			rhs[j] = rhs[j].add(wv.mulFloat(y[i]))
			for l := 0; l <= j; l++ {
				gram[j*k+l] = gram[j*k+l].add(wv.mul(scaled[l]))
			}
		}
	}
	if !choleskyDD(gram, k) {
		return nil, nil, nil, nil, false
	}
	b = make([]float64, k)
	exact := make([]dd, k)
	for j, v := range backwardDD(gram, k, forwardDD(gram, k, rhs)) {
		exact[j] = v.mulFloat(f.scale[j])
		b[j] = exact[j].float()
	}
	residuals = make([]float64, n)
	gradient(x, y, w, exact, residuals)
	q = mat.NewDense(n, k, nil)
	for i := range n {
		f.scaleRow(scaled, x.RawRowView(i))
		for j, v := range forwardDD(gram, k, scaled) {
			q.Set(i, j, v.float())
		}
	}
	inverse = make([]float64, k*k)
	for j := range k {
		unit := make([]dd, k)
		unit[j].hi = 1
		for l, v := range backwardDD(gram, k, unit) {
			inverse[l*k+j] = v.float()
		}
	}
	return b, residuals, q, inverse, true
}

func (f *factorization) scaleRow(out []dd, row []float64) {
	for j, v := range row {
		p, e := twoProd(v, f.scale[j])
		out[j] = dd{p, e}
	}
}

// choleskyDD overwrites the lower triangle of a with its Cholesky factor.
func choleskyDD(a []dd, k int) bool {
	for j := range k {
		d := a[j*k+j]
		for l := range j {
			d = d.add(a[j*k+l].mul(a[j*k+l]).neg())
		}
		if !(d.hi > 1e-29) {
			return false
		}
		root := d.sqrt()
		a[j*k+j] = root
		for i := j + 1; i < k; i++ {
			v := a[i*k+j]
			for l := range j {
				v = v.add(a[i*k+l].mul(a[j*k+l]).neg())
			}
			a[i*k+j] = v.div(root)
		}
	}
	return true
}

// forwardDD solves L·v = rhs.
func forwardDD(l []dd, k int, rhs []dd) []dd {
	v := append([]dd(nil), rhs...)
	for i := range k {
		for j := range i {
			v[i] = v[i].add(l[i*k+j].mul(v[j]).neg())
		}
		v[i] = v[i].div(l[i*k+i])
	}
	return v
}

// backwardDD solves L'·v = rhs.
func backwardDD(l []dd, k int, rhs []dd) []dd {
	v := append([]dd(nil), rhs...)
	for i := k - 1; i >= 0; i-- {
		for j := i + 1; j < k; j++ {
			v[i] = v[i].add(l[j*k+i].mul(v[j]).neg())
		}
		v[i] = v[i].div(l[i*k+i])
	}
	return v
}
