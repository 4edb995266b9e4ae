package survey_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/survey"
)

func judge(t testing.TB, text string, scores []float64, spec survey.Spec, o survey.AssessOptions) *survey.Assessment {
	t.Helper()
	a, err := survey.Assess(fromText(t, text, spec), scores, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestTargetingByHand follows five households: the poor are 1, 2 and 3, the
// score takes in 1, 2 and 4.
func TestTargetingByHand(t *testing.T) {
	t.Parallel()
	a := judge(t, "y\n1\n2\n3\n4\n5\n", []float64{2, 1, 4, 3, 5}, survey.Spec{Target: "y"}, survey.AssessOptions{Quotas: []float64{.6}, Level: true})
	q := a.Quota[0]
	for name, v := range map[string][2]float64{
		"line": {q.Line, 3}, "cut": {q.Cut, 3}, "selected": {q.Selected, .6},
		"eer": {q.EER, 1. / 3}, "ier": {q.IER, 1. / 3}, "inclusion of non-poor": {q.InclusionOfNonPoor, .5}, "leakage to poor": {q.LeakageToPoor, 1. / 3},
		"auc": {q.AUC, 5. / 6}, "td": {q.TD, 2./3 - .5}, "ntd": {q.NTD, 1 - .5 - 1./3}, "ta": {q.TA, .6}, "bpac": {q.BPAC, 2. / 3},
		"cgh20": {q.CGH20, 5. / 3}, "cgh40": {q.CGH40, 5. / 3},
		// Ranks .1 .3 .7 of the selected average 11/30.
		"concentration": {q.Concentration, 22./30 - 1},
		"r2":            {a.R2, 1 - 4./10}, "spearman": {a.Spearman, .8},
	} {
		near(t, name, v[0], v[1], 1e-14)
	}
	if l := a.Line[0]; l.Regime != survey.Line || l.Cut != 3 || l.EER != q.EER {
		t.Errorf("at a fixed line: %+v", l)
	}
	tied := judge(t, "y\n1\n2\n3\n4\n5\n", []float64{1, 1, 1, 1, 1}, survey.Spec{Target: "y"}, survey.AssessOptions{Quotas: []float64{.4}})
	near(t, "auc of a constant score", tied.Quota[0].AUC, .5, 1e-14)
	if len(tied.Line) != 0 || tied.R2 != 0 {
		t.Error("scores without a level are judged at a line")
	}
}

// TestStatedLine judges at a line between households 3 and 4: the same people
// as at the quantile, with a line and a cut of its own.
func TestStatedLine(t *testing.T) {
	t.Parallel()
	const text = "y\n1\n2\n3\n4\n5\n"
	scores := []float64{2, 1, 4, 3, 5}
	o := survey.AssessOptions{Quotas: []float64{.6}, Lines: []float64{3.5}, Level: true}
	a := judge(t, text, scores, survey.Spec{Target: "y"}, o)
	if len(a.Line) != 2 || len(a.Quota) != 1 {
		t.Fatalf("%d lines, %d quotas", len(a.Line), len(a.Quota))
	}
	l := a.Line[1]
	if p := a.FGT[3:]; len(p) != 3 || p[0].Line != 3.5 {
		t.Errorf("poverty at the line: %v", p)
	} else {
		near(t, "headcount", p[0].Value, .6, 1e-14)
		near(t, "gap", p[1].Value, (2.5+1.5+.5)/3.5/5, 1e-14)
	}
	for name, v := range map[string][2]float64{
		"q": {l.Q, .6}, "line": {l.Line, 3.5}, "cut": {l.Cut, 3.5}, "eer": {l.EER, 1. / 3}, "ier": {l.IER, 1. / 3}, "auc": {l.AUC, 5. / 6},
	} {
		near(t, name, v[0], v[1], 1e-14)
	}
	for _, z := range []float64{.5, 5, math.NaN()} {
		o.Lines = []float64{z}
		if _, err := survey.Assess(fromText(t, text, survey.Spec{Target: "y"}), scores, o); err == nil {
			t.Errorf("line %v was taken", z)
		}
	}
}

// TestWeightsAreCopies holds every figure of a weighted sample to that of the
// sample with each row written out as often as its weight says.
func TestWeightsAreCopies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(4, 30).Draw(rt, "n")
		var weighted, copied strings.Builder
		weighted.WriteString("y,w,n,g\n")
		copied.WriteString("y,n,g\n")
		var scores, many []float64
		groups := 0
		for i := range n {
			low, high := 1, 40
			if i == 0 {
				low, high = 41, 50 // not all alike
			}
			y, w := rapid.IntRange(low, high).Draw(rt, "y"), rapid.IntRange(1, 4).Draw(rt, "w")
			size, g := rapid.IntRange(1, 6).Draw(rt, "size"), i%2
			score := float64(rapid.IntRange(1, 40).Draw(rt, "s"))
			groups |= 1 << g
			fmt.Fprintf(&weighted, "%d,%d,%d,%d\n", y, w, size, g)
			scores = append(scores, score)
			for range w {
				fmt.Fprintf(&copied, "%d,%d,%d\n", y, size, g)
				many = append(many, score)
			}
		}
		o := survey.AssessOptions{Quotas: []float64{.3, .6}, Level: true}
		a := judge(t, weighted.String(), scores, survey.Spec{Target: "y", Weight: "w", Size: "n", Groups: []string{"g"}, Welfare: "y"}, o)
		b := judge(t, copied.String(), many, survey.Spec{Target: "y", Size: "n", Groups: []string{"g"}, Welfare: "y"}, o)
		for part := range a.Quota {
			same(rt, "quota", a.Quota[part], b.Quota[part])
			same(rt, "line", a.Line[part], b.Line[part])
		}
		for i := range a.Effect {
			same(rt, a.Effect[i].Programme, a.Effect[i], b.Effect[i])
		}
		for i := range a.Groups {
			a.Groups[i].Rows, b.Groups[i].Rows = 0, 0
			same(rt, "group", a.Groups[i], b.Groups[i])
		}
		for _, v := range [][2]float64{{a.R2, b.R2}, {a.SpearmanWeighted, b.SpearmanWeighted}, {a.Gini, b.Gini}, {a.GiniPersons, b.GiniPersons}, {a.FGT[1].Value, b.FGT[1].Value}} {
			if !(math.Abs(v[0]-v[1]) < 1e-9) && !(math.IsNaN(v[0]) && math.IsNaN(v[1])) {
				rt.Fatalf("weighted %v, copied %v", v[0], v[1])
			}
		}
	})
}

