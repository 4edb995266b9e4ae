package main

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// exact is the share of the variance from which nothing is left to chance.
const exact = 1e-9

// stars mark significance at 5 %, 1 % and 0.1 %.
func stars(p float64) string {
	switch {
	case math.IsNaN(p):
		return ""
	case p < .001:
		return "***"
	case p < .01:
		return "**"
	case p < .05:
		return "*"
	}
	return ""
}

func probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return "-"
	case p < .0001:
		return "<0.0001"
	}
	return fmt.Sprintf("%.4f", p)
}

// tValue prints a t with two decimals, as far as they mean anything.
func tValue(t float64) string {
	if math.Abs(t) < 1e5 {
		return fmt.Sprintf("%.2f", t)
	}
	return fmt.Sprintf("%.0e", t)
}

// printCoefficients prints a table with four standard errors.
func printCoefficients(w io.Writer, lines []coefficient, df int) {
	g := textGrid{words: []int{5}}
	g.add("", "estimate", "se design", "t", "p", "", "se cluster", "se HC1", "se iid")
	for _, c := range lines {
		g.add(c.Name, asNumber(c.Estimate), asNumber(c.SEDesign), tValue(c.T), probability(c.P), stars(c.P), asNumber(c.SECluster), asNumber(c.SEHC1), asNumber(c.SEIID))
	}
	g.write(w)
	if df > 0 {
		fmt.Fprintf(w, "  t and p by the design's errors, with %d degrees of freedom; * 5 %%, ** 1 %%, *** 0.1 %%\n", df)
	} else {
		fmt.Fprintln(w, "  no tests: the design has no more clusters than strata and variables together")
	}
}

func (r *wlsResult) print(w io.Writer) {
	fmt.Fprintf(w, "R² %s of the variance of the target, in sample (adjusted %s); residual deviation %s; %d degrees of freedom of the design\n\n",
		asFixed(r.R2), asFixed(r.AdjustedR2), asNumber(r.ResidualSD), r.DF)
	printCoefficients(w, r.Coefficients, r.ResidualDF)
}

func (r *wlsResult) notes() []string {
	out := []string{conditionNote(r.Condition)}
	if 1-r.R2 < exact {
		out = append(out, "the fit is exact: some variables make up the target between them; leave its parts out with --exclude")
	}
	if len(r.Eliminated) > 0 {
		var gone []string
		for _, e := range r.Eliminated {
			gone = append(gone, e.Dropped)
		}
		out = append(out, "eliminated, in this order: "+strings.Join(gone, ", "))
		out = append(out, "errors and tests take the variables kept as if they had been chosen beforehand, and are too small")
	}
	return append(out, droppedNote(r.Dropped)...)
}

func conditionNote(v float64) string {
	return fmt.Sprintf("condition number of the scaled columns %.3g; fits are refused from 1e7 on", v)
}

func droppedNote(columns []string) []string {
	if len(columns) == 0 {
		return nil
	}
	return []string{"left out as constant or collinear, as asked: " + strings.Join(columns, ", ")}
}

// printEstimates prints coefficients at several penalties or quantiles.
func printEstimates(w io.Writer, head string, at []float64, lines []estimatesAt) {
	g := textGrid{}
	row := []string{head}
	for _, v := range at {
		row = append(row, asNumber(v))
	}
	g.add(row...)
	for _, c := range lines {
		row := []string{c.Name}
		for _, v := range c.Estimates {
			row = append(row, asNumber(v))
		}
		g.add(row...)
	}
	g.write(w)
}

func (r *lassoResult) print(w io.Writer) {
	if r.Chosen != "" {
		fmt.Fprintf(w, "penalty %s: %s\n", asNumber(r.Lambda[0]), r.Chosen)
	}
	fmt.Fprintln(w)
	printEstimates(w, "λ", r.Lambda, r.Coefficients)
	g := textGrid{}
	kept, explained := []string{"coefficients kept"}, []string{"variance explained"}
	for _, p := range r.Path {
		kept, explained = append(kept, fmt.Sprint(p.DF)), append(explained, asFixed(p.Deviance))
	}
	fmt.Fprintln(w)
	g.add(kept...)
	g.add(explained...)
	g.write(w)
}

func (r *lassoResult) notes() []string {
	worst := 0.0
	for _, p := range r.Path {
		worst = max(worst, p.KKT)
	}
	return append([]string{
		"the LASSO shrinks on purpose and has no standard errors; refit the variables kept by least squares for those",
		fmt.Sprintf("largest breach of the optimality conditions %.1g of the target's deviation", worst),
	}, droppedNote(r.Dropped)...)
}

func (r *quantileResult) print(w io.Writer) {
	fmt.Fprintln(w)
	printEstimates(w, "τ", r.Tau, r.Coefficients)
	g := textGrid{}
	objective, through := []string{"objective"}, []string{"rows on the fit"}
	for _, f := range r.Fits {
		objective, through = append(objective, asNumber(f.Objective)), append(through, fmt.Sprint(f.Interpolated))
	}
	fmt.Fprintln(w)
	g.add(objective...)
	g.add(through...)
	g.write(w)
}

func (r *quantileResult) notes() []string {
	return append([]string{
		"the objective is Σw·ρ(residual) with weights scaled to average 1, proved least by its multipliers; where several fits reach it, this is one of them",
		conditionNote(r.Fits[0].Condition),
	}, droppedNote(r.Fits[0].Dropped)...)
}

func (r *logitResult) print(w io.Writer) {
	fmt.Fprintf(w, "log odds of: %s; deviance %s, %d degrees of freedom of the design\n\n", r.event, asNumber(r.Deviance), r.DF)
	printCoefficients(w, r.Coefficients, r.ResidualDF)
}

func (r *logitResult) notes() []string {
	out := []string{conditionNote(r.Condition)}
	if !r.Converged {
		out = append(out, "the likelihood did not reach its maximum: do not use these figures")
	}
	if r.Separated {
		out = append(out, "some rows are told apart completely: the coefficients that do it have no finite value")
	}
	return append(out, droppedNote(r.Dropped)...)
}

func (r *separateResult) print(w io.Writer) {
	if r.R2 != nil {
		fmt.Fprintf(w, "separately by %s: R² %s of the variance of the target over all rows together\n", r.By, asFixed(*r.R2))
	}
	for _, l := range r.Levels {
		fmt.Fprintf(w, "\n%s = %s\n", r.By, l.Level)
		l.Fit.print(w)
	}
}

func (r *separateResult) notes() []string {
	var out []string
	for _, l := range r.Levels {
		for _, n := range l.Fit.notes() {
			out = append(out, fmt.Sprintf("%s = %s: %s", r.By, l.Level, n))
		}
	}
	return out
}
