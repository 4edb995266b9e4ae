package main

import (
	"fmt"
	"io"
	"strings"

	"sijil/survey"
)

// surveyCompareCmd judges several methods.
type surveyCompareCmd struct {
	surveyData    `embed:""`
	surveyMethods `embed:""`
	surveyJudging `embed:""`

	Method []string `help:"Methods, the first being what the others are held against: wls, bic, lasso[:LAMBDA], quantile[:TAU], logit[:SHARE], poorest[:SHARE], poverty[:SHARE[:WEIGHT]], boost." default:"wls,bic,lasso,quantile,logit"`
	Pooled bool     `help:"With --by, judge the pooled fits too."`
}

// comparisonReport is a comparison as JSON.
type comparisonReport struct {
	Methods []assessmentReport `json:"methods"`
	Paired  []survey.Paired    `json:"paired,omitempty"`
	Folds   string             `json:"folds"`
	Data    provenance         `json:"data"`
}

// Run judges each method on the same folds and replicates.
func (cmd *surveyCompareCmd) Run(c *console) error {
	if err := cmd.surveyMethods.check(); err != nil {
		return err
	}
	var methods []survey.Method
	for _, text := range cmd.Method {
		m, err := parseMethod(text)
		if err != nil {
			return err
		}
		methods = append(methods, cmd.engine(m, cmd.Seed)...)
	}
	if cmd.Pooled && cmd.By == "" {
		return usageError("--pooled: fits are pooled unless --by separates them")
	}
	methods = cmd.separated(methods, cmd.Pooled)
	if len(methods) < 2 {
		return usageError("--method: name at least two methods; 'sijil survey assess' judges one")
	}
	j, err := newJudging(c, &cmd.surveyData, &cmd.surveyJudging, cmd.By, cmd.Collinear)
	if err != nil {
		return err
	}
	for i := range methods {
		if cmd.Calibrate && methods[i].Level {
			methods[i] = survey.Calibrated(methods[i])
		}
	}
	j.methods = methods
	return j.compare(c, cmd.JSON)
}

func (j *judging) compare(c *console, asJSON bool) error {
	p := newProgress(c.err, "fits and replicates", len(j.methods)*(1+j.options.Replicates))
	j.options.Progress = func(done, _ int) { p.at(done) }
	var result *survey.Comparison
	err := c.await(func() (err error) {
		result, err = survey.Compare(j.sample, j.methods, j.folds, j.options)
		return err
	})
	p.end()
	if err != nil {
		return j.placed(err)
	}
	if j.flags.Plots != "" {
		if err := plotComparison(result, j.flags.Plots); err != nil {
			return err
		}
	}
	if !asJSON {
		j.printComparison(c.out, result)
		return nil
	}
	r := comparisonReport{Paired: result.Paired, Folds: j.dealt, Data: j.provenance()}
	for _, a := range result.Methods {
		r.Methods = append(r.Methods, withoutLevel(a))
	}
	return printFigures(c.out, r)
}

func (j *judging) printComparison(w io.Writer, r *survey.Comparison) {
	fmt.Fprintf(w, "%d methods out of fold: %s on %s, %s\n", len(r.Methods), j.targetName(), manyOf(len(j.sample.Terms), "variable", "variables"), j.dealt)
	j.about(w)
	for q, first := range r.Methods[0].Quota {
		fmt.Fprintf(w, "\nPoor: the poorest %s. At a fixed quota, and at a fixed line\n", asShare(first.Q))
		g := textGrid{}
		g.add("method", "R²", "rank corr.", "AUC", "missed", "", "CGH at 40 %", "at the line: selected", "missed", "leaked")
		for _, a := range r.Methods {
			t := a.Quota[q]
			row := []string{a.Method, "", asFixed(a.Spearman), asFixed(t.AUC), asPercent(t.EER), asInterval(t.Intervals, "eer", asPercent), asFixed(t.CGH40)}
			if len(a.Line) > 0 {
				l := a.Line[q]
				row[1] = asFixed(a.R2)
				row = append(row, asPercent(l.Selected), asPercent(l.EER), asPercent(l.IER))
			}
			g.add(row...)
		}
		g.write(w)
	}
	fmt.Fprintf(w, "  missed (exclusion error) %s; leaked (inclusion error) %s; at a quota both are equal but for ties; selected %s\n",
		survey.Denominator("eer"), survey.Denominator("ier"), survey.Denominator("selected"))
	if len(r.Paired) > 0 {
		fmt.Fprintf(w, "\nDifference in exclusion error at a quota, in points, against %s\n", r.Paired[0].Against)
		g := textGrid{words: []int{5}}
		g.add("method", "quota", "difference", "se", "95 % interval", "")
		for _, p := range r.Paired {
			verdict := "within chance"
			if p.Interval.Low > 0 || p.Interval.High < 0 {
				verdict = "beyond chance"
			}
			g.add(p.Method, asShare(p.Q), fmt.Sprintf("%+.2f", 100*p.Difference), fmt.Sprintf("%.2f", 100*p.Interval.SE),
				fmt.Sprintf("[%.2f, %.2f]", 100*p.Interval.Low, 100*p.Interval.High), verdict)
		}
		g.write(w)
	}
	printNotes(w, j.comparisonNotes(r))
}

func (j *judging) comparisonNotes(r *survey.Comparison) []string {
	out := []string{"all methods share folds and replicates; a dash under R² or no figures at the line: the score is not in the unit of the target"}
	for _, a := range r.Methods {
		for f, columns := range a.Dropped {
			if len(columns) > 0 {
				out = append(out, fmt.Sprintf("%s: fold %d was fitted without %s, constant or collinear there", a.Method, f+1, strings.Join(columns, ", ")))
			}
		}
	}
	return append(out, j.opened.notes()...)
}
