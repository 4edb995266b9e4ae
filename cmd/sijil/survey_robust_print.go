package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"sijil/survey"
)

// bounds prints the 95 % interval of a figure; empty without one.
func bounds(v *survey.Interval, show func(float64) string) string {
	if v == nil {
		return ""
	}
	return "[" + strings.TrimSuffix(show(v.Low), " %") + ", " + show(v.High) + "]"
}

// asPoints prints a difference of shares in percentage points.
func asPoints(v float64) string { return asChange(100*v, 1) }

// asChange prints a change; what rounds to nothing is +0.
func asChange(v float64, decimals int) string {
	text := fmt.Sprintf("%+.*f", decimals, v)
	if strings.Trim(text, "-0.") == "" {
		return "+" + text[1:]
	}
	return text
}

// verdict says whether an interval leaves zero out.
func verdict(v *survey.Interval) string {
	switch {
	case v == nil:
		return ""
	case v.Low > 0 || v.High < 0:
		return "beyond chance"
	}
	return "within chance"
}

func (r *robust) print(w io.Writer) {
	fmt.Fprintf(w, "%s: how fair and robust, %s on %s, %s\n", r.Method, r.targetName(), manyOf(len(r.sample.Terms), "variable", "variables"), r.Folds)
	r.about(w)
	if len(r.tagged.Groups()) > 0 {
		r.printTags(w)
	}
	if r.Price != nil {
		r.printPrices(w)
	}
	if r.Hiding != nil {
		r.printHiding(w)
	}
	if r.Cut != nil {
		r.printCut(w)
	}
	if r.Drift != nil {
		for i := range r.Drift.Pairs {
			printPair(w, &r.Drift.Pairs[i])
		}
	}
	if r.Stability != nil {
		r.printStability(w)
	}
	printNotes(w, r.notes())
}

func (r *robust) printTags(w io.Writer) {
	fmt.Fprintln(w, "\nVariables and what is to be known of them")
	g := textGrid{words: []int{1, 2}}
	for _, v := range r.Variables {
		g.add(v.Variable, strings.Join(v.Tags, ", "), strings.Join(v.Groups, ", "))
	}
	g.write(w)
}

func (r *robust) printPrices(w io.Writer) {
	for q := range r.Price[0].Quota {
		fmt.Fprintf(w, "\nPrice of doing without, poor: the poorest %s; the formula is fitted again\n", asShare(r.Price[0].Quota[q].Q))
		g := textGrid{words: []int{9}}
		g.add("without", "variables", "R²", "missed", "", "leaked", "", "missed more", "95 % interval", "")
		for i, p := range r.Price {
			if p.Unpriced != "" {
				g.add(p.Group, strconv.Itoa(p.Variables), "-", "-", "", "-", "", "-", "", p.Unpriced)
				continue
			}
			name, r2 := p.Group, "-"
			if p.R2 != nil {
				r2 = asFixed(*p.R2)
			}
			at := p.Quota[q]
			row := []string{name, strconv.Itoa(p.Variables), r2, asPercent(at.EER), bounds(at.EERInterval, asPercent), asPercent(at.IER), bounds(at.IERInterval, asPercent)}
			if i == 0 {
				row[0] = "(" + name + ")"
			} else {
				row = append(row, asPoints(at.EERDifference), bounds(at.EERPaired, asPoints), verdict(at.EERPaired))
			}
			g.add(row...)
		}
		g.write(w)
	}
	fmt.Fprintf(w, "  missed (exclusion error) %s; leaked (inclusion error) %s; missed more in percentage points, over common replicates\n",
		survey.Denominator("eer"), survey.Denominator("ier"))
}

