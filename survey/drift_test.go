package survey_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/survey"
)

func drifts(t testing.TB, s *survey.Sample, o survey.DriftOptions) *survey.Drift {
	t.Helper()
	d, err := survey.Drifts(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDriftByHand: twelve households in wave 1 with y = 2x, x from 0 to 11; in
// wave 2 each has one x more and y = 2x + ½.
func TestDriftByHand(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y,x,wave\n")
	for i := range 12 {
		fmt.Fprintf(&b, "%d,%d,1\n%g,%d,2\n", 2*i, i, 2*float64(i+1)+.5, i+1)
	}
	s := fromText(t, b.String(), survey.Spec{Target: "y", Vars: []string{"x"}, Wave: "wave"})
	d := drifts(t, s, survey.DriftOptions{RobustOptions: survey.RobustOptions{Quotas: []float64{.25}}, Folds: 4})
	if len(d.Pairs) != 2 || d.Pairs[0].From != "1" || d.Pairs[1].From != "2" || d.Pairs[0].RowsTo != 12 {
		t.Fatalf("pairs: %+v", d.Pairs)
	}
	p := d.Pairs[0]
	// The formula stays 2x; at the cut 4 two of wave 2 are selected (x = 1, 2) of
	// the three poor.
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"bias", p.Bias, -.5}, {"refit bias", p.RefitBias, -.5},
		{"cut", p.Quota[0].Cut, 4}, {"coverage", p.Quota[0].Coverage, 2. / 12}, {"EER", p.Quota[0].EER, 1. / 3},
		{"EER move", p.Quota[0].EERMove, 1. / 3},
		{"score", p.Score.Total, 2}, {"target", p.Score.Target, 2.5}, {"mean of x", p.Variables[0].To, 6.5}, {"shift", p.Variables[0].Shift, 1},
		{"shift in deviations", p.Variables[0].InSD, 1 / math.Sqrt(143./12)},
		{"KS", p.KS, 1. / 12}, {"bias back", d.Pairs[1].Bias, .5}, {"coverage back", d.Pairs[1].Quota[0].Coverage, 4. / 12},
	} {
		near(t, c.what, c.got, c.want, 1e-9)
	}
	if p.Quota[0].IER != 0 || p.Quota[0].HomeEER != 0 || p.Quota[0].RefitEER != 0 || p.RefitSpread > 1e-9 || p.Score.Prices != nil || p.BiasInterval != nil {
		t.Errorf("%+v", p)
	}
}

