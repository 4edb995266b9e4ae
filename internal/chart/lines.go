package chart

import (
	"fmt"
	"strings"

	"sijil/internal/errs"
)

// Series is a line through points, with a confidence band if Low and High are
// given.
type Series struct {
	Name      string
	X, Y      []float64 // X never descends
	Low, High []float64 // both or neither
	Step      bool      // Y holds from its X to the next
}

// Lines is a chart of up to four series over a number.
type Lines struct {
	Frame
	Series []Series
	Marks  []Mark
}

// Curve is a concentration curve, a Lorenz curve or a ROC curve: up to four
// series from 0 to 1 over 0 to 1, with the diagonal of indifference.
type Curve struct {
	Frame
	Series   []Series
	Diagonal string // name of the diagonal; "" draws it without a name
}

// SVG draws the lines; without any point it is the picture of no data. Errors
// are of kind Invalid and name the column and the row.
func (l Lines) SVG() ([]byte, error) {
	series, err := l.Frame.series(l.Series)
	if err == nil {
		err = finite(len(l.Marks), column{"marks", places(l.Marks)})
	}
	if err != nil {
		return nil, err
	}
	if len(series) == 0 {
		return l.empty()
	}
	xs, ys := [][]float64{places(l.Marks)}, [][]float64{}
	for _, s := range series {
		xs = append(xs, s.X)
		ys = append(ys, s.Y, s.Low, s.High)
	}
	x0, x1 := span(xs...)
	y0, y1 := span(ys...)
	y0, y1 = pad(y0, y1, .05)
	return l.picture(func(c *canvas) {
		if len(l.Series) > 1 {
			c.legend(entries(l.Series))
		}
		c.area(domain{x0: x0, x1: x1, y0: y0, y1: y1}, l.Marks, func(p plot) { p.series(l.Series) })
	})
}

// SVG draws the curve; without any point it is the picture of no data. Errors
// are of kind Invalid; a value outside 0 to 1 is one.
func (l Curve) SVG() ([]byte, error) {
	series, err := l.Frame.series(l.Series)
	if err != nil {
		return nil, err
	}
	if len(series) == 0 {
		return l.empty()
	}
	for _, s := range series {
		lo, hi := extent(s.X, s.Y, s.Low, s.High)
		if lo < 0 || hi > 1 {
			return nil, errs.Bad("series", "has a value outside 0 to 1", "give shares, not percentages or totals")
		}
	}
	return l.picture(func(c *canvas) {
		list := entries(l.Series)
		if l.Diagonal != "" {
			list = append(list, entry{l.Diagonal, func(c *canvas, x, y float64) {
				c.drawf(`<path d="M%s %sh26" stroke="%s" stroke-opacity=".5"/>`, x, y, ink)
			}})
		}
		c.legend(list)
		c.area(domain{x1: 1, y1: 1, square: true}, nil, func(p plot) {
			p.drawf(`<path d="M%s %sL%s %s" stroke="%s" stroke-opacity=".5"/>`, p.x.from, p.y.from, p.x.to, p.y.to, ink)
			p.series(l.Series)
		})
	})
}

// series checks a frame with its series and returns those with points.
func (f Frame) series(all []Series) (drawn []Series, err error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if len(all) > len(dashes) {
		return nil, errs.Bad("series", fmt.Sprintf("are %d", len(all)), "draw at most four in one picture")
	}
	var list errs.List
	for i, s := range all {
		name := fmt.Sprintf("series[%d]", i)
		columns := []column{{name + ".x", s.X}, {name + ".y", s.Y}}
		if s.Low != nil || s.High != nil {
			columns = append(columns, column{name + ".low", s.Low}, column{name + ".high", s.High})
		}
		list.Add(finite(len(s.X), columns...))
		for j := 1; j < len(s.X); j++ {
			if s.X[j] < s.X[j-1] {
				list.Add(&errs.Error{Kind: errs.Invalid, Line: j + 1, Field: name + ".x", What: "descends", Fix: "sort the points"})
				break
			}
		}
		if len(s.X) > 0 {
			drawn = append(drawn, s)
		}
	}
	return drawn, list.Err()
}

func entries(series []Series) []entry {
	list := make([]entry, 0, len(series))
	for i, s := range series {
		list = append(list, entry{s.Name, func(c *canvas, x, y float64) {
			c.drawf(`<path d="M%s %sh26" stroke="%s" stroke-width="2.2"%s/>`, x, y, accents[i], dash(i))
		}})
	}
	return list
}

func dash(i int) string {
	if dashes[i] == "" {
		return ""
	}
	return ` stroke-dasharray="` + dashes[i] + `"`
}

// series draws bands first, so that no band dims a line.
func (p plot) series(all []Series) {
	for i, s := range all {
		if len(s.Low) > 1 {
			d := "M" + p.path(s.X, s.High, s.Step) + "L" + backwards(p.path(s.X, s.Low, s.Step)) + "Z"
			p.drawf(`<path d="%s" fill="%s" fill-opacity=".16"/>`, d, accents[i])
		}
	}
	for i, s := range all {
		switch {
		case len(s.X) == 1:
			p.point(s, accents[i])
		case len(s.X) > 1:
			p.drawf(`<path d="M%s" fill="none" stroke="%s" stroke-width="2.2" stroke-linejoin="round"%s/>`,
				p.path(s.X, s.Y, s.Step), accents[i], dash(i))
		}
	}
}

// point draws a series of one point, with its interval.
func (p plot) point(s Series, paint string) {
	x := p.x.px(s.X[0])
	if len(s.Low) == 1 {
		p.drawf(`<path d="M%s %sV%s" stroke="%s" stroke-width="1.5"/>`, x, p.y.px(s.Low[0]), p.y.px(s.High[0]), paint)
	}
	p.drawf(`<circle cx="%s" cy="%s" r="4" fill="%s"/>`, x, p.y.px(s.Y[0]), paint)
}

// path is the points of a line, joined by L.
func (p plot) path(x, y []float64, step bool) string {
	var points []string
	for i := range x {
		if step && i > 0 {
			points = append(points, n(p.x.px(x[i]))+" "+n(p.y.px(y[i-1])))
		}
		points = append(points, n(p.x.px(x[i]))+" "+n(p.y.px(y[i])))
	}
	return strings.Join(points, "L")
}

func backwards(path string) string {
	points := strings.Split(path, "L")
	for i, j := 0, len(points)-1; i < j; i, j = i+1, j-1 {
		points[i], points[j] = points[j], points[i]
	}
	return strings.Join(points, "L")
}
