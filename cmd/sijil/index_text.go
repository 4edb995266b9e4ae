package main

import (
	"bytes"
	"fmt"
	"strings"

	"sijil/formula"
	"sijil/internal/score"
)

// tableHead names the columns of the plain table.
func (r *indexRun) tableHead() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-24s %11s  %-8s %-6s", "household", "index", "stratum", "region")
	for _, p := range r.programmes {
		fmt.Fprintf(&b, "  %-22s", p.ID)
	}
	b.WriteString("  remarks")
	return b.String()
}

// text appends a line of the plain table.
func (r *indexRun) text(out []byte, no int, s *score.Scored) ([]byte, error) {
	out = fmt.Appendf(out, "%-24s %11s  %-8s %-6s", name(s.Ref, no), s.Result.Index, s.Household.Stratum, s.Household.Region)
	outcomes := r.outcomes(s)
	for _, p := range r.programmes {
		cell := "no threshold"
		for _, o := range outcomes {
			if o.programme.ID == p.ID {
				cell = o.cell()
			}
		}
		out = fmt.Appendf(out, "  %-22s", cell)
	}
	out = append(out, "  "...)
	out = append(out, strings.Join(remarks(s), "; ")...)
	// A line of a table has no spaces at its end.
	return append(bytes.TrimRight(out, " "), '\n'), nil
}

// cell is an outcome in a column: "above 0.1299660", with a question mark
// where something uncertain alone decides it.
func (o outcome) cell() string {
	word, distance := o.words()
	if o.hinges != "" {
		word += "?"
	}
	return word + " " + distance.String()
}

func (o outcome) words() (word string, distance formula.Distance) {
	if o.atOrBelow {
		return "at or below", -o.above
	}
	return "above", o.above
}

// name is the household's reference, or its line where it has none.
func name(ref string, no int) string {
	if ref == "" {
		return fmt.Sprintf("line %d", no)
	}
	return ref
}

// remarks say what a reader must know beside the index.
func remarks(s *score.Scored) []string {
	var out []string
	if p := s.Result.OutsideFrame; p != "" {
		out = append(out, "outside the formula's frame: "+p)
	}
	if len(s.Result.Imputed) > 0 {
		out = append(out, "values stated by the formula for unknown answers: "+strings.Join(s.Result.Imputed, ", "))
	}
	switch {
	case s.RangeUnknown:
		out = append(out, fmt.Sprintf("%d presumed birthdays; the index they allow is not known", s.PresumedAges))
	case s.Low != s.High:
		out = append(out, fmt.Sprintf("presumed birthdays: the index lies between %s and %s", s.Low, s.High))
	}
	if s.Awaiting > 0 {
		out = append(out, fmt.Sprintf("%d awaiting a number; counted the other way: %s", s.Awaiting, s.Otherwise))
	}
	return out
}

// explained appends a household with all that went into its index.
func (r *indexRun) explained(out []byte, no int, s *score.Scored) ([]byte, error) {
	e, err := r.scorer.Formula.Explain(s.Household)
	if err != nil {
		return out, err
	}
	out = fmt.Appendf(out, "%s: index %s (%s, region %s", name(s.Ref, no), e.Index, e.Stratum, e.Region)
	if !s.Household.AsOf.IsZero() {
		out = fmt.Appendf(out, ", as of %s", s.Household.AsOf)
	}
	out = append(out, ")\n"...)
	for _, o := range r.outcomes(s) {
		word, distance := o.words()
		out = fmt.Appendf(out, "  %s: %s the threshold of %s, by %s\n", o.programme.Name.In(r.cmd.Lang, "en"), word, o.threshold, distance)
		if o.hinges != "" {
			out = fmt.Appendf(out, "    this hinges on %s\n", hingeWords[o.hinges])
		}
	}
	for _, remark := range remarks(s) {
		out = fmt.Appendf(out, "  %s\n", remark)
	}
	for _, p := range e.Parts {
		if p.Points == 0 {
			continue
		}
		out = fmt.Appendf(out, "  %+18s  %s%s\n", signed(p.Points), p.Label.In(r.cmd.Lang, "en"), partValue(p))
	}
	out = fmt.Appendf(out, "  %18s  sum, before rounding to 7 decimals\n", e.Unrounded)
	if zero := nothing(e, r.cmd.Lang); zero != "" {
		out = fmt.Appendf(out, "  nothing came from: %s\n", zero)
	}
	return append(out, '\n'), nil
}

var hingeWords = map[string]string{
	"ages":     "birthdays that are presumed: ask for the date before deciding",
	"awaiting": "whether members who await a number are counted",
}

func signed(p formula.Points) string {
	if p < 0 {
		return p.String()
	}
	return "+" + p.String()
}

// partValue prints "3 × -0.1770" behind a label.
func partValue(p formula.Part) string {
	var b strings.Builder
	switch {
	case p.Variable == "":
		return "" // the intercept and the region's effect stand for themselves
	case p.Value != "" && p.Coefficient != "":
		fmt.Fprintf(&b, " (%s × %s", p.Value, p.Coefficient)
	case p.Value != "":
		fmt.Fprintf(&b, " (%s", p.Value)
	default:
		return ""
	}
	if p.Limit != formula.Unlimited {
		fmt.Fprintf(&b, ", at its %s", p.Limit)
	}
	if p.State != formula.Present {
		fmt.Fprintf(&b, ", %s", p.State)
	}
	b.WriteByte(')')
	return b.String()
}

// nothing lists the parts that contributed nothing.
func nothing(e formula.Explanation, lang string) string {
	var zero []string
	for _, p := range e.Parts {
		if p.Points == 0 {
			zero = append(zero, p.Label.In(lang, "en"))
		}
	}
	return strings.Join(zero, "; ")
}
