package chart

import (
	"math"
	"slices"
)

// plot is a plotting area with two numeric axes.
type plot struct {
	*canvas
	x, y scale
}

// domain is what an area must show, in values.
type domain struct {
	x0, x1, y0, y1 float64
	square         bool
}

// area lays out axes and vertical marks around what body draws.
func (c *canvas) area(d domain, marks []Mark, body func(plot)) {
	if c.YAxis.Label != "" {
		c.paragraph(c.YAxis.Label, small, ` fill-opacity=".8"`)
	}
	height := min(max(c.width*.5, 170), 360)
	if d.square {
		height = min(c.width-90, 480)
	}
	y := scale{d.y0, d.y1, height, 0}
	yTicks := y.ticks(c.YAxis.format, func(_, _ string, apart float64) bool { return apart >= 30 })
	gutter := 8.0
	for _, t := range yTicks {
		gutter = max(gutter, textWidth(t.label, small)+8)
	}
	gutter = min(gutter, c.width*.3)
	near, far := margin+gutter, min(max(margin, textWidth(c.XAxis.format(d.x1), small)/2+4), c.width*.2)
	if c.RTL {
		near, far = far, near
	}
	x := scale{d.x0, d.x1, near, c.width - far}
	if d.square {
		height = min(height, x.to-x.from)
		if c.RTL {
			x.from = x.to - height
		} else {
			x.to = x.from + height
		}
	}
	flags, lanes := c.flags(x, marks)
	c.y += float64(lanes)*16 + 14
	y.from, y.to = c.y+height, c.y
	p := plot{c, x, y}
	p.grid(yTicks)
	body(p)
	for _, f := range flags {
		p.flag(f)
	}
	c.y = y.from
	p.xAxis()
}

// grid draws the value axis.
func (p plot) grid(yTicks []tick) {
	side, at, gap := p.x.from, rightEdge, -6.0
	if p.RTL {
		side, at, gap = p.x.to, leftEdge, 6
	}
	for _, t := range yTicks {
		level := p.y.px(t.at)
		p.drawf(`<path d="M%s %sH%s" stroke="%s" stroke-opacity=".14"/>`, p.x.from, level, p.x.to, ink)
		p.number(side+gap, level+4, at, shorten(t.label, small, p.width*.3))
	}
}

// xAxis draws the horizontal axis below the area and moves down.
func (p plot) xAxis() {
	p.drawf(`<path d="M%s %sH%s" stroke="%s" stroke-opacity=".6"/>`, p.x.from, p.y.from, p.x.to, ink)
	p.ticksBelow(p.x)
	if p.XAxis.Label == "" {
		return
	}
	for _, line := range wrap(p.XAxis.Label, small, p.x.to-p.x.from) {
		p.canvas.y += small * 1.3
		p.words((p.x.from+p.x.to)/2, p.canvas.y, small, middle, line, ` fill-opacity=".8"`)
	}
}

// ticksBelow writes tick marks and numbers of a horizontal scale at c.y.
func (c *canvas) ticksBelow(x scale) {
	fits := func(a, b string, apart float64) bool {
		return apart >= (textWidth(a, small)+textWidth(b, small))/2+10
	}
	for _, t := range x.ticks(c.XAxis.format, fits) {
		c.drawf(`<path d="M%s %sv4" stroke="%s" stroke-opacity=".6"/>`, x.px(t.at), c.y, ink)
		half := textWidth(t.label, small) / 2
		if x.px(t.at) >= half && x.px(t.at) <= c.width-half {
			c.number(x.px(t.at), c.y+17, middle, t.label)
		}
	}
	c.y += 20
}

// flag is a mark with the place of its label.
type flag struct {
	x, from, to float64 // of the line, and of the label from left to right
	label       string
	flipped     bool // the label stands on the left of the line
	lane        int  // rows of labels, 0 just above the area
}

func (f flag) meets(g flag) bool {
	return f.from < max(g.to, g.x)+4 && f.to > min(g.from, g.x)-4
}

// flags places labels so that none covers another nor a line. A label stands
// right of its line where there is room, and then the leftmost is the highest;
// others stand left of it, above all they reach over.
func (c *canvas) flags(x scale, marks []Mark) (placed []flag, lanes int) {
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Mark) int {
		switch {
		case a.At > b.At:
			return -1
		case a.At < b.At:
			return 1
		}
		return 0
	})
	limit := math.Inf(1) // the leftmost line whose label stands on its left
	for _, m := range marks {
		f := flag{x: x.px(m.At), label: shorten(m.Label, small, c.width/2-2*margin)}
		w := textWidth(f.label, small)
		f.from, f.to = f.x+5, f.x+5+w
		if f.to > c.width-4 || f.to > limit-4 {
			// In a crowd at the edge a label may have to lie on its own line.
			f.from, f.flipped = max(f.x-5-w, 4), true
			f.to = f.from + w
			limit = f.x
		}
		if !f.flipped {
			f.lane = above(placed, f)
		}
		placed = append(placed, f)
	}
	settled := slices.DeleteFunc(slices.Clone(placed), func(f flag) bool { return f.flipped })
	for i, f := range slices.Backward(placed) {
		if f.flipped {
			placed[i].lane = above(settled, f)
			settled = append(settled, placed[i])
		}
	}
	for _, f := range placed {
		lanes = max(lanes, f.lane+1)
	}
	return placed, lanes
}

// above is the lowest lane over all flags that f's label meets.
func above(placed []flag, f flag) int {
	lane := 0
	for _, g := range placed {
		if f.meets(g) {
			lane = max(lane, g.lane+1)
		}
	}
	return lane
}

// halo keeps a label legible on lines and points, where the page says what its
// background is.
const halo = ` font-weight="600" paint-order="stroke" stroke="var(--chart-paper,none)" stroke-width="3"`

// flag draws a vertical mark.
func (p plot) flag(f flag) {
	top := p.y.to - 6 - float64(f.lane)*16
	p.drawf(`<path d="M%s %sV%s" stroke="%s" stroke-width="1.5" stroke-dasharray="5 3"/>`, f.x, top-8, p.y.from, ink)
	if f.flipped {
		p.words(f.to, top, small, rightEdge, f.label, halo)
		return
	}
	p.words(f.from, top, small, leftEdge, f.label, halo)
}

// entry is a line of a legend: its sample is drawn in a box of 26 by 12.
type entry struct {
	label  string
	sample func(c *canvas, x, y float64)
}

// legend writes entries in rows from the reading edge.
func (c *canvas) legend(entries []entry) {
	const box, gap = 26.0, 18.0
	used := math.Inf(1)
	for _, e := range entries {
		label := shorten(e.label, small, c.width-2*margin-box-6)
		w := box + 6 + textWidth(label, small)
		if used+w > c.width-2*margin {
			used = 0
			c.y += 18
		}
		at := margin + used
		if c.RTL {
			at = c.width - margin - used
			e.sample(c, at-box, c.y-4)
			c.words(at-box-6, c.y, small, rightEdge, label, "")
		} else {
			e.sample(c, at, c.y-4)
			c.words(at+box+6, c.y, small, leftEdge, label, "")
		}
		used += w + gap
	}
	if len(entries) > 0 {
		c.y += 4
	}
}