func (r *robust) printHiding(w io.Writer) {
	for _, q := range r.Hiding.Quota {
		fmt.Fprintf(w, "\nWho would cross by a false answer, the poorest %s by score being selected; cut %s\n", asShare(q.Q), asNumber(q.Cut))
		g := textGrid{words: []int{1}}
		g.add("variable", "answer", "rows", "cross", "95 % interval", "of them poor")
		for _, c := range q.Crossings {
			poor := asPercent(c.Poor)
			if c.Rows == 0 {
				poor = "-"
			}
			g.add(c.Variable, c.Answer, strconv.Itoa(c.Rows), asPercent(c.Share), bounds(c.Interval, asPercent), poor)
		}
		g.write(w)
		all := q.Crossings[len(q.Crossings)-2]
		if len(all.Groups) == 0 {
			continue
		}
		fmt.Fprintln(w, "  by group, denying every movable thing at once")
		g = textGrid{words: []int{1}}
		g.add("group", "level", "ineligible rows", "cross")
		for _, c := range all.Groups {
			g.add(c.Group, c.Level, strconv.Itoa(c.Ineligible), asPercent(c.Share))
		}
		g.write(w)
	}
	fmt.Fprintln(w, "  cross: of the ineligible households (of the group); a false answer is given only where it lowers the score, and the cut stays")
	for _, l := range r.Hiding.Left {
		fmt.Fprintf(w, "  %s is not hidden: %s\n", l.Variable, l.Why)
	}
	for _, i := range r.Hiding.Items {
		if i.Follow != nil {
			fmt.Fprintf(w, "  with %s moves %s\n", i.Variable, strings.Join(i.Follow, ", "))
		}
	}
}

func (r *robust) printCut(w io.Writer) {
	for _, q := range r.Cut.Quota {
		fmt.Fprintf(w, "\nHow sure a decision is, the poorest %s by score being selected; cut %s\n", asShare(q.Q), asNumber(q.Cut))
		g := textGrid{}
		g.add("score − cut", "rows", "households", "truly poor", "95 % interval")
		for _, b := range q.Bands {
			g.add(b.String(), strconv.Itoa(b.Rows), asPercent(b.Share), asPercent(b.Poor), bounds(b.PoorInterval, asPercent))
		}
		g.write(w)
		g = textGrid{words: []int{7}}
		g.add("within", "rows", "households", "truly poor", "95 % interval", "misplaced", "95 % interval", "")
		for _, n := range q.Within {
			words := ""
			if n.CoinToss != nil && *n.CoinToss {
				words = "not to be told from a coin toss"
			}
			g.add(fmt.Sprintf("±%g", n.Distance), strconv.Itoa(n.Rows), asPercent(n.Share), asPercent(n.Poor), bounds(n.PoorInterval, asPercent),
				asPercent(n.Misplaced), bounds(n.MisplacedInterval, asPercent), words)
		}
		g.write(w)
	}
	if r.Cut.RMSE != nil {
		fmt.Fprintf(w, "  the score misses the target by %s at the root mean square, out of fold\n", asFixed(*r.Cut.RMSE))
	}
	fmt.Fprintln(w, "  households: of all; truly poor and misplaced: of the households of the line; scores out of fold, so that truly poor is the probability")
}

