package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sijil/internal/chart"
	"sijil/internal/errs"
)

var number = regexp.MustCompile(`NaN|Inf|[0-9]e[+-]?[0-9]`)

// wellFormed checks XML, the accessible root, and that nothing is fetched or
// run; it returns the text of all text elements.
func wellFormed(tb testing.TB, svg []byte) []string {
	tb.Helper()
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	var open, texts []string
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			tb.Fatalf("not well formed: %v\n%s", err, svg)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			open = append(open, e.Name.Local)
			if !strings.Contains(" svg title desc style rect path circle text defs pattern ", " "+e.Name.Local+" ") {
				tb.Fatalf("element %s", e.Name.Local)
			}
			if e.Name.Local == "text" {
				texts = append(texts, "")
			}
			for _, a := range e.Attr {
				safeAttribute(tb, e.Name.Local, a)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1] == "text" {
				texts[len(texts)-1] += string(e)
			}
		}
	}
	for _, want := range []string{`role="img"`, `<title id="`, `<desc id="`, `aria-labelledby="`, `viewBox="0 0 `} {
		if !strings.Contains(string(svg), want) {
			tb.Fatalf("%s is missing in\n%s", want, svg)
		}
	}
	return texts
}

func safeAttribute(tb testing.TB, element string, a xml.Attr) {
	tb.Helper()
	if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
		tb.Fatalf("attribute %s of %s", a.Name.Local, element)
	}
	switch a.Name.Local {
	case "x", "y", "width", "height", "cx", "cy", "r", "d", "points":
		if number.MatchString(a.Value) {
			tb.Fatalf("%s of %s is %q", a.Name.Local, element, a.Value)
		}
		if v, err := strconv.ParseFloat(a.Value, 64); err == nil && v < 0 && a.Name.Local != "x" && a.Name.Local != "y" {
			tb.Fatalf("%s of %s is %q", a.Name.Local, element, a.Value)
		}
	}
}

func frame() chart.Frame { return chart.Frame{Title: "t", Desc: "d"} }

func TestNothingToDrawIsSaid(t *testing.T) {
	t.Parallel()
	f := frame()
	f.NoData = "nothing yet"
	for name, p := range map[string]drawer{
		"histogram":     chart.Histogram{Frame: f},
		"all bins zero": chart.Histogram{Frame: f, Edges: []float64{0, 1, 2}, Counts: []float64{0, 0}},
		"lines":         chart.Lines{Frame: f, Series: []chart.Series{{Name: "a"}}},
		"curve":         chart.Curve{Frame: f},
		"scatter":       chart.Scatter{Frame: f},
		"bars":          chart.Bars{Frame: f},
	} {
		svg, err := p.SVG()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if texts := wellFormed(t, svg); len(texts) != 2 || texts[1] != "nothing yet" {
			t.Errorf("%s says %q", name, texts)
		}
	}
}

func TestBadInputIsNamed(t *testing.T) {
	t.Parallel()
	nan, one := math.NaN(), []float64{1}
	wide := frame()
	wide.Width = 9000
	id := frame()
	id.ID = `x" onload="`
	five := make([]chart.Series, 5)
	for name, c := range map[string]struct {
		p    drawer
		want string
	}{
		"no title":        {chart.Histogram{Frame: chart.Frame{Desc: "d"}}, "title"},
		"no description":  {chart.Bars{Frame: chart.Frame{Title: "t"}}, "desc"},
		"width":           {chart.Scatter{Frame: wide}, "240 to 2000"},
		"id":              {chart.Lines{Frame: id}, "id: "},
		"NaN count":       {chart.Histogram{Frame: frame(), Edges: []float64{0, 1, 2}, Counts: []float64{1, nan}}, "line 2: counts"},
		"edges short":     {chart.Histogram{Frame: frame(), Edges: one, Counts: one}, "edges: has 1 values where 2"},
		"edges fall":      {chart.Histogram{Frame: frame(), Edges: []float64{1, 0}, Counts: one}, "do not ascend"},
		"negative":        {chart.Histogram{Frame: frame(), Edges: []float64{0, 1}, Counts: []float64{-1}}, "negative"},
		"mark":            {chart.Histogram{Frame: frame(), Edges: []float64{0, 1}, Counts: one, Marks: []chart.Mark{{At: nan}}}, "line 1: marks"},
		"line y":          {chart.Lines{Frame: frame(), Series: []chart.Series{{X: one, Y: []float64{math.Inf(1)}}}}, "series[0].y"},
		"half a band":     {chart.Lines{Frame: frame(), Series: []chart.Series{{X: one, Y: one, Low: one}}}, "series[0].high: has 0"},
		"x descends":      {chart.Lines{Frame: frame(), Series: []chart.Series{{X: []float64{2, 1}, Y: []float64{1, 1}}}}, "line 2: series[0].x: descends"},
		"five series":     {chart.Lines{Frame: frame(), Series: five}, "at most four"},
		"curve beyond":    {chart.Curve{Frame: frame(), Series: []chart.Series{{X: one, Y: []float64{100}}}}, "give shares"},
		"scatter":         {chart.Scatter{Frame: frame(), X: one, Y: []float64{nan}}, "line 1: y"},
		"scatter size":    {chart.Scatter{Frame: frame(), X: one, Y: one, Size: []float64{-1}}, "size"},
		"scatter line":    {chart.Scatter{Frame: frame(), X: one, Y: one, XLine: &chart.Mark{At: nan}}, "lines"},
		"bar":             {chart.Bars{Frame: frame(), Rows: []chart.Bar{{Value: 1}, {Value: nan}}}, "rows[1]"},
		"interval":        {chart.Bars{Frame: frame(), Rows: []chart.Bar{{Interval: &[2]float64{2, 1}}}}, "rows[0].interval"},
		"too far for any": {chart.Scatter{Frame: frame(), X: []float64{math.MaxFloat64}, Y: one}, "line 1: x"},
	} {
		svg, err := c.p.SVG()
		if err == nil {
			t.Errorf("%s: no error, but %s", name, svg)
			continue
		}
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %q, want %q", name, err, c.want)
		}
	}
}

func TestBinsKeepTheSidesOfTheThresholdApart(t *testing.T) {
	t.Parallel()
	values := []float64{1, 2.49, 2.5, 2.51, 4, 9.7}
	edges, counts, err := chart.Bins(values, []float64{1, 1, 1, 1, 1, 2}, 2.5, 10)
	if err != nil {
		t.Fatal(err)
	}
	var below, total float64
	found := false
	for i, n := range counts {
		total += n
		if edges[i] < 2.5 {
			below += n
		}
		found = found || edges[i] == 2.5
	}
	if !found || below != 2 || total != 7 || len(counts) > 10 {
		t.Errorf("edges %v, counts %v", edges, counts)
	}
	if e, c, err := chart.Bins(nil, nil, 1, 10); e != nil || c != nil || err != nil {
		t.Errorf("of nothing: %v %v %v", e, c, err)
	}
	if _, c, err := chart.Bins([]float64{5, 5}, nil, 5, 10); err != nil || len(c) > 10 {
		t.Errorf("of one value: %v %v", c, err)
	}
	for _, bad := range [][]float64{{math.NaN()}, {1, math.Inf(-1)}} {
		if _, _, err := chart.Bins(bad, nil, 1, 10); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
	if _, _, err := chart.Bins(values, []float64{1}, 1, 10); err == nil {
		t.Error("short weights are taken")
	}
}
