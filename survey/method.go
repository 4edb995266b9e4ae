package survey

import (
	"fmt"
	"math"
	"slices"

	"sijil/internal/errs"
)

// Model scores households: the lower, the poorer.
type Model interface {
	// Score returns one score a row of a sample with the columns of the one
	// the model was fitted on.
	Score(s *Sample) []float64
}

// Method fits models. Level says whether its scores are in the unit of the
// target, so that a fixed line can cut them.
type Method struct {
	Name  string
	Level bool
	Fit   func(train *Sample) (Model, error)
}

// Score returns the fitted values.
func (fit *Fit) Score(s *Sample) []float64 { return linear(s.X, fit.Beta) }

// DroppedColumns lists columns left out as constant or collinear.
func (fit *Fit) DroppedColumns() []string { return fit.Dropped }

// Score returns the fitted quantiles.
func (fit *QuantileFit) Score(s *Sample) []float64 { return linear(s.X, fit.Beta) }

// DroppedColumns lists columns left out as constant or collinear.
func (fit *QuantileFit) DroppedColumns() []string { return fit.Dropped }

// Score returns the fitted values.
func (p LassoPoint) Score(s *Sample) []float64 { return linear(s.X, p.Beta) }

// Score returns minus the log odds of being poor.
func (fit *LogitFit) Score(s *Sample) []float64 {
	scores := linear(s.X, fit.Beta)
	for i := range scores {
		scores[i] = -scores[i]
	}
	return scores
}

// DroppedColumns lists columns left out as constant or collinear.
func (fit *LogitFit) DroppedColumns() []string { return fit.Dropped }

// inFold is how models are fitted within folds: a rare indicator may be
// constant there, and is then left out and reported.
var inFold = Options{Collinear: CollinearDrop}

// point is a least-squares model without standard errors.
type point struct {
	beta    []float64
	dropped []string
}

func (p point) Score(s *Sample) []float64 { return linear(s.X, p.beta) }

func (p point) DroppedColumns() []string { return p.dropped }

func leastSquaresModel(s *Sample) (Model, error) {
	ls, err := solveWLS(s, s.Design.Weight, inFold)
	if err != nil {
		return nil, err
	}
	return point{ls.beta, ls.dropped}, nil
}

// WLSMethod is weighted least squares.
func WLSMethod() Method { return Method{Name: "wls", Level: true, Fit: leastSquaresModel} }

// BICMethod is least squares on the variables that backward elimination keeps.
func BICMethod() Method {
	return Method{Name: "bic", Level: true, Fit: func(train *Sample) (Model, error) {
		kept, _, err := BackwardBIC(train, inFold)
		if err != nil {
			return nil, err
		}
		ls, err := solveWLS(kept, kept.Design.Weight, inFold)
		if err != nil {
			return nil, err
		}
		beta := make([]float64, len(train.Names))
		for j, name := range kept.Names {
			beta[slices.Index(train.Names, name)] = ls.beta[j]
		}
		return point{beta, ls.dropped}, nil
	}}
}

// QuantileMethod is quantile regression at tau.
func QuantileMethod(tau float64) Method {
	return Method{Name: fmt.Sprintf("quantile %v", tau), Level: true, Fit: func(train *Sample) (Model, error) {
		return FitQuantile(train, tau, inFold)
	}}
}

// LASSOMethod is the LASSO at a penalty; at 0 the penalty is the one with the
// least squared error in five folds of the training rows.
func LASSOMethod(lambda float64, seed uint64) Method {
	return Method{Name: "lasso", Level: true, Fit: func(train *Sample) (Model, error) {
		l := lambda
		if l == 0 {
			best, err := ChooseLambda(train, 5, seed)
			if err != nil {
				return nil, err
			}
			l = best
		}
		path := LambdaPath(train, 30, 1e-4)
		path = append(slices.DeleteFunc(path, func(v float64) bool { return v <= l }), l)
		fit, err := FitLASSO(train, path, inFold)
		if err != nil {
			return nil, err
		}
		return fit.Path[len(fit.Path)-1], nil
	}}
}

