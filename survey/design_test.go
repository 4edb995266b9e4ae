package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"sijil/survey"
)

// lonelySurvey has three strata, the last with one cluster.
func lonelySurvey(t *testing.T, lonely survey.Lonely) *survey.Design {
	t.Helper()
	stratum := []int32{0, 0, 0, 1, 1, 1, 2, 2}
	psu := []int32{0, 0, 1, 0, 1, 2, 0, 0}
	d, err := survey.NewDesign(8, nil, stratum, psu, []string{"a", "b", "c"}, nil, lonely, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestStrataWithOneUnit(t *testing.T) {
	t.Parallel()
	u := mat.NewDense(8, 1, []float64{1, 2, 5, 1, 4, 4, 3, 6})
	// Cluster totals 3 5 | 1 4 4 | 9: stratum a gives 2·(1+1) = 4, stratum b
	// 3/2·(4+1+1) = 9, and c cannot say.
	tests := []struct {
		lonely survey.Lonely
		want   float64
	}{
		{survey.LonelyCertainty, 13},
		{survey.LonelyAdjust, 13 + 81},
		{survey.LonelyAverage, 13 * 3. / 2},
	}
	for _, tt := range tests {
		v, err := lonelySurvey(t, tt.lonely).Variance(u)
		if err != nil {
			t.Fatal(err)
		}
		near(t, string(tt.lonely), v.At(0, 0), tt.want, 1e-14)
	}
	_, err := lonelySurvey(t, survey.LonelyFail).Variance(u)
	want := "strata: stratum c has one primary sampling unit, so its variance is unknown; merge it with a like stratum, or state a policy: certainty, adjust or average"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %v", err, want)
	}
	if _, err := survey.NewDesign(1, nil, nil, nil, nil, nil, "hope", nil); err == nil {
		t.Error("an unknown policy is taken")
	}
}

// TestSubsetIsADomain holds the variance in part of the rows to the variance in
// all rows with zeros elsewhere, which is what a domain means.
func TestSubsetIsADomain(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 5))
	n := 300
	stratum, psu, fpc := make([]int32, n), make([]int32, n), make([]float64, n)
	for i := range n {
		stratum[i], psu[i] = int32(i%5), int32(rng.IntN(9))
		fpc[i] = float64(40 + i%5)
	}
	d, err := survey.NewDesign(n, nil, stratum, psu, nil, fpc, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := mat.NewDense(n, 2, nil)
	var rows []int
	for i := range n {
		if psu[i] < 4 && rng.IntN(3) > 0 {
			rows = append(rows, i)
			whole.SetRow(i, []float64{rng.NormFloat64(), rng.NormFloat64() + 1})
		}
	}
	part := mat.NewDense(len(rows), 2, nil)
	for i, r := range rows {
		part.SetRow(i, whole.RawRowView(r))
	}
	want, err := d.Variance(whole)
	if err != nil {
		t.Fatal(err)
	}
	sub := d.Subset(rows)
	got, err := sub.Variance(part)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		for j := range 2 {
			near(t, fmt.Sprint(i, j), got.At(i, j), want.At(i, j), 1e-12)
		}
	}
	if sub.Units() >= d.Units() {
		t.Errorf("%d of %d clusters are left, want fewer", sub.Units(), d.Units())
	}
}

