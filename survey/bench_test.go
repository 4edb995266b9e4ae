package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sijil/survey"
)

// nationalSurvey writes a made survey of the size of a national one: mostly
// indicators and a few measures, clusters of twelve households, 28 strata.
func nationalSurvey(n, k int) string {
	rng := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	b.WriteString("y,w,stratum,psu")
	for j := range k - 1 {
		fmt.Fprintf(&b, ",x_%d", j)
	}
	b.WriteByte('\n')
	row := make([]float64, k-1)
	for i := range n {
		y, common := 12+.4*rng.NormFloat64(), rng.NormFloat64()
		for j := range row {
			switch {
			case j < 15:
				row[j] = math.Round(1e6*(rng.NormFloat64()+common)) / 1e6
			default:
				row[j] = 0
				if rng.Float64() < .05+.9*float64(j)/float64(k) {
					row[j] = 1
				}
			}
			y += row[j] * .1 * float64(j%5-2)
		}
		fmt.Fprintf(&b, "%.15g,%.6f,%d,%d", y, 50+400*rng.Float64(), i*28/n, i/12)
		for _, v := range row {
			fmt.Fprintf(&b, ",%g", v)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

var nationalSpec = survey.Spec{Target: "y", Weight: "w", Stratum: "stratum", PSU: "psu", Vars: []string{"x_*"}}

// BenchmarkReadAndFitWLS reads a survey of 7,000 households and fits 85
// coefficients with all four standard errors. The bar is 0.3 s for the whole
// process; R 4.2 with survey and sandwich took 1.7 s.
func BenchmarkReadAndFitWLS(b *testing.B) {
	text := nationalSurvey(7000, 85)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s := fromText(b, text, nationalSpec)
		if _, err := survey.FitWLS(s, survey.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFitWLS is the fit alone.
func BenchmarkFitWLS(b *testing.B) {
	s := fromText(b, nationalSurvey(7000, 85), nationalSpec)
	for b.Loop() {
		if _, err := survey.FitWLS(s, survey.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadAndFitQuantiles reads the same survey and fits three quantiles.
// The bar is 1.5 s for the whole process; R's quantreg took 4.3 s.
func BenchmarkReadAndFitQuantiles(b *testing.B) {
	text := nationalSurvey(7000, 85)
	for b.Loop() {
		fits, err := survey.FitQuantiles(fromText(b, text, nationalSpec), []float64{.2, .4, .5}, survey.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(fits[0].Pivots), "pivots")
	}
}

// BenchmarkFitQuantileLarge fits one quantile of 10,000 rows and 100 columns.
func BenchmarkFitQuantileLarge(b *testing.B) {
	s := fromText(b, nationalSurvey(10000, 100), nationalSpec)
	for b.Loop() {
		if _, err := survey.FitQuantile(s, .4, survey.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompareFiveMethods fits and judges five methods in ten folds with
// 200 bootstrap replicates. The bar is 60 s.
func BenchmarkCompareFiveMethods(b *testing.B) {
	s := fromText(b, nationalSurvey(7000, 85), nationalSpec)
	folds, err := survey.MakeFolds(s.Design, 10, 1)
	if err != nil {
		b.Fatal(err)
	}
	methods := []survey.Method{survey.WLSMethod(), survey.BICMethod(), survey.LASSOMethod(0, 1), survey.QuantileMethod(.4), survey.LogitMethod(.2)}
	for b.Loop() {
		if _, err := survey.Compare(s, methods, folds, survey.AssessOptions{Replicates: 200, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
