package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"sijil/internal/roll"
)

// printGuess shows what the columns are taken for.
func (l *linking) printGuess() {
	w := l.console.out
	for _, r := range l.rolls {
		wide, wideField := 0, 0
		for _, c := range r.guess.Columns {
			wide = min(max(wide, utf8.RuneCountInString(c.Name)), 32)
			wideField = min(max(wideField, utf8.RuneCountInString(c.Field)), 32)
		}
		fmt.Fprintf(w, "%s: %d columns\n", r.file.Path, len(r.guess.Columns))
		for _, c := range r.guess.Columns {
			name := printable(c.Name) + strings.Repeat(" ", max(0, wide-utf8.RuneCountInString(c.Name)))
			if c.Field == "" {
				fmt.Fprintf(w, "  %s  not compared: %s\n", name, c.From.Text())
				continue
			}
			fmt.Fprintf(w, "  %s  %-9s %-*s  %s\n", name, c.Kind, wideField, printable(c.Field), because(c))
		}
	}
	if l.Spec == "" && l.Model == "" {
		fmt.Fprintln(w, "  (a guess; --draft FILE writes it, --spec FILE overrides it)")
	}
}

// because says what a guess rests on, and how much of the column is filled.
func because(c roll.Column) string {
	if c.Filled < 0.995 {
		return fmt.Sprintf("%s; %.0f %% filled", c.From.Text(), 100*c.Filled)
	}
	return c.From.Text()
}

// printable replaces what would disturb a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
}

// printSummary says what was found.
func (l *linking) printSummary(s linkSummary, j *roll.Judgement, written []string) error {
	w, r := l.console.out, &l.result
	bands := l.model.Bands()
	fmt.Fprintf(w, "\n%d records are %d people; %d pairs were compared\n", s.Records, s.Clusters, s.CandidatePairs)
	fmt.Fprintf(w, "  %10d links, of %.1f bits and more\n", s.Links, bands.Same)
	fmt.Fprintf(w, "  %10d pairs for people to decide, most of %.1f to %.1f bits", r.stats.Reviews, bands.Judge, bands.Same)
	if r.stats.Guarded > 0 {
		fmt.Fprintf(w, "; %d of them heavier, but their documents or given names contradict", r.stats.Guarded)
	}
	fmt.Fprintln(w)
	if j != nil {
		fmt.Fprintf(w, "  by %s: precision %.4f, recall %.4f, F1 %.4f (%d true pairs, %d found, %d right)\n",
			printable(l.Truth), j.Precision(), j.Recall(), j.F1(), j.True, j.Found, j.Right)
	}
	fmt.Fprintf(w, "  %.2f s, %.0f MB, model %.16s\n", s.Seconds, float64(s.PeakRSSBytes)/1e6, s.ModelHash)
	for _, path := range written {
		fmt.Fprintf(w, "  written: %s\n", path)
	}
	return nil
}
