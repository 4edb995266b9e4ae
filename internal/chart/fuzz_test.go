package chart_test

import (
	"strings"
	"testing"

	"sijil/internal/chart"
)

// FuzzWords puts any words everywhere; the picture must stay one picture and
// give the title back.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"plain", `<script>alert("x")</script>`, `" onload="x`, "]]>&amp;", "عربي 9,74", "\x00\xff\u202e", "a\nb"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, rtl bool) {
		frame := chart.Frame{Title: "t" + s, Desc: "d" + s, RTL: rtl, Width: 320, Standalone: true, NoData: s,
			XAxis: chart.Axis{Label: s, Format: func(float64) string { return s }},
			YAxis: chart.Axis{Label: s, Format: func(float64) string { return s }}}
		one := []float64{1, 2}
		mark := chart.Mark{At: 1, Label: s}
		series := []chart.Series{{Name: s, X: one, Y: one}, {Name: s, X: one, Y: one}}
		for _, p := range []drawer{
			chart.Histogram{Frame: frame, Edges: []float64{0, 1}, Counts: one[:1], Marks: []chart.Mark{mark, mark}},
			chart.Histogram{Frame: frame},
			chart.Lines{Frame: frame, Series: series, Marks: []chart.Mark{mark}},
			chart.Curve{Frame: frame, Diagonal: s, Series: []chart.Series{{Name: s, X: one[:1], Y: one[:1]}}},
			chart.Scatter{Frame: frame, X: one, Y: one, XLine: &mark, YLine: &mark, Quadrants: [4]string{s, s, s, s}},
			chart.Bars{Frame: frame, Rows: []chart.Bar{{Label: s, Value: -1}}},
		} {
			svg, err := p.SVG()
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, svg)
			if strings.Contains(string(svg), "<script") {
				t.Fatalf("a script in\n%s", svg)
			}
		}
	})
}

// FuzzNumbers draws any numbers: an error or a picture without a coordinate
// that is not a number.
func FuzzNumbers(f *testing.F) {
	f.Add(0.0, 1.0, 2.0, 3.0)
	f.Add(1e300, -1e300, 5e-324, 1e-310)
	f.Add(9.743001, 9.743001, 9.743002, 0.0)
	f.Fuzz(func(t *testing.T, a, b, c, d float64) {
		for _, p := range []drawer{
			chart.Histogram{Frame: frame(), Edges: []float64{a, b, c}, Counts: []float64{d, a}, Marks: []chart.Mark{{At: d}}},
			chart.Lines{Frame: frame(), Series: []chart.Series{{X: []float64{a, b}, Y: []float64{c, d}, Low: []float64{a, c}, High: []float64{b, d}}}},
			chart.Curve{Frame: frame(), Series: []chart.Series{{X: []float64{a, b}, Y: []float64{c, d}}}},
			chart.Scatter{Frame: frame(), X: []float64{a, b}, Y: []float64{c, d}, Size: []float64{d, b}, XLine: &chart.Mark{At: c}},
			chart.Bars{Frame: frame(), Rows: []chart.Bar{{Value: a, Interval: &[2]float64{b, c}}, {Value: d}}},
		} {
			svg, err := p.SVG()
			if err != nil {
				continue
			}
			wellFormed(t, svg)
		}
		edges, counts, err := chart.Bins([]float64{a, b, c}, nil, d, 20)
		if err == nil && (len(edges) != len(counts)+1 || len(counts) > 25) {
			t.Fatalf("%d edges, %d counts", len(edges), len(counts))
		}
	})
}
