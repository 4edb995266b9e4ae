package chart

import (
	"math"

	"sijil/internal/errs"
)

// Scatter is a scatter of points, or of binned points, cut into quadrants by
// one line on each axis. Points on the same side of both lines (right by
// either measure) are filled, those on different sides (errors) are hollow.
type Scatter struct {
	Frame
	X, Y      []float64
	Size      []float64 // people behind each point, shown as area; nil for 1 each
	XLine     *Mark
	YLine     *Mark
	Quadrants [4]string // labels: low x low y, high x low y, low x high y, high x high y
}

// SVG draws the scatter; without any point it is the picture of no data.
// Errors are of kind Invalid and name the column and the row.
func (s Scatter) SVG() ([]byte, error) {
	if err := s.Frame.check(); err != nil {
		return nil, err
	}
	columns := []column{{"x", s.X}, {"y", s.Y}}
	if s.Size != nil {
		columns = append(columns, column{"size", s.Size})
	}
	if err := finite(len(s.X), columns...); err != nil {
		return nil, err
	}
	x, y := lineOf(s.XLine), lineOf(s.YLine)
	if err := finite(len(x)+len(y), column{"lines", append(places(x), places(y)...)}); err != nil {
		return nil, err
	}
	if lo, _ := extent(s.Size); lo < 0 {
		return nil, errs.Bad("size", "has a negative value", "give counts or weights")
	}
	if len(s.X) == 0 {
		return s.empty()
	}
	var d domain
	d.x0, d.x1 = span(s.X, places(x))
	d.y0, d.y1 = span(s.Y, places(y))
	d.x0, d.x1 = pad(d.x0, d.x1, .04)
	d.y0, d.y1 = pad(d.y0, d.y1, .08)
	return s.picture(func(c *canvas) {
		c.area(d, x, func(p plot) {
			s.points(p)
			s.quadrants(p)
		})
	})
}

func lineOf(m *Mark) []Mark {
	if m == nil {
		return nil
	}
	return []Mark{*m}
}

func (s Scatter) points(p plot) {
	_, most := extent(s.Size)
	for i := range s.X {
		r := 2.4
		if most > 0 {
			if s.Size[i] == 0 {
				continue
			}
			r = max(1.2, 9*math.Sqrt(s.Size[i]/most))
		}
		paint := `fill="` + accents[0] + `" fill-opacity=".55" stroke="` + accents[0] + `"`
		if s.XLine != nil && s.YLine != nil && (s.X[i] <= s.XLine.At) != (s.Y[i] <= s.YLine.At) {
			paint = `fill="none" stroke="` + accents[1] + `" stroke-width="1.3"`
		}
		p.drawf(`<circle cx="%s" cy="%s" r="%s" %s/>`, p.x.px(s.X[i]), p.y.px(s.Y[i]), r, paint)
	}
}

// quadrants draws the horizontal line and the labels in the corners.
func (s Scatter) quadrants(p plot) {
	if s.YLine != nil {
		y := p.y.px(s.YLine.At)
		p.drawf(`<path d="M%s %sH%s" stroke="%s" stroke-width="1.5" stroke-dasharray="5 3"/>`, p.x.from, y, p.x.to, ink)
		label := shorten(s.YLine.Label, small, (p.x.to-p.x.from)/2)
		p.words(p.x.to-4, y-5, small, rightEdge, label, halo)
	}
	for i, label := range s.Quadrants {
		x, at, y := p.x.from+5, leftEdge, p.y.from-6
		if i%2 == 1 {
			x, at = p.x.to-5, rightEdge
		}
		if i >= 2 {
			y = p.y.to + small + 2
		}
		if label != "" {
			p.words(x, y, small, at, shorten(label, small, (p.x.to-p.x.from)/2-10), halo)
		}
	}
}
