package main

import (
	"fmt"
	"io"

	"sijil/survey"
)

// figureRow is a row of the table of errors.
type figureRow struct {
	name, label string
	value       func(*survey.Targeting) float64
	share       bool
}

var figureRows = []figureRow{
	{"line", "poverty line", func(t *survey.Targeting) float64 { return t.Line }, false},
	{"cut", "cut of the score", func(t *survey.Targeting) float64 { return t.Cut }, false},
	{"selected", "selected", func(t *survey.Targeting) float64 { return t.Selected }, true},
	{"eer", "exclusion error", func(t *survey.Targeting) float64 { return t.EER }, true},
	{"ier", "inclusion error", func(t *survey.Targeting) float64 { return t.IER }, true},
	{"inclusion_of_non_poor", "non-poor taken in", func(t *survey.Targeting) float64 { return t.InclusionOfNonPoor }, true},
	{"ta", "rightly placed", func(t *survey.Targeting) float64 { return t.TA }, true},
	{"auc", "AUC", func(t *survey.Targeting) float64 { return t.AUC }, false},
	{"td", "targeting differential", func(t *survey.Targeting) float64 { return t.TD }, false},
	{"bpac", "BPAC", func(t *survey.Targeting) float64 { return t.BPAC }, false},
	{"cgh20", "CGH at 20 %", func(t *survey.Targeting) float64 { return t.CGH20 }, false},
	{"cgh40", "CGH at 40 %", func(t *survey.Targeting) float64 { return t.CGH40 }, false},
	{"concentration", "concentration", func(t *survey.Targeting) float64 { return t.Concentration }, false},
}

func (r *assessed) print(w io.Writer) {
	a := r.a
	fmt.Fprintf(w, "%s out of fold: %s on %s, %s\n", r.methods[0].Name, r.targetName(), manyOf(len(r.sample.Terms), "variable", "variables"), r.dealt)
	r.about(w)
	if r.level {
		fmt.Fprintf(w, "R² %s %s, ", asFixed(a.R2), asInterval(a.Intervals, "r2", asFixed))
	}
	fmt.Fprintf(w, "rank correlation %s; Gini of welfare (%s) %s over households, %s over persons\n", asFixed(a.Spearman), a.Welfare, asFixed(a.Gini), asFixed(a.GiniPersons))
	printTargeting(w, "At a fixed quota: the poorest by score, as many as stated", a.Quota)
	if r.level {
		printTargeting(w, "At a fixed line: everyone whose score is at or below the poverty line", a.Line)
	}
	printPoverty(w, a.FGT)
	r.printProgrammes(w)
	printGroups(w, a.Groups)
	printNotes(w, r.notes())
}

func printTargeting(w io.Writer, title string, at []survey.Targeting) {
	fmt.Fprintf(w, "\n%s\n", title)
	g := textGrid{words: []int{1 + 2*len(at)}}
	head := []string{"poor: the poorest"}
	for _, t := range at {
		head = append(head, asShare(t.Q), "")
	}
	g.add(head...)
	for _, f := range figureRows {
		row := []string{f.label}
		for _, t := range at {
			show := asFixed
			if f.share {
				show = asPercent
			}
			if f.name == "line" || f.name == "cut" {
				show = asNumber
			}
			row = append(row, show(f.value(&t)), asInterval(t.Intervals, f.name, show))
		}
		g.add(append(row, survey.Denominator(f.name))...)
	}
	g.write(w)
}

func printPoverty(w io.Writer, figures []survey.PovertyFigure) {
	fmt.Fprintln(w, "\nPoverty before any transfer, strictly below the line, with the design's error")
	g := textGrid{}
	g.add("poorest", "line", "headcount", "se", "gap", "se", "squared gap", "se")
	for i := 0; i+2 < len(figures); i += 3 {
		row := []string{asShare(figures[i].Q), asNumber(figures[i].Line)}
		for _, f := range figures[i : i+3] {
			row = append(row, asNumber(f.Value), asNumber(f.SE))
		}
		g.add(row...)
	}
	g.write(w)
}

func (r *assessed) printProgrammes(w io.Writer) {
	a := r.a
	to := "household"
	if r.flags.PerPerson {
		to = "person"
	}
	for from := 0; from < len(a.Effect); {
		end := from
		for end < len(a.Effect) && a.Effect[end].Q == a.Effect[from].Q {
			end++
		}
		e := a.Effect[from]
		fmt.Fprintf(w, "\nThe same money, %s in all, paid in equal amounts to each %s chosen; poor: the poorest %s\n", asNumber(e.Budget), to, asShare(e.Q))
		g := textGrid{}
		g.add("programme", "amount", "covered", "missed", "leaked", "CGH at 40 %", "headcount", "gap", "Gini", "gap closed", "")
		for _, e := range a.Effect[from:end] {
			g.add(e.Programme, asNumber(e.Amount), asPercent(e.Coverage), asPercent(e.EER), asPercent(e.IER), asFixed(e.CGH40), asFixed(e.FGT0), asFixed(e.FGT1), asFixed(e.Gini),
				asPercent(e.GapBC), asInterval(e.Intervals, "gap_bc", asPercent))
		}
		g.write(w)
		from = end
	}
	fmt.Fprintf(w, "  covered %s; missed %s; leaked %s; gap closed %s; perfect knows the truth and cannot be had\n",
		survey.Denominator("coverage"), survey.Denominator("eer"), survey.Denominator("ier"), survey.Denominator("gap_bc"))
}

// thin is the number of rows under which a group's errors say little.
const thin = 30

func printGroups(w io.Writer, groups []survey.GroupErrors) {
	for from := 0; from < len(groups); {
		end := from
		for end < len(groups) && groups[end].Q == groups[from].Q {
			end++
		}
		fmt.Fprintf(w, "\nErrors by group at the quota of %s, line and cut common to all\n", asShare(groups[from].Q))
		g := textGrid{}
		g.add("group", "rows", "share", "poor", "selected", "missed", "", "leaked", "", "bias")
		for _, e := range groups[from:end] {
			name := e.Group + " = " + e.Level
			if e.Rows < thin {
				name += " (few rows)"
			}
			g.add(name, fmt.Sprint(e.Rows), asPercent(e.Share), asPercent(e.Poor), asPercent(e.Selected),
				asPercent(e.EER), asInterval(e.Intervals, "eer", asPercent), asPercent(e.IER), asInterval(e.Intervals, "ier", asPercent), asFixed(e.Bias))
		}
		g.write(w)
		from = end
	}
	if len(groups) > 0 {
		fmt.Fprintln(w, "  share of all households; poor and selected of the group; missed of the group's poor; leaked of the group's selected; bias is score less target")
	}
}
