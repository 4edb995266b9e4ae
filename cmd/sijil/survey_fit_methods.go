package main

import (
	"fmt"
	"slices"

	"sijil/survey"
)

// lassoResult is a LASSO at some penalties.
type lassoResult struct {
	Method       string        `json:"method"`
	N            int           `json:"n"`
	Lambda       []float64     `json:"lambda"`
	Chosen       string        `json:"lambda_chosen,omitempty"`
	Coefficients []estimatesAt `json:"coefficients"`
	*survey.LassoFit
	sourced
}

// estimatesAt is a coefficient at each penalty or quantile, in their order.
type estimatesAt struct {
	Name      string    `json:"name"`
	Estimate  *float64  `json:"estimate,omitempty"` // where there is one
	Estimates []float64 `json:"estimates"`
}

// sideBySide puts the coefficients of several fits beside each other.
func sideBySide(fits [][]survey.NamedEstimate) []estimatesAt {
	out := make([]estimatesAt, len(fits[0]))
	for j, c := range fits[0] {
		out[j].Name = c.Name
		for _, fit := range fits {
			out[j].Estimates = append(out[j].Estimates, fit[j].Estimate)
		}
		if len(fits) == 1 {
			out[j].Estimate = &out[j].Estimates[0]
		}
	}
	return out
}

func (f *fitting) lasso(s *survey.Sample) (fitted, error) {
	r := &lassoResult{Method: "lasso", N: s.N(), Lambda: f.method.orFlag(f.flags.Lambda, 0)}
	if r.Lambda[0] == 0 {
		k := min(10, s.Design.Units())
		best, err := survey.ChooseLambda(s, k, f.Seed)
		if err != nil {
			return nil, err
		}
		r.Lambda = []float64{best}
		r.Chosen = fmt.Sprintf("least squared error in %d folds with clusters kept whole, seed %d", k, f.Seed)
	}
	r.Lambda = slices.Sorted(slices.Values(r.Lambda))
	slices.Reverse(r.Lambda)
	var err error
	if r.LassoFit, err = survey.FitLASSO(s, r.Lambda, f.options); err != nil {
		return nil, err
	}
	var fits [][]survey.NamedEstimate
	for _, p := range r.Path {
		fits = append(fits, p.Coefficients)
	}
	r.Coefficients = sideBySide(fits)
	return r, nil
}

// quantileResult is a quantile regression at some quantiles.
type quantileResult struct {
	Method       string                `json:"method"`
	N            int                   `json:"n"`
	Tau          []float64             `json:"tau"`
	Coefficients []estimatesAt         `json:"coefficients"`
	Fits         []*survey.QuantileFit `json:"fits"`
	sourced
}

func (f *fitting) quantiles(s *survey.Sample) (fitted, error) {
	taus := f.method.params
	if taus == nil {
		taus = f.flags.Tau
	}
	if taus == nil {
		taus = []float64{.2, .4, .5}
	}
	fits, err := survey.FitQuantiles(s, taus, f.options)
	if err != nil {
		return nil, err
	}
	r := &quantileResult{Method: "quantile", N: s.N(), Tau: taus, Fits: fits}
	var all [][]survey.NamedEstimate
	for _, fit := range fits {
		all = append(all, fit.Coefficients)
	}
	r.Coefficients = sideBySide(all)
	return r, nil
}

// logitResult is a logit of being poor.
type logitResult struct {
	Method string `json:"method"`
	*survey.LogitFit
	Coefficients []coefficient `json:"coefficients"`
	ResidualDF   int           `json:"residual_df"`
	Share        float64       `json:"poorest,omitempty"`
	Line         *float64      `json:"poverty_line,omitempty"`
	event        string
	sourced
}

// logit fits a target of 0 and 1 as it is; any other target becomes "in the
// poorest share".
func (f *fitting) logit(s *survey.Sample) (fitted, error) {
	r := &logitResult{Method: "logit", event: f.targetName() + " = 1"}
	if slices.ContainsFunc(s.Y, func(y float64) bool { return y != 0 && y != 1 }) {
		r.Share = f.method.param(0, f.flags.Poorest)
		line := survey.WeightedQuantile(s.Y, s.Design.Weight, r.Share)
		r.Line = &line
		r.event = fmt.Sprintf("%s at or below %s, the poorest %s", f.targetName(), asNumber(line), asShare(r.Share))
		s = survey.PoorestIndicator(s, r.Share)
	}
	fit, err := survey.FitLogit(s, f.options)
	if err != nil {
		return nil, err
	}
	r.LogitFit, r.ResidualDF = fit, fit.DF+1-len(fit.Coefficients)
	r.Coefficients = tested(fit.Coefficients, r.ResidualDF)
	return r, nil
}
