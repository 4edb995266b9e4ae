package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// table lays out the coefficients with their four standard errors, and returns
// the design-based covariance. Scores are formed in the whitened columns and
// carried back through D·R⁻¹.
func (ls *leastSquares) table(d *Design, sigma2 float64) ([]Coefficient, *mat.SymDense, error) {
	if d.Units() < 2 {
		return nil, nil, errs.Bad("psu", "the sample has one cluster, so nothing can be said of chance", "name another column of clusters, or none")
	}
	n, k := ls.x.Dims()
	if ls.white == nil {
		ls.white, ls.inverse = ls.f.whiten(ls.x)
	}
	u := mat.NewDense(n, k, nil)
	inBlocks(n, func(_, from, to int) {
		for i := from; i < to; i++ {
			row, out := ls.white.RawRowView(i), u.RawRowView(i)
			we := ls.weight[i] * ls.residuals[i]
			for j, v := range row {
				out[j] = we * v
			}
		}
	})
	back := mat.NewDense(k, k, ls.inverse)
	for j := range k {
		row := back.RawRowView(j)
		for l := range row {
			row[l] *= ls.f.scale[j]
		}
	}
	v, err := sandwiches(d, back, u)
	if err != nil {
		return nil, nil, err
	}
	table := make([]Coefficient, k)
	for j := range table {
		a := 0.0
		for _, r := range back.RawRowView(j) {
			a += r * r
		}
		table[j] = Coefficient{Name: ls.names[j], Estimate: ls.beta[ls.kept[j]],
			SEDesign:  root(v.design.At(j, j)),
			SECluster: root(v.cluster.At(j, j)),
			SEHC1:     root(v.hc1.At(j, j)),
			SEIID:     math.Sqrt(sigma2 * a)}
	}
	return table, v.design, nil
}

// root is the square root of a variance; what rounding leaves below zero of a
// variance of nothing is nothing.
func root(v float64) float64 { return math.Sqrt(max(v, 0)) }

type variances struct{ design, cluster, hc1 *mat.SymDense }

// sandwiches returns B·M·B' for the three meats M of the scores u (n×k).
func sandwiches(d *Design, b *mat.Dense, u *mat.Dense) (*variances, error) {
	rows, k := u.Dims()
	n, p := float64(rows), float64(k)
	meat, err := d.Variance(u)
	if err != nil {
		return nil, err
	}
	v := &variances{design: sandwich(b, meat)}
	g := float64(d.Units())
	v.cluster = sandwich(b, crossProduct(d.totals(u), nil))
	v.cluster.ScaleSym(g/(g-1)*(n-1)/(n-p), v.cluster)
	v.hc1 = sandwich(b, crossProduct(u, nil))
	v.hc1.ScaleSym(n/(n-p), v.hc1)
	return v, nil
}

func sandwich(b *mat.Dense, meat *mat.SymDense) *mat.SymDense {
	k := meat.SymmetricDim()
	var bm, full mat.Dense
	bm.Mul(b, meat)
	full.Mul(&bm, b.T())
	out := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			out.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
	return out
}
