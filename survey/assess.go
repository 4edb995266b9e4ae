package survey

import (
	"fmt"
	"math"
	"slices"

	"sijil/internal/errs"
)

// The regimes of targeting.
const (
	Quota = "quota" // the cut is the quantile of the score
	Line  = "line"  // the cut is the poverty line
)

// AssessOptions say how scores are judged.
type AssessOptions struct {
	Quotas     []float64   // shares of the population to be reached; nil means .2 and .4
	Level      bool        // scores are in the unit of the target: judge at a fixed line too
	Lines      []float64   // poverty lines in the unit of the target, judged after those of the quotas; only with Level
	Replicates int         // bootstrap replicates; 0 gives no intervals
	Seed       uint64      // of the bootstrap
	Programmes []Programme // categorical comparators beside the universal grant
	Budget     float64     // money of each programme; 0 means the aggregate poverty gap
	PerPerson  bool        // pay each person of a household chosen, not each household
	Progress   func(done, total int)
}

// PovertyFigure is one poverty index before any transfer, over persons where
// the sample gives household sizes, with its design-based error.
type PovertyFigure struct {
	Q     float64 `json:"q"`
	Line  float64 `json:"line"` // the quantile q of welfare, or a line stated, in money per head
	Alpha int     `json:"alpha"`
	Estimate
}

// Assessment is the judgement of one set of scores.
type Assessment struct {
	Method string `json:"method,omitempty"`
	N      int    `json:"n"`

	Quota []Targeting `json:"quota"`
	Line  []Targeting `json:"line"`

	R2               float64 `json:"r2"`                // 1 − Σw(y−s)²/Σw(y−ȳ)²; only for scores in the unit of the target
	Spearman         float64 `json:"spearman"`          // of target and score, rows counted alike
	SpearmanWeighted float64 `json:"spearman_weighted"` // the same by weighted mid-ranks
	Gini             float64 `json:"gini"`              // of welfare, evaluation weights
	GiniPersons      float64 `json:"gini_persons"`      // of welfare, weights times household size
	Concentration    float64 `json:"concentration"`     // of welfare along the score

	FGT    []PovertyFigure `json:"fgt"`
	Effect []Effect        `json:"programmes"`
	Groups []GroupErrors   `json:"groups,omitempty"`

	// Welfare says what stands for money per head: a column, the target, or
	// "exp(target)" where the target is a logarithm.
	Welfare    string     `json:"welfare"`
	Replicates int        `json:"replicates,omitempty"`
	Dropped    [][]string `json:"dropped_by_fold,omitempty"`

	Intervals map[string]Interval `json:"intervals,omitempty"`

	replicates map[string][][]float64 // by figure and section, for paired differences
}

func (a *Assessment) figures() []figure {
	return []figure{{"r2", &a.R2}, {"spearman_weighted", &a.SpearmanWeighted}, {"gini", &a.Gini}, {"gini_persons", &a.GiniPersons}, {"concentration", &a.Concentration}}
}

// section is a part of an assessment whose figures get intervals of their own.
type section struct {
	figures   []figure
	intervals *map[string]Interval
}

func (a *Assessment) sections() []section {
	out := []section{{a.figures(), &a.Intervals}}
	for i := range a.Quota {
		out = append(out, section{a.Quota[i].figures(), &a.Quota[i].Intervals})
	}
	for i := range a.Line {
		out = append(out, section{a.Line[i].figures(), &a.Line[i].Intervals})
	}
	for i := range a.Effect {
		out = append(out, section{a.Effect[i].figures(), &a.Effect[i].Intervals})
	}
	for i := range a.Groups {
		out = append(out, section{a.Groups[i].figures(), &a.Groups[i].Intervals})
	}
	return out
}

