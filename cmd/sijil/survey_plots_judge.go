package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sijil/internal/chart"
	"sijil/survey"
)

// plot draws an assessment.
func (r *assessed) plot(dir string) error {
	pictures := map[string]drawing{"concentration": r.concentration(), "roc": r.roc()}
	scores, err := r.histogram()
	if err != nil {
		return err
	}
	pictures["scores"] = scores
	for _, t := range r.a.Quota {
		at := strconv.FormatFloat(100*t.Q, 'g', 4, 64)
		id := strings.ReplaceAll(at, ".", "-")
		pictures["actual-predicted-"+id] = scatter(r.opened, r.scores, &t, "actual-predicted-"+id, "Actual and predicted out of fold, quota of "+at+" %")
		if len(r.a.Groups) > 0 {
			pictures["groups-"+id] = r.groupBars(t.Q, "groups-"+id)
		}
	}
	return draw(dir, pictures)
}

func (r *assessed) histogram() (chart.Histogram, error) {
	h := chart.Histogram{Frame: picture("scores", "Scores out of fold", "The distribution of the score, with the cut of each quota.",
		chart.Axis{Label: "Score", Format: axisNumber}, chart.Axis{Label: "Weight of the households", Format: axisNumber})}
	var err error
	h.Edges, h.Counts, err = chart.Bins(r.scores, r.sample.Design.Weight, r.a.Quota[0].Cut, 40)
	for _, t := range r.a.Quota {
		h.Marks = append(h.Marks, chart.Mark{At: t.Cut, Label: "cut at " + asShare(t.Q)})
	}
	return h, err
}

// curvePoints keeps a curve at a size that a reader can load.
const curvePoints = 200

// cumulate walks the rows in the order of by and adds up two weights, as shares
// of their sums. Rows of equal standing come in one step.
func cumulate(by, x, y []float64) (shareX, shareY []float64) {
	order := make([]int, len(by))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(by[a], by[b]) })
	var totalX, totalY, sumX, sumY float64
	for i := range by {
		totalX += x[i]
		totalY += y[i]
	}
	shareX, shareY = []float64{0}, []float64{0}
	for at, i := range order {
		sumX += x[i]
		sumY += y[i]
		last := at == len(order)-1
		if !last && (by[order[at+1]] == by[i] || sumX/totalX-shareX[len(shareX)-1] < 1./curvePoints && sumY/totalY-shareY[len(shareY)-1] < 1./curvePoints) {
			continue
		}
		shareX, shareY = append(shareX, min(1, sumX/totalX)), append(shareY, min(1, sumY/totalY))
	}
	return shareX, shareY
}

// roc draws who is reached against who is taken in, at every cut.
func (r *assessed) roc() chart.Curve {
	out := chart.Curve{Frame: picture("roc", "Poor reached and non-poor taken in, at every cut", "The further a curve rises above the diagonal, the better the score tells poor from non-poor.",
		chart.Axis{Label: "Non-poor selected, of the non-poor", Format: axisPercent}, chart.Axis{Label: "Poor selected, of the poor", Format: axisPercent}), Diagonal: "by lot"}
	w := r.sample.Design.Weight
	for _, t := range r.a.Quota[:min(4, len(r.a.Quota))] {
		poor, other := make([]float64, len(w)), make([]float64, len(w))
		for i, y := range r.sample.Y {
			if y <= t.Line {
				poor[i] = w[i]
			} else {
				other[i] = w[i]
			}
		}
		x, y := cumulate(r.scores, other, poor)
		out.Series = append(out.Series, chart.Series{Name: fmt.Sprintf("poorest %s: AUC %s", asShare(t.Q), asFixed(t.AUC)), X: x, Y: y})
	}
	return out
}

// concentration draws how much of all welfare the poorest have, by the score
// and by the truth.
func (r *assessed) concentration() chart.Curve {
	out := chart.Curve{Frame: picture("concentration", "Welfare of the poorest, by score and by truth", "The nearer the curve by score lies to the curve by truth, the better the score ranks households.",
		chart.Axis{Label: "Households, from the poorest", Format: axisPercent}, chart.Axis{Label: "Their share of all welfare", Format: axisPercent}), Diagonal: "equality"}
	welfare, _ := survey.WelfareOf(r.sample)
	if slices.Min(welfare) < 0 {
		return out // a share of a sum with debts in it draws nothing sensible
	}
	w := r.sample.Design.Weight
	money := make([]float64, len(w))
	for i := range w {
		money[i] = w[i] * welfare[i]
	}
	for _, s := range []struct {
		name string
		by   []float64
	}{{"ranked by score", r.scores}, {"ranked by welfare", welfare}} {
		x, y := cumulate(s.by, w, money)
		out.Series = append(out.Series, chart.Series{Name: s.name, X: x, Y: y})
	}
	return out
}

// groupBars draws the exclusion error of each group.
func (r *assessed) groupBars(q float64, id string) chart.Bars {
	b := chart.Bars{Frame: picture(id, "Poor households missed, by group, quota of "+asShare(q), "The share of each group's poor that the score leaves out, with 95 % intervals.",
		chart.Axis{Label: "Missed, of the poor of the group", Format: axisPercent}, chart.Axis{})}
	for _, g := range r.a.Groups {
		if g.Q != q || g.Poor == 0 || len(b.Rows) == mostBars {
			continue
		}
		row := chart.Bar{Label: g.Group + " = " + g.Level, Value: g.EER}
		if v, ok := g.Intervals["eer"]; ok {
			row.Interval = &[2]float64{v.Low, v.High}
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

// plotComparison draws the exclusion error of each method.
func plotComparison(r *survey.Comparison, dir string) error {
	pictures := map[string]drawing{}
	for q, first := range r.Methods[0].Quota {
		id := "missed-" + strings.ReplaceAll(strconv.FormatFloat(100*first.Q, 'g', 4, 64), ".", "-")
		b := chart.Bars{Frame: picture(id, "Poor households missed, by method, quota of "+asShare(first.Q), "The share of the poor that each method leaves out, with 95 % intervals.",
			chart.Axis{Label: "Missed, of the poor", Format: axisPercent}, chart.Axis{})}
		for _, a := range r.Methods {
			row := chart.Bar{Label: a.Method, Value: a.Quota[q].EER}
			if v, ok := a.Quota[q].Intervals["eer"]; ok {
				row.Interval = &[2]float64{v.Low, v.High}
			}
			b.Rows = append(b.Rows, row)
		}
		pictures[id] = b
	}
	return draw(dir, pictures)
}
