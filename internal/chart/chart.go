// Package chart draws statistical pictures as SVG on the server: histograms
// with thresholds, lines with confidence bands, scatters with quadrants, bars
// around zero, concentration and ROC curves.
//
// It knows scales, ticks, marks and how words sit in them, from left to right
// and from right to left. It refuses to know what the numbers mean, how a
// language writes them (a function handed in does) and where the picture goes:
// there are no scripts, no links, no fonts to fetch and no identifiers of
// people in it, and the same input gives the same bytes.
//
// Pictures are readable without colour: series differ by dash and marker,
// points by filled and hollow, signs by direction and printed value. Colours
// come from custom properties of the page (--chart-1 to --chart-4, --chart-ink,
// --chart-paper) and, without these, from the text colour and from accents that
// hold on light and dark. Presentation attributes alone are used inside a page,
// so that a strict content security policy holds; only a stand-alone picture
// carries a style, which follows a dark screen and prints light.
//
// Right to left, words and lists turn: titles and legends begin on the right,
// the value axis stands there, and bars grow leftwards from their labels. An
// axis of quantities keeps its smaller numbers on the left, so that "below the
// threshold" is the same place in every language and a formula printed beside
// the picture agrees with it. Numbers are written from left to right, so that
// a minus sign stays in front.
//
// A picture is laid out for a width in pixels and scales from there: 640 suits
// a page, 320 a phone, 960 a slide. Text widths are estimated, generously,
// because the reader's fonts are not known.
package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"sijil/internal/errs"
)

// Frame is what every picture has around its data.
type Frame struct {
	Title      string // required; printed and read aloud
	Desc       string // required; what a person who cannot see it must know
	ID         string // letters, digits and hyphens; distinguishes pictures on one page; "" means "chart"
	Lang       string // BCP 47 tag of the words, "" to inherit
	RTL        bool   // the words run from right to left
	Width      int    // in pixels, 240 to 2000; 0 means 640
	Standalone bool   // a file of its own: with background and dark mode
	NoData     string // printed in an empty picture; "" means "No data"
	XAxis      Axis
	YAxis      Axis
}

// Axis is the label of an axis and how its numbers are written.
type Axis struct {
	Label  string
	Format func(float64) string // nil means digits with a decimal point
}

// Mark is a straight line across the plot, such as a threshold, with its name.
type Mark struct {
	At    float64
	Label string
}

func (a Axis) format(v float64) string {
	if a.Format != nil {
		return a.Format(v)
	}
	form, digits := byte('f'), -1
	if size := math.Abs(v); size >= 1e9 || size < 1e-6 && size > 0 {
		form, digits = 'g', 6
	}
	return strings.ReplaceAll(strconv.FormatFloat(v, form, digits, 64), "-", "\u2212")
}

func (f Frame) check() error {
	switch {
	case f.Title == "":
		return errs.Bad("title", "is empty", "say what the picture shows")
	case f.Desc == "":
		return errs.Bad("desc", "is empty", "say in words what a reader sees in the picture")
	case f.Width != 0 && (f.Width < 240 || f.Width > 2000):
		return errs.Bad("width", fmt.Sprintf("is %d pixels", f.Width), "choose 240 to 2000")
	}
	for _, r := range f.ID + f.Lang {
		if r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return errs.Bad("id", "or lang has a character other than a letter, a digit or a hyphen", "choose a plain one")
		}
	}
	return nil
}

// column is one named input column.
type column struct {
	name   string
	values []float64
}

// finite checks columns of a wanted length; errors name column and row.
func finite(length int, columns ...column) error {
	var list errs.List
	for _, c := range columns {
		if len(c.values) != length {
			list.Add(errs.Bad(c.name, fmt.Sprintf("has %d values where %d are needed", len(c.values), length), "give one per point"))
			continue
		}
		for i, x := range c.values {
			// Beyond this, differences and paddings overflow.
			if !(math.Abs(x) <= math.MaxFloat64/8) {
				list.Add(&errs.Error{Kind: errs.Invalid, Line: i + 1, Field: c.name,
					What: "is not a number that can be drawn", Fix: "leave out missing and infinite values"})
				break
			}
		}
	}
	return list.Err()
}

// places are the values of marks.
func places(marks []Mark) []float64 {
	at := make([]float64, len(marks))
	for i, m := range marks {
		at[i] = m.At
	}
	return at
}
