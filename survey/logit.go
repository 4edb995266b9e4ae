package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// LogitFit is a weighted logit of a yes/no target.
type LogitFit struct {
	N            int           `json:"n"`
	Coefficients []Coefficient `json:"coefficients"` // iid errors assume dispersion 1 and weights of average 1
	Deviance     float64       `json:"deviance"`     // with weights of average 1
	Iterations   int           `json:"iterations"`
	Separated    bool          `json:"separated"` // some fitted probabilities are 0 or 1: coefficients run away
	DF           int           `json:"df"`
	Condition    float64       `json:"condition"`
	Dropped      []string      `json:"dropped,omitempty"`

	Beta       []float64     `json:"-"` // one per column of the sample's X
	Covariance *mat.SymDense `json:"-"`
}

// FitLogit fits P(target = 1) by iteratively reweighted least squares, with
// design-based errors as R's svyglm(family = quasibinomial), and cluster and
// HC1 errors beside. The target must be 0 or 1 and take both values. Errors
// otherwise as FitWLS.
func FitLogit(s *Sample, o Options) (*LogitFit, error) {
	yes := 0
	for i, y := range s.Y {
		if y != 0 && y != 1 {
			return nil, &errs.Error{Kind: errs.Invalid, Line: lineOf(s.Lines, i), Field: s.Target,
				What: "a logit needs a target of 0 and 1", Fix: "recode the target"}
		}
		yes += int(y)
	}
	if yes == 0 || yes == s.N() {
		return nil, errs.Bad(s.Target, "the target is the same in every row", "choose another target")
	}
	set, err := settle(s.Names, s.X, s.Design.Weight, o.Collinear, s.Target)
	if err != nil {
		return nil, err
	}
	w := scaledToAverageOne(s.Design.Weight)
	l := newLogit(set, s.Y, w)
	if err := l.climb(); err != nil {
		return nil, err
	}
	fit := &LogitFit{N: s.N(), Deviance: l.deviance, Iterations: l.iterations, DF: s.Design.DF(), Condition: set.condition,
		Dropped: set.dropped, Beta: make([]float64, len(s.Names))}
	for j, c := range set.kept {
		fit.Beta[c] = l.b[j]
	}
	for _, p := range l.p {
		fit.Separated = fit.Separated || p < 1e-8 || p > 1-1e-8
	}
	ls := &leastSquares{settled: l.settled, names: pick(s.Names, set.kept), beta: fit.Beta, residuals: l.residual, weight: l.weight}
	fit.Coefficients, fit.Covariance, err = ls.table(s.Design, 1)
	return fit, err
}

func scaledToAverageOne(w []float64) []float64 {
	out := make([]float64, len(w))
	scale := float64(len(w)) / sum(w)
	for i, v := range w {
		out[i] = v * scale
	}
	return out
}

// logit climbs to the maximum of the likelihood.
type logit struct {
	*settled
	y, w             []float64
	b                []float64
	p                []float64 // fitted probabilities
	weight, residual []float64 // of the working regression at b
	deviance         float64
	iterations       int
}

func newLogit(set *settled, y, w []float64) *logit {
	n := len(y)
	l := &logit{settled: set, y: y, w: w, p: make([]float64, n), weight: make([]float64, n), residual: make([]float64, n)}
	start := make([]float64, n)
	for i := range y {
		l.p[i] = (w[i]*y[i] + .5) / (w[i] + 1)
		start[i] = math.Log(l.p[i] / (1 - l.p[i]))
	}
	l.work()
	for i := range start {
		start[i] += l.residual[i]
	}
	l.settled = &settled{x: set.x, f: factor(set.x, l.weight), kept: set.kept}
	l.b = l.f.solve(start, l.weight)
	l.deviance = math.Inf(1)
	return l
}

// work sets the working weights and residuals at the probabilities.
func (l *logit) work() {
	for i, p := range l.p {
		v := max(p*(1-p), 1e-300)
		l.weight[i] = l.w[i] * v
		l.residual[i] = (l.y[i] - p) / v
	}
}

// evaluate sets probabilities and deviance at b.
func (l *logit) evaluate(b []float64) float64 {
	deviance := 0.0
	for i, eta := range linear(l.x, b) {
		eta = min(max(eta, -500), 500)
		l.p[i] = 1 / (1 + math.Exp(-eta))
		if l.y[i] == 1 {
			deviance += 2 * l.w[i] * math.Log1p(math.Exp(-eta))
		} else {
			deviance += 2 * l.w[i] * math.Log1p(math.Exp(eta))
		}
	}
	return deviance
}

// climb iterates until the deviance stands still as in R's glm (1e-8), then a
// few steps more until the coefficients do.
func (l *logit) climb() error {
	zero := make([]dd, len(l.b))
	scratch := make([]float64, len(l.y))
	extra := 0
	for l.iterations = 1; l.iterations <= 100; l.iterations++ {
		deviance := l.evaluate(l.b)
		if math.IsNaN(deviance) {
			return &errs.Error{Kind: errs.Internal, What: "a logit fit broke down"}
		}
		if math.Abs(deviance-l.deviance) < 1e-8*(math.Abs(deviance)+.1) {
			extra++
		}
		l.deviance = deviance
		l.work()
		l.settled = &settled{x: l.x, f: factor(l.x, l.weight), kept: l.kept}
		step := l.f.normal(gradient(l.x, l.residual, l.weight, zero, scratch))
		size := 0.0
		for j, v := range step {
			size = max(size, math.Abs(v)/max(math.Abs(l.b[j]), math.SmallestNonzeroFloat64))
		}
		if extra > 4 || size < 1e-13 {
			return nil
		}
		l.b = l.halved(step, deviance)
	}
	return &errs.Error{Kind: errs.Invalid, Code: "survey.logit", What: "the logit did not settle in 100 steps", Fix: "exclude columns that separate the two groups"}
}

// halved takes the step, or a fraction of it when the whole raises the deviance.
func (l *logit) halved(step []float64, deviance float64) []float64 {
	b := make([]float64, len(step))
	for scale := 1.0; ; scale /= 2 {
		for j := range b {
			b[j] = l.b[j] + scale*step[j]
		}
		if d := l.evaluate(b); d <= deviance*(1+1e-9) || scale < 1e-3 {
			return b
		}
	}
}