// TestPricesAndPeople: an amount doubles with prices and then grows by a half
// for people; its logarithm beside it.
func TestPricesAndPeople(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("cons,rent,lrent,kids,wave,cpi\n")
	for i := range 24 {
		rent := float64(2 + i%7)
		kids := i % 3
		fmt.Fprintf(&b, "%g,%g,%g,%d,a,5\n", 10+rent+float64(kids), rent, math.Log(rent), kids)
		rent *= 3
		fmt.Fprintf(&b, "%g,%g,%g,%d,b,10\n", 2*(10+rent/2+float64(kids)), rent, math.Log(rent), kids)
	}
	table, err := survey.ReadCSV(strings.NewReader(b.String()), survey.ReadOptions{File: "test.csv"})
	if err != nil {
		t.Fatal(err)
	}
	s := build(t, table, survey.Spec{Target: "cons", Log: true, Vars: []string{"rent", "lrent", "kids"}, Wave: "wave"})
	column, err := survey.PricesFrom(table, s, "cpi")
	if err != nil {
		t.Fatal(err)
	}
	given, err := survey.PricesByWave(s, map[string]float64{"a": 1, "b": 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, levels := range map[string][]float64{"column": column, "given": given} {
		p := drifts(t, s, survey.DriftOptions{Prices: &survey.Amounts{Prices: levels, Money: []string{"rent"}, Log: []string{"lrent"}, Target: true}}).Pairs[0]
		rent, lrent, kids := p.Variables[0], p.Variables[1], p.Variables[2]
		// Of the shift of rent, 3 − 1 times its mean, half the new amount is prices.
		want := rent.Score*(1.5/2) + lrent.Score*math.Log(2)/math.Log(3)
		near(t, name+": prices", *p.Score.Prices, want, 1e-9)
		near(t, name+": prices and people", *p.Score.Prices+*p.Score.People, p.Score.Total, 1e-12)
		near(t, name+": prices of the target", *p.Score.TargetPrices, math.Log(2), 1e-12)
		if kids.Shift != 0 {
			t.Errorf("%s: children moved by %v", name, kids.Shift)
		}
	}
	for want, try := range map[string]func() error{
		"wave b has no positive price level": func() error { _, err := survey.PricesByWave(s, map[string]float64{"a": 1}); return err },
		"a wave that does not exist":         func() error { _, err := survey.PricesByWave(s, map[string]float64{"c": 1}); return err },
		"no such column of numbers":          func() error { _, err := survey.PricesFrom(table, s, "ipc"); return err },
		"test.csv:2: kids: the row has no":   func() error { _, err := survey.PricesFrom(table, s, "kids"); return err },
		"rents: the formula has no such": func() error {
			_, err := survey.Drifts(s, survey.DriftOptions{Prices: &survey.Amounts{Prices: given, Money: []string{"rents"}}})
			return err
		},
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestWavesAlikeDoNotDrift: the same households twice, with prices that vary
// within each wave alike.
func TestWavesAlikeDoNotDrift(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y,x,z,wave\n")
	for _, wave := range []string{"a", "b"} {
		for i := range 30 {
			fmt.Fprintf(&b, "%g,%d,%d,%s\n", float64(i%7)+.3*float64(i*i%11), i%5, i%2, wave)
		}
	}
	s := fromText(t, b.String(), survey.Spec{Target: "y", Vars: []string{"x", "z"}, Wave: "wave"})
	levels := make([]float64, 60)
	for i := range levels {
		levels[i] = 1 + float64(i%30)/30
	}
	p := drifts(t, s, survey.DriftOptions{Prices: &survey.Amounts{Prices: levels, Money: []string{"x"}, Target: true}}).Pairs[0]
	if p.PSI != 0 || p.KS != 0 || math.Abs(p.Bias) > 1e-12 || p.RefitSpread != 0 || p.Score.Total != 0 || *p.Score.Prices != 0 || *p.Score.TargetPrices != 0 || p.Quota[0].Coverage < .2 {
		t.Errorf("%+v", p)
	}
}

// TestDriftIntervalsAreOfTheirFigures.
func TestDriftIntervalsAreOfTheirFigures(t *testing.T) {
	t.Parallel()
	s := certain(t, clustered(t, 600))
	wave := survey.Bands("wave", s.Size, []float64{4})
	s.Wave = &wave
	for _, p := range drifts(t, s, survey.DriftOptions{RobustOptions: survey.RobustOptions{Replicates: 3}}).Pairs {
		shrunk(t, "bias", p.BiasInterval, p.Bias)
		for _, q := range p.Quota {
			shrunk(t, "coverage", q.CoverageInterval, q.Coverage)
			shrunk(t, "move of EER", q.EERMoveInterval, q.EERMove)
			shrunk(t, "move of IER", q.IERMoveInterval, q.IERMove)
			if q.HomeEER == 0 || q.EERMove != q.EER-q.HomeEER {
				t.Errorf("%+v", q)
			}
		}
	}
}

// TestPSIAndKSByHand: the tenth bin loses its one to the first.
func TestPSIAndKSByHand(t *testing.T) {
	t.Parallel()
	ones := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	a := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	b := []float64{1, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	near(t, "PSI", survey.PSI(a, ones, b, ones), .1*math.Log(2)+(1e-4-.1)*math.Log(1e-3), 1e-12)
	near(t, "KS", survey.KS(a, ones, b, ones), .1, 1e-12)
	near(t, "KS of nothing in common", survey.KS(a, ones, []float64{11}, []float64{3}), 1, 0)
	near(t, "KS with weights", survey.KS([]float64{1, 2}, []float64{3, 1}, []float64{1, 2}, []float64{1, 3}), .5, 1e-15)
}

// TestIdenticalDistributionsDoNotDrift, whatever the order of their rows; and
// KS is symmetric and between 0 and 1, PSI not negative.
func TestIdenticalDistributionsDoNotDrift(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-3, 3), 1, 50).Draw(t, "a")
		other := rapid.SliceOfN(rapid.Float64Range(-3, 3), 1, 50).Draw(t, "b")
		w := func(n int) []float64 { return rapid.SliceOfN(rapid.Float64Range(.1, 5), n, n).Draw(t, "w") }
		wa, wb := w(len(values)), w(len(other))
		if psi, ks := survey.PSI(values, wa, values, wa), survey.KS(values, wa, values, wa); psi != 0 || ks != 0 {
			t.Fatalf("with itself: PSI %v, KS %v", psi, ks)
		}
		ab, ba := survey.KS(values, wa, other, wb), survey.KS(other, wb, values, wa)
		if ab != ba || ab < 0 || ab > 1+1e-12 || survey.PSI(values, wa, other, wb) < -1e-12 {
			t.Fatalf("KS %v and %v", ab, ba)
		}
	})
}
