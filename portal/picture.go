package portal

import (
	"html/template"
	"math"
	"strconv"
	"strings"

	"sijil/formula"
)

// The pictures of a result are SVG placed by percentages, so that they fill a
// phone and a desk alike with words of one size. Smaller indexes are on the
// left in every language, as on the charts of the rest of the program.

// share is a place or a width in a picture, such as "37.5%".
type share string

func percent(v float64) share {
	return share(strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) + "%")
}

// axis maps indexes to places.
type axis struct{ low, high float64 }

func (a axis) at(x formula.Index) float64 { return 100 * (value(x) - a.low) / (a.high - a.low) }

// value is an index as a number to draw with.
func value(x formula.Index) float64 { return float64(x) / 1e7 }

// newAxis spans the indexes with some room on either side.
func newAxis(all ...formula.Index) axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range all {
		low, high = min(low, value(x)), max(high, value(x))
	}
	room := max(.12*(high-low), .08)
	return axis{low - room, high + room}
}

// scale is the index between the thresholds.
type scale struct {
	Index  formula.Index
	Here   mark
	Limits []scaleLimit
	Ticks  []tick
	Height int // pixels
	Axis   int // how far down the line is
}

type scaleLimit struct {
	mark
	threshold

	Row int // how far down its name stands
}

// mark is a place, and the side of it where words have room.
type mark struct {
	At    share
	Until bool // words end at the place
}

type tick struct {
	At   share
	Text string // decimal text
}

const (
	scaleTop  = 58 // of the line, under the index
	scaleRow  = 26 // between the names of two thresholds
	scaleFoot = 34 // under the line, for the ticks
)

func newScale(x formula.Index, thresholds []threshold) scale {
	all := []formula.Index{x}
	for _, t := range thresholds {
		all = append(all, formula.Index(t.AtMost))
	}
	a := newAxis(all...)
	s := scale{Index: x, Here: a.mark(x), Axis: scaleTop}
	for i, t := range thresholds {
		s.Limits = append(s.Limits, scaleLimit{a.mark(formula.Index(t.AtMost)), t, scaleTop + scaleFoot + 14 + i*scaleRow})
	}
	s.Height = scaleTop + scaleFoot + len(s.Limits)*scaleRow + 4
	step := .1
	for _, wider := range []float64{.2, .5, 1, 2} {
		if (a.high-a.low)/step <= 6 {
			break
		}
		step = wider
	}
	for n := math.Ceil(a.low / step); n*step <= a.high; n++ {
		at := 100 * (n*step - a.low) / (a.high - a.low)
		if at < 4 || at > 96 {
			continue // its number would be cut
		}
		s.Ticks = append(s.Ticks, tick{percent(at), strconv.FormatFloat(n*step, 'f', 1, 64)})
	}
	return s
}

func (a axis) mark(x formula.Index) mark {
	at := a.at(x)
	return mark{percent(at), at > 50}
}

// Under is one line further down.
func (s scale) Under(n int) int { return s.Axis + n }

// bar draws a contribution from the middle. It is put together here, and not
// in a template, for a page has dozens; there are only numbers in it.
func bar(p, largest formula.Points) template.HTML {
	width := max(50*float64(magnitude(p))/float64(largest), .4)
	from, class := 50.0, ""
	if p < 0 {
		from, class = 50-width, ` class="lowers"`
	}
	return drawn(`<svg class="bar" height="16" aria-hidden="true"><line x1="50%" x2="50%" y1="0" y2="16"/><rect x="`, percent(from), `" width="`, percent(width), `" y="3" height="10"`, share(class), `/></svg>`)
}

// drawn puts a picture together.
func drawn(pieces ...share) template.HTML {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(string(p))
	}
	return template.HTML(b.String()) //nolint:gosec // marks and numbers of this file, nothing that anybody wrote
}

// strips draw where other answers to one question would put the index, all on
// one scale.
type strips struct {
	axis

	here   formula.Index
	limits []share
}

func newStrips(v *verdict) strips {
	all := []formula.Index{v.Result.Index}
	for _, m := range v.Moves {
		for _, o := range m.Others {
			all = append(all, o.Index)
		}
	}
	s := strips{axis: newAxis(all...), here: v.Result.Index}
	for _, o := range v.Outcomes {
		if at := s.at(formula.Index(o.AtMost)); at >= 0 && at <= 100 {
			s.limits = append(s.limits, percent(at))
		}
	}
	return s
}

// dot puts one index on the scale of several.
func (s strips) dot(x formula.Index, inForce bool) template.HTML {
	pieces := []share{`<svg class="strip" height="18" aria-hidden="true">`}
	for _, limit := range s.limits {
		pieces = append(pieces, `<line class="limit" x1="`, limit, `" x2="`, limit, `" y1="0" y2="18"/>`)
	}
	class, radius := share(""), share("4")
	if inForce {
		class, radius = ` class="here"`, "5.5"
	}
	return drawn(append(pieces, `<circle`, class, ` cx="`, percent(s.at(x)), `" cy="9" r="`, radius, `"/></svg>`)...)
}

func (s strips) of(m move) template.HTML {
	if len(m.Others) == 0 {
		return ""
	}
	low, high := s.here, s.here
	pieces := []share{`<svg class="strip" height="18" aria-hidden="true">`}
	for _, limit := range s.limits {
		pieces = append(pieces, `<line class="limit" x1="`, limit, `" x2="`, limit, `" y1="0" y2="18"/>`)
	}
	for _, o := range m.Others {
		low, high = min(low, o.Index), max(high, o.Index)
	}
	pieces = append(pieces, `<rect x="`, percent(s.at(low)), `" width="`, percent(s.at(high)-s.at(low)), `" y="8" height="2"/>`)
	for i, o := range m.Others {
		if i == 0 || o.Index != m.Others[i-1].Index {
			pieces = append(pieces, `<circle cx="`, percent(s.at(o.Index)), `" cy="9" r="3.5"/>`)
		}
	}
	return drawn(append(pieces, `<circle class="here" cx="`, percent(s.at(s.here)), `" cy="9" r="5"/></svg>`)...)
}
