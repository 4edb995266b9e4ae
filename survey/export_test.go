package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/survey"
)

// village makes a small survey: money per head by size of household, tools,
// share of readers, wall, place and milieu, with noise.
func village(n int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	b.WriteString("spend,w,psu,size,x_lsize,x_tools,x_tools2,x_readers,x_land,wall,x_north,x_south,x_town,milieu\n")
	walls := []string{"brick", "mud", "stone"}
	for i := range n {
		size, tools, wall, place, town := 1+r.IntN(9), r.IntN(5), r.IntN(3), r.IntN(3), r.IntN(2)
		readers := float64(r.IntN(size+1)) / float64(size)
		land := float64(r.IntN(400)) / 10
		y := 8 - .4*math.Log(float64(size)) + .1*float64(tools) - .01*float64(tools*tools) + .3*readers + 1e-2*land + []float64{.2, -.1, 0}[wall] + []float64{.1, -.1, 0}[place] + .25*float64(town) + .3*r.NormFloat64()
		indicator := func(is bool) int {
			if is {
				return 1
			}
			return 0
		}
		fmt.Fprintf(&b, "%v,%d,%d,%d,%v,%d,%d,%v,%v,%s,%d,%d,%d,%s\n", math.Exp(y), 50+r.IntN(100), i/8, size, math.Log(float64(size)), tools, tools*tools, readers, land,
			walls[wall], indicator(place == 0), indicator(place == 1), town, []string{"country", "town"}[town])
	}
	return b.String()
}

func readVillage(t *testing.T, n int, seed uint64, vars ...string) (*survey.Table, *survey.Sample) {
	t.Helper()
	table, err := survey.ReadCSV(strings.NewReader(village(n, seed)), survey.ReadOptions{File: "village.csv"})
	if err != nil {
		t.Fatal(err)
	}
	if vars == nil {
		vars = []string{"x_lsize", "x_tools", "x_tools2", "x_readers", "x_land", "wall", "x_north", "x_south", "x_town"}
	}
	return table, build(t, table, survey.Spec{Target: "spend", Log: true, Weight: "w", PSU: "psu", Vars: vars, Size: "size", Groups: []string{"milieu"}})
}

// said is a text in the three languages.
func said(s string) formula.Text {
	return formula.Text{"ar": "ع " + s, "fr": s + " fr", "en": s}
}

// villageWording words every column of the village.
func villageWording() *survey.Wording {
	return &survey.Wording{Format: 1, Title: said("Village index"), Meaning: said("Logarithm of spending a head; lower is poorer"),
		Regions: []survey.RegionWording{
			{Column: "x_north", Regions: []string{"01"}, Label: said("North")}, {Column: "x_south", Regions: []string{"02", "03"}, Label: said("South")},
			{Regions: []string{"04"}, Label: said("East")},
		},
		Terms: []survey.TermWording{
			{Column: "x_lsize", Of: "size", Kind: formula.TableByRange, Variable: "household_size", Label: said("Size"), Unit: said("persons"), Tags: []string{survey.Verifiable}},
			{Column: "x_tools", Label: said("Tools"), Unit: said("number"), Tags: []string{survey.Movable}},
			{Column: "x_tools2", Of: "x_tools", Kind: formula.Square, Variable: "tools", Label: said("Tools, squared"), Unit: said("number")},
			{Column: "x_readers", Label: said("Readers"), Unit: said("share")},
			{Column: "x_land", Label: said("Land"), Unit: said("square metres"), Tags: []string{survey.Verifiable, survey.Sensitive}},
			{Column: "wall", Label: said("Wall"), Levels: map[string]formula.Text{"brick": said("Brick"), "mud": said("Mud"), "stone": said("Stone")}},
			{Column: "x_town", Label: said("Town")},
		},
		Groups: []survey.GroupWording{{Group: "milieu", Label: said("Milieu"), Levels: map[string]formula.Text{"country": said("Countryside"), "town": said("Town")}}},
	}
}

var villageExport = survey.ExportOptions{ID: "village", Version: "1", From: civil.MustParse("2026-01-01"), Source: "A made survey"}