// Assess judges scores of the rows of a sample, low meaning poor. Scores
// should come from OutOfFold: in sample a formula flatters itself. Intervals
// redraw clusters and judge the same scores again, line and cut included; they
// do not refit the formula.
func Assess(s *Sample, scores []float64, o AssessOptions) (*Assessment, error) {
	j, welfare, err := newJudged(s, scores, &o)
	if err != nil {
		return nil, err
	}
	a := j.assess(s.Design.Weight)
	a.N, a.Welfare, a.Replicates = s.N(), welfare, o.Replicates
	a.Spearman = Spearman(s.Y, scores, slices.Repeat([]float64{1}, s.N()))
	if a.FGT, err = j.poverty(s.Design); err != nil {
		return nil, err
	}
	if o.Replicates > 0 {
		a.bootstrap(j, s.Design, &o)
	}
	return a, nil
}

func newJudged(s *Sample, scores []float64, o *AssessOptions) (*judged, string, error) {
	if len(scores) != s.N() {
		return nil, "", errs.Bad("scores", fmt.Sprintf("%d scores for %d rows", len(scores), s.N()), "score every row once")
	}
	if o.Quotas == nil {
		o.Quotas = []float64{.2, .4}
	}
	for _, q := range o.Quotas {
		if !(q > 0 && q < 1) {
			return nil, "", errs.Bad("quota", fmt.Sprintf("%v is not between 0 and 1", q), "give a share such as 0.2")
		}
	}
	for i, v := range scores {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, "", &errs.Error{Kind: errs.Invalid, File: s.File, Line: lineOf(s.Lines, i), Field: "score", What: "the row has no score", Fix: "score every row"}
		}
	}
	if slices.Min(s.Y) == slices.Max(s.Y) {
		return nil, "", constantTarget(s)
	}
	if o.Level {
		for _, z := range o.Lines {
			if !(z >= slices.Min(s.Y) && z < slices.Max(s.Y)) {
				return nil, "", &errs.Error{Kind: errs.Invalid, Code: "survey.line", Field: "line",
					What: "the poverty line leaves nobody below it or nobody above", Fix: "give it in the unit of the target; under a logarithm that is the logarithm of the money"}
			}
		}
	}
	welfare, name := WelfareOf(s)
	j := &judged{lines: o.Lines, y: s.Y, s: scores, byY: sortedOrder(s.Y), byS: sortedOrder(scores), welfare: welfare, size: s.Size, byWelfare: sortedOrder(welfare),
		groups: s.Groups, quotas: o.Quotas, level: o.Level, programmes: o.Programmes, budget: o.Budget, perPerson: o.PerPerson}
	j.moneyLines = moneyLines(o.Lines, name)
	if j.size == nil {
		j.size = slices.Repeat([]float64{1}, s.N())
	}
	return j, name, nil
}

// moneyLines puts lines in the unit of the target into money; a welfare column
// of its own says nothing of them.
func moneyLines(lines []float64, welfare string) []float64 {
	var out []float64
	for _, z := range lines {
		switch welfare {
		case "target":
			out = append(out, z)
		case "exp(target)":
			out = append(out, math.Exp(z))
		}
	}
	return out
}

// WelfareOf returns money per head of each row and says what it is: the
// welfare column where the sample has one; else the target, or its exponential
// where the target is a logarithm. A target counts as a logarithm when the
// sample took it itself, when some value is negative, or when its deviation is
// under a fifth of its mean, for no country's consumption is so equal; unless
// it reaches 50, for no money is counted in e^50.
func WelfareOf(s *Sample) (welfare []float64, name string) {
	if s.Welfare != nil {
		return s.Welfare, "column"
	}
	mean := weightedMean(s.Y, s.Design.Weight)
	variance, total := 0.0, 0.0
	for i, y := range s.Y {
		variance += s.Design.Weight[i] * (y - mean) * (y - mean)
		total += s.Design.Weight[i]
	}
	spread := math.Sqrt(variance / total)
	if !s.Log && (slices.Max(s.Y) >= 50 || slices.Min(s.Y) >= 0 && spread >= .2*mean) {
		return s.Y, "target"
	}
	welfare = make([]float64, len(s.Y))
	for i, y := range s.Y {
		welfare[i] = math.Exp(y)
	}
	return welfare, "exp(target)"
}

