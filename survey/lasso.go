package survey

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// LassoPoint is a LASSO fit at one penalty.
type LassoPoint struct {
	Lambda       float64         `json:"lambda"`
	DF           int             `json:"df"`        // coefficients not zero, beside the intercept
	Deviance     float64         `json:"deviance"`  // share of the weighted variance explained
	KKT          float64         `json:"kkt_error"` // largest breach of the optimality conditions, as a share of the target's deviation
	Coefficients []NamedEstimate `json:"coefficients"`

	Beta []float64 `json:"-"` // one per column of the sample's X
}

// LassoFit is a path of LASSO fits, from the largest penalty to the smallest.
type LassoFit struct {
	N       int          `json:"n"`
	Path    []LassoPoint `json:"path"`
	Dropped []string     `json:"dropped,omitempty"`
}

// moments are the weighted cross-products of centred columns of unit deviation.
type moments struct {
	names       []string
	mean, sd    []float64 // of the columns beside the intercept
	columns     []int     // their place in X
	meanY, sdY  float64
	gram        [][]float64
	correlation []float64 // with the target, in its own deviation
	constant    []int
	entered     []int // columns in the order they first came in
	every       []int // 0, 1, 2, … one a column
}

func newMoments(s *Sample) *moments {
	m := &moments{names: s.Names, constant: constantColumns(s.Names, s.X)}
	w := s.Design.Weight
	total := sum(w)
	for j, name := range s.Names {
		if name != Intercept && !slices.Contains(m.constant, j) {
			m.columns = append(m.columns, j)
		}
	}
	n, k := s.N(), len(m.columns)
	z := mat.NewDense(n, max(k, 1), nil)
	y := make([]float64, n)
	m.meanY = weightedMean(s.Y, w)
	for i, v := range s.Y {
		y[i] = v - m.meanY
		m.sdY += w[i] * y[i] * y[i]
	}
	m.sdY = math.Sqrt(m.sdY / total)
	column := make([]float64, n)
	m.mean, m.sd, m.correlation = make([]float64, k), make([]float64, k), make([]float64, k)
	for l, j := range m.columns {
		m.every = append(m.every, l)
		mat.Col(column, j, s.X)
		m.mean[l] = weightedMean(column, w)
		for i, v := range column {
			column[i] = v - m.mean[l]
			m.sd[l] += w[i] * column[i] * column[i]
		}
		m.sd[l] = math.Sqrt(m.sd[l] / total)
		for i, v := range column {
			z.Set(i, l, v/m.sd[l])
			m.correlation[l] += w[i] * v * y[i]
		}
		m.correlation[l] /= total * m.sd[l] * m.sdY
	}
	root := make([]float64, n)
	for i := range root {
		root[i] = math.Sqrt(w[i] / total)
	}
	gram := crossProduct(z, root)
	m.gram = make([][]float64, k)
	for j := range m.gram {
		m.gram[j] = mat.Row(nil, j, gram)
	}
	return m
}

// LambdaPath returns count penalties, evenly spaced in logarithm, from the
// smallest that empties the model down to ratio times it (glmnet's grid).
func LambdaPath(s *Sample, count int, ratio float64) []float64 {
	m := newMoments(s)
	largest := 0.0
	for _, c := range m.correlation {
		largest = max(largest, math.Abs(c)*m.sdY)
	}
	path := make([]float64, count)
	for i := range path {
		path[i] = largest * math.Pow(ratio, float64(i)/float64(max(count-1, 1)))
	}
	return path
}