func publish(t *testing.T, table *survey.Table, s *survey.Sample, m survey.LinearMethod, w *survey.Wording, o survey.ExportOptions) (*survey.Linear, *survey.Published) {
	t.Helper()
	l, err := m.Fit(s, survey.Options{Collinear: survey.CollinearDrop})
	if err != nil {
		t.Fatal(err)
	}
	p, err := survey.Export(s, table, l, w, o)
	if err != nil {
		t.Fatal(err)
	}
	return l, p
}

func byMilieu() *survey.Wording {
	w := villageWording()
	w.Strata = []survey.StratumWording{{Name: "country", Level: "country", Label: said("Countryside")}, {Name: "town", Level: "town", Label: said("Town")}}
	return w
}

// recomputed adds up the numbers as published, in floating point, for a row.
func recomputed(t *testing.T, p *survey.Published, s *survey.Sample, size []float64, row int, stratum string) float64 {
	t.Helper()
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	value := func(name string) float64 {
		for j, n := range s.Names {
			if n == name {
				return s.X.At(row, j)
			}
		}
		return 0
	}
	d := p.Definition.Strata[stratum]
	sum := number(d.Intercept.Coefficient)
	region := map[bool]string{true: "01"}[value("x_north") == 1] + map[bool]string{true: "02"}[value("x_south") == 1]
	if region == "" {
		region = "04"
	}
	for _, e := range d.Regions {
		if e.Regions[0] == region {
			sum += number(e.Coefficient)
		}
	}
	for _, x := range d.Terms {
		switch x.Code {
		case "lsize":
			for _, r := range x.Rows {
				if (r.From == nil || number(*r.From) <= size[row]) && (r.Below == nil || size[row] < number(*r.Below)) {
					sum += number(r.Points)
				}
			}
		case "wall":
			for _, r := range x.Rows {
				if value("wall="+*r.Code) == 1 {
					sum += number(r.Points)
				}
			}
		default:
			sum += number(*x.Coefficient) * value("x_"+x.Code)
		}
	}
	return sum
}

// TestExportedFormulaIsTheRoundedModel evaluates the formula, read back from
// its file, on the survey's own rows.
func TestExportedFormulaIsTheRoundedModel(t *testing.T) {
	t.Parallel()
	methods := []survey.LinearMethod{{Name: "wls"}, {Name: "bic"}, {Name: "lasso", Lambda: .02}, {Name: "quantile", Tau: .4}, {Name: "wls", By: "milieu"}, {Name: "quantile", Tau: .3, By: "milieu"}}
	rapid.Check(t, func(rt *rapid.T) {
		table, s := readVillage(t, rapid.IntRange(120, 200).Draw(rt, "n"), rapid.Uint64().Draw(rt, "seed"))
		m := rapid.SampledFrom(methods).Draw(rt, "method")
		o := villageExport
		o.Rounding = rapid.SampledFrom([]survey.Rounding{{}, {Significant: 2, Decimals: 2}, {Significant: 6, Decimals: 6}, {Decimals: 9}}).Draw(rt, "rounding")
		w := villageWording()
		if m.By != "" {
			w = byMilieu()
		}
		_, p := publish(t, table, s, m, w, o)
		file, err := p.Definition.JSON()
		if err != nil {
			rt.Fatal(err)
		}
		read, err := formula.Parse("village.json", file)
		if err != nil {
			rt.Fatal(err)
		}
		if read.Hash() != p.Formula.Hash() {
			rt.Fatal("the file has another hash than the formula")
		}
		for i := range s.N() {
			h, err := p.Household(s, i)
			if err != nil {
				rt.Fatal(err)
			}
			got, err := read.Evaluate(h)
			if err != nil {
				rt.Fatal(err)
			}
			want := recomputed(t, p, s, s.Size, i, h.Stratum)
			if d := math.Abs(float64(got.Index)/1e7 - want); d > .5e-7+1e-10 {
				rt.Fatalf("row %d: index %v, the rounded prediction %.10f", i, got.Index, want)
			}
		}
	})
}

