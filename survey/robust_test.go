package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sijil/survey"
)

// TestOrderOfRowsDoesNotMatter shuffles rows and folds together.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	s := clustered(t, 600)
	wave := survey.Bands("wave", s.Size, []float64{4})
	s.Wave = &wave
	folds := foldsOf(t, s, 4)
	figures := func(order []int) []float64 {
		s, f := s.Rows(order), make([]int, len(order))
		for i, r := range order {
			f[i] = folds[r]
		}
		var out []float64
		priced, err := survey.PriceOfGroups(s, survey.WLSMethod(), f, []survey.TagGroup{{Name: "z", Variables: []string{"z"}}}, survey.AssessOptions{})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, *priced[1].R2, priced[1].Quota[0].EER, priced[1].Quota[1].IERDifference)
		scores, _, err := survey.OutOfFold(s, survey.WLSMethod(), f)
		if err != nil {
			t.Fatal(err)
		}
		cut, err := survey.Near(s, scores, survey.NearOptions{Level: true})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, *cut.RMSE, cut.Quota[0].Bands[2].Poor, cut.Quota[1].Within[2].Misplaced, cut.Quota[0].Groups[1].Poor)
		p := drifts(t, s, survey.DriftOptions{}).Pairs[1]
		out = append(out, p.Bias, p.RefitSpread, p.PSI, p.KS, p.Quota[0].Coverage, p.Quota[1].EER, p.Variables[1].Score)
		x := stable(t, s, survey.StabilityOptions{Folds: f}).Coefficients[1]
		return append(out, x.Across[0].Min, x.Across[1].Max, x.Across[2].RangeInSE, x.Influence.Change, float64(x.Influence.Rows))
	}
	order := make([]int, s.N())
	for i := range order {
		order[i] = i
	}
	want := figures(order)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for k, v := range figures(order) {
			near(t, fmt.Sprint("figure ", k), v, want[k], 1e-9)
		}
	}
}

// TestVietnamIsPlausible asks of a real survey what a reader of its tables
// would expect.
func TestVietnamIsPlausible(t *testing.T) {
	t.Parallel()
	s := vietnam(t)
	folds, err := survey.GivenFolds(s)
	if err != nil {
		t.Fatal(err)
	}
	o := survey.RobustOptions{Replicates: 60, Seed: 1}
	tags := &survey.Tags{Movable: []string{"x_educ*", "x_farm"}, Verifiable: []string{"x_urban"}, Sensitive: []string{"x_female"},
		Groups: []survey.TagGroup{{Name: "occupation", Variables: []string{"x_farm"}}}}
	tagged, err := tags.Resolve(s)
	if err != nil {
		t.Fatal(err)
	}

	priced, err := survey.PriceOfGroups(s, survey.WLSMethod(), folds, tagged.Groups(), survey.AssessOptions{Replicates: 60, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if priced[1].Group != "occupation" || priced[1].R2Interval.High >= 0 || priced[1].Quota[1].EERDifference > .05 {
		t.Errorf("farming: %+v", priced[1])
	}
	if sex := priced[2]; math.Abs(sex.Quota[0].EERDifference) > .01 || math.Abs(*sex.R2Difference) > .002 {
		t.Errorf("the sex of the head, whose coefficient is nothing, has a price: %+v", sex)
	}
	if movable := priced[3]; *movable.R2Difference > -.05 || movable.Quota[1].EERPaired.Low <= 0 {
		t.Errorf("education and farming together: %+v", movable)
	}

	hidden, err := survey.Hide(s, survey.WLSMethod(), folds, tagged, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range hidden.Quota {
		least := 0.0
		for _, c := range q.Crossings[:len(q.Crossings)-2] {
			least = max(least, c.Share)
			if c.Variable == "x_farm" && (c.Rows > 0) != (c.Answer == survey.Claim) {
				t.Errorf("farmers score lower, so that farming is claimed, not denied: %+v", c)
			}
		}
		if all := q.Crossings[len(q.Crossings)-1]; all.Share < least || all.Share > .6 {
			t.Errorf("all movable variables: %v, one of them %v", all.Share, least)
		}
	}

	scores, _, err := survey.OutOfFold(s, survey.WLSMethod(), folds)
	if err != nil {
		t.Fatal(err)
	}
	cut, err := survey.Near(s, scores, survey.NearOptions{RobustOptions: o, Level: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range cut.Quota {
		if first, last := q.Bands[1], q.Bands[len(q.Bands)-1]; first.Poor < .5 || last.Poor > .1 {
			t.Errorf("the poor lie on the wrong side of the cut: %v below, %v above", first.Poor, last.Poor)
		}
		if w := q.Within[0]; !*w.CoinToss || w.Share > .05 {
			t.Errorf("at the cut itself: %+v", w)
		}
	}

	stable, err := survey.Stable(s, survey.StabilityOptions{RobustOptions: o, Folds: folds})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range stable.Coefficients {
		bootstrap := c.Across[1]
		sure := math.Abs(c.Estimate) > 5*c.SE
		if sure && bootstrap.SignChanges > 0 || math.Abs(c.Influence.InSE) > 1 || bootstrap.RangeInSE < 3 || bootstrap.RangeInSE > 8 {
			t.Errorf("%+v", c)
		}
	}

	halves := survey.Grouping{Name: "half", Levels: []string{"a", "b"}, Code: slices.Clone(s.Design.PSU)}
	for i, g := range s.Design.PSU {
		halves.Code[i] = g % 2
	}
	s.Wave = &halves
	for _, p := range drifts(t, s, survey.DriftOptions{RobustOptions: o}).Pairs {
		if p.PSI > .1 || p.KS > .1 || math.Abs(p.Bias) > 4*p.BiasInterval.SE || math.Abs(p.Quota[0].Coverage-.2) > 4*p.Quota[0].CoverageInterval.SE {
			t.Errorf("halves of one survey drift: %+v", p)
		}
		near(t, "bias and shifts", p.Bias, p.Score.Total-p.Score.Target, 1e-6) // a least-squares fit has no bias at home
	}
}
