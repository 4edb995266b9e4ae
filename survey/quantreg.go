package survey

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// NamedEstimate is a coefficient without a standard error.
type NamedEstimate struct {
	Name     string  `json:"name"`
	Estimate float64 `json:"estimate"`
}

// QuantileFit is a weighted quantile regression.
type QuantileFit struct {
	N            int             `json:"n"`
	Tau          float64         `json:"tau"`
	Objective    float64         `json:"objective"` // Σw·ρ(y−xb), weights scaled to average 1
	Coefficients []NamedEstimate `json:"coefficients"`
	Interpolated int             `json:"interpolated"` // rows the fit passes through: one a coefficient
	Gap          float64         `json:"gap"`          // objective less the bound its multipliers prove, as a share of the objective: 0 but for rounding
	Pivots       int             `json:"pivots"`
	Condition    float64         `json:"condition"`
	Dropped      []string        `json:"dropped,omitempty"`

	Beta []float64 `json:"-"` // one per column of the sample's X

	// Dual holds the multipliers, one a row: w·τ where the row lies above the
	// fit, w·(τ−1) below, between on it; they annihilate every column of X, which
	// proves the optimum.
	Dual []float64 `json:"-"`
}

// FitQuantile minimises Σw·ρ_τ(y−xb) exactly: it walks the vertices of the
// linear programme, each interpolating as many rows as there are coefficients,
// along steepest edges with exact line searches (Barrodale and Roberts 1974;
// Bloomfield and Steiger 1983), and stops where the multipliers prove the
// optimum. Where the optimum is not unique one of the optimal vertices is
// returned. Errors as FitWLS.
func FitQuantile(s *Sample, tau float64, o Options) (*QuantileFit, error) {
	fits, err := FitQuantiles(s, []float64{tau}, o)
	if err != nil {
		return nil, err
	}
	return fits[0], nil
}

// FitQuantiles fits several quantiles, sharing the factorization.
func FitQuantiles(s *Sample, taus []float64, o Options) ([]*QuantileFit, error) {
	for _, tau := range taus {
		if !(tau > 0 && tau < 1) {
			return nil, errs.Bad("tau", fmt.Sprintf("%v is not between 0 and 1", tau), "give a share such as 0.4")
		}
	}
	ls, err := solveWLS(s, s.Design.Weight, o)
	if err != nil {
		return nil, err
	}
	if ls.white == nil {
		ls.white, ls.inverse = ls.f.whiten(ls.x)
	}
	fits := make([]*QuantileFit, len(taus))
	failures := make([]error, len(taus))
	inParallel(len(taus), func(t int) { fits[t], failures[t] = ls.quantile(s, taus[t]) })
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return fits, nil
}

func (ls *leastSquares) quantile(s *Sample, tau float64) (*QuantileFit, error) {
	n, k := ls.x.Dims()
	v := newVertex(ls, s.Y, tau)
	if len(v.basis) < k {
		return nil, &errs.Error{Kind: errs.Internal, What: "a quantile fit found too few independent rows"}
	}
	if err := v.descend(); err != nil {
		return nil, err
	}
	fit := &QuantileFit{N: n, Tau: tau, Interpolated: k, Pivots: v.pivots, Condition: ls.condition, Dropped: ls.dropped,
		Beta: make([]float64, len(s.Names))}
	b, err := ls.interpolate(s.Y, v.basis)
	if err != nil {
		return nil, err
	}
	for j, c := range ls.kept {
		fit.Beta[c] = b[j]
		fit.Coefficients = append(fit.Coefficients, NamedEstimate{Name: ls.names[j], Estimate: b[j]})
	}
	fit.Objective = CheckLoss(s, fit.Beta, tau)
	fit.Dual = v.dual()
	bound := 0.0
	for i, a := range fit.Dual {
		bound += a * ls.residuals[i]
	}
	if fit.Objective > 0 {
		fit.Gap = 1 - bound*float64(n)/sum(ls.weight)/fit.Objective
	}
	return fit, nil
}

// CheckLoss is Σw·ρ_τ(y−xb) with weights scaled to average 1, the objective of
// quantile regression, at any coefficients.
func CheckLoss(s *Sample, beta []float64, tau float64) float64 {
	loss, total := 0.0, 0.0
	for i := range s.N() {
		e := dd{s.Y[i], 0}
		for j, v := range s.X.RawRowView(i) {
			p, low := twoProd(v, beta[j])
			e = e.add(dd{-p, -low})
		}
		r := e.float()
		if r < 0 {
			r *= tau - 1
		} else {
			r *= tau
		}
		loss += s.Design.Weight[i] * r
		total += s.Design.Weight[i]
	}
	return loss * float64(s.N()) / total
}

// interpolate solves x_h·b = y_h for the rows of the basis, refined in doubled
// precision.
func (ls *leastSquares) interpolate(y []float64, basis []int) ([]float64, error) {
	k := len(basis)
	a := mat.NewDense(k, k, nil)
	rhs := make([]float64, k)
	for l, i := range basis {
		for j, v := range ls.x.RawRowView(i) {
			a.Set(l, j, v*ls.f.scale[j])
		}
		rhs[l] = y[i]
	}
	var lu mat.LU
	lu.Factorize(a)
	b := make([]dd, k)
	step := mat.NewVecDense(k, nil)
	for range 3 {
		if err := lu.SolveVecTo(step, false, mat.NewVecDense(k, rhs)); err != nil {
			if _, ill := errors.AsType[mat.Condition](err); !ill {
				return nil, &errs.Error{Kind: errs.Internal, What: "the interpolated rows of a quantile fit are dependent", Err: err}
			}
		}
		for j := range b {
			b[j] = b[j].add(dd{step.AtVec(j) * ls.f.scale[j], 0})
		}
		for l, i := range basis {
			e := dd{y[i], 0}
			for j, v := range ls.x.RawRowView(i) {
				e = e.add(b[j].mulFloat(v).neg())
			}
			rhs[l] = e.float()
		}
	}
	out := make([]float64, k)
	for j := range out {
		out[j] = b[j].float()
		if math.IsNaN(out[j]) {
			return nil, &errs.Error{Kind: errs.Internal, What: "the interpolated rows of a quantile fit are dependent"}
		}
	}
	return out, nil
}