// TestRoundingShrinks rounds finer and finer: nothing is left to change.
func TestRoundingShrinks(t *testing.T) {
	t.Parallel()
	table, s := readVillage(t, 300, 5)
	last := math.Inf(1)
	for _, digits := range []int{1, 2, 4, 8} {
		o := villageExport
		o.Rounding = survey.Rounding{Significant: digits, Decimals: digits}
		_, p := publish(t, table, s, survey.LinearMethod{Name: "wls"}, villageWording(), o)
		e, err := p.Effect(s, []float64{.3})
		if err != nil {
			t.Fatal(err)
		}
		if !(e.LargestShift < last && e.MeanAbsShift <= e.LargestShift && math.Abs(e.MeanShift) <= e.MeanAbsShift) {
			t.Errorf("%d digits: %+v after a largest shift of %v", digits, e, last)
		}
		last = e.LargestShift
		if q := e.Quota[0]; digits == 1 && (q.CameIn+q.WentOut == 0 || q.Crossed <= 0 || e.RankChanges == 0 || e.LargestInErrors < .05) {
			t.Errorf("one digit moves nobody: %+v", e)
		}
		if q := e.Quota[0]; digits == 8 && (e.RankChanges > 0 || q.CameIn+q.WentOut > 0 || q.EERBefore != q.EERAfter || q.IERBefore != q.IERAfter || e.LargestShift > 1e-6) {
			t.Errorf("eight digits move somebody: %+v", e)
		}
	}
}

// TestPooledStrata takes the indicator of a stratum into its intercept.
func TestPooledStrata(t *testing.T) {
	t.Parallel()
	table, s := readVillage(t, 300, 7)
	w := villageWording()
	w.Terms = w.Terms[:len(w.Terms)-1]
	w.Strata = []survey.StratumWording{{Name: "town", Column: "x_town", Label: said("Town")}, {Name: "country", Label: said("Countryside")}}
	l, p := publish(t, table, s, survey.LinearMethod{Name: "wls"}, w, villageExport)
	indexes, err := p.Indexes(s)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range l.Score(s) {
		if d := math.Abs(float64(indexes[i])/1e7 - want); d > 2e-3 {
			t.Fatalf("row %d: %v is not %v", i, indexes[i], want)
		}
	}
	difference := func(a, b string) float64 {
		x, err := strconv.ParseFloat(a, 64)
		if err != nil {
			t.Fatal(err)
		}
		y, err := strconv.ParseFloat(b, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x - y
	}
	town := l.Parts[0].Beta[len(s.Names)-1]
	if d := difference(p.Definition.Strata["town"].Intercept.Coefficient, p.Definition.Strata["country"].Intercept.Coefficient); math.Abs(d-town) > 1.1e-4 {
		t.Errorf("intercepts differ by %v, the coefficient is %v", d, town)
	}
}

// TestUnseenLevels leaves out what a stratum has no household of.
func TestUnseenLevels(t *testing.T) {
	t.Parallel()
	text := village(200, 3)
	var kept []string
	for i, line := range strings.Split(text, "\n") {
		if i == 0 || !(strings.HasSuffix(line, "town") && strings.Contains(line, "mud")) {
			kept = append(kept, line)
		}
	}
	table, err := survey.ReadCSV(strings.NewReader(strings.Join(kept, "\n")), survey.ReadOptions{File: "village.csv"})
	if err != nil {
		t.Fatal(err)
	}
	s := build(t, table, survey.Spec{Target: "spend", Log: true, Weight: "w", PSU: "psu", Vars: []string{"wall"}, Groups: []string{"milieu"}})
	w := byMilieu()
	w.Regions, w.Terms = nil, w.Terms[5:6]
	_, p := publish(t, table, s, survey.LinearMethod{Name: "wls", By: "milieu"}, w, villageExport)
	if len(p.Unseen) != 1 || p.Unseen[0] != (survey.UnseenLevel{Stratum: "town", Code: "wall", Level: "mud"}) {
		t.Errorf("unseen %v", p.Unseen)
	}
	_, err = p.Formula.Evaluate(formula.Household{Stratum: "town", Region: "all", Values: []formula.Value{formula.Code("mud")}})
	if err == nil || !strings.Contains(err.Error(), "no row") {
		t.Errorf("a code nobody had: %v", err)
	}
}
