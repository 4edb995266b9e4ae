package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/survey"
)

// given is a linear model whose coefficients are given, one a column.
type given []float64

func (b given) Score(s *survey.Sample) []float64 {
	out := make([]float64, s.N())
	for i := range out {
		for j, v := range s.X.RawRowView(i) {
			out[i] += v * b[j]
		}
	}
	return out
}

func givenMethod(b ...float64) survey.Method {
	return survey.Method{Name: "given", Level: true, Fit: func(*survey.Sample) (survey.Model, error) { return given(b), nil }}
}

func movable(t testing.TB, s *survey.Sample, variables ...string) *survey.Tagged {
	t.Helper()
	tags := &survey.Tags{Movable: variables}
	tagged, err := tags.Resolve(s)
	if err != nil {
		t.Fatal(err)
	}
	return tagged
}

func hide(t testing.TB, s *survey.Sample, m survey.Method, tagged *survey.Tagged, o survey.RobustOptions) *survey.Hiding {
	t.Helper()
	h, err := survey.Hide(s, m, nil, tagged, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestHidingByHand follows six households of weight ten with the score
// 1 + ½·tv + ⅕·phones − .3·earth: .7, 1, 1.5, 1.4, 1.7, 1.8.
func TestHidingByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,w,tv,phones,earth,g\n1,1,0,0,1,n\n2,1,0,0,0,n\n1.5,2,1,0,0,n\n4,1,0,2,0,s\n5,3,1,1,0,s\n6,2,1,3,1,s\n",
		survey.Spec{Target: "y", Weight: "w", Vars: []string{"tv", "phones", "earth"}, Groups: []string{"g"}})
	h := hide(t, s, givenMethod(1, .5, .2, -.3), movable(t, s, "tv", "phones", "earth"), survey.RobustOptions{Quotas: []float64{.1, .2, .3}})
	if h.Quota[0].Cut != .7 || h.Quota[1].Cut != 1 || h.Quota[0].Ineligible != .9 || h.Quota[1].Ineligible != .8 {
		t.Errorf("cuts %v and %v, ineligible %v and %v", h.Quota[0].Cut, h.Quota[1].Cut, h.Quota[0].Ineligible, h.Quota[1].Ineligible)
	}
	want := map[string][2]float64{ // weight that crosses at 10 % and at 20 %
		"tv none": {0, 2}, "tv claimed": {0, 0},
		"phones one less": {0, 0}, "phones none": {0, 1}, "phones one more": {0, 0},
		"earth none": {0, 0}, "earth claimed": {1, 0},
		"all movable variables none of all": {2, 8}, "all movable variables the lowest": {9, 8},
	}
	for k, whole := range []float64{9, 8} {
		if len(h.Quota[k].Crossings) != len(want) {
			t.Errorf("%d false answers, want %d", len(h.Quota[k].Crossings), len(want))
		}
		for _, c := range h.Quota[k].Crossings {
			key := c.Variable + " " + c.Answer
			if w, ok := want[key]; !ok || c.Weight != w[k] || c.Share != w[k]/whole {
				t.Errorf("%s at %v: %v households, share %v, want %v", key, h.Quota[k].Q, c.Weight, c.Share, w[k])
			}
		}
	}
	// At 30 % the line is 1.5 (weights 1, 2 and 1 lie at or below 2) and the cut
	// 1.4; denying the television brings over both the third and the fifth.
	tv := h.Quota[2].Crossings[0]
	if tv.Weight != 7 || tv.Rows != 3 || tv.Poor != 2./7 {
		t.Errorf("television at 30 %%: %+v", tv)
	}
	if g := tv.Groups; len(g) != 2 || g[0].Share != 1 || g[1].Share != 1 || g[0].Ineligible != 1 || g[1].Ineligible != 2 {
		t.Errorf("groups: %+v", g)
	}
}

// TestSquaresMoveWithTheirCount scores 1 + .4·n − .1·n², which is 1, 1.3, 1.4
// and 1.3 at 0 to 3: from 3 one less scores higher and is not said.
func TestSquaresMoveWithTheirCount(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y,n,n2,ln\n")
	for i := range 48 {
		fmt.Fprintf(&b, "%d,%d,%d,%g\n", i+1, i%4, (i%4)*(i%4), math.Log(float64(i+2)))
	}
	s := fromText(t, b.String(), survey.Spec{Target: "y", Vars: []string{"n", "n2", "ln"}})
	h := hide(t, s, givenMethod(1, .4, -.1, 0), movable(t, s, "n*", "ln"), survey.RobustOptions{Quotas: []float64{.25, .3}})
	if len(h.Items) != 1 || h.Items[0].Variable != "n" || strings.Join(h.Items[0].Follow, ",") != "n2" {
		t.Fatalf("items: %+v", h.Items)
	}
	if len(h.Left) != 2 || !strings.Contains(h.Left[0].Why+h.Left[1].Why, "function of n ") {
		t.Errorf("left out: %+v", h.Left)
	}
	rows := map[string]int{}
	for _, c := range h.Quota[0].Crossings { // the cut is 1
		rows[c.Answer] = c.Rows
	}
	if rows[survey.HideOne] != 12 || rows[survey.HideAll] != 36 || rows[survey.ClaimOne] != 0 || rows[survey.HideEach] != 36 {
		t.Errorf("rows that cross at 1: %v", rows)
	}
}

