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
	Converged    bool          `json:"converged"`
	Separated    bool          `json:"separated"` // some fitted probabilities are 0 or 1: their coefficients have no finite value
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
		return nil, constantTarget(s)
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
	fit := &LogitFit{N: s.N(), Deviance: l.deviance, Iterations: l.iterations, Converged: l.converged, DF: s.Design.DF(), Condition: set.condition,
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
	p                []float64 // fitted probabilities at b
	weight, residual []float64 // of the working regression at b
	deviance         float64
	iterations       int
	converged        bool
}

func newLogit(set *settled, y, w []float64) *logit {
	n := len(y)
	l := &logit{settled: set, y: y, w: w, p: make([]float64, n), weight: make([]float64, n), residual: make([]float64, n)}
	start := make([]float64, n)
	for i := range y {
		l.p[i] = (w[i]*y[i] + .5) / (w[i] + 1)
		start[i] = math.Log(l.p[i] / (1 - l.p[i]))
	}
	l.measure()
	l.reweigh()
	for i := range start {
		start[i] += l.residual[i]
	}
	l.b = l.f.solve(start, l.weight)
	return l
}

// measure sets deviance and working residuals at the probabilities.
func (l *logit) measure() {
	l.deviance = 0
	for i, p := range l.p {
		l.residual[i] = (l.y[i] - p) / (p * (1 - p))
		if l.y[i] == 1 {
			l.deviance -= 2 * l.w[i] * math.Log(p)
		} else {
			l.deviance -= 2 * l.w[i] * math.Log1p(-p)
		}
	}
}

// reweigh sets the working weights at the probabilities and factors anew.
func (l *logit) reweigh() {
	for i, p := range l.p {
		l.weight[i] = l.w[i] * p * (1 - p)
	}
	l.settled = &settled{x: l.x, f: factor(l.x, l.weight), kept: l.kept}
}

// climb steps until the deviance stands still, at most 50 times. It leaves
// weights and residuals at the coefficients reached.
func (l *logit) climb() error {
	const largest = 30 // log odds beyond which a probability counts as certain
	zero := make([]dd, len(l.b))
	scratch := make([]float64, len(l.y))
	for l.iterations = 1; ; l.iterations++ {
		last := l.deviance
		for i, eta := range linear(l.x, l.b) {
			l.p[i] = 1 / (1 + math.Exp(-min(max(eta, -largest), largest)))
		}
		l.measure()
		if math.IsNaN(l.deviance) {
			return &errs.Error{Kind: errs.Internal, What: "a logit fit broke down"}
		}
		l.converged = math.Abs(l.deviance-last) < 1e-13*(math.Abs(l.deviance)+.1)
		l.reweigh()
		if l.converged || l.iterations == 50 {
			return nil
		}
		for j, v := range l.f.normal(gradient(l.x, l.residual, l.weight, zero, scratch)) {
			l.b[j] += v
		}
	}
}
