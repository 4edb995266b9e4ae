package chart

import (
	"fmt"
	"math"

	"sijil/internal/errs"
)

// Bar is one row of a bar chart.
type Bar struct {
	Label    string
	Value    float64
	Interval *[2]float64 // low and high, nil for none
}

// Bars is a chart of horizontal bars around zero, such as coefficients with
// their intervals or the contributions to an index. Values are printed too.
type Bars struct {
	Frame
	Rows []Bar // in reading order, from the top
}

// SVG draws the bars; without any row it is the picture of no data. Errors are
// of kind Invalid and name the row.
func (b Bars) SVG() ([]byte, error) {
	if err := b.Frame.check(); err != nil {
		return nil, err
	}
	all := []float64{0}
	for i, r := range b.Rows {
		v := []float64{r.Value}
		if r.Interval != nil {
			v = append(v, r.Interval[:]...)
			if r.Interval[0] > r.Interval[1] {
				return nil, errs.Bad(fmt.Sprintf("rows[%d].interval", i), "ends before it begins", "give low, then high")
			}
		}
		if err := finite(len(v), column{fmt.Sprintf("rows[%d]", i), v}); err != nil {
			return nil, err
		}
		all = append(all, v...)
	}
	if len(b.Rows) == 0 {
		return b.empty()
	}
	return b.picture(func(c *canvas) { b.draw(c, all) })
}

func (b Bars) draw(c *canvas, all []float64) {
	label, value := 0.0, 0.0
	for _, r := range b.Rows {
		label = max(label, textWidth(r.Label, small))
		value = max(value, textWidth(b.XAxis.format(r.Value), small))
	}
	over := c.width < 480 // on a phone, labels stand over their bars
	label, value = min(label, c.width*.4), min(value, c.width*.3)
	room := label
	if over {
		label, room = -12, c.width-2*margin
	}
	lo, hi := span(all)
	lo, hi = pad(lo, hi, .03)
	x := scale{lo, hi, margin + label + 12, c.width - margin - value - 14}
	if c.RTL {
		x.from, x.to = c.width-x.from, c.width-x.to
	}
	c.drawf(`<defs><pattern id="%s-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M1.5 0V5" stroke="%s" stroke-width="3"/></pattern></defs>`,
		c.ID, accents[1])
	c.y += 8
	for _, r := range b.Rows {
		b.row(c, x, r, wrap(r.Label, small, room), over)
	}
	c.drawf(`<path d="M%s %sH%s" stroke="%s" stroke-opacity=".3"/>`, min(x.from, x.to), c.y, max(x.from, x.to), ink)
	c.ticksBelow(x)
	for _, line := range wrap(b.XAxis.Label, small, c.width-2*margin) {
		c.y += small * 1.3
		half := textWidth(line, small) / 2
		at := max(half, min((x.from+x.to)/2, c.width-half))
		c.words(at, c.y, small, middle, line, ` fill-opacity=".8"`)
	}
}

// row draws a label of some lines, a bar with its interval and the printed
// value, and moves down.
func (b Bars) row(c *canvas, x scale, r Bar, label []string, over bool) {
	const line = 15.0
	height := max(24, line*float64(len(label))+8)
	bar, first := c.y+(height-14)/2, c.y+(height-line*float64(len(label)))/2+11.5
	zero, tall := c.y, height
	if over {
		bar, first = c.y+line*float64(len(label))+6, c.y+line
		zero, tall = bar-3, 20
		height = bar + 22 - c.y
	}
	start, at := c.begins()
	for i, l := range label {
		c.words(start, first+line*float64(i), small, at, l, "")
	}
	c.drawf(`<path d="M%s %sv%s" stroke="%s" stroke-opacity=".6"/>`, x.px(0), zero, tall, ink)
	paint := accents[0]
	if r.Value < 0 {
		paint = "url(#" + c.ID + "-hatch)"
	}
	from, to := x.px(0), x.px(r.Value)
	c.drawf(`<rect x="%s" y="%s" width="%s" height="14" fill="%s" fill-opacity=".85"/>`, min(from, to), bar, math.Abs(to-from), paint)
	if r.Interval != nil {
		low, high := x.px(r.Interval[0]), x.px(r.Interval[1])
		c.drawf(`<path d="M%s %sH%sM%s %sv8M%s %sv8" stroke="%s" stroke-width="1.3"/>`,
			low, bar+7, high, low, bar+3, high, bar+3, ink)
	}
	end, endAt := c.width-margin, rightEdge
	if c.RTL {
		end, endAt = margin, leftEdge
	}
	c.number(end, bar+11, endAt, shorten(b.XAxis.format(r.Value), small, c.width*.3))
	c.y += height
}
