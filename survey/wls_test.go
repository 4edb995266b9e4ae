package survey_test

import (
	"testing"

	"sijil/survey"
)

func TestWLSEqualsR(t *testing.T) {
	t.Parallel()
	ref := reference(t, "vietnam97_ols_svyglm_rq.csv")
	fit, err := survey.FitWLS(vietnam(t), survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(fit.Coefficients) != len(ref["coef"]) {
		t.Fatalf("%d coefficients, want %d", len(fit.Coefficients), len(ref["coef"]))
	}
	for _, c := range fit.Coefficients {
		near(t, c.Name+" coef", c.Estimate, ref["coef"][c.Name], 1e-9)
		near(t, c.Name+" svy", c.SEDesign, ref["se_svy"][c.Name], 1e-9)
		near(t, c.Name+" cr1", c.SECluster, ref["se_cr1"][c.Name], 1e-9)
		near(t, c.Name+" hc1", c.SEHC1, ref["se_hc1"][c.Name], 1e-9)
		near(t, c.Name+" iid", c.SEIID, ref["se_iid"][c.Name], 1e-9)
	}
	near(t, "R2", fit.R2, 0.43797125184022628, 1e-9)
	near(t, "adjusted R2", fit.AdjustedR2, 0.43712666030016323, 1e-9)
	near(t, "sigma", fit.Sigma, 0.47436823608493189, 1e-9)
	if fit.N != 5999 || fit.DF != 193 {
		t.Errorf("n %d, df %d; want 5999 and 193", fit.N, fit.DF)
	}
}

func TestDesignsEqualSvyglm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file     string
		spec     survey.Spec
		coef, se []float64
	}{
		{"apistrat.csv", survey.Spec{Stratum: "stype"},
			[]float64{820.887315905619, -0.480586612171967, -3.14153530998455, 0.22571321022964},
			[]float64{10.0777359498855, 0.391973403222534, 0.283946506416506, 0.393218362022531}},
		{"apiclus1.csv", survey.Spec{PSU: "dnum"},
			[]float64{819.279051139126, -0.516721779683482, -3.12320426489935, -0.16891968218717},
			[]float64{21.3899712651521, 0.324003944965416, 0.278083043760881, 0.444918419151202}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			spec := tt.spec
			spec.Target, spec.Weight, spec.FPC, spec.Vars = "api00", "pw", "fpc", []string{"ell", "meals", "mobility"}
			fit, err := survey.FitWLS(build(t, readTable(t, tt.file), spec), survey.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for j, c := range fit.Coefficients {
				near(t, c.Name, c.Estimate, tt.coef[j], 1e-9)
				near(t, c.Name+" se", c.SEDesign, tt.se[j], 1e-9)
			}
		})
	}
}