// same compares the numbers of two structs of one type.
func same(t *rapid.T, what string, a, b any) {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		if va.Field(i).Kind() != reflect.Float64 {
			continue
		}
		x, y := va.Field(i).Float(), vb.Field(i).Float()
		if !(math.Abs(x-y) <= 1e-9*(1+math.Abs(x))) {
			t.Fatalf("%s, %s: weighted %v, copied %v", what, va.Type().Field(i).Name, x, y)
		}
	}
}

// TestProgrammesByHand pays the aggregate gap of 1 to four persons with 1, 2,
// 3 and 4, of whom those up to 2 are poor.
func TestProgrammesByHand(t *testing.T) {
	t.Parallel()
	text := "y,old\n1,1\n2,0\n3,1\n4,0\n"
	s := fromText(t, text, survey.Spec{Target: "y", Welfare: "y", Groups: []string{"old"}})
	a, err := survey.Assess(s, []float64{1, 3, 2, 4}, survey.AssessOptions{Quotas: []float64{.5}, Programmes: []survey.Programme{survey.InGroup(s.Groups[0], 1)}})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name                              string
		amount, coverage, eer, gap, after float64
	}{
		{"score", .5, .5, .5, .5, .5 / 2 / 4},
		{"universal", .25, 1, 0, .25, .75 / 2 / 4},
		{"perfect", .5, .5, 0, .5, .5 / 2 / 4},
		{"old=1", .5, .5, .5, .5, .5 / 2 / 4},
	}
	for i, w := range want {
		e := a.Effect[i]
		if e.Programme != w.name {
			t.Fatalf("programme %d is %s, want %s", i, e.Programme, w.name)
		}
		near(t, w.name+" budget", e.Budget, 1, 1e-14)
		near(t, w.name+" amount", e.Amount, w.amount, 1e-14)
		near(t, w.name+" coverage", e.Coverage, w.coverage, 1e-14)
		near(t, w.name+" eer", e.EER, w.eer, 1e-14)
		near(t, w.name+" gap closed", e.GapBC, w.gap, 1e-14)
		near(t, w.name+" gap after", e.FGT1, w.after, 1e-14)
	}
	if e := a.Effect[1]; e.CGH20 != 1.25 || e.TD != 0 {
		t.Errorf("universal: cgh20 %v (one of four is the poorest fifth: 1.25), td %v", e.CGH20, e.TD)
	}
}

// TestTransfersAreSharedByTheHousehold pays two persons of one household and
// one of another, with 2 per head at the line of 2.
func TestTransfersAreSharedByTheHousehold(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,n\n1,2\n2,1\n5,1\n", survey.Spec{Target: "y", Welfare: "y", Size: "n"})
	for perPerson, want := range map[bool]float64{false: 1, true: .75} {
		a, err := survey.Assess(s, []float64{1, 2, 3}, survey.AssessOptions{Quotas: []float64{.6}, Budget: 3, PerPerson: perPerson})
		if err != nil {
			t.Fatal(err)
		}
		universal := a.Effect[1]
		near(t, "line over persons", universal.Line, 2, 1e-14)
		near(t, "amount", universal.Amount, want, 1e-14)
		after := 1 + want/2
		if perPerson {
			after = 1 + want
		}
		near(t, "gap after", universal.FGT1, (2-after)/2*2/4, 1e-14)
		near(t, "gap closed", universal.GapBC, ((2-1)*2-(2-after)*2)/3, 1e-14)
	}
}

func TestErrorsByGroupByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,g\n1,a\n2,a\n3,b\n4,b\n", survey.Spec{Target: "y", Groups: []string{"g"}})
	a, err := survey.Assess(s, []float64{1, 5, 2, 6}, survey.AssessOptions{Quotas: []float64{.5}, Level: true})
	if err != nil {
		t.Fatal(err)
	}
	first, second := a.Groups[0], a.Groups[1]
	if first.Level != "a" || first.Rows != 2 || first.Poor != 1 || first.EER != .5 || first.IER != 0 || first.Bias != 1.5 {
		t.Errorf("group a: %+v", first)
	}
	if second.Poor != 0 || second.EER != 0 || second.Selected != .5 || second.IER != 1 || second.Bias != .5 {
		t.Errorf("group b: %+v", second)
	}
}
