package survey

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// indispensable is the condition number of I − H from which a cluster is taken
// to be the only one that tells some columns apart.
const indispensable = 1e10

// influences finds, for each coefficient of the fit, the cluster whose loss
// moves it most. With Q = X·R⁻¹ orthonormal under the weights, e the residuals
// and g the rows of a cluster, the coefficients move by
// R⁻¹·Q_g'·√W·(I − √W·Q_g·Q_g'·√W)⁻¹·√W·e_g: no fit is repeated.
func influences(s *Sample, fit *Fit) []Influence {
	w := s.Design.Weight
	var kept []int
	for j := range s.Names {
		if len(kept) < len(fit.Coefficients) && s.Names[j] == fit.Coefficients[len(kept)].Name {
			kept = append(kept, j)
		}
	}
	x := s.X
	if len(kept) < len(s.Names) {
		x = columnsOf(s.X, kept)
	}
	f := factor(x, w)
	q, inverse := f.whiten(x)
	clusters := make([][]int, s.Design.Units())
	for i, g := range s.Design.PSU {
		clusters[g] = append(clusters[g], i)
	}
	changes := make([][]float64, len(clusters))
	inParallel(len(clusters), func(g int) { changes[g] = withoutCluster(clusters[g], q, inverse, f.scale, w, fit.Residuals) })
	out := make([]Influence, len(kept))
	for g, change := range changes {
		for k := range out {
			o := &out[k]
			if change == nil {
				o.Indispensable++
				continue
			}
			if o.Line != 0 && math.Abs(change[k]) <= math.Abs(o.Change) {
				continue
			}
			c := fit.Coefficients[k]
			o.Line, o.Rows, o.Change = s.Lines[clusters[g][0]], len(clusters[g]), change[k]
			o.InSE, o.Flips = share(change[k], c.SEDesign), (c.Estimate-change[k])*c.Estimate < 0
		}
	}
	return out
}

// withoutCluster returns the estimate less the estimate without some rows, nil
// when nothing could be fitted without them.
func withoutCluster(rows []int, q *mat.Dense, inverse, scale, w, residuals []float64) []float64 {
	n, k := len(rows), len(scale)
	part := mat.NewDense(n, k, nil)
	e := mat.NewVecDense(n, nil)
	for a, i := range rows {
		root := math.Sqrt(w[i])
		for j, v := range q.RawRowView(i) {
			part.Set(a, j, v*root)
		}
		e.SetVec(a, residuals[i]*root)
	}
	// For more rows than columns the same comes from k×k: (I − P·P')⁻¹ = I + P·(I − P'P)⁻¹·P'.
	small := n <= k
	size := min(n, k)
	hat := mat.NewSymDense(size, nil)
	if small {
		hat.SymOuterK(-1, part)
	} else {
		hat.SymOuterK(-1, part.T())
	}
	for a := range size {
		hat.SetSym(a, a, hat.At(a, a)+1)
	}
	var chol mat.Cholesky
	if !chol.Factorize(hat) || chol.Cond() > indispensable {
		return nil
	}
	moved := mat.NewVecDense(k, nil)
	if small {
		solved := mat.NewVecDense(n, nil)
		if chol.SolveVecTo(solved, e) != nil {
			return nil
		}
		moved.MulVec(part.T(), solved)
	} else {
		right := mat.NewVecDense(k, nil)
		right.MulVec(part.T(), e)
		if chol.SolveVecTo(moved, right) != nil { // P'(I + P(I−P'P)⁻¹P') = (I−P'P)⁻¹P'
			return nil
		}
	}
	change := moved.RawVector().Data
	blas64.Trmv(blas.NoTrans, blas64.Triangular{N: k, Stride: k, Data: inverse, Uplo: blas.Upper, Diag: blas.NonUnit}, blas64.Vector{N: k, Inc: 1, Data: change})
	for j := range change {
		change[j] *= scale[j]
	}
	return change
}
