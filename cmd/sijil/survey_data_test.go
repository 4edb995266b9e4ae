package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sijil/survey"
)

// surveyDataFolder is the folder of surveys with figures of other programs.
func surveyDataFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SIJIL_TESTDATA")
	if dir == "" {
		t.Skip("SIJIL_TESTDATA is not set")
	}
	return filepath.Join(dir, "survey")
}

// runJSON runs a command line and decodes the one object it prints.
func runJSON(t *testing.T, into any, args ...string) {
	t.Helper()
	var out, errw bytes.Buffer
	if status := run(t.Context(), append(args, "--json"), strings.NewReader(""), &out, &errw); status != exitOK || errw.Len() > 0 {
		t.Fatalf("%v: status %d, %s", args, status, errw.String())
	}
	d := json.NewDecoder(&out)
	if err := d.Decode(into); err != nil {
		t.Fatal(err)
	}
	if d.More() {
		t.Errorf("%v: more than one object", args)
	}
}

type fitJSON struct {
	N            int
	R2, Sigma    float64
	DF           int
	Coefficients []struct {
		Name      string
		Estimate  float64
		Estimates []float64
		SEDesign  float64 `json:"se_design"`
		SECluster float64 `json:"se_cluster"`
		SEHC1     float64 `json:"se_hc1"`
		SEIID     float64 `json:"se_iid"`
	}
	Fits []struct{ Tau, Objective float64 }
}

// near reports a figure that is off by more than a relative tolerance.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s: %.17g, want %.17g", what, got, want)
	}
}

// reference reads a table of figures: by term, by column.
func reference(t *testing.T, file string) map[string]map[string]float64 {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]float64{}
	for _, row := range rows[1:] {
		out[row[0]] = map[string]float64{}
		for j, cell := range row[1:] {
			v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
			if err != nil {
				t.Fatal(err)
			}
			out[row[0]][rows[0][j+1]] = v
		}
	}
	return out
}

const vietnamVars = "x_lhhsize,x_lhhsize2,x_female,x_age,x_age2,x_educ,x_educ2,x_farm,x_urban"

func vietnam(t *testing.T, command string, more ...string) []string {
	t.Helper()
	return append([]string{"survey", command, filepath.Join(surveyDataFolder(t), "vietnam97.csv"), "--target", "y", "--psu", "cluster", "--vars", vietnamVars}, more...)
}

// TestVietnamFit holds the printed coefficients to R's svyglm, sandwich and lm.
func TestVietnamFit(t *testing.T) {
	t.Parallel()
	var fit fitJSON
	runJSON(t, &fit, vietnam(t, "fit")...)
	near(t, "r2", fit.R2, 0.43797125184022628, 1e-9)
	near(t, "sigma", fit.Sigma, 0.47436823608493189, 1e-9)
	ref := reference(t, filepath.Join(surveyDataFolder(t), "ref/vietnam97_ols_svyglm_rq.csv"))
	if fit.N != 5999 || fit.DF != 193 || len(fit.Coefficients) != len(ref) {
		t.Fatalf("n %d, df %d, %d coefficients", fit.N, fit.DF, len(fit.Coefficients))
	}
	for _, c := range fit.Coefficients {
		want := ref[c.Name]
		near(t, c.Name, c.Estimate, want["coef"], 1e-9)
		near(t, c.Name+" design", c.SEDesign, want["se_svy"], 1e-9)
		near(t, c.Name+" cluster", c.SECluster, want["se_cr1"], 1e-9)
		near(t, c.Name+" HC1", c.SEHC1, want["se_hc1"], 1e-9)
		near(t, c.Name+" iid", c.SEIID, want["se_iid"], 1e-9)
	}
}

// TestVietnamLasso holds the path to glmnet's.
func TestVietnamLasso(t *testing.T) {
	t.Parallel()
	lambdas := []string{"0.1", "0.05", "0.02", "0.01", "0.005", "0.002", "0.001"}
	var fit fitJSON
	runJSON(t, &fit, vietnam(t, "fit", "--method", "lasso", "--lambda", strings.Join(lambdas, ","))...)
	ref := reference(t, filepath.Join(surveyDataFolder(t), "ref/vietnam97_lasso.csv"))
	for _, c := range fit.Coefficients {
		if len(c.Estimates) != len(lambdas) {
			t.Fatalf("%s: %d estimates", c.Name, len(c.Estimates))
		}
		for i, l := range lambdas {
			if want := ref[c.Name]["lam_"+l]; math.Abs(c.Estimates[i]-want) > 1e-7 {
				t.Errorf("%s at %s: %.17g, want %.17g", c.Name, l, c.Estimates[i], want)
			}
		}
	}
}

