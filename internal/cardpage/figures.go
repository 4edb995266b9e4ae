package cardpage

import "sijil/survey"

// cut is a table of the figures of one regime and quota.
type cut struct {
	Caption string
	Rows    []cutRow
}

type cutRow struct{ Name, Value, Range string }

// Cut lays out the figures of targeting, each named with its denominator.
func (p *page) Cut(caption string, t survey.Targeting) (cut, error) {
	name, err := p.t(caption, "q", p.share(t.Q))
	if err != nil {
		return cut{}, err
	}
	out := cut{Caption: name}
	for _, f := range []struct {
		key     string
		value   float64
		percent bool
	}{
		{"eer", t.EER, true}, {"ier", t.IER, true}, {"selected", t.Selected, true}, {"inclusion_of_non_poor", t.InclusionOfNonPoor, true},
		{"td", t.TD, true}, {"bpac", t.BPAC, true}, {"auc", t.AUC, false}, {"cgh20", t.CGH20, false}, {"cgh40", t.CGH40, false},
	} {
		if f.key == "selected" && t.Regime == survey.Quota {
			continue // it is the quota, but for a household or two
		}
		label, err := p.t("figure." + f.key)
		if err != nil {
			return cut{}, err
		}
		decimals, value := 3, p.num(f.value, 3)
		if f.percent {
			decimals, value = 1, p.pct(f.value, 1)
		}
		out.Rows = append(out.Rows, cutRow{label, value, p.Range(t.Intervals, f.key, decimals, f.percent)})
	}
	return out, nil
}

// Change is a difference in percentage points with its range.
func (p *page) Change(difference float64, v *survey.Interval) string {
	text := p.signed(difference)
	if v == nil {
		return text
	}
	return text + " (" + p.signed(v.Low) + " – " + p.signed(v.High) + ")"
}

func (p *page) signed(v float64) string {
	text := p.num(100*v, 1)
	if v > 0 && text != p.num(0, 1) {
		return "+" + text
	}
	return text
}

// Crossed counts the households that rounding took over the cut either way.
func (p *page) Crossed(q survey.RoundingAtQuota) int { return q.CameIn + q.WentOut }
