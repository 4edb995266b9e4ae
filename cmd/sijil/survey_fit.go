package main

import (
	"fmt"
	"io"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sijil/survey"
)

// surveyFitCmd fits an index.
type surveyFitCmd struct {
	surveyData    `embed:""`
	surveyMethods `embed:""`

	Method string `help:"Method: wls, bic, lasso[:LAMBDA], quantile[:TAU], logit[:SHARE], poorest[:SHARE], poverty[:SHARE[:WEIGHT]]." default:"wls"`
	Plots  string `help:"Folder to draw coefficients and fitted values into, as SVG." placeholder:"DIR"`
}

// fitted is a fit that can be printed as JSON or as a table.
type fitted interface {
	print(w io.Writer)
	notes() []string
	from(p provenance)
}

// sourced is a result that says where it came from.
type sourced struct {
	Data *provenance `json:"data,omitempty"`
}

func (s *sourced) from(p provenance) { s.Data = &p }

// Run fits and prints.
func (cmd *surveyFitCmd) Run(c *console) error {
	m, err := parseMethod(cmd.Method)
	if err != nil {
		return err
	}
	if err := cmd.check(); err != nil {
		return err
	}
	if m.name == "boost" {
		return usageError("--method: boosted trees have no coefficients to fit and publish; judge them with 'sijil survey compare'")
	}
	o, err := cmd.open(c, surveyUse{by: cmd.By, target: true})
	if err != nil {
		return err
	}
	f := &fitting{opened: o, flags: &cmd.surveyMethods, method: m, options: survey.Options{Collinear: survey.Collinear(cmd.Collinear)}}
	var result fitted
	err = c.await(func() (err error) {
		if cmd.By != "" {
			result, err = f.separately()
		} else {
			result, err = f.fit(o.sample)
		}
		return o.placed(err)
	})
	if err != nil {
		return err
	}
	if cmd.Plots != "" {
		if err := f.plot(result, cmd.Plots); err != nil {
			return err
		}
	}
	if cmd.JSON {
		result.from(o.provenance())
		return printFigures(c.out, result)
	}
	fmt.Fprintf(c.out, "%s: %s on %s\n", f.title(), o.targetName(), manyOf(len(o.sample.Terms), "variable", "variables"))
	o.about(c.out)
	result.print(c.out)
	printNotes(c.out, append(result.notes(), o.notes()...))
	return nil
}

// fitting is one execution of the command.
type fitting struct {
	*opened
	flags   *surveyMethods
	method  methodSpec
	options survey.Options
}

func (f *fitting) title() string {
	names := map[string]string{
		"wls": "Weighted least squares", "bic": "Least squares after backward elimination by BIC", "lasso": "LASSO", "quantile": "Quantile regression",
		"logit": "Logit of being poor", "poorest": "Least squares on the poorest rows", "poverty": "Poverty-weighted least squares",
	}
	if f.Weight == "" && f.method.name == "wls" {
		return "Least squares"
	}
	return names[f.method.name]
}

// fit fits the method to a sample.
func (f *fitting) fit(s *survey.Sample) (fitted, error) {
	switch f.method.name {
	case "bic":
		kept, steps, err := survey.BackwardBIC(s, f.options)
		if err != nil {
			return nil, err
		}
		return f.leastSquares(kept, steps)
	case "lasso":
		return f.lasso(s)
	case "quantile":
		return f.quantiles(s)
	case "logit":
		return f.logit(s)
	case "poorest":
		line := survey.WeightedQuantile(s.Y, s.Design.Weight, f.method.param(0, .6))
		return f.leastSquares(s.Where(func(i int) bool { return s.Y[i] <= line }), nil)
	case "poverty":
		line := survey.WeightedQuantile(s.Y, s.Design.Weight, f.method.param(0, .4))
		above := f.method.param(1, .25)
		w := slices.Clone(s.Design.Weight)
		for i, y := range s.Y {
			if y > line {
				w[i] *= above
			}
		}
		weighted := *s
		weighted.Design = s.Design.WithWeights(w)
		return f.leastSquares(&weighted, nil)
	}
	return f.leastSquares(s, nil)
}

// coefficient is a line of a table with its test.
type coefficient struct {
	survey.Coefficient
	T float64 `json:"t"` // estimate ÷ design-based error
	P float64 `json:"p"` // two-sided, by Student's t with the residual degrees of freedom
}

// tested adds tests to coefficients; without degrees of freedom there are none.
func tested(in []survey.Coefficient, df int) []coefficient {
	out := make([]coefficient, len(in))
	for i, c := range in {
		out[i] = coefficient{c, c.Estimate / c.SEDesign, math.NaN()}
		if df > 0 {
			out[i].P = 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(df)}.CDF(-math.Abs(out[i].T))
		}
	}
	return out
}

// wlsResult is a least-squares fit.
type wlsResult struct {
	Method string `json:"method"`
	*survey.Fit
	Coefficients []coefficient        `json:"coefficients"`
	Eliminated   []survey.Elimination `json:"eliminated,omitempty"`
	sourced
}

func (f *fitting) leastSquares(s *survey.Sample, steps []survey.Elimination) (fitted, error) {
	fit, err := survey.FitWLS(s, f.options)
	if err != nil {
		return nil, err
	}
	return &wlsResult{Method: f.method.name, Fit: fit, Coefficients: tested(fit.Coefficients, fit.ResidualDF), Eliminated: steps}, nil
}

// separateResult is one fit a level of a column.
type separateResult struct {
	Method string        `json:"method"`
	By     string        `json:"by"`
	N      int           `json:"n"`
	R2     *float64      `json:"r2,omitempty"` // of all rows together, where each level has one score
	Levels []levelResult `json:"levels"`
	sourced
}

type levelResult struct {
	Level string `json:"level"`
	Fit   fitted `json:"fit"`
}

func (f *fitting) separately() (fitted, error) {
	s := f.sample
	at := slices.IndexFunc(s.Groups, func(g survey.Grouping) bool { return g.Name == f.flags.By })
	g := s.Groups[at]
	r := &separateResult{Method: f.method.name, By: g.Name, N: s.N()}
	scores := make([]float64, s.N())
	scored := true
	for level, name := range g.Levels {
		in := func(i int) bool { return int(g.Code[i]) == level }
		part := s.Where(in)
		if part.N() == 0 {
			continue
		}
		fit, err := f.fit(part)
		if err != nil {
			return nil, fmt.Errorf("level %s of %s: %w", name, g.Name, err)
		}
		r.Levels = append(r.Levels, levelResult{name, fit})
		w, ok := fit.(*wlsResult)
		if scored = scored && ok && f.method.name == "wls"; !scored {
			continue
		}
		next := 0
		predicted := w.Score(part)
		for i := range scores {
			if in(i) {
				scores[i] = predicted[next]
				next++
			}
		}
	}
	if scored {
		r2 := explained(s, scores)
		r.R2 = &r2
	}
	return r, nil
}

// explained is the weighted share of the variance of the target that scores
// account for.
func explained(s *survey.Sample, scores []float64) float64 {
	var total, mean, rss, tss float64
	for i, y := range s.Y {
		total += s.Design.Weight[i]
		mean += s.Design.Weight[i] * y
	}
	mean /= total
	for i, y := range s.Y {
		rss += s.Design.Weight[i] * (y - scores[i]) * (y - scores[i])
		tss += s.Design.Weight[i] * (y - mean) * (y - mean)
	}
	return 1 - rss/tss
}