// ChooseLambda returns the penalty, of a hundred between the one that empties
// the model and a ten-thousandth of it, with the least weighted squared error
// over k folds with clusters kept whole.
func ChooseLambda(s *Sample, k int, seed uint64) (float64, error) {
	folds, err := MakeFolds(s.Design, k, seed)
	if err != nil {
		return 0, err
	}
	path := LambdaPath(s, 100, 1e-4)
	loss := make([]float64, len(path))
	for f := range k {
		train := s.Where(func(i int) bool { return folds[i] != f })
		test := s.Where(func(i int) bool { return folds[i] == f })
		fit, err := FitLASSO(train, path, inFold)
		if err != nil {
			return 0, err
		}
		for l, p := range fit.Path {
			for i, v := range p.Score(test) {
				loss[l] += test.Design.Weight[i] * (test.Y[i] - v) * (test.Y[i] - v)
			}
		}
	}
	best := 0
	for l, v := range loss {
		if v < loss[best] {
			best = l
		}
	}
	return path[best], nil
}

// LogitMethod is a logit of being among the poorest share q of the weight.
func LogitMethod(q float64) Method {
	return Method{Name: fmt.Sprintf("logit %v", q), Fit: func(train *Sample) (Model, error) {
		return FitLogit(PoorestIndicator(train, q), inFold)
	}}
}

// PoorestIndicator returns the sample with the target 1 for rows at or below
// the quantile q of the target, else 0.
func PoorestIndicator(s *Sample, q float64) *Sample {
	line := WeightedQuantile(s.Y, s.Design.Weight, q)
	out := *s
	out.Y = make([]float64, s.N())
	for i, y := range s.Y {
		if y <= line {
			out.Y[i] = 1
		}
	}
	return &out
}

// PoorestMethod is least squares on the poorest share of the rows alone: it
// fits where the cut-off will lie.
func PoorestMethod(share float64) Method {
	return Method{Name: fmt.Sprintf("poorest %v", share), Level: true, Fit: func(train *Sample) (Model, error) {
		line := WeightedQuantile(train.Y, train.Design.Weight, share)
		return leastSquaresModel(train.Where(func(i int) bool { return train.Y[i] <= line }))
	}}
}

// PovertyWeightedMethod is least squares with the weight of rows above the
// quantile q of the target multiplied by above, 0 < above ≤ 1.
func PovertyWeightedMethod(q, above float64) Method {
	return Method{Name: fmt.Sprintf("poverty-weighted %v/%v", q, above), Level: true, Fit: func(train *Sample) (Model, error) {
		if !(above > 0 && above <= 1) {
			return nil, errs.Bad("above", "the weight of the rows above the line is not between 0 and 1", "use the poorest rows alone for 0")
		}
		line := WeightedQuantile(train.Y, train.Design.Weight, q)
		w := slices.Clone(train.Design.Weight)
		for i, y := range train.Y {
			if y > line {
				w[i] *= above
			}
		}
		out := *train
		out.Design = train.Design.WithWeights(w)
		return leastSquaresModel(&out)
	}}
}

// separate is one model a group.
type separate struct {
	column string
	models []Model
}

func (m separate) Score(s *Sample) []float64 {
	out := make([]float64, s.N())
	g := s.group(m.column)
	for level, model := range m.models {
		var rows []int
		for i := range out {
			if int(g.Code[i]) == level {
				rows = append(rows, i)
			}
		}
		if len(rows) == 0 {
			continue
		}
		if model == nil {
			for _, i := range rows {
				out[i] = math.NaN()
			}
			continue
		}
		for j, v := range model.Score(s.Rows(rows)) {
			out[rows[j]] = v
		}
	}
	return out
}

func (s *Sample) group(name string) *Grouping {
	for i := range s.Groups {
		if s.Groups[i].Name == name {
			return &s.Groups[i]
		}
	}
	return nil
}

// Separately fits a method within each level of one of the sample's groups,
// urban and rural say, instead of pooled.
func Separately(column string, m Method) Method {
	return Method{Name: m.Name + " by " + column, Level: m.Level, Fit: func(train *Sample) (Model, error) {
		g := train.group(column)
		if g == nil {
			return nil, errs.Bad(column, "the sample has no such group", "name it among the groups")
		}
		out := separate{column: column, models: make([]Model, len(g.Levels))}
		for level := range g.Levels {
			part := train.Where(func(i int) bool { return int(g.Code[i]) == level })
			if part.N() == 0 {
				continue
			}
			model, err := m.Fit(part)
			if err != nil {
				return nil, fmt.Errorf("level %s of %s: %w", g.Levels[level], column, err)
			}
			out.models[level] = model
		}
		return out, nil
	}}
}
