package survey

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sijil/internal/errs"
)

// MakeFolds deals the clusters of a design into k folds of about as many rows,
// clusters kept whole, and returns the fold 0..k-1 of each row. The same seed
// deals the same folds.
func MakeFolds(d *Design, k int, seed uint64) ([]int, error) {
	units := d.Units()
	if k < 2 || k > units {
		return nil, errs.Bad("folds", fmt.Sprintf("%d folds cannot be made of %d clusters", k, units), "take at least 2 and no more than there are clusters")
	}
	size := make([]int, units)
	for _, g := range d.PSU {
		size[g]++
	}
	rng := rand.New(rand.NewPCG(seed, 0x666f6c6473))
	rows := make([]int, k)
	of := make([]int, units)
	for _, g := range rng.Perm(units) {
		least := 0
		for f := range rows {
			if rows[f] < rows[least] {
				least = f
			}
		}
		of[g] = least
		rows[least] += size[g]
	}
	folds := make([]int, len(d.PSU))
	for i, g := range d.PSU {
		folds[i] = of[g]
	}
	return folds, nil
}

// GivenFolds returns the folds of the sample's fold column. It refuses a
// cluster that lies in two folds: a fit that saw its neighbours would look
// better than it is.
func GivenFolds(s *Sample) ([]int, error) {
	if s.Fold == nil {
		return nil, errs.Bad("folds", "the sample has no fold column", "name one, or ask for a number of folds")
	}
	if len(s.Fold.Levels) < 2 {
		return nil, errs.Bad(s.Fold.Name, "the fold column holds one fold", "take at least two")
	}
	of := make([]int, s.Design.Units())
	folds := make([]int, s.N())
	for i, f := range s.Fold.Code {
		folds[i] = int(f)
		g := s.Design.PSU[i]
		if of[g] == 0 {
			of[g] = folds[i] + 1
		}
		if of[g] != folds[i]+1 {
			return nil, &errs.Error{Kind: errs.Invalid, Code: "survey.fold", File: s.File, Line: lineOf(s.Lines, i), Field: s.Fold.Name,
				What: "a cluster lies in two folds", Fix: "keep clusters whole, or ask for a number of folds"}
		}
	}
	return folds, nil
}

// WaveFolds makes each wave a fold: scores out of fold then come from the other
// waves, which shows what a formula loses between the survey and its use.
// Clusters interviewed in several waves are in several folds, as they should be.
func WaveFolds(s *Sample) ([]int, error) {
	if s.Wave == nil || len(s.Wave.Levels) < 2 {
		return nil, errs.Bad("wave", "the sample has no two waves", "name the column of waves")
	}
	folds := make([]int, s.N())
	for i, w := range s.Wave.Code {
		folds[i] = int(w)
	}
	return folds, nil
}

// OutOfFold scores every row by a fit that saw none of its fold. It returns
// the scores and, fold by fold, the columns a fit had to leave out.
func OutOfFold(s *Sample, m Method, folds []int) (scores []float64, dropped [][]string, err error) {
	k := 0
	for _, f := range folds {
		k = max(k, f+1)
	}
	scores = make([]float64, s.N())
	dropped = make([][]string, k)
	failures := make([]error, k)
	inParallel(k, func(f int) {
		var train, test []int
		for i, g := range folds {
			if g == f {
				test = append(test, i)
			} else {
				train = append(train, i)
			}
		}
		if len(test) == 0 {
			return
		}
		model, err := m.Fit(s.Rows(train))
		if err != nil {
			failures[f] = fmt.Errorf("fold %d of method %s: %w", f+1, m.Name, err)
			return
		}
		held := s.Rows(test)
		for j, v := range model.Score(held) {
			scores[test[j]] = v
			if math.IsNaN(v) {
				failures[f] = &errs.Error{Kind: errs.Invalid, Code: "survey.no_score", File: s.File, Line: lineOf(s.Lines, test[j]),
					What: fmt.Sprintf("method %s has no score for this row: its group has no rows outside fold %d", m.Name, f+1),
					Fix:  "merge small groups, or take fewer folds"}
			}
		}
		if d, ok := model.(interface{ DroppedColumns() []string }); ok {
			dropped[f] = d.DroppedColumns()
		}
	})
	for _, err := range failures {
		if err != nil {
			return nil, nil, err
		}
	}
	return scores, dropped, nil
}
