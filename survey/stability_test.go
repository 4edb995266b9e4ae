package survey_test

import (
	"encoding/json"
	"math"
	"runtime"
	"strings"
	"testing"

	"sijil/survey"
)

func stable(t testing.TB, s *survey.Sample, o survey.StabilityOptions) *survey.Stability {
	t.Helper()
	st, err := survey.Stable(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// TestInfluenceIsThatOfAFitWithout repeats the fit without each cluster, where
// clusters have more rows than there are columns and where they have one.
func TestInfluenceIsThatOfAFitWithout(t *testing.T) {
	t.Parallel()
	whole := clustered(t, 240)
	rows := *clustered(t, 60)
	design, err := survey.NewDesign(60, rows.Design.Weight, nil, nil, nil, nil, survey.LonelyFail, rows.Lines)
	if err != nil {
		t.Fatal(err)
	}
	rows.Design = design
	for name, s := range map[string]*survey.Sample{"clusters": whole, "rows": &rows} {
		st := stable(t, s, survey.StabilityOptions{})
		fit, err := survey.FitWLS(s, survey.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for k, c := range st.Coefficients {
			largest, line := 0.0, int32(0)
			for g := range s.Design.Units() {
				without, err := survey.FitWLS(s.Where(func(i int) bool { return int(s.Design.PSU[i]) != g }), survey.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if d := fit.Beta[k] - without.Beta[k]; math.Abs(d) > math.Abs(largest) {
					largest = d
					for i := s.N() - 1; i >= 0; i-- {
						if int(s.Design.PSU[i]) == g {
							line = s.Lines[i]
						}
					}
				}
			}
			near(t, name+": influence on "+c.Name, c.Influence.Change, largest, 1e-9)
			near(t, name+": in errors", c.Influence.InSE, largest/fit.Coefficients[k].SEDesign, 1e-9)
			if c.Influence.Line != line || c.Influence.Indispensable != 0 {
				t.Errorf("%s: %s: cluster of line %d, want %d", name, c.Name, c.Influence.Line, line)
			}
		}
	}
}

func TestAnIndispensableClusterIsCounted(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,c,x,d\n1,1,0,1\n3,1,1,0\n2,2,1,0\n4,2,2,0\n3,3,0,0\n6,3,3,0\n5,4,1,0\n1,4,2,0\n", survey.Spec{Target: "y", PSU: "c", Vars: []string{"x", "d"}})
	for _, c := range stable(t, s, survey.StabilityOptions{}).Coefficients {
		if c.Influence.Indispensable != 1 || c.Influence.Line == 0 {
			t.Errorf("%s: %+v", c.Name, c.Influence)
		}
	}
}

// TestSignsOverPartsByHand: the slope is 1 in wave a and −½ in wave b; wave c
// has one row, which carries no formula.
func TestSignsOverPartsByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,x,wave\n0,0,a\n1,1,a\n2,2,a\n3,3,a\n4,4,a\n4,0,b\n3.5,1,b\n3,2,b\n2.6,3,b\n9,9,c\n", survey.Spec{Target: "y", Vars: []string{"x"}, Wave: "wave"})
	st := stable(t, s, survey.StabilityOptions{RobustOptions: survey.RobustOptions{Replicates: 20, Seed: 3}, Folds: []int{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}})
	x := st.Coefficients[1]
	if len(x.Across) != 3 || x.Across[0].Source != "folds" || x.Across[1].Source != "waves" || x.Across[2].Source != "bootstrap" {
		t.Fatalf("sources: %+v", x.Across)
	}
	w := x.Across[1]
	near(t, "largest slope", w.Max, 1, 1e-12)
	near(t, "range in errors", w.RangeInSE, (w.Max-w.Min)/x.SE, 1e-12)
	if w.Fits != 2 || w.SignChanges != 1 || w.Min > -.4 || w.Min < -.6 {
		t.Errorf("waves: %+v", w)
	}
	if len(st.Skipped) != 1 || st.Skipped[0].Source != "waves" || st.Skipped[0].Part != "c" || st.Skipped[0].Why == "" {
		t.Errorf("skipped: %+v", st.Skipped)
	}
	if f := x.Across[0]; f.Fits != 2 || f.Max < .99 || f.SignChanges != 0 {
		t.Errorf("folds: %+v", f)
	}
	if b := x.Across[2]; b.Fits+b.Absent > 20 || b.Fits < 15 || !(b.Min < x.Estimate && x.Estimate < b.Max) {
		t.Errorf("bootstrap: %+v", b)
	}
	if _, err := survey.Stable(s, survey.StabilityOptions{Folds: []int{1}}); err == nil || !strings.Contains(err.Error(), "1 folds for 10 rows") {
		t.Errorf("folds of another length: %v", err)
	}
}

// TestBootstrapRefitsUnderItsWeights repeats the fits of five replicates.
func TestBootstrapRefitsUnderItsWeights(t *testing.T) {
	t.Parallel()
	s := clustered(t, 240)
	st := stable(t, s, survey.StabilityOptions{RobustOptions: survey.RobustOptions{Replicates: 5, Seed: 8}})
	low, high := math.Inf(1), math.Inf(-1)
	for r := range 5 {
		redrawn := *s
		redrawn.Design = s.Design.WithWeights(s.Design.Replicate(8, r))
		fit, err := survey.FitWLS(redrawn.Where(func(i int) bool { return redrawn.Design.Weight[i] > 0 }), survey.Options{})
		if err != nil {
			t.Fatal(err)
		}
		low, high = min(low, fit.Beta[1]), max(high, fit.Beta[1])
	}
	x := st.Coefficients[1].Across[1]
	near(t, "smallest", x.Min, low, 1e-12)
	near(t, "largest", x.Max, high, 1e-12)
}

// TestRobustnessAtAnyGOMAXPROCS is not parallel: it changes a setting of the
// whole process.
func TestRobustnessAtAnyGOMAXPROCS(t *testing.T) {
	s := clustered(t, 1500)
	wave := survey.Bands("wave", s.Size, []float64{4})
	s.Wave = &wave
	folds, err := survey.MakeFolds(s.Design, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	scores, _, err := survey.OutOfFold(s, survey.WLSMethod(), folds)
	if err != nil {
		t.Fatal(err)
	}
	run := func(procs int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		var all []any
		steps := 0
		keep := func(v any, err error) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, v)
		}
		o := survey.RobustOptions{Replicates: 15, Seed: 2, Progress: func(done, total int) {
			steps++
			if done < 1 || done > total {
				t.Errorf("step %d of %d", done, total)
			}
		}}
		near, err := survey.Near(s, scores, survey.NearOptions{RobustOptions: o})
		keep(near, err)
		drift, err := survey.Drifts(s, survey.DriftOptions{RobustOptions: o})
		keep(drift, err)
		st, err := survey.Stable(s, survey.StabilityOptions{RobustOptions: o, Folds: folds})
		keep(st, err)
		hidden, err := survey.Hide(s, survey.WLSMethod(), folds, movable(t, s), o)
		keep(hidden, err)
		priced, err := survey.PriceOfGroups(s, survey.WLSMethod(), folds, []survey.TagGroup{{Name: "z", Variables: []string{"z"}}}, survey.AssessOptions{Replicates: 15, Seed: 2})
		keep(priced, err)
		text, err := json.Marshal(all)
		keep(nil, err)
		if steps == 0 {
			t.Error("no progress is told")
		}
		return string(text)
	}
	if run(1) != run(4) {
		t.Error("the answer depends on how many processors work on it")
	}
}
