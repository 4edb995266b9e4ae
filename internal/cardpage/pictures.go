package cardpage

import (
	"fmt"
	"html/template"
	"math"
	"slices"

	"sijil/internal/chart"
)

// Widths of a picture: for a phone and for a page. Style sheets show one.
const (
	narrow = 330
	wide   = 700
)

// Left is the picture of the poverty gap left by each way of giving money.
func (p *page) Left() (template.HTML, error) {
	bars := chart.Bars{}
	for _, e := range p.Programmes(p.First()) {
		name, err := p.Programme(e.Programme)
		if err != nil {
			return "", err
		}
		bar := chart.Bar{Label: name, Value: e.FGT1}
		if v, ok := e.Intervals["fgt1"]; ok {
			bar.Interval = &[2]float64{v.Low, v.High}
		}
		bars.Rows = append(bars.Rows, bar)
	}
	return p.draw(bars, "gap", "errs.chart", "errs.chart_desc")
}

// Missed is the picture of the poor left out, by group.
func (p *page) Missed() (template.HTML, error) {
	bars := chart.Bars{}
	for _, g := range p.GroupsAt(p.First()) {
		if g.Poor == 0 {
			continue
		}
		name, err := p.t("programme.level", "group", p.GroupName(g.Group), "level", p.LevelName(g.Group, g.Level))
		if err != nil {
			return "", err
		}
		bar := chart.Bar{Label: name, Value: g.EER}
		if v, ok := g.Intervals["eer"]; ok {
			bar.Interval = &[2]float64{v.Low, v.High}
		}
		bars.Rows = append(bars.Rows, bar)
	}
	return p.draw(bars, "missed", "whom.chart", "whom.chart_desc")
}

// draw draws the bars in both widths.
func (p *page) draw(bars chart.Bars, id, title, desc string) (template.HTML, error) {
	name, err := p.t(title, "q", p.share(p.First()))
	if err != nil {
		return "", err
	}
	words, err := p.t(desc)
	if err != nil {
		return "", err
	}
	bars.Frame = chart.Frame{Title: name, Desc: words, Lang: p.Lang, RTL: p.Dir() == "rtl",
		XAxis: chart.Axis{Format: func(v float64) string { return p.share(math.Round(1000*v) / 1000) }}}
	var out []byte
	for _, w := range []struct {
		class string
		width int
	}{{"narrow", narrow}, {"wide", wide}} {
		bars.Width, bars.ID = w.width, id+"-"+w.class
		svg, err := bars.SVG()
		if err != nil {
			return "", err
		}
		out = fmt.Appendf(out, "<div class=%q>%s</div>\n", w.class, svg)
	}
	return template.HTML(slices.Clip(out)), nil //nolint:gosec // package chart escapes every label
}
