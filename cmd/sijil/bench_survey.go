package main

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// benchSurveyCmd measures the formula lab on a made survey of national size.
type benchSurveyCmd struct {
	Size int  `help:"Households of the survey, with 85 coefficients." default:"7000" placeholder:"N"`
	JSON bool `help:"Print one JSON object."`
}

// benchSurvey is its report: seconds from a file to printed figures.
type benchSurvey struct {
	Cores        int     `json:"cores"`
	Households   int     `json:"households"`
	Coefficients int     `json:"coefficients"`
	Bytes        int     `json:"bytes"`
	WLS          float64 `json:"wls_seconds"`
	Quantiles    float64 `json:"quantiles_seconds"`
	Assessment   float64 `json:"assessment_seconds"`
}

// surveyGoals are the bars for 7,000 households and 85 coefficients, two cores.
var surveyGoals = benchSurvey{WLS: .3, Quantiles: 1.5, Assessment: 60}

const benchCoefficients = 85

// Run writes the survey into a folder of its own, runs the commands on it and
// takes the least of three runs; the long assessment is run once.
func (cmd *benchSurveyCmd) Run(c *console) error {
	if cmd.Size < 1000 {
		return usageError("--size: at least 1000 households, or the figures mean nothing")
	}
	dir, err := os.MkdirTemp("", "sijil-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "survey.csv")
	text := benchSurveyText(cmd.Size)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	r := benchSurvey{Cores: runtime.GOMAXPROCS(0), Households: cmd.Size, Coefficients: benchCoefficients, Bytes: len(text)}
	data := []string{file, "--target", "y", "--weight", "w", "--strata", "stratum", "--psu", "psu", "--vars", "x_*"}
	for _, m := range []struct {
		seconds *float64
		times   int
		command []string
		what    string
	}{
		{&r.WLS, 3, []string{"fit"}, "fitting least squares"},
		{&r.Quantiles, 3, []string{"fit", "--method", "quantile", "--tau", ".2,.4,.5"}, "fitting quantiles"},
		{&r.Assessment, 1, []string{"compare", "--method", "wls,bic,lasso,quantile:.4,logit:.2", "--folds", "10", "--replicates", "200"}, "judging five methods"},
	} {
		if isTerminal(c.err) {
			fmt.Fprintf(c.err, "\r\033[K%s", m.what)
		}
		if *m.seconds, err = c.least(m.times, append(append([]string{"survey"}, m.command...), data...)); err != nil {
			return err
		}
	}
	if isTerminal(c.err) {
		fmt.Fprint(c.err, "\r\033[K")
	}
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	fmt.Fprintf(c.out, "%d cores; %d households, %d coefficients, %.1f MB of CSV; seconds from the file to printed figures\n", r.Cores, r.Households, r.Coefficients, float64(r.Bytes)/1e6)
	for _, line := range []struct {
		what      string
		got, goal float64
	}{
		{"least squares with four standard errors", r.WLS, surveyGoals.WLS},
		{"quantile regression at three quantiles", r.Quantiles, surveyGoals.Quantiles},
		{"five methods, 10 folds, 200 bootstrap replicates", r.Assessment, surveyGoals.Assessment},
	} {
		fmt.Fprintf(c.out, "  %-50s %8.3f  goal %5.1f\n", line.what, line.got, line.goal)
	}
	return nil
}

// least is the least time of some runs of a command line, in seconds.
func (c *console) least(times int, args []string) (float64, error) {
	best := math.Inf(1)
	for range times {
		runtime.GC()
		var out, errw bytes.Buffer
		start := time.Now()
		if status := run(c.ctx, args, strings.NewReader(""), &out, &errw); status != exitOK {
			return 0, fmt.Errorf("bench: the command failed: %s", strings.TrimSpace(errw.String()))
		}
		best = min(best, time.Since(start).Seconds())
	}
	return best, nil
}

// benchSurveyText makes a survey: 15 measures that go together, indicators of
// all frequencies, clusters of twelve households in 28 strata.
func benchSurveyText(n int) []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	b := &bytes.Buffer{}
	b.WriteString("y,w,stratum,psu")
	for j := range benchCoefficients - 1 {
		fmt.Fprintf(b, ",x_%d", j)
	}
	b.WriteByte('\n')
	row := make([]float64, benchCoefficients-1)
	for i := range n {
		y, common := 12+.4*rng.NormFloat64(), rng.NormFloat64()
		for j := range row {
			row[j] = 0
			switch {
			case j < 15:
				row[j] = math.Round(1e6*(rng.NormFloat64()+common)) / 1e6
			case rng.Float64() < .05+.9*float64(j)/benchCoefficients:
				row[j] = 1
			}
			y += row[j] * .02 * float64(j%5-2)
		}
		fmt.Fprintf(b, "%.15g,%.6f,%d,%d", y, 50+400*rng.Float64(), i*28/n, i/12)
		for _, v := range row {
			fmt.Fprintf(b, ",%g", v)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}
