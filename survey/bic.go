package survey

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Elimination is one step of backward elimination.
type Elimination struct {
	Dropped string  `json:"dropped"`
	BIC     float64 `json:"bic"` // after the step
}

// BackwardBIC drops variables one after the other, each time the one whose loss
// lowers n·ln(RSS/n) + k·ln(n) most, until none does; weights are scaled to
// average 1. A categorical variable goes with all its indicators. It works on
// the cross-products alone: dropping the columns g costs b_g'·[(X'WX)⁻¹_gg]⁻¹·b_g.
// It returns the sample of the variables kept, ready to be fitted.
func BackwardBIC(s *Sample, o Options) (*Sample, []Elimination, error) {
	w := scaledToAverageOne(s.Design.Weight)
	ls, err := solveWLS(s, w, o)
	if err != nil {
		return nil, nil, err
	}
	if ls.white == nil {
		ls.white, ls.inverse = ls.f.whiten(ls.x)
	}
	e := newElimination(s, ls)
	var steps []Elimination
	for {
		at, rss := e.cheapest()
		if at < 0 || e.bic(rss, len(e.terms[at].columns)) >= e.bic(e.rss, 0) {
			break
		}
		gone := e.terms[at]
		bic := e.bic(rss, len(gone.columns))
		e.drop(at)
		steps = append(steps, Elimination{Dropped: gone.name, BIC: bic})
	}
	keep := []int{}
	for j := range s.Names {
		local := slices.Index(ls.kept, j)
		if local >= 0 && !e.gone[local] {
			keep = append(keep, j)
		}
	}
	return s.Columns(keep), steps, nil
}

type candidate struct {
	name    string
	columns []int // places among the columns fitted
}

// elimination carries coefficients and (X'WX)⁻¹ of the columns still in, in
// the scale of the columns.
type elimination struct {
	n, k  int
	rss   float64
	b     []float64
	a     *mat.SymDense
	terms []candidate
	gone  []bool
}

func newElimination(s *Sample, ls *leastSquares) *elimination {
	k := len(ls.kept)
	e := &elimination{n: s.N(), k: k, b: make([]float64, k), a: mat.NewSymDense(k, nil), gone: make([]bool, k)}
	inverse := mat.NewDense(k, k, ls.inverse)
	e.a.SymOuterK(1, inverse)
	for j, c := range ls.kept {
		e.b[j] = ls.beta[c] / ls.f.scale[j]
	}
	for i, r := range ls.residuals {
		e.rss += ls.weight[i] * r * r
	}
	for _, t := range s.Terms {
		var columns []int
		for _, c := range t.Columns {
			if at := slices.Index(ls.kept, c); at >= 0 {
				columns = append(columns, at)
			}
		}
		if columns != nil {
			e.terms = append(e.terms, candidate{t.Name, columns})
		}
	}
	return e
}

func (e *elimination) bic(rss float64, fewer int) float64 {
	n := float64(e.n)
	return n*math.Log(rss/n) + float64(e.k-fewer)*math.Log(n)
}

// cheapest returns the term whose loss leaves the lowest BIC, and the residual
// sum of squares without it; -1 when no term is left.
func (e *elimination) cheapest() (at int, rss float64) {
	at = -1
	best := math.Inf(1)
	for t, c := range e.terms {
		without := e.rss + e.cost(c)
		if bic := e.bic(without, len(c.columns)); bic < best {
			at, rss, best = t, without, bic
		}
	}
	return at, rss
}

func (e *elimination) cost(c candidate) float64 {
	if len(c.columns) == 1 {
		j := c.columns[0]
		return e.b[j] * e.b[j] / e.a.At(j, j)
	}
	b, solved := e.solved(c)
	return mat.Dot(b, solved)
}

// solved returns b_g and (A_gg)⁻¹·b_g.
func (e *elimination) solved(c candidate) (b, solved *mat.VecDense) {
	g := len(c.columns)
	block := mat.NewSymDense(g, nil)
	b, solved = mat.NewVecDense(g, nil), mat.NewVecDense(g, nil)
	for i, j := range c.columns {
		b.SetVec(i, e.b[j])
		for l := i; l < g; l++ {
			block.SetSym(i, l, e.a.At(j, c.columns[l]))
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(block) || chol.SolveVecTo(solved, b) != nil {
		solved.SetVec(0, math.Inf(1))
	}
	return b, solved
}

// drop takes a term out: one sweep of A for each of its columns.
func (e *elimination) drop(at int) {
	for _, j := range e.terms[at].columns {
		pivot := e.a.At(j, j)
		e.rss += e.b[j] * e.b[j] / pivot
		column := make([]float64, len(e.b))
		for i := range column {
			column[i] = e.a.At(i, j)
		}
		ratio := e.b[j] / pivot
		for i := range e.b {
			e.b[i] -= column[i] * ratio
		}
		e.a.SymRankOne(e.a, -1/pivot, mat.NewVecDense(len(column), column))
		e.gone[j] = true
		e.k--
	}
	e.terms = slices.Delete(e.terms, at, at+1)
}
