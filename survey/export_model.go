package survey

import (
	"fmt"
	"slices"

	"sijil/internal/errs"
)

// LinearMethod names a method whose model is a table of coefficients, so that
// it can be published as a formula.
type LinearMethod struct {
	Name   string  `json:"name"`             // "wls", "bic", "lasso" or "quantile"
	Lambda float64 `json:"lambda,omitempty"` // penalty of the LASSO; 0 means the one chosen in five folds
	Tau    float64 `json:"tau,omitempty"`    // of quantile regression
	By     string  `json:"by,omitempty"`     // group of the sample whose levels are fitted apart; "" pools them
	Seed   uint64  `json:"-"`                // of the folds in which a penalty is chosen
}

// LinearPart is the model of one stratum of a formula.
type LinearPart struct {
	Level string // of the group By; "" when pooled
	Rows  []int  // rows of the sample it was fitted on

	Beta    []float64 // one per column of the sample, 0 for columns left out
	Dropped []string  // columns left out as constant or collinear

	R2           float64       // weighted, in sample; least squares only
	Coefficients []Coefficient // with standard errors; least squares only
	Lambda       float64       // penalty used, LASSO only
}

// Linear is a fitted model that is a table of coefficients a stratum.
type Linear struct {
	Method LinearMethod
	Parts  []LinearPart
}

// Method returns the method as one that can be judged out of fold.
func (m LinearMethod) Method() (Method, error) {
	var out Method
	switch m.Name {
	case "wls":
		out = WLSMethod()
	case "bic":
		out = BICMethod()
	case "lasso":
		out = LASSOMethod(m.Lambda, m.Seed)
	case "quantile":
		if !(m.Tau > 0 && m.Tau < 1) {
			return out, errs.Bad("tau", "the quantile is not between 0 and 1", "give a share such as 0.4")
		}
		out = QuantileMethod(m.Tau)
	default:
		return out, errs.Bad("method", "its model is no table of points that could be published", "use wls, bic, lasso or quantile")
	}
	if m.By != "" {
		out = Separately(m.By, out)
	}
	return out, nil
}

// Fit fits the method on the whole sample, each level of By apart.
func (m LinearMethod) Fit(s *Sample, o Options) (*Linear, error) {
	if _, err := m.Method(); err != nil {
		return nil, err
	}
	out := &Linear{Method: m}
	if m.By == "" {
		part, err := m.fitPart(s, o)
		if err != nil {
			return nil, err
		}
		part.Rows = allRows(s)
		out.Parts = []LinearPart{*part}
		return out, nil
	}
	g := s.group(m.By)
	if g == nil {
		return nil, errs.Bad(m.By, "the sample has no such group", "name it among the groups")
	}
	for level, name := range g.Levels {
		var rows []int
		for i, c := range g.Code {
			if int(c) == level {
				rows = append(rows, i)
			}
		}
		if rows == nil {
			continue
		}
		part, err := m.fitPart(s.Rows(rows), o)
		if err != nil {
			return nil, fmt.Errorf("level %s of %s: %w", name, m.By, err)
		}
		part.Level, part.Rows = name, rows
		out.Parts = append(out.Parts, *part)
	}
	return out, nil
}

func (m LinearMethod) fitPart(s *Sample, o Options) (*LinearPart, error) {
	switch m.Name {
	case "lasso":
		return m.fitLASSO(s, o)
	case "quantile":
		fit, err := FitQuantile(s, m.Tau, o)
		if err != nil {
			return nil, err
		}
		return &LinearPart{Beta: fit.Beta, Dropped: fit.Dropped}, nil
	}
	kept := s
	if m.Name == "bic" {
		var err error
		if kept, _, err = BackwardBIC(s, o); err != nil {
			return nil, err
		}
	}
	fit, err := FitWLS(kept, o)
	if err != nil {
		return nil, err
	}
	part := &LinearPart{Beta: make([]float64, len(s.Names)), Dropped: fit.Dropped, R2: fit.R2, Coefficients: fit.Coefficients}
	for j, name := range kept.Names {
		part.Beta[slices.Index(s.Names, name)] = fit.Beta[j]
	}
	return part, nil
}

func (m LinearMethod) fitLASSO(s *Sample, o Options) (*LinearPart, error) {
	lambda := m.Lambda
	if lambda == 0 {
		best, err := ChooseLambda(s, 5, m.Seed)
		if err != nil {
			return nil, err
		}
		lambda = best
	}
	fit, err := FitLASSO(s, []float64{lambda}, o)
	if err != nil {
		return nil, err
	}
	return &LinearPart{Beta: fit.Path[0].Beta, Dropped: fit.Dropped, Lambda: lambda}, nil
}

// Score returns the unrounded fitted values.
func (l *Linear) Score(s *Sample) []float64 {
	if l.Method.By == "" {
		return linear(s.X, l.Parts[0].Beta)
	}
	out := make([]float64, s.N())
	g := s.group(l.Method.By)
	for _, p := range l.Parts {
		level := int32(slices.Index(g.Levels, p.Level))
		for i, v := range linear(s.X, p.Beta) {
			if g.Code[i] == level {
				out[i] = v
			}
		}
	}
	return out
}

// used reports for each column whether some part has a coefficient for it.
func (l *Linear) used(s *Sample) []bool {
	out := make([]bool, len(s.Names))
	for _, p := range l.Parts {
		for j, b := range p.Beta {
			out[j] = out[j] || b != 0
		}
	}
	return out
}

func allRows(s *Sample) []int {
	rows := make([]int, s.N())
	for i := range rows {
		rows[i] = i
	}
	return rows
}