func TestSamplesThatCannotBeBuilt(t *testing.T) {
	t.Parallel()
	text := "y,w,h,p,f,a,b,code,hole\n" +
		"1,1,1,1,10,1,2,u,1\n2,1,1,2,10,2,4,v,\n0,0,2,1,5,3,6,u,3\n4,2,2,2,6,4,8,v,NA\n5,1,2,3,5,6,12,u,5\n"
	table, err := survey.ReadCSV(strings.NewReader(text), survey.ReadOptions{File: "f.csv"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		spec survey.Spec
		want string
	}{
		{"no target", survey.Spec{}, "f.csv: target: no target is named; name the column to be explained"},
		{"no such column", survey.Spec{Target: "z"}, "f.csv: z: the file has no such column, wanted as the target; check the spelling against the header"},
		{"codes as target", survey.Spec{Target: "code"}, "f.csv: code: the column holds codes and cannot serve as the target; choose a column of numbers"},
		{"zero weight", survey.Spec{Target: "y", Weight: "w"}, "f.csv:4: w: the weight is not a positive number; mend it, or leave rows that stand for nobody out of the file"},
		{"varying fpc", survey.Spec{Target: "y", Stratum: "h", FPC: "f"}, "f.csv:5: f: the finite population correction differs within stratum 2; give one figure a stratum"},
		{"zero under a log", survey.Spec{Target: "y", Log: true}, "f.csv:4: y: the target is zero or negative and has no logarithm; mend the value, or fit without the logarithm"},
		{"target among variables", survey.Spec{Target: "y", Vars: []string{"y"}}, "f.csv: y: the column already serves as the target; take it out of the variables"},
		{"missing", survey.Spec{Target: "y", Vars: []string{"hole"}}, "f.csv:3: hole: 2 values are missing, the first here; fill them, leave the column out, or ask for such rows to be dropped"},
		{"nothing matches", survey.Spec{Target: "y", Vars: []string{"x_*"}}, "f.csv: x_*: no column matches, wanted as a variable; check the spelling against the header"},
		{"no such reference", survey.Spec{Target: "y", Vars: []string{"code"}, References: map[string]string{"code": "w"}}, "f.csv: code: the reference level is not in the column; name a level of a categorical column"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := survey.Build(table, tt.spec)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %v", err, tt.want)
			}
		})
	}
	s, err := survey.Build(table, survey.Spec{Target: "y", Vars: []string{"code", "hole"}, DropMissing: true, References: map[string]string{"code": "v"}})
	if err != nil {
		t.Fatal(err)
	}
	if s.N() != 3 || len(s.Design.Weight) != 3 || s.Dropped != 2 || s.Missing[0] != (survey.Missing{Column: "hole", Count: 2, FirstLine: 3}) {
		t.Errorf("%d rows, %d dropped, %+v missing", s.N(), s.Dropped, s.Missing)
	}
	if got := fmt.Sprintln(s.Names, s.Terms[0].Reference); got != "[(Intercept) code=u hole] v\n" {
		t.Errorf("columns %s", got)
	}
}

func TestGroupsByBands(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,age,sex\n1,17,f\n2,18,m\n3,59.5,f\n4,60,f\n5,88,m\n", survey.Spec{Target: "y", Groups: []string{"age", "sex"},
		Bands: map[string][]float64{"age": {60, 18}}})
	if got, want := fmt.Sprint(s.Groups[0]), "{age [under 18 18 to under 60 60 and over] [0 1 1 2 2]}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(s.Groups[1]), "{sex [f m] [0 1 0 0 1]}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCollinearColumnsAreNamed(t *testing.T) {
	t.Parallel()
	text := "y,a,b,c,one\n1,1,2,1,7\n2,2,4,5,7\n3,3,6,2,7\n4,4,8.0000000001,3,7\n6,6,12,9,7\n8,7,14,1,7\n"
	tests := []struct {
		vars   []string
		policy survey.Collinear
		want   string // start of the error, or columns dropped
	}{
		{[]string{"a", "b", "c"}, "", "a, b: the columns are nearly combinations of each other (condition number "},
		{[]string{"a", "b", "c"}, survey.CollinearDrop, "[b]"},
		{[]string{"a", "c", "one"}, "", "one: the column has the same value in every row"},
		{[]string{"a", "c", "one"}, survey.CollinearDrop, "[one]"},
		{[]string{"a", "b", "c"}, survey.CollinearKeep, "[]"},
		{[]string{"a", "c"}, "hope", "collinear: \"hope\" is not a policy"},
	}
	for _, tt := range tests {
		s := fromText(t, text, survey.Spec{Target: "y", Vars: tt.vars})
		fit, err := survey.FitWLS(s, survey.Options{Collinear: tt.policy})
		var got string
		if err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprint(fit.Dropped)
		}
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%v %q: got %q, want %q", tt.vars, tt.policy, got, tt.want)
		}
	}
	wide := fromText(t, "y,a,b,c\n1,1,0,0\n2,0,1,0\n3,0,0,1\n", survey.Spec{Target: "y", Vars: []string{"a", "b", "c"}})
	if _, err := survey.FitWLS(wide, survey.Options{}); err == nil || !strings.Contains(err.Error(), "3 rows cannot carry 4 coefficients") {
		t.Errorf("more variables than rows: %v", err)
	}
}

