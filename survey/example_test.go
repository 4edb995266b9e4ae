package survey_test

import (
	"fmt"
	"os"
	"strings"

	"sijil/survey"
)

// A made survey of eight households in four clusters.
const madeSurvey = `consumption,weight,cluster,size,wall,urban
900,120,1,7,mud,no
1100,120,1,6,mud,no
1500,100,2,5,brick,no
1300,100,2,6,mud,no
2600,140,3,4,brick,yes
1900,140,3,5,brick,yes
3900,90,4,2,brick,yes
3100,90,4,3,brick,no
`

func Example() {
	table, err := survey.ReadCSV(strings.NewReader(madeSurvey), survey.ReadOptions{File: "made.csv"})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	sample, err := survey.Build(table, survey.Spec{Target: "consumption", Log: true, Weight: "weight", PSU: "cluster", Vars: []string{"size", "wall"}})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fit, err := survey.FitWLS(sample, survey.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for _, c := range fit.Coefficients {
		fmt.Printf("%-12s %7.4f (%.4f)\n", c.Name, c.Estimate, c.SEDesign)
	}
	assessment, err := survey.Assess(sample, fit.Score(sample), survey.AssessOptions{Quotas: []float64{.4}, Level: true})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	q := assessment.Quota[0]
	fmt.Printf("exclusion error %.3f %s, inclusion error %.3f %s\n", q.EER, survey.Denominator("eer"), q.IER, survey.Denominator("ier"))
	// Output:
	// (Intercept)   8.8707 (0.1141)
	// size         -0.2764 (0.0386)
	// wall=mud     -0.1336 (0.1738)
	// exclusion error 0.000 of the poor, inclusion error 0.241 of those selected
}
