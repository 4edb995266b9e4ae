package survey

import (
	"fmt"
	"math"
	"slices"

	"sijil/internal/errs"
)

// Drift says what becomes of a formula fitted on one wave when it scores
// another.
type Drift struct {
	Pairs []WavePair `json:"pairs"`
}

// WavePair is a formula fitted on the wave From, with its cuts frozen, scoring
// the wave To. Scores are in the unit of the target; means and shares are
// weighted.
type WavePair struct {
	From     string `json:"from"`
	To       string `json:"to"`
	RowsFrom int    `json:"rows_from"`
	RowsTo   int    `json:"rows_to"`

	Dropped []string `json:"dropped,omitempty"` // columns constant or collinear in From, so without a coefficient

	Bias         float64   `json:"bias"` // mean of score − target in To; positive: households seem better off than they are
	BiasInterval *Interval `json:"bias_interval,omitempty"`

	// RefitBias is the mean over To of the old score less that of a formula
	// fitted on To; RefitSpread is the deviation of that difference, which is
	// what a new fit would move one household by.
	RefitBias   float64 `json:"refit_bias"`
	RefitSpread float64 `json:"refit_spread"`

	PSI float64 `json:"psi"` // Σ(b−a)·ln(b/a) over the tenths of the score in From: a their share in From, b in To
	KS  float64 `json:"ks"`  // largest distance of the two distributions of the score

	Quota     []DriftQuota    `json:"quota"`
	Variables []VariableShift `json:"variables"`
	Score     ScoreShift      `json:"score"`
}

// DriftQuota looks at one quota q. The cut is the quantile q of the scores of
// From and stays; the poor are the poorest share q of their own wave.
type DriftQuota struct {
	Q   float64 `json:"q"`
	Cut float64 `json:"frozen_cut"`

	Coverage float64 `json:"coverage"` // selected at the frozen cut ÷ all, in To; it was q in From
	EER      float64 `json:"eer"`      // poor not selected ÷ poor, in To
	IER      float64 `json:"ier"`      // selected not poor ÷ selected, in To

	HomeEER float64 `json:"home_eer"` // out of fold within From, at the quota
	HomeIER float64 `json:"home_ier"`
	EERMove float64 `json:"eer_move"` // EER − HomeEER
	IERMove float64 `json:"ier_move"`

	RefitEER float64 `json:"refit_eer"` // of a formula fitted on To, out of fold, at the quota: what a new survey would buy
	RefitIER float64 `json:"refit_ier"`

	CoverageInterval *Interval `json:"coverage_interval,omitempty"`
	EERMoveInterval  *Interval `json:"eer_move_interval,omitempty"`
	IERMoveInterval  *Interval `json:"ier_move_interval,omitempty"`
}

// VariableShift is the change of a column of X between two waves.
type VariableShift struct {
	Name  string  `json:"name"`
	From  float64 `json:"mean_from"`
	To    float64 `json:"mean_to"`
	Shift float64 `json:"shift"`           // To − From
	InSD  float64 `json:"shift_in_sd"`     // in deviations of From; 0 where it does not vary
	Score float64 `json:"effect_on_score"` // coefficient × shift
}

// ScoreShift splits the change of the mean score, To − From. It is exact for
// linear formulas: the effects of the variables add up to it.
type ScoreShift struct {
	Total  float64 `json:"total"`
	Target float64 `json:"target"` // change of the mean target: Bias = bias at home + Total − Target

	// Prices is the part that amounts of money would have moved the score had
	// people bought and owned the same: Σ coefficient × (change of the mean amount
	// less its change at the prices of From). People is the rest. TargetPrices is
	// the same for a target in money of the day. They are nil without prices.
	Prices       *float64 `json:"prices,omitempty"`
	People       *float64 `json:"people,omitempty"`
	TargetPrices *float64 `json:"target_prices,omitempty"`
}

// Amounts say which variables are money of the day, and what money was worth.
type Amounts struct {
	Prices []float64 // price level of each row, in any base; see PricesByWave and PricesFrom
	Money  []string  // variables in money
	Log    []string  // variables in the logarithm of money

	Target    bool // the target is money of the day, or its logarithm where the sample took it
	TargetLog bool // the target is the logarithm of money in the file already
}