// FitLASSO minimises ½·Σw̃(y−b0−xb)² + λ·Σsd_j·|b_j| at each λ, with w̃ = w/Σw
// and sd_j the weighted deviation of column j (glmnet's objective, in the unit
// of the target), by coordinate descent on the cross-products with warm starts
// in the very order of work of glmnet, whose figures it reproduces (Friedman,
// Hastie and Tibshirani 2010).
// Collinear columns are no error here; constant ones are, unless dropped.
func FitLASSO(s *Sample, lambdas []float64, o Options) (*LassoFit, error) {
	if len(lambdas) == 0 {
		return nil, errs.Bad("lambda", "no penalty is given", "give one, or take a path")
	}
	for _, l := range lambdas {
		if !(l > 0) || math.IsInf(l, 1) {
			return nil, errs.Bad("lambda", fmt.Sprintf("%v is not a positive penalty", l), "give a number above zero; without penalty use least squares")
		}
	}
	m := newMoments(s)
	if len(m.constant) > 0 && o.Collinear != CollinearDrop {
		return nil, &errs.Error{Kind: errs.Invalid, Code: "survey.constant", Field: nameAll(s.Names, m.constant),
			What: "the column has the same value in every row, as the intercept has", Fix: "exclude it, or ask for collinear columns to be dropped"}
	}
	if m.sdY == 0 {
		return nil, constantTarget(s)
	}
	fit := &LassoFit{N: s.N(), Dropped: pick(s.Names, m.constant)}
	sorted := append([]float64(nil), lambdas...)
	sort.Sort(sort.Reverse(sort.Float64Slice(sorted)))
	b := make([]float64, len(m.columns))
	for _, lambda := range sorted {
		fit.Path = append(fit.Path, m.point(b, lambda))
	}
	return fit, nil
}

// point solves for one penalty, starting from b and leaving the solution there.
func (m *moments) point(b []float64, lambda float64) LassoPoint {
	l := lambda / m.sdY
	gap := make([]float64, len(b)) // correlation of the residual with each column
	m.gaps(b, gap)
	m.cycle(b, gap, l)
	m.gaps(b, gap)
	p := LassoPoint{Lambda: lambda, KKT: m.breach(b, gap, l), Beta: make([]float64, len(m.names))}
	constant := m.meanY
	explained := 0.0
	for j, v := range b {
		if v != 0 {
			p.DF++
		}
		explained += v * (m.correlation[j] + gap[j])
		p.Beta[m.columns[j]] = v * m.sdY / m.sd[j]
		constant -= p.Beta[m.columns[j]] * m.mean[j]
	}
	p.Deviance = explained
	for j, name := range m.names {
		if name == Intercept {
			p.Beta[j] = constant
		}
		if !slices.Contains(m.constant, j) {
			p.Coefficients = append(p.Coefficients, NamedEstimate{Name: name, Estimate: p.Beta[j]})
		}
	}
	return p
}

func (m *moments) gaps(b, gap []float64) {
	copy(gap, m.correlation)
	for j, v := range b {
		if v != 0 {
			axpy(-v, m.gram[j], gap)
		}
	}
}

// cycle runs glmnet's order of work: the coordinates that ever entered, until
// they stand still, then all of them once, until a full pass changes nothing
// either. A coordinate stands still when its change moves the fit by less than
// 1e-8 of the target's deviation (glmnet's thresh = 1e-16); what is left to the
// optimum shows in the KKT error.
func (m *moments) cycle(b, gap []float64, lambda float64) {
	const still = 1e-16
	const patience = 200000
	for passes, full := 0, len(m.entered) == 0; passes < patience; passes++ {
		coordinates := m.entered
		if full {
			coordinates = m.every
		}
		stands := m.sweep(b, gap, lambda, coordinates) < still
		if stands && full {
			return
		}
		full = stands
	}
}

// sweep visits the given coordinates once and returns the largest squared
// change.
func (m *moments) sweep(b, gap []float64, lambda float64, coordinates []int) float64 {
	largest := 0.0
	for _, j := range coordinates {
		want := soft(gap[j]+b[j], lambda)
		if change := want - b[j]; change != 0 {
			if !slices.Contains(m.entered, j) {
				m.entered = append(m.entered, j)
			}
			axpy(-change, m.gram[j], gap)
			b[j] = want
			largest = max(largest, change*change)
		}
	}
	return largest
}

func soft(v, by float64) float64 {
	switch {
	case v > by:
		return v - by
	case v < -by:
		return v + by
	}
	return 0
}

// breach is the largest violation of the Karush–Kuhn–Tucker conditions.
func (m *moments) breach(b, gap []float64, lambda float64) float64 {
	worst := 0.0
	for j, v := range b {
		switch {
		case v > 0:
			worst = max(worst, math.Abs(gap[j]-lambda))
		case v < 0:
			worst = max(worst, math.Abs(gap[j]+lambda))
		default:
			worst = max(worst, math.Abs(gap[j])-lambda)
		}
	}
	return worst
}
