package survey

import (
	"fmt"
	"math"
	"slices"

	"sijil/internal/errs"
)

// RobustOptions steer the checks of robustness: hiding, deciding near the cut,
// drift and stability.
type RobustOptions struct {
	Quotas     []float64 // shares of the population to be reached; nil means .2 and .4
	Replicates int       // cluster bootstrap; fewer than 2 give no intervals
	Seed       uint64    // of the bootstrap, and of folds made within a wave
	Progress   func(done, total int)
}

func (o *RobustOptions) quotas() ([]float64, error) {
	if o.Quotas == nil {
		return []float64{.2, .4}, nil
	}
	for _, q := range o.Quotas {
		if !(q > 0 && q < 1) {
			return nil, errs.Bad("quota", fmt.Sprintf("%v is not between 0 and 1", q), "give a share such as 0.2")
		}
	}
	return o.Quotas, nil
}

// redraw returns the interval of each figure over bootstrap replicates of the
// weights (see Design.Replicate); nil where it cannot be told. A figure that
// has no value in a replicate, such as a share of nobody, is NaN there.
func (o *RobustOptions) redraw(d *Design, p *progress, figures func(w []float64) []float64) []*Interval {
	replicates := make([][]float64, o.Replicates)
	inParallel(o.Replicates, func(r int) {
		replicates[r] = figures(d.Replicate(o.Seed, r))
		p.step()
	})
	if o.Replicates == 0 {
		return nil
	}
	out := make([]*Interval, len(replicates[0]))
	values := make([]float64, o.Replicates)
	for f := range out {
		for r := range replicates {
			values[r] = replicates[r][f]
		}
		out[f] = known(interval(values))
	}
	return out
}

// intervalAt is the interval of figure f, nil when nothing was redrawn.
func intervalAt(intervals []*Interval, f int) *Interval {
	if f >= len(intervals) {
		return nil
	}
	return intervals[f]
}

// shareOrNaN is part ÷ whole, NaN of nothing: for replicates.
func shareOrNaN(part, whole float64) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return part / whole
}

// heldOut is a part of the sample with a model that did not see it.
type heldOut struct {
	rows   []int
	sample *Sample
	model  Model
}

// holdOut fits a method once a fold, without the fold; with folds nil once, on
// the whole sample that it then scores.
func holdOut(s *Sample, m Method, folds []int) ([]heldOut, error) {
	if folds == nil {
		model, err := m.Fit(s)
		if err != nil {
			return nil, fmt.Errorf("method %s: %w", m.Name, err)
		}
		all := make([]int, s.N())
		for i := range all {
			all[i] = i
		}
		return []heldOut{{all, s, model}}, nil
	}
	if len(folds) != s.N() {
		return nil, errs.Bad("folds", fmt.Sprintf("%d folds for %d rows", len(folds), s.N()), "give each row its fold")
	}
	parts := make([]heldOut, slices.Max(folds)+1)
	failures := make([]error, len(parts))
	for i, f := range folds {
		parts[f].rows = append(parts[f].rows, i)
	}
	inParallel(len(parts), func(f int) {
		if parts[f].rows == nil {
			return
		}
		parts[f].sample = s.Rows(parts[f].rows)
		parts[f].model, failures[f] = m.Fit(s.Where(func(i int) bool { return folds[i] != f }))
	})
	for f, err := range failures {
		if err != nil {
			return nil, fmt.Errorf("fold %d of method %s: %w", f+1, m.Name, err)
		}
	}
	return slices.DeleteFunc(parts, func(h heldOut) bool { return h.rows == nil }), nil
}

// scoreHeld scores the rows of every part, after alter (nil for none) has
// changed them; alter is given the row of the whole sample.
func scoreHeld(s *Sample, parts []heldOut, alter func(row int, x []float64)) ([]float64, error) {
	scores := make([]float64, s.N())
	for _, h := range parts {
		held := *h.sample
		if alter != nil {
			held = *h.sample.Columns(allColumns(h.sample))
			for j, i := range h.rows {
				alter(i, held.X.RawRowView(j))
			}
		}
		for j, v := range h.model.Score(&held) {
			scores[h.rows[j]] = v
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, &errs.Error{Kind: errs.Invalid, Code: "survey.no_score", File: s.File, Line: lineOf(s.Lines, h.rows[j]),
					What: "the model has no score for this row", Fix: "merge small groups, or take fewer folds"}
			}
		}
	}
	return scores, nil
}

func allColumns(s *Sample) []int {
	out := make([]int, len(s.Names))
	for j := range out {
		out[j] = j
	}
	return out
}

// fitPoint is least squares without standard errors, on a part of the sample.
func fitPoint(s *Sample) (point, error) {
	ls, err := solveWLS(s, s.Design.Weight, inFold)
	if err != nil {
		return point{}, err
	}
	return point{ls.beta, ls.dropped}, nil
}