// TestVietnamLogit holds the logit to R's quasibinomial svyglm.
func TestVietnamLogit(t *testing.T) {
	t.Parallel()
	var fit fitJSON
	runJSON(t, &fit, vietnam(t, "fit", "--method", "logit")...)
	ref := reference(t, filepath.Join(surveyDataFolder(t), "ref/vietnam97_logit20.csv"))
	for _, c := range fit.Coefficients {
		near(t, c.Name, c.Estimate, ref[c.Name]["coef"], 1e-8)
		near(t, c.Name+" design", c.SEDesign, ref[c.Name]["se_svy"], 1e-8)
	}
}

// TestVietnamQuantiles compares objectives, for the best fit need not be unique.
func TestVietnamQuantiles(t *testing.T) {
	t.Parallel()
	var fit fitJSON
	runJSON(t, &fit, vietnam(t, "fit", "--method", "quantile", "--tau", ".2,.4,.5")...)
	ref := reference(t, filepath.Join(surveyDataFolder(t), "ref/vietnam97_ols_svyglm_rq.csv"))
	file, err := os.Open(filepath.Join(surveyDataFolder(t), "vietnam97.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	table, err := survey.ReadCSV(file, survey.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := survey.Build(table, survey.Spec{Target: "y", Vars: strings.Split(vietnamVars, ",")})
	if err != nil {
		t.Fatal(err)
	}
	for at, name := range []string{"rq20", "rq40", "rq50"} {
		theirs, ours := make([]float64, len(s.Names)), make([]float64, len(s.Names))
		for j, term := range s.Names {
			theirs[j] = ref[term][name]
			for _, c := range fit.Coefficients {
				if c.Name == term {
					ours[j] = c.Estimates[at]
				}
			}
		}
		tau := fit.Fits[at].Tau
		near(t, "objective stated", fit.Fits[at].Objective, survey.CheckLoss(s, ours, tau), 1e-12)
		if o, r := survey.CheckLoss(s, ours, tau), survey.CheckLoss(s, theirs, tau); o > r*(1+1e-13) {
			t.Errorf("τ %v: objective %.17g, R reaches %.17g", tau, o, r)
		}
	}
}

type targetingJSON struct {
	Q, Cut, EER, IER, AUC, CGH20, CGH40 float64
	PovertyLine                         float64 `json:"poverty_line"`
}

type assessJSON struct {
	R2, Spearman, Gini, Concentration float64
	Quota, Line                       []targetingJSON
	FGT                               []struct{ Q, Line, Value, SE, Deff float64 }
}

// TestVietnamAssess holds the judgement out of fold to the published figures.
func TestVietnamAssess(t *testing.T) {
	t.Parallel()
	var a assessJSON
	runJSON(t, &a, vietnam(t, "assess", "--folds", "fold", "--size", "hhsize", "--replicates", "0")...)
	near(t, "r2", a.R2, .428256618303006, 1e-9)
	near(t, "spearman", a.Spearman, .618830842824044, 1e-9)
	near(t, "gini", a.Gini, .373061928018266, 1e-9)
	near(t, "concentration", a.Concentration, .260449727916043, 1e-9)
	if len(a.Quota) != 2 || len(a.Line) != 2 || len(a.FGT) != 6 {
		t.Fatalf("%d quotas, %d lines, %d poverty figures", len(a.Quota), len(a.Line), len(a.FGT))
	}
	for i, want := range [][]float64{
		{.2, 7.3680050875659, 7.521065552416, .556666666666667, .779263735500451, 2.21666666666667, 1.725},
		{.4, 7.65882163888011, 7.68090158614311, .356666666666667, .78530778225433, 1.83125, 1.60833333333333},
	} {
		q := a.Quota[i]
		for j, got := range []float64{q.Q, q.PovertyLine, q.Cut, q.EER, q.AUC, q.CGH20, q.CGH40} {
			near(t, fmt.Sprintf("quota %v, figure %d", q.Q, j), got, want[j], 1e-9)
		}
		near(t, "inclusion error", q.IER, want[3], 1e-9)
	}
	for i, want := range []float64{.19986670875863763, .045382611677889109, .015840684255221532} {
		near(t, "line", a.FGT[i].Line, 1500.0235508982778, 1e-9)
		near(t, fmt.Sprintf("FGT%d", i), a.FGT[i].Value, want, 1e-9)
	}
	near(t, "FGT0 se", a.FGT[0].SE, .017653384722877294, 1e-9)
	near(t, "FGT0 deff", a.FGT[0].Deff, 14.803558384808342, 1e-9)
}

// TestSchools holds a stratified and a cluster sample with finite populations
// to R's survey package.
func TestSchools(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file      string
		design    []string
		mean      [2]float64
		estimates []float64
		errors    []float64
	}{
		{"apistrat.csv", []string{"--strata", "stype"}, [2]float64{662.287363159321, 9.40894080278458},
			[]float64{820.887315905619, -.480586612171967, -3.14153530998455, .22571321022964},
			[]float64{10.0777359498855, .391973403222534, .283946506416506, .393218362022531}},
		{"apiclus1.csv", []string{"--psu", "dnum"}, [2]float64{644.169398907104, 23.542240693781},
			[]float64{819.279051139126, -.516721779683482, -3.12320426489935, -.16891968218717},
			[]float64{21.3899712651521, .324003944965416, .278083043760881, .444918419151202}},
	} {
		file := filepath.Join(surveyDataFolder(t), c.file)
		design := append([]string{"--weight", "pw", "--fpc", "fpc"}, c.design...)
		var fit fitJSON
		runJSON(t, &fit, append([]string{"survey", "fit", file, "--target", "api00", "--vars", "ell,meals,mobility"}, design...)...)
		for i, got := range fit.Coefficients {
			near(t, c.file+" "+got.Name, got.Estimate, c.estimates[i], 1e-9)
			near(t, c.file+" "+got.Name+" error", got.SEDesign, c.errors[i], 1e-9)
		}
		var d struct {
			Columns []struct {
				Name string
				Mean struct{ Value, SE float64 }
			}
		}
		runJSON(t, &d, append([]string{"survey", "describe", file}, design...)...)
		for _, col := range d.Columns {
			if col.Name == "api00" {
				near(t, c.file+" mean", col.Mean.Value, c.mean[0], 1e-9)
				near(t, c.file+" mean error", col.Mean.SE, c.mean[1], 1e-9)
			}
		}
	}
}

// TestIncomes holds the indicators of inequality to R's laeken.
func TestIncomes(t *testing.T) {
	t.Parallel()
	var d struct {
		Inequality struct{ Threshold, Rate, Gini, QSR, RMPG float64 }
	}
	runJSON(t, &d, "survey", "describe", filepath.Join(surveyDataFolder(t), "eusilc_synthetic.csv"), "--target", "eqIncome", "--weight", "rb050")
	for name, v := range map[string][2]float64{
		"threshold": {d.Inequality.Threshold, 10859.236}, "rate": {100 * d.Inequality.Rate, 14.4442181675336}, "Gini": {100 * d.Inequality.Gini, 26.4896192113229},
		"QSR": {d.Inequality.QSR, 3.97000432603667}, "RMPG": {100 * d.Inequality.RMPG, 18.9285968184134},
	} {
		near(t, name, v[0], v[1], 1e-9)
	}
}

// TestTextFarDown finds text among 50,000 numbers and says where.
func TestTextFarDown(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y,x\n")
	for i := range 50_000 {
		if i == 39_998 {
			b.WriteString("3.5,about forty\n")
			continue
		}
		fmt.Fprintf(&b, "%g,%g\n", 5+math.Sin(float64(i)), math.Cos(3*float64(i)))
	}
	for _, more := range [][]string{nil, {"--vars", "x"}} {
		var out, errw bytes.Buffer
		status := run(t.Context(), append([]string{"survey", "fit", "-", "--target", "y"}, more...), strings.NewReader(b.String()), &out, &errw)
		if status != exitFailed || !strings.Contains(errw.String(), "-:40000: x: text stands in a column of numbers") || strings.Contains(errw.String(), "forty") {
			t.Errorf("status %d, %q", status, errw.String())
		}
	}
}
