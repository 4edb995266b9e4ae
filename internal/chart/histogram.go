package chart

import (
	"fmt"
	"math"

	"sijil/internal/errs"
)

// Histogram is a histogram with vertical threshold lines.
type Histogram struct {
	Frame
	Edges  []float64 // ascending, one more than Counts
	Counts []float64 // of people, households or weights, not negative
	Marks  []Mark
}

// SVG draws the histogram; without any count it is the picture of no data.
// Errors are of kind Invalid and name the column and the row.
func (h Histogram) SVG() ([]byte, error) {
	if err := h.Frame.check(); err != nil {
		return nil, err
	}
	if len(h.Counts) == 0 {
		return h.empty()
	}
	err := finite(len(h.Counts)+1, column{"edges", h.Edges})
	if err == nil {
		err = finite(len(h.Counts), column{"counts", h.Counts})
	}
	if err == nil {
		err = finite(len(h.Marks), column{"marks", places(h.Marks)})
	}
	if err != nil {
		return nil, err
	}
	most := 0.0
	for i, n := range h.Counts {
		if n < 0 || !(h.Edges[i] < h.Edges[i+1]) {
			return nil, &errs.Error{Kind: errs.Invalid, Line: i + 1, Field: "counts",
				What: "is negative or its edges do not ascend", Fix: "give counts of bins from left to right"}
		}
		most = max(most, n)
	}
	if most == 0 {
		return h.empty()
	}
	return h.picture(func(c *canvas) {
		x0, x1 := span(h.Edges, places(h.Marks))
		c.area(domain{x0: x0, x1: x1, y1: most * 1.04}, h.Marks, h.bars)
	})
}

func (h Histogram) bars(p plot) {
	for i, n := range h.Counts {
		if n == 0 {
			continue
		}
		x0, x1, y := p.x.px(h.Edges[i]), p.x.px(h.Edges[i+1]), p.y.px(n)
		gap := min(1, (x1-x0)*.1)
		p.drawf(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s" fill-opacity=".8"/>`,
			x0+gap/2, y, x1-x0-gap, p.y.from-y, accents[0])
	}
}

// Bins counts values into at most the given number of bins of one round width,
// with an edge at the threshold, so that no bin mixes its two sides. A value on
// an edge counts to the right. Weights may be nil, for 1 each.
func Bins(values, weights []float64, threshold float64, bins int) (edges, counts []float64, err error) {
	if bins < 2 {
		return nil, nil, errs.Bad("bins", fmt.Sprintf("is %d", bins), "ask for two or more")
	}
	if err := finite(len(values), column{"values", values}); err != nil {
		return nil, nil, err
	}
	if weights != nil {
		if err := finite(len(values), column{"weights", weights}); err != nil {
			return nil, nil, err
		}
	}
	if err := finite(1, column{"threshold", []float64{threshold}}); err != nil || len(values) == 0 {
		return nil, nil, err
	}
	lo, hi := span(values)
	unit, exp := roundStep((hi - lo) / float64(bins-1))
	width := unit * math.Pow(10, exp)
	first := math.Floor((lo - threshold) / width)
	for i := first; len(edges) <= bins+1; i++ {
		edges = append(edges, threshold+i*width)
		if edges[len(edges)-1] > hi {
			break
		}
	}
	counts = make([]float64, len(edges)-1)
	for i, v := range values {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		b := int(math.Floor((v-threshold)/width) - first)
		counts[min(max(b, 0), len(counts)-1)] += w
	}
	return edges, counts, nil
}
