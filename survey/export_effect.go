package survey

import (
	"math"
	"slices"
	"strconv"

	"sijil/formula"
	"sijil/internal/errs"
)

func (x *exporter) atRow(row int, field, what, fix string) error {
	return &errs.Error{Kind: errs.Invalid, File: x.s.File, Line: lineOf(x.s.Lines, row), Field: field, What: what, Fix: fix}
}

// Household returns what the formula reads of a row of the sample.
func (p *Published) Household(s *Sample, row int) (formula.Household, error) {
	h := formula.Household{}
	var at int
	if by := p.linear.Method.By; by != "" {
		g := s.group(by)
		level := g.Levels[g.Code[row]]
		at = slices.IndexFunc(p.Wording.Strata, func(w StratumWording) bool { return w.Level == level })
	} else {
		at = stratumOf(p.Wording, s, row)
	}
	region := regionOf(p.Wording, s, row)
	if at < 0 || region < 0 {
		return h, errs.Bad("row", "the household is in no stratum or region of the formula", "score the sample the formula was made of")
	}
	h.Stratum, h.Region = p.Wording.Strata[at].Name, firstOf(p.Wording.Regions[region].Regions)
	for i := range p.reads[h.Stratum] {
		r := &p.reads[h.Stratum][i]
		if r.term != nil {
			h.Values = append(h.Values, formula.Code(codeIn(s, r.term, row)))
			continue
		}
		v, err := exactValue(r.at(s, row))
		if err != nil {
			return h, errs.Bad(r.variable, "the value does not fit a formula, which reads 18 digits", "change the unit of the column")
		}
		h.Values = append(h.Values, v)
	}
	return h, nil
}

// Indexes gives every row of the sample the export was made of its index by
// the published formula.
func (p *Published) Indexes(s *Sample) ([]formula.Index, error) {
	out := make([]formula.Index, s.N())
	for i := range out {
		h, err := p.Household(s, i)
		if err == nil {
			var r formula.Result
			r, err = p.Formula.Evaluate(h)
			out[i] = r.Index
		}
		if err != nil {
			return nil, errs.At(err, s.File, lineOf(s.Lines, i))
		}
	}
	return out, nil
}

// RoundingEffect says what rounding did to the scores of the survey's own
// households. Shifts are rounded − unrounded, in the unit of the index.
type RoundingEffect struct {
	Rounding
	LargestShift float64 `json:"largest_shift"` // in absolute value
	MeanShift    float64 `json:"mean_shift"`    // weighted, with its sign
	MeanAbsShift float64 `json:"mean_absolute_shift"`

	// RankChanges counts the households with another place in the order of
	// scores; LargestRankChange is the most places one moved.
	RankChanges       int `json:"rank_changes"`
	LargestRankChange int `json:"largest_rank_change"`

	// LargestInErrors is the largest rounding of a coefficient as a share of
	// its design-based standard error; 0 where the method gives none.
	LargestInErrors float64 `json:"largest_in_standard_errors"`

	Quota []RoundingAtQuota `json:"quota"`
}

// RoundingAtQuota is what rounding does at a fixed quota, in sample.
type RoundingAtQuota struct {
	Q          float64 `json:"q"`
	CutBefore  float64 `json:"cut_before"`
	CutAfter   float64 `json:"cut_after"`
	CameIn     int     `json:"came_in"`    // households at or below the cut only after
	WentOut    int     `json:"went_out"`   // at or below the cut only before
	Crossed    float64 `json:"crossed"`    // weight of both ÷ all
	EERBefore  float64 `json:"eer_before"` // poor not selected ÷ poor
	EERAfter   float64 `json:"eer_after"`
	IERBefore  float64 `json:"ier_before"` // selected not poor ÷ selected
	IERAfter   float64 `json:"ier_after"`
	PovertyCut float64 `json:"poverty_line"`
}

// Effect compares the published formula with the unrounded model on the sample
// they were made of; quotas nil means .2 and .4.
func (p *Published) Effect(s *Sample, quotas []float64) (*RoundingEffect, error) {
	before := p.linear.Score(s)
	indexes, err := p.Indexes(s)
	if err != nil {
		return nil, err
	}
	after := make([]float64, len(indexes))
	for i, x := range indexes {
		after[i] = float64(x) / 1e7
	}
	out := &RoundingEffect{Rounding: p.Rounding, LargestInErrors: p.largestInErrors()}
	w, total := s.Design.Weight, sum(s.Design.Weight)
	for i := range after {
		shift := after[i] - before[i]
		out.LargestShift = max(out.LargestShift, math.Abs(shift))
		out.MeanShift += w[i] / total * shift
		out.MeanAbsShift += w[i] / total * math.Abs(shift)
	}
	out.ranks(before, after)
	first, err := Assess(s, before, AssessOptions{Quotas: quotas})
	if err != nil {
		return nil, err
	}
	second, err := Assess(s, after, AssessOptions{Quotas: quotas})
	if err != nil {
		return nil, err
	}
	for q, b := range first.Quota {
		a := second.Quota[q]
		r := RoundingAtQuota{Q: b.Q, CutBefore: b.Cut, CutAfter: a.Cut, EERBefore: b.EER, EERAfter: a.EER, IERBefore: b.IER, IERAfter: a.IER, PovertyCut: b.Line}
		for i := range after {
			switch was, is := before[i] <= b.Cut, after[i] <= a.Cut; {
			case is && !was:
				r.CameIn++
				r.Crossed += w[i] / total
			case was && !is:
				r.WentOut++
				r.Crossed += w[i] / total
			}
		}
		out.Quota = append(out.Quota, r)
	}
	return out, nil
}

// ranks compares places in order. A place is the mean of the places of equal
// scores, to the 7 decimals of an index, so that ties are no move.
func (e *RoundingEffect) ranks(before, after []float64) {
	rounded := make([]float64, len(before))
	for i, v := range before {
		rounded[i] = math.Round(v * 1e7)
	}
	ones := slices.Repeat([]float64{1}, len(before))
	a, b := midRanks(sortedOrder(rounded), rounded, ones), midRanks(sortedOrder(after), after, ones)
	for i := range a {
		if move := math.Abs(a[i]-b[i]) * float64(len(a)); move >= .5 {
			e.RankChanges++
			e.LargestRankChange = max(e.LargestRankChange, int(math.Round(move)))
		}
	}
}

// largestInErrors is the largest rounding in standard errors: the share of the
// estimate that rounding moved, times the estimate over its error.
func (p *Published) largestInErrors() float64 {
	worst := 0.
	for _, n := range p.Numbers {
		published, err := strconv.ParseFloat(n.Published, 64)
		part := p.part(n.Stratum)
		at := slices.IndexFunc(part.Coefficients, func(c Coefficient) bool { return c.Name == n.Column })
		if err != nil || at < 0 || n.Estimate == 0 {
			continue
		}
		c := part.Coefficients[at]
		if n.Column == Intercept && n.Estimate != c.Estimate || c.SEDesign == 0 {
			continue // a sum of two coefficients
		}
		worst = max(worst, math.Abs((published-n.Estimate)/n.Estimate*c.Estimate/c.SEDesign))
	}
	return worst
}

// part is the model behind a stratum of the formula.
func (p *Published) part(stratum string) *LinearPart {
	for _, w := range p.Wording.Strata {
		for i := range p.linear.Parts {
			if w.Name == stratum && w.Level == p.linear.Parts[i].Level {
				return &p.linear.Parts[i]
			}
		}
	}
	return &p.linear.Parts[0]
}
