package chart_test

import (
	"encoding/xml"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/internal/chart"
)

// label is a text element with the box it is estimated to fill.
type label struct {
	X         float64 `xml:"x,attr"`
	Y         float64 `xml:"y,attr"`
	Size      float64 `xml:"font-size,attr"`
	Anchor    string  `xml:"text-anchor,attr"`
	Direction string  `xml:"direction,attr"`
	Text      string  `xml:",chardata"`
}

// box is the label's left and right; an anchor is a logical side.
func (l label) box() (left, right float64) {
	w := chart.TextWidth(l.Text, l.Size)
	switch {
	case l.Anchor == "middle":
		return l.X - w/2, l.X + w/2
	case (l.Anchor == "end") == (l.Direction == "rtl"):
		return l.X, l.X + w
	}
	return l.X - w, l.X
}

func labels(t reporter, svg []byte) (all []label, width float64) {
	t.Helper()
	var root struct {
		Width float64 `xml:"width,attr"`
		Text  []label `xml:"text"`
	}
	if err := xml.Unmarshal(svg, &root); err != nil {
		t.Fatal(err)
	}
	return root.Text, root.Width
}

// apart fails when a text leaves the picture or lies on another.
func apart(t reporter, svg []byte) {
	t.Helper()
	all, width := labels(t, svg)
	for i, a := range all {
		al, ar := a.box()
		if al < -1 || ar > width+1 {
			t.Fatalf("%q reaches from %.1f to %.1f of %v\n%s", a.Text, al, ar, width, svg)
		}
		for _, b := range all[:i] {
			bl, br := b.box()
			if math.Abs(a.Y-b.Y) < 11 && al < br-1 && bl < ar-1 {
				t.Fatalf("%q lies on %q\n%s", a.Text, b.Text, svg)
			}
		}
	}
}

func TestLabelsStayApart(t *testing.T) {
	t.Parallel()
	for name, p := range cases() {
		svg, err := p.SVG()
		if err != nil {
			t.Fatal(err)
		}
		t.Log(name)
		apart(t, svg)
	}
}

func TestMarksStayApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := frame()
		f.Width = rapid.IntRange(240, 1000).Draw(t, "width")
		f.RTL = rapid.Bool().Draw(t, "rtl")
		size := rapid.Float64Range(-8, 8).Draw(t, "size")
		offset := rapid.Float64Range(-100, 100).Draw(t, "offset")
		h := chart.Histogram{Frame: f, Counts: []float64{3, 1, 2}}
		for i := range 4 {
			h.Edges = append(h.Edges, (offset+float64(i))*math.Pow(10, size))
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "marks") {
			at := h.Edges[0] + (h.Edges[3]-h.Edges[0])*rapid.Float64Range(0, 1).Draw(t, "at")
			name := strings.Repeat("abc ", rapid.IntRange(1, 8).Draw(t, "length"))
			h.Marks = append(h.Marks, chart.Mark{At: at, Label: fmt.Sprint(name, i)})
		}
		svg, err := h.SVG()
		if err != nil {
			t.Fatal(err)
		}
		apart(t, svg)
	})
}

// reporter is what helpers need of testing.T and of rapid.T.
type reporter interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func TestRightToLeftTurnsWordsNotNumbers(t *testing.T) {
	t.Parallel()
	svg, err := cases()["bars-ar"].SVG()
	if err != nil {
		t.Fatal(err)
	}
	all, width := labels(t, svg)
	for _, l := range all {
		_, right := l.box()
		number := strings.ContainsAny(l.Text, "0123456789")
		switch {
		case number && l.Direction != "ltr":
			t.Errorf("number %q runs %q", l.Text, l.Direction)
		case !number && l.Direction != "rtl":
			t.Errorf("word %q runs %q", l.Text, l.Direction)
		case !number && l.Anchor == "start" && right != width-12:
			t.Errorf("%q begins at %v", l.Text, right)
		}
	}
	if !strings.Contains(string(svg), `lang="ar"`) {
		t.Error("the language is not said")
	}
}

// Numbers on an axis are round: no remains of binary fractions.
func TestTicksAreRound(t *testing.T) {
	t.Parallel()
	f := frame()
	svg, err := chart.Scatter{Frame: f, X: []float64{-.3, .7}, Y: []float64{-1e-3, 2e-3}}.SVG()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(wellFormed(t, svg), " ")
	for _, want := range []string{" \u22120.2 ", " 0 ", " 0.6 ", " \u22120.001 ", " 0.0015 "} {
		if !strings.Contains(text+" ", want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
	if strings.Contains(text, "0000") || strings.Contains(text, "\u22120 ") {
		t.Errorf("not round: %q", text)
	}
}

func TestPicturesOnOnePageDoNotMixTheirPatterns(t *testing.T) {
	t.Parallel()
	f := frame()
	f.ID = "second"
	svg, err := chart.Bars{Frame: f, Rows: []chart.Bar{{Label: "a", Value: -1}}}.SVG()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`id="second-hatch"`, `url(#second-hatch)`, `id="second-title"`, `aria-labelledby="second-title second-desc"`} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(string(svg), "<style") || strings.Contains(string(svg), ` style=`) {
		t.Error("a picture inside a page carries a style")
	}
}