func printPair(w io.Writer, p *survey.WavePair) {
	fmt.Fprintf(w, "\nDrift: fitted on wave %s (%s), scoring wave %s (%s), cuts frozen\n", p.From, manyOf(p.RowsFrom, "row", "rows"), p.To, manyOf(p.RowsTo, "row", "rows"))
	fmt.Fprintf(w, "  bias (mean of score − target) %s %s; against a new fit %s, deviation %s; PSI %s, KS %s\n", asFixed(p.Bias), bounds(p.BiasInterval, asFixed),
		asFixed(p.RefitBias), asFixed(p.RefitSpread), asFixed(p.PSI), asFixed(p.KS))
	s := p.Score
	fmt.Fprintf(w, "  mean score %s, mean target %s", asChange(s.Total, 3), asChange(s.Target, 3))
	if s.Prices != nil {
		fmt.Fprintf(w, "; of the score %s by prices, %s by people", asChange(*s.Prices, 3), asChange(*s.People, 3))
	}
	if s.TargetPrices != nil {
		fmt.Fprintf(w, "; of the target %s by prices", asChange(*s.TargetPrices, 3))
	}
	fmt.Fprintln(w)
	g := textGrid{}
	g.add("quota", "coverage", "", "missed", "move", "95 % interval", "leaked", "move", "95 % interval", "missed by a new fit")
	for _, q := range p.Quota {
		g.add(asShare(q.Q), asPercent(q.Coverage), bounds(q.CoverageInterval, asPercent), asPercent(q.EER), asPoints(q.EERMove), bounds(q.EERMoveInterval, asPoints),
			asPercent(q.IER), asPoints(q.IERMove), bounds(q.IERMoveInterval, asPoints), asPercent(q.RefitEER))
	}
	g.write(w)
	shifts := slices.Clone(p.Variables)
	slices.SortStableFunc(shifts, func(a, b survey.VariableShift) int {
		return compareSize(b.Score, a.Score)
	})
	g = textGrid{}
	g.add("variable", "mean "+p.From, "mean "+p.To, "shift in deviations", "effect on the score")
	for _, v := range shifts[:min(shown, len(shifts))] {
		g.add(v.Name, asNumber(v.From), asNumber(v.To), asChange(v.InSD, 3), asChange(v.Score, 4))
	}
	g.write(w)
	if len(shifts) > shown {
		fmt.Fprintf(w, "  the %d largest effects of %d; --json has all\n", shown, len(shifts))
	}
	if len(p.Dropped) > 0 {
		fmt.Fprintf(w, "  constant or collinear in wave %s, so without a coefficient: %s\n", p.From, strings.Join(p.Dropped, ", "))
	}
}

// shown is how many shifts of variables a person is shown.
const shown = 12

func compareSize(a, b float64) int {
	switch a, b = max(a, -a), max(b, -b); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (r *robust) printStability(w io.Writer) {
	s := r.Stability
	fmt.Fprintf(w, "\nStability of the least-squares coefficients\n")
	g := textGrid{}
	head := []string{"coefficient", "estimate", "se"}
	if len(s.Coefficients) > 0 {
		for _, a := range s.Coefficients[0].Across {
			head = append(head, a.Source+": range in se", "sign changes")
		}
	}
	g.add(append(head, "one cluster moves it, in se", "its first line")...)
	for _, c := range s.Coefficients {
		row := []string{c.Name, asNumber(c.Estimate), asNumber(c.SE)}
		for _, a := range c.Across {
			if a.Fits == 0 {
				row = append(row, "-", "-")
				continue
			}
			row = append(row, fmt.Sprintf("%.1f", a.RangeInSE), fmt.Sprintf("%d of %d", a.SignChanges, a.Fits))
		}
		moved := asChange(c.Influence.InSE, 2)
		if c.Influence.Flips {
			moved += " (its sign too)"
		}
		g.add(append(row, moved, strconv.Itoa(int(c.Influence.Line)))...)
	}
	g.write(w)
	fmt.Fprintln(w, "  range: largest less smallest coefficient over the fits, in standard errors of the whole sample; parts of a sample range further by chance alone")
	for _, p := range s.Skipped {
		fmt.Fprintf(w, "  no fit on %s %s: %s\n", p.Source, p.Part, p.Why)
	}
}

// notes lists what a reader must know beside the figures.
func (r *robust) notes() []string {
	var out []string
	if len(r.tagged.Groups()) == 0 {
		out = append(out, "no variable is tagged: --tag, --drop or --tags price groups of variables and say what can be hidden")
	} else if r.tagged.With(survey.Movable) == nil {
		out = append(out, "no variable is movable: --tag movable=… says what can be hidden")
	}
	if r.sample.Wave == nil {
		out = append(out, "no waves, so no drift: --wave names their column")
	}
	if r.Drift != nil || r.Stability != nil {
		out = append(out, "drift and stability are those of least squares, pooled")
	}
	if r.cmd.Replicates > 0 {
		out = append(out, fmt.Sprintf("intervals hold 95 %% of %d bootstrap replicates of whole clusters; the formula is not refitted, but for the stability of coefficients", r.cmd.Replicates))
	}
	if len(r.Price) > 2 && r.cmd.Replicates > 0 {
		out = append(out, "each price has an interval of its own: of twenty groups that cost nothing, one is to be expected beyond chance")
	}
	return append(out, r.opened.notes()...)
}
