package survey_test

import (
	"testing"

	"sijil/survey"
)

func TestMeansEqualSvymean(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file     string
		spec     survey.Spec
		mean, se float64
	}{
		{"apistrat.csv", survey.Spec{Stratum: "stype"}, 662.287363159321, 9.40894080278458},
		{"apiclus1.csv", survey.Spec{PSU: "dnum"}, 644.169398907104, 23.542240693781},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			spec := tt.spec
			spec.Target, spec.Weight, spec.FPC = "api00", "pw", "fpc"
			s := build(t, readTable(t, tt.file), spec)
			got, err := s.Design.Mean(s.Y)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "mean", got.Value, tt.mean, 1e-9)
			near(t, "se", got.SE, tt.se, 1e-9)
		})
	}
}

func TestVietnamPovertyEqualsR(t *testing.T) {
	t.Parallel()
	s := vietnam(t)
	persons := make([]float64, s.N())
	for i := range persons {
		persons[i] = s.Design.Weight[i] * s.Size[i]
	}
	line := survey.WeightedQuantile(s.Welfare, persons, .2)
	near(t, "line", line, 1500.0235508982778, 1e-9)
	design := s.Design.WithWeights(persons)
	for alpha, want := range []float64{.19986670875863763, .045382611677889109, .015840684255221532} {
		got, err := survey.FGT(design, s.Welfare, 1500.0235508982778, float64(alpha))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "FGT", got.Value, want, 1e-9)
		if alpha == 0 {
			near(t, "SE", got.SE, 0.017653384722877294, 1e-9)
			near(t, "deff", got.Deff, 14.803558384808342, 1e-9)
		}
	}
	near(t, "gini", 100*survey.Gini(s.Welfare, persons), 36.514984372439542, 1e-9)
}

func TestEUSILCEqualsLaeken(t *testing.T) {
	t.Parallel()
	s := build(t, readTable(t, "eusilc_synthetic.csv"), survey.Spec{Target: "eqIncome", Weight: "rb050"})
	got, err := survey.Unequal(s.Y, s.Design.Weight)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "threshold", got.Threshold, 10859.236, 1e-9)
	near(t, "rate", 100*got.Rate, 14.4442181675336, 1e-9)
	near(t, "gini", 100*got.Gini, 26.4896192113229, 1e-9)
	near(t, "qsr", got.QSR, 3.97000432603667, 1e-9)
	near(t, "rmpg", 100*got.RMPG, 18.9285968184134, 1e-9)
}

// TestPovertyByHand holds the measures to figures worked out by hand.
func TestPovertyByHand(t *testing.T) {
	t.Parallel()
	welfare, weight := []float64{1, 2, 3, 4}, []float64{1, 1, 1, 1}
	near(t, "gini of 1 2 3 4", survey.Gini(welfare, weight), .25, 1e-15)
	if q := survey.WeightedQuantile(welfare, weight, .5); q != 2 {
		t.Errorf("median %v, want the smallest value with half of the weight: 2", q)
	}
	d, err := survey.NewDesign(4, weight, nil, nil, nil, nil, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	for alpha, want := range []float64{.5, .25, 5. / 36} {
		got, err := survey.FGT(d, welfare, 3, float64(alpha))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "fgt", got.Value, want, 1e-15)
	}
	near(t, "spearman", survey.Spearman(welfare, []float64{4, 3, 2, 1}, weight), -1, 1e-15)
	near(t, "weights as copies", survey.Gini([]float64{1, 5}, []float64{3, 1}), survey.Gini([]float64{1, 1, 1, 5}, weight), 1e-15)
}
