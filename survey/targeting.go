package survey

import "math"

// Targeting says whom a score takes in and leaves out. With w the evaluation
// weight, y the target and s the score, the poor are those with y ≤ z, where
// the line z is the weighted quantile q of y; the selected are those with
// s ≤ c. At a fixed quota the cut c is the quantile q of the score; at a fixed
// line it is z itself. Every share names its denominator; a share of nobody is
// written 0. Sources: Brown, Ravallion and van de Walle 2018 (EER, IER, NTD),
// Coady, Grosh and Hoddinott 2004 (CGH), IRIS and McBride and Nichols 2018 (BPAC).
type Targeting struct {
	Regime string  `json:"regime"` // "quota" or "line"
	Q      float64 `json:"q"`
	Line   float64 `json:"poverty_line"` // z
	Cut    float64 `json:"cut"`          // c

	Selected float64 `json:"selected"` // selected ÷ all

	EER float64 `json:"eer"` // exclusion error: poor not selected ÷ poor (undercoverage)
	IER float64 `json:"ier"` // inclusion error: selected not poor ÷ selected (leakage)

	InclusionOfNonPoor float64 `json:"inclusion_of_non_poor"` // selected not poor ÷ not poor
	LeakageToPoor      float64 `json:"leakage_to_poor"`       // selected not poor ÷ poor (IRIS)

	AUC  float64 `json:"auc"`  // poor–non-poor pairs in the right order ÷ all such pairs, ties half
	TD   float64 `json:"td"`   // selected poor ÷ poor − selected non-poor ÷ non-poor
	NTD  float64 `json:"ntd"`  // 1 − (selected non-poor ÷ non-poor + poor not selected ÷ poor)
	TA   float64 `json:"ta"`   // rightly placed ÷ all
	BPAC float64 `json:"bpac"` // selected poor ÷ poor − |EER − selected not poor ÷ poor|

	CGH20 float64 `json:"cgh20"` // share of the selected among the poorest 20 % ÷ .2
	CGH40 float64 `json:"cgh40"` // share of the selected among the poorest 40 % ÷ .4

	Concentration float64 `json:"concentration"` // of selection along the target, −1 all to the poorest

	Intervals map[string]Interval `json:"intervals,omitempty"` // by cluster bootstrap, by name of the figure
}

func (t *Targeting) figures() []figure {
	return []figure{{"cut", &t.Cut}, {"selected", &t.Selected}, {"eer", &t.EER}, {"ier", &t.IER},
		{"inclusion_of_non_poor", &t.InclusionOfNonPoor}, {"leakage_to_poor", &t.LeakageToPoor}, {"auc", &t.AUC}, {"td", &t.TD}, {"ntd", &t.NTD},
		{"ta", &t.TA}, {"bpac", &t.BPAC}, {"cgh20", &t.CGH20}, {"cgh40", &t.CGH40}, {"concentration", &t.Concentration}}
}

// Denominator says in words what a figure of Targeting, GroupErrors or Effect
// is a share of, to stand beside it on paper and screen; empty for figures that
// are no shares.
func Denominator(figure string) string {
	switch figure {
	case "selected", "coverage", "ta", "share":
		return "of all households"
	case "eer", "leakage_to_poor", "bpac":
		return "of the poor"
	case "ier":
		return "of those selected"
	case "inclusion_of_non_poor":
		return "of the non-poor"
	case "auc":
		return "of pairs of a poor and a non-poor household"
	case "td", "ntd":
		return "share of the poor less share of the non-poor"
	case "cgh20":
		return "of benefits, over 20 %"
	case "cgh40":
		return "of benefits, over 40 %"
	case "gap_bc":
		return "of the budget"
	}
	return ""
}

// judged holds a target and its scores, sorted once; weights vary.
type judged struct {
	y, s          []float64
	byY, byS      []int32
	welfare, size []float64
	byWelfare     []int32
	groups        []Grouping
	quotas, lines []float64
	moneyLines    []float64
	level         bool
	programmes    []Programme
	budget        float64
	perPerson     bool
}

func (j *judged) targeting(regime string, q float64, w, ranks []float64) Targeting {
	line := quantileIn(j.byY, j.y, w, q)
	if regime == Quota {
		return j.targetingAt(regime, q, line, quantileIn(j.byS, j.s, w, q), w, ranks)
	}
	return j.targetingAt(regime, q, line, line, w, ranks)
}

// shareUpTo is the share of the weight at or below a line.
func shareUpTo(y, w []float64, line float64) float64 {
	var below, all float64
	for i, v := range y {
		all += w[i]
		if v <= line {
			below += w[i]
		}
	}
	return below / all
}

func (j *judged) targetingAt(regime string, q, line, cut float64, w, ranks []float64) Targeting {
	t := Targeting{Regime: regime, Q: q, Line: line, Cut: cut}
	low20, low40 := quantileIn(j.byY, j.y, w, .2), quantileIn(j.byY, j.y, w, .4)
	var poor, other, selectedPoor, selectedOther, selected20, selected40, ranked float64
	for i, wi := range w {
		in := j.s[i] <= t.Cut
		if j.y[i] <= t.Line {
			poor += wi
			if in {
				selectedPoor += wi
			}
		} else {
			other += wi
			if in {
				selectedOther += wi
			}
		}
		if !in {
			continue
		}
		ranked += wi * ranks[i]
		if j.y[i] <= low20 {
			selected20 += wi
		}
		if j.y[i] <= low40 {
			selected40 += wi
		}
	}
	selected, all := selectedPoor+selectedOther, poor+other
	t.Selected = selected / all
	t.EER = share(poor-selectedPoor, poor)
	t.IER = share(selectedOther, selected)
	t.InclusionOfNonPoor = share(selectedOther, other)
	t.LeakageToPoor = share(selectedOther, poor)
	t.AUC = aucIn(j.byS, j.s, j.y, w, t.Line)
	t.TD = share(selectedPoor, poor) - t.InclusionOfNonPoor
	t.NTD = 1 - (t.InclusionOfNonPoor + t.EER)
	t.TA = (selectedPoor + other - selectedOther) / all
	t.BPAC = share(selectedPoor, poor) - math.Abs(t.EER-t.LeakageToPoor)
	t.CGH20, t.CGH40 = share(selected20, selected)/.2, share(selected40, selected)/.4
	if selected > 0 {
		t.Concentration = 2*ranked/selected - 1
	}
	return t
}

// AUC is the share of pairs of a poor (y ≤ line) and a non-poor row, by the
// product of their weights, in which the poor one has the lower score; equal
// scores count half.
func AUC(score, y, weight []float64, line float64) float64 {
	return aucIn(sortedOrder(score), score, y, weight, line)
}

func aucIn(order []int32, score, y, w []float64, line float64) float64 {
	var right, poorBelow, otherAll float64
	for from := 0; from < len(order); {
		to := from
		var poor, other float64
		for ; to < len(order) && score[order[to]] == score[order[from]]; to++ {
			i := order[to]
			if y[i] <= line {
				poor += w[i]
			} else {
				other += w[i]
			}
		}
		right += other * (poorBelow + poor/2)
		poorBelow += poor
		otherAll += other
		from = to
	}
	return share(right, poorBelow*otherAll)
}