// TestAPanelProvesNothing: twenty households, asked twice alike, have as many
// ares of land as their number; nothing else is thereby a function of land.
func TestAPanelProvesNothing(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y,ares,tv\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%d,%d\n", i, i%20, i%20%3%2)
	}
	s := fromText(t, b.String(), survey.Spec{Target: "y", Vars: []string{"ares", "tv"}})
	h := hide(t, s, givenMethod(0, 1, 1), movable(t, s, "ares", "tv"), survey.RobustOptions{})
	if len(h.Items) != 2 || h.Items[0].Follow != nil || len(h.Left) != 0 {
		t.Errorf("%+v, left %+v", h.Items, h.Left)
	}
}

func TestACodeBecomesTheLowest(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,roof\n1,mud\n2,tile\n3,tin\n4,tile\n", survey.Spec{Target: "y", Vars: []string{"roof"}})
	h := hide(t, s, givenMethod(1, .5, .2), movable(t, s, "roof"), survey.RobustOptions{Quotas: []float64{.2}})
	if c := h.Quota[0].Crossings[0]; c.Answer != survey.Another || c.Rows != 3 || c.Share != 1 {
		t.Errorf("%+v", c)
	}
}

// TestAThingOwnedIsNotClaimedTwice: the second row scores 5 − 3, and would
// cross at 5 − 6.
func TestAThingOwnedIsNotClaimedTwice(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,z,mule\n1,0,0\n2,5,1\n3,9,0\n", survey.Spec{Target: "y", Vars: []string{"z", "mule"}})
	for _, c := range hide(t, s, givenMethod(0, 1, -3), movable(t, s, "mule"), survey.RobustOptions{Quotas: []float64{.2}}).Quota[0].Crossings {
		if c.Rows != 0 {
			t.Errorf("%+v", c)
		}
	}
}

// TestHidingIsScoredOutOfFold, and intervals are those of the shares.
func TestHidingIsScoredOutOfFold(t *testing.T) {
	t.Parallel()
	s := clustered(t, 600)
	for i := range s.N() {
		s.X.Set(i, 2, float64(i%3)) // z becomes a count
		s.Y[i] += .3 * float64(i%3)
	}
	folds, err := survey.MakeFolds(s.Design, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	scores, _, err := survey.OutOfFold(s, survey.WLSMethod(), folds)
	if err != nil {
		t.Fatal(err)
	}
	h, err := survey.Hide(certain(t, s), survey.WLSMethod(), folds, movable(t, s, "z"), survey.RobustOptions{Replicates: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range h.Quota {
		near(t, "cut", q.Cut, survey.WeightedQuantile(scores, s.Design.Weight, q.Q), 0)
		for _, c := range q.Crossings {
			near(t, c.Answer, c.Interval.Low, c.Share, 1e-12)
			near(t, c.Answer, c.Interval.High, c.Share, 1e-12)
		}
		if one, none := q.Crossings[0], q.Crossings[1]; one.Share == 0 || none.Share <= one.Share {
			t.Errorf("one less %v, none %v", one.Share, none.Share)
		}
	}
}

// TestHidingProperties: nothing movable moves nobody; more movable variables
// let no fewer cross; the order of rows does not matter.
func TestHidingProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(8, 60).Draw(rt, "n")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		rows := make([]string, n)
		for i := range rows {
			rows[i] = fmt.Sprintf("%g,%g,%d,%d,%d\n", rng.NormFloat64(), .5+rng.Float64(), rng.IntN(2), rng.IntN(4), rng.IntN(3))
		}
		spec := survey.Spec{Target: "y", Weight: "w", Vars: []string{"a", "b", "c"}}
		m := givenMethod(1, rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64())
		o := survey.RobustOptions{Quotas: []float64{.3}}
		s := fromText(t, "y,w,a,b,c\n"+strings.Join(rows, ""), spec)
		last := make([]float64, 2)
		for k, names := range [][]string{nil, {"a"}, {"a", "c"}, {"a", "b", "c"}} {
			q := hide(t, s, m, movable(t, s, names...), o).Quota[0]
			for i, c := range q.Crossings[len(q.Crossings)-2:] {
				if k == 0 && c.Rows != 0 || c.Weight < last[i] {
					rt.Fatalf("%v: %s lets %v cross after %v", names, c.Answer, c.Weight, last[i])
				}
				last[i] = c.Weight
			}
		}
		rng.Shuffle(n, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		shuffled := fromText(t, "y,w,a,b,c\n"+strings.Join(rows, ""), spec)
		a, b := hide(t, s, m, movable(t, s, "a", "b", "c"), o).Quota[0], hide(t, shuffled, m, movable(t, shuffled, "a", "b", "c"), o).Quota[0]
		for i := range a.Crossings {
			if a.Crossings[i].Rows != b.Crossings[i].Rows || math.Abs(a.Crossings[i].Share-b.Crossings[i].Share) > 1e-12 {
				rt.Fatalf("shuffled rows: %+v and %+v", a.Crossings[i], b.Crossings[i])
			}
		}
	})
}