// DriftOptions steer the comparison of waves.
type DriftOptions struct {
	RobustOptions
	Folds  int // within a wave, for the errors at home; 0 means 10
	Prices *Amounts
}

// Drifts fits least squares on each wave and scores every other. The sample
// needs a column of waves. Errors at home come from folds made of whole
// clusters. Intervals redraw clusters of both waves, a cluster in two waves as
// one, while formulas and frozen cuts stay as they are.
func Drifts(s *Sample, o DriftOptions) (*Drift, error) {
	quotas, err := o.quotas()
	if err != nil {
		return nil, err
	}
	if s.Wave == nil || len(s.Wave.Levels) < 2 {
		return nil, errs.Bad("wave", "the sample has no two waves", "name the column of waves")
	}
	priced, err := o.Prices.resolve(s)
	if err != nil {
		return nil, err
	}
	if o.Folds == 0 {
		o.Folds = 10
	}
	waves, err := fitWaves(s, &o)
	if err != nil {
		return nil, err
	}
	pairs := len(waves) * (len(waves) - 1)
	p := newProgress(pairs*(1+o.Replicates), o.Progress)
	out := &Drift{}
	for a := range waves {
		for b := range waves {
			if a == b {
				continue
			}
			d := newDrifting(&waves[a], &waves[b], quotas)
			pair := d.pair(priced)
			p.step()
			pair.attach(o.redraw(s.Design, p, d.moving))
			out.Pairs = append(out.Pairs, pair)
		}
	}
	return out, nil
}

// wave is one wave with its own formula.
type wave struct {
	label  string
	rows   []int
	sample *Sample
	model  point
	home   []float64 // scores of its own rows, out of fold
}

func fitWaves(s *Sample, o *DriftOptions) ([]wave, error) {
	waves := make([]wave, len(s.Wave.Levels))
	for i, code := range s.Wave.Code {
		waves[code].rows = append(waves[code].rows, i)
	}
	for i := range waves {
		w := &waves[i]
		w.label = s.Wave.Levels[i]
		if w.rows == nil {
			return nil, errs.Bad(s.Wave.Name, fmt.Sprintf("the wave %s has no rows left", w.label), "keep its rows, or leave the wave out of the file")
		}
		w.sample = s.Rows(w.rows)
		var err error
		if w.model, err = fitPoint(w.sample); err != nil {
			return nil, fmt.Errorf("wave %s: %w", w.label, err)
		}
		folds, err := MakeFolds(w.sample.Design, o.Folds, o.Seed)
		if err != nil {
			return nil, fmt.Errorf("wave %s: %w", w.label, err)
		}
		if w.home, _, err = OutOfFold(w.sample, WLSMethod(), folds); err != nil {
			return nil, fmt.Errorf("wave %s: %w", w.label, err)
		}
	}
	return waves, nil
}

// drifting is one pair of waves; weights of the whole sample vary.
type drifting struct {
	from, to   *wave
	quotas     []float64
	own, moved []float64 // scores of From and of To by the formula of From
	cuts       []float64
	fromJudged *judged // by scores out of fold
	toJudged   *judged // by the formula of From
	refit      *judged // of To, out of fold
}

func newDrifting(from, to *wave, quotas []float64) *drifting {
	d := &drifting{from: from, to: to, quotas: quotas, own: linear(from.sample.X, from.model.beta), moved: linear(to.sample.X, from.model.beta)}
	for _, q := range quotas {
		d.cuts = append(d.cuts, WeightedQuantile(d.own, from.sample.Design.Weight, q))
	}
	look := func(w *wave, scores []float64) *judged {
		return &judged{y: w.sample.Y, s: scores, byY: sortedOrder(w.sample.Y), byS: sortedOrder(scores)}
	}
	d.fromJudged, d.toJudged, d.refit = look(from, from.home), look(to, d.moved), look(to, to.home)
	return d
}