// assess computes every figure under the weights w.
func (j *judged) assess(w []float64) *Assessment {
	a := &Assessment{Line: []Targeting{}}
	ranks := fractionalRanks(j.byY, w)
	if j.level {
		a.R2 = outOfSampleR2(j.y, j.s, w)
	}
	a.SpearmanWeighted = correlation(midRanks(j.byY, j.y, w), midRanks(j.byS, j.s, w), w)
	a.Gini = concentrationAt(j.welfare, fractionalRanks(j.byWelfare, w), w)
	persons := make([]float64, len(w))
	for i := range w {
		persons[i] = w[i] * j.size[i]
	}
	a.GiniPersons = concentrationAt(j.welfare, fractionalRanks(j.byWelfare, persons), persons)
	a.Concentration = concentrationAt(j.welfare, fractionalRanks(j.byS, w), w)
	for _, q := range j.quotas {
		t := j.targeting(Quota, q, w, ranks)
		a.Quota = append(a.Quota, t)
		if j.level {
			a.Line = append(a.Line, j.targeting(Line, q, w, ranks))
		}
		for g := range j.groups {
			a.Groups = append(a.Groups, j.groupErrors(&t, &j.groups[g], w)...)
		}
		a.Effect = append(a.Effect,
			j.effect("score", func(i int) bool { return j.s[i] <= t.Cut }, &t, w),
			j.effect("universal", nil, &t, w),
			j.effect("perfect", func(i int) bool { return j.y[i] <= t.Line }, &t, w))
		for _, p := range j.programmes {
			a.Effect = append(a.Effect, j.effect(p.Name, p.Member, &t, w))
		}
	}
	if j.level {
		for _, z := range j.lines {
			a.Line = append(a.Line, j.targetingAt(Line, shareUpTo(j.y, w, z), z, z, w, ranks))
		}
	}
	return a
}

func outOfSampleR2(y, s, w []float64) float64 {
	mean := weightedMean(y, w)
	var rss, tss float64
	for i, v := range y {
		rss += w[i] * (v - s[i]) * (v - s[i])
		tss += w[i] * (v - mean) * (v - mean)
	}
	return 1 - rss/tss
}

func (j *judged) poverty(d *Design) ([]PovertyFigure, error) {
	persons := make([]float64, len(d.Weight))
	for i, w := range d.Weight {
		persons[i] = w * j.size[i]
	}
	var out []PovertyFigure
	type at struct{ q, line float64 }
	var lines []at
	for _, q := range j.quotas {
		lines = append(lines, at{q, quantileIn(j.byWelfare, j.welfare, persons, q)})
	}
	for _, z := range j.moneyLines {
		lines = append(lines, at{shareUpTo(j.welfare, persons, z), z})
	}
	for _, l := range lines {
		for alpha := range 3 {
			e, err := FGT(d.WithWeights(persons), j.welfare, l.line, float64(alpha))
			if err != nil {
				return nil, err
			}
			out = append(out, PovertyFigure{Q: l.q, Line: l.line, Alpha: alpha, Estimate: e})
		}
	}
	return out, nil
}

// bootstrap fills the intervals of every figure.
func (a *Assessment) bootstrap(j *judged, d *Design, o *AssessOptions) {
	cards := make([]*Assessment, o.Replicates)
	progress := newProgress(o.Replicates, o.Progress)
	inParallel(o.Replicates, func(r int) {
		cards[r] = j.assess(d.Replicate(o.Seed, r))
		progress.step()
	})
	a.replicates = map[string][][]float64{}
	values := make([]float64, o.Replicates)
	for part, s := range a.sections() {
		*s.intervals = map[string]Interval{}
		for f, fig := range s.figures {
			for r, card := range cards {
				values[r] = *card.sections()[part].figures[f].value
			}
			if v := interval(values); !math.IsNaN(v.SE) {
				(*s.intervals)[fig.name] = v
			}
			switch fig.name {
			case "eer", "ier", "r2":
				a.replicates[fig.name] = append(a.replicates[fig.name], slices.Clone(values))
			}
		}
	}
}
