package linkpage

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"

	"sijil/internal/chart"
	"sijil/linkage"
)

// Widths of a picture: for a phone and for a page. Style sheets show one.
const (
	narrow = 330
	wide   = 700
)

// picture is any chart.
type picture interface{ SVG() ([]byte, error) }

// both draws a picture in both widths.
func both(frame *chart.Frame, id string, draw func() picture) (template.HTML, error) {
	var out []byte
	for _, w := range []struct {
		class string
		width int
	}{{"narrow", narrow}, {"wide", wide}} {
		frame.Width, frame.ID = w.width, id+"-"+w.class
		svg, err := draw().SVG()
		if err != nil {
			return "", err
		}
		out = fmt.Appendf(out, "<div class=%q>%s</div>\n", w.class, svg)
	}
	return template.HTML(slices.Clip(out)), nil //nolint:gosec // package chart escapes every label
}

func (p *page) frame(title, desc string, pairs ...any) (chart.Frame, error) {
	name, err := p.t(title, pairs...)
	if err != nil {
		return chart.Frame{}, err
	}
	words, err := p.t(desc, pairs...)
	if err != nil {
		return chart.Frame{}, err
	}
	none, err := p.t("chart.none")
	return chart.Frame{Title: name, Desc: words, Lang: p.Lang, RTL: p.Dir() == "rtl", NoData: none}, err
}

// maxWeightRows is the greatest number of levels a picture shows; the table
// below it has all.
const maxWeightRows = 20

// WeightChart draws the weights of one field, level by level.
func (p *page) WeightChart(i int) (template.HTML, error) {
	w := p.Weights[i]
	f, err := p.frame("weights.chart", "weights.chart_desc", "field", w.Field)
	if err != nil {
		return "", err
	}
	f.XAxis.Format = func(v float64) string { return p.signed(v, 1) }
	bars := chart.Bars{Frame: f}
	for _, l := range slices.Backward(w.Levels) {
		if l.Bits == 0 && l.M == 0 || len(bars.Rows) == maxWeightRows || math.IsNaN(l.Bits) || math.IsInf(l.Bits, 0) {
			continue
		}
		bars.Rows = append(bars.Rows, chart.Bar{Label: p.Level(l.Code, l.Text).Text, Value: l.Bits})
	}
	return both(&bars.Frame, "weights-"+strconv.Itoa(i), func() picture { return bars })
}

// Distribution draws how many pairs have which weight, with the bands. Counts
// are drawn as logarithms, or the strangers would hide everything else.
func (p *page) Distribution() (template.HTML, error) {
	f, err := p.frame("scores.chart", "scores.chart_desc")
	if err != nil {
		return "", err
	}
	if f.XAxis.Label, err = p.t("scores.weight"); err != nil {
		return "", err
	}
	if f.YAxis.Label, err = p.t("scores.pairs"); err != nil {
		return "", err
	}
	f.XAxis.Format = func(v float64) string { return p.num(v, 0) }
	f.YAxis.Format = func(v float64) string {
		switch {
		case v == 0:
			return p.whole(0)
		case v != math.Trunc(v):
			return "" // between powers of ten
		}
		return p.whole(int64(math.Round(math.Pow(10, v))))
	}
	h := chart.Histogram{Frame: f}
	for _, mark := range []struct {
		at  float64
		key string
	}{{p.Bands.Judge, "scores.judge_mark"}, {p.Bands.Same, "scores.same_mark"}} {
		label, err := p.t(mark.key)
		if err != nil {
			return "", err
		}
		h.Marks = append(h.Marks, chart.Mark{At: mark.at, Label: label})
	}
	h.Edges, h.Counts = logBins(p.Stats.Bins)
	return both(&h.Frame, "scores", func() picture { return h })
}

// logBins are the bins without gaps, with the logarithm of one more than each
// count: a single pair is seen, and none is nothing.
func logBins(bins []linkage.Bin) (edges, counts []float64) {
	for _, b := range bins {
		for len(edges) > 0 && edges[len(edges)-1] < float64(b.From) {
			edges, counts = append(edges, edges[len(edges)-1]+1), append(counts, 0)
		}
		if len(edges) == 0 {
			edges = append(edges, float64(b.From))
		}
		edges, counts = append(edges, float64(b.From+1)), append(counts, math.Log10(1+float64(b.Pairs)))
	}
	return edges, counts
}

// calibrated are the weights between which the expectation is drawn: outside
// everything is sure.
const calibrated = 12

// Calibration draws the share of pairs expected to be one person by weight
// and, with a truth, the share that is.
func (p *page) Calibration() (template.HTML, error) {
	f, err := p.frame("calibration.chart", "calibration.chart_desc")
	if err != nil {
		return "", err
	}
	if f.XAxis.Label, err = p.t("scores.weight"); err != nil {
		return "", err
	}
	if f.YAxis.Label, err = p.t("calibration.share"); err != nil {
		return "", err
	}
	f.XAxis.Format = func(v float64) string { return p.num(v, 0) }
	f.YAxis.Format = func(v float64) string { return p.pct(v, 0) }
	expected, err := p.t("calibration.expected")
	if err != nil {
		return "", err
	}
	lines := chart.Lines{Frame: f, Series: []chart.Series{{Name: expected}}}
	for _, b := range p.Stats.Bins {
		if b.Pairs > 0 && b.From >= -calibrated && b.From < calibrated {
			s := &lines.Series[0]
			s.X, s.Y = append(s.X, float64(b.From)+.5), append(s.Y, b.Expected/float64(b.Pairs))
		}
	}
	if p.Judged != nil {
		name, err := p.t("calibration.found")
		if err != nil {
			return "", err
		}
		s := chart.Series{Name: name}
		for _, b := range p.Judged.Bins {
			if b.Pairs > 0 && b.From >= -calibrated && b.From < calibrated {
				s.X, s.Y = append(s.X, float64(b.From)+.5), append(s.Y, float64(b.Right)/float64(b.Pairs))
			}
		}
		lines.Series = append(lines.Series, s)
	}
	return both(&lines.Frame, "calibration", func() picture { return lines })
}

// Passes draws the pairs each pass of blocking found first.
func (p *page) Passes() (template.HTML, error) {
	f, err := p.frame("blocking.chart", "blocking.chart_desc")
	if err != nil {
		return "", err
	}
	f.XAxis.Format = func(v float64) string { return p.num(v, 0) }
	bars := chart.Bars{Frame: f}
	for _, pass := range p.Stats.Passes {
		bars.Rows = append(bars.Rows, chart.Bar{Label: p.Key(pass.Name).Key, Value: float64(pass.Pairs)})
	}
	return both(&bars.Frame, "passes", func() picture { return bars })
}