// errorsAt counts the errors of a cut.
func (j *judged) errorsAt(q, cut float64, w []float64) (coverage, eer, ier float64) {
	line := quantileIn(j.byY, j.y, w, q)
	var all, poor, missed, in, leaked float64
	for i, wi := range w {
		isPoor, isIn := j.y[i] <= line, j.s[i] <= cut
		all += wi
		if isPoor {
			poor += wi
		}
		if isIn {
			in += wi
		}
		switch {
		case isPoor && !isIn:
			missed += wi
		case isIn && !isPoor:
			leaked += wi
		}
	}
	return share(in, all), share(missed, poor), share(leaked, in)
}

// moving lists the bias, then coverage, move of the EER and move of the IER at
// each quota, under weights of the whole sample.
func (d *drifting) moving(w []float64) []float64 {
	wf, wt := pick(w, d.from.rows), pick(w, d.to.rows)
	if sum(wf) == 0 || sum(wt) == 0 {
		return slices.Repeat([]float64{math.NaN()}, 1+3*len(d.quotas))
	}
	out := []float64{weightedMean(d.moved, wt) - weightedMean(d.to.sample.Y, wt)}
	for k, q := range d.quotas {
		coverage, eer, ier := d.toJudged.errorsAt(q, d.cuts[k], wt)
		_, homeEER, homeIER := d.fromJudged.errorsAt(q, quantileIn(d.fromJudged.byS, d.from.home, wf, q), wf)
		out = append(out, coverage, eer-homeEER, ier-homeIER)
	}
	return out
}

func (d *drifting) pair(priced *pricing) WavePair {
	from, to := d.from.sample, d.to.sample
	wf, wt := from.Design.Weight, to.Design.Weight
	p := WavePair{From: d.from.label, To: d.to.label, Dropped: d.from.model.dropped, RowsFrom: from.N(), RowsTo: to.N(), Bias: weightedMean(d.moved, wt) - weightedMean(to.Y, wt)}
	difference := linear(to.X, d.to.model.beta)
	for i, v := range difference {
		difference[i] = d.moved[i] - v
	}
	p.RefitBias, p.RefitSpread = meanAndSD(difference, wt)
	p.PSI, p.KS = PSI(d.own, wf, d.moved, wt), KS(d.own, wf, d.moved, wt)
	for k, q := range d.quotas {
		c := DriftQuota{Q: q, Cut: d.cuts[k]}
		c.Coverage, c.EER, c.IER = d.toJudged.errorsAt(q, c.Cut, wt)
		_, c.HomeEER, c.HomeIER = d.fromJudged.errorsAt(q, quantileIn(d.fromJudged.byS, d.from.home, wf, q), wf)
		_, c.RefitEER, c.RefitIER = d.refit.errorsAt(q, quantileIn(d.refit.byS, d.to.home, wt, q), wt)
		c.EERMove, c.IERMove = c.EER-c.HomeEER, c.IER-c.HomeIER
		p.Quota = append(p.Quota, c)
	}
	p.Score.Target = weightedMean(to.Y, wt) - weightedMean(from.Y, wf)
	for j, name := range from.Names {
		if name == Intercept {
			continue
		}
		v := VariableShift{Name: name}
		var sd float64
		v.From, sd = meanAndSD(columnAt(from, j), wf)
		v.To, _ = meanAndSD(columnAt(to, j), wt)
		v.Shift = v.To - v.From
		v.InSD, v.Score = share(v.Shift, sd), d.from.model.beta[j]*v.Shift
		p.Score.Total += v.Score
		p.Variables = append(p.Variables, v)
	}
	priced.split(&p.Score, d)
	return p
}

func (p *WavePair) attach(intervals []*Interval) {
	p.BiasInterval = intervalAt(intervals, 0)
	for k := range p.Quota {
		c := &p.Quota[k]
		c.CoverageInterval, c.EERMoveInterval, c.IERMoveInterval = intervalAt(intervals, 1+3*k), intervalAt(intervals, 2+3*k), intervalAt(intervals, 3+3*k)
	}
}

func columnAt(s *Sample, j int) []float64 {
	out := make([]float64, s.N())
	for i := range out {
		out[i] = s.X.At(i, j)
	}
	return out
}

func meanAndSD(values, w []float64) (mean, sd float64) {
	mean = weightedMean(values, w)
	squares := make([]float64, len(values))
	for i, v := range values {
		squares[i] = (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(weightedMean(squares, w))
}