// TestWLSByHand fits a line through points whose answer is known, and shows
// that a weight of two is two rows to the estimate.
func TestWLSByHand(t *testing.T) {
	t.Parallel()
	twice := fromText(t, "y,x\n1,0\n3,1\n3,1\n4,2\n", survey.Spec{Target: "y", Vars: []string{"x"}})
	weighted := fromText(t, "y,x,w\n1,0,1\n3,1,2\n4,2,1\n", survey.Spec{Target: "y", Weight: "w", Vars: []string{"x"}})
	for _, s := range []*survey.Sample{twice, weighted} {
		fit, err := survey.FitWLS(s, survey.Options{})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "intercept", fit.Beta[0], 1.25, 1e-14)
		near(t, "slope", fit.Beta[1], 1.5, 1e-14)
		near(t, "R2", fit.R2, 1-.25/4.75, 1e-14)
	}
	fit, err := survey.FitWLS(twice, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "iid", fit.Coefficients[1].SEIID, math.Sqrt(.25/2/2), 1e-14)
	// Residuals −¼ ¼ ¼ −¼ on x − x̄ = −1 0 0 1: Σ(x−x̄)²e² = 1/8, n/(n−k) = 2.
	near(t, "hc1", fit.Coefficients[1].SEHC1, math.Sqrt(.125/4*2), 1e-14)
	near(t, "design", fit.Coefficients[1].SEDesign, math.Sqrt(.125/4*4/3), 1e-14)
}

func TestFinitePopulationByHand(t *testing.T) {
	t.Parallel()
	values := []float64{1, 2, 3, 6}
	for name, f := range map[string]float64{"count": 16, "fraction": .25} {
		d, err := survey.NewDesign(4, nil, nil, nil, nil, []float64{f, f, f, f}, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Mean(values)
		if err != nil {
			t.Fatal(err)
		}
		near(t, name, got.SE, math.Sqrt(.75*(14./3)/4), 1e-14)
	}
	if _, err := survey.NewDesign(4, nil, nil, nil, nil, []float64{3, 3, 3, 3}, "", nil); err == nil {
		t.Error("a population of 3 has a sample of 4")
	}
}

func TestDescribeByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,w,h,x\n1,1,a,5\n2,1,a,5\n6,2,b,5\n", survey.Spec{Target: "y", Weight: "w", Stratum: "h", Vars: []string{"x"}})
	d, err := survey.Describe(s)
	if err != nil {
		t.Fatal(err)
	}
	if d.Rows != 3 || d.Strata != 2 || d.Units != 3 || d.DF != 1 || d.LonelyUnit != 1 || d.SumWeights != 4 || d.MaxWeight != 2 || !d.Columns[1].Constant {
		t.Errorf("%+v", d)
	}
	near(t, "deff of weights", d.KishDeff, 6*3/16., 1e-15)
	near(t, "mean", d.Columns[0].Mean.Value, 15./4, 1e-15)
	near(t, "sd", d.Columns[0].SD, math.Sqrt((2.75*2.75+1.75*1.75+2*2.25*2.25)/4), 1e-15)
}

func TestNothingToExplainOrToCompare(t *testing.T) {
	t.Parallel()
	flat := fromText(t, "y,x\n2,1\n2,3\n2,4\n2,9\n", survey.Spec{Target: "y", Vars: []string{"x"}})
	if _, err := survey.FitWLS(flat, survey.Options{}); err == nil || !strings.Contains(err.Error(), "y: the target is the same in every row") {
		t.Errorf("a constant target: %v", err)
	}
	if _, err := survey.Assess(flat, []float64{1, 2, 3, 4}, survey.AssessOptions{}); err == nil {
		t.Error("a constant target is judged")
	}
	single := fromText(t, "y,x,c\n1,1,1\n2,3,1\n5,4,1\n7,9,1\n", survey.Spec{Target: "y", Vars: []string{"x"}, PSU: "c", Lonely: survey.LonelyCertainty})
	if _, err := survey.FitWLS(single, survey.Options{}); err == nil || !strings.Contains(err.Error(), "psu: the sample has one cluster") {
		t.Errorf("one cluster: %v", err)
	}
}

func TestWelfareOfTargets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"y\n8.1\n7.9\n8.4\n": "exp(target)", "y\n-.2\n1.1\n.4\n": "exp(target)", "y\n900\n4000\n1500\n": "target", "y\n700\n650\n710\n": "target", "y\n1.9\n4\n11\n": "target",
	} {
		if _, got := survey.WelfareOf(fromText(t, text, survey.Spec{Target: "y"})); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if w, got := survey.WelfareOf(fromText(t, "y\n1\n10\n100\n", survey.Spec{Target: "y", Log: true})); got != "exp(target)" || math.Abs(w[1]-10) > 1e-12 {
		t.Errorf("a target taken in logarithms: %s %v", got, w)
	}
}
