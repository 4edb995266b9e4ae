package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"sijil/internal/chart"
	"sijil/internal/errs"
	"sijil/survey"
)

// drawing is a picture of package chart.
type drawing interface{ SVG() ([]byte, error) }

// draw writes pictures into a folder; each file appears when it is whole.
func draw(dir string, pictures map[string]drawing) error {
	names := make([]string, 0, len(pictures))
	for name := range pictures {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		svg, err := pictures[name].SVG()
		if err != nil {
			return err
		}
		if err := drawFile(dir, name+".svg", svg); err != nil {
			return err
		}
	}
	return nil
}

func drawFile(dir, name string, svg []byte) error {
	f, err := newFile(dir, name)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		e.Fix = "name another folder with --plots"
	}
	if err != nil {
		return err
	}
	defer f.discard()
	if _, err := f.Write(svg); err != nil {
		return err
	}
	return f.keep()
}

func picture(id, title, desc string, x, y chart.Axis) chart.Frame {
	return chart.Frame{Title: title, Desc: desc, ID: id, Lang: "en", Width: 720, Standalone: true, XAxis: x, YAxis: y}
}

// axisPercent writes a share on an axis.
func axisPercent(v float64) string {
	return strconv.FormatFloat(math.Round(1000*v)/10, 'f', -1, 64) + " %"
}

// axisNumber writes a number on an axis, without zeros at its end.
func axisNumber(v float64) string {
	if a := math.Abs(v); a >= 1e4 && a < 1e9 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// plot draws a fit: its coefficients, and actual against fitted values where
// there is one fitted value a row.
func (f *fitting) plot(result fitted, dir string) error {
	pictures := map[string]drawing{}
	switch r := result.(type) {
	case *wlsResult:
		pictures["coefficients"] = f.bars(r.Coefficients, r.ResidualDF)
		if len(r.Residuals) == f.sample.N() {
			scores := make([]float64, f.sample.N())
			for i, y := range f.sample.Y {
				scores[i] = y - r.Residuals[i]
			}
			pictures["actual-fitted"] = scatter(f.opened, scores, nil, "actual-fitted", "Actual and fitted, in sample")
		}
	case *logitResult:
		pictures["coefficients"] = f.bars(r.Coefficients, r.ResidualDF)
	case *lassoResult:
		pictures["coefficients"] = f.plainBars(r.Path[len(r.Path)-1].Coefficients, fmt.Sprintf("LASSO at penalty %s", asNumber(r.Lambda[len(r.Lambda)-1])))
	case *quantileResult:
		for i, fit := range r.Fits {
			pictures["coefficients-"+strconv.FormatFloat(100*r.Tau[i], 'g', 4, 64)] = f.plainBars(fit.Coefficients, fmt.Sprintf("Quantile regression at %s", asNumber(r.Tau[i])))
		}
	case *separateResult:
		for _, l := range r.Levels {
			if w, ok := l.Fit.(*wlsResult); ok {
				b := f.bars(w.Coefficients, w.ResidualDF)
				b.Title += ": " + r.By + " = " + l.Level
				pictures[fmt.Sprintf("coefficients-%d", len(pictures)+1)] = b
			}
		}
	}
	return draw(dir, pictures)
}

// deviations are the weighted standard deviations of the columns, by name.
func (f *fitting) deviations() map[string]float64 {
	s := f.sample
	out := map[string]float64{}
	for j, name := range s.Names {
		var total, mean, square float64
		for i, w := range s.Design.Weight {
			total += w
			mean += w * s.X.At(i, j)
		}
		mean /= total
		for i, w := range s.Design.Weight {
			square += w * (s.X.At(i, j) - mean) * (s.X.At(i, j) - mean)
		}
		out[name] = math.Sqrt(square / total)
	}
	return out
}

func (f *fitting) barFrame(title string) chart.Frame {
	return picture("coefficients", title, "Each bar is what one standard deviation more of a variable adds to the index, the others held.",
		chart.Axis{Label: "Added to " + f.targetName() + " by one standard deviation more", Format: axisNumber}, chart.Axis{})
}

// bars draws coefficients with 95 % intervals, the largest on top.
func (f *fitting) bars(lines []coefficient, df int) chart.Bars {
	b := chart.Bars{Frame: f.barFrame("Coefficients with 95 % intervals")}
	width := 0.0
	if df > 0 {
		width = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(df)}.Quantile(.975)
	}
	sd := f.deviations()
	for _, c := range lines {
		if c.Name == survey.Intercept {
			continue
		}
		v, e := c.Estimate*sd[c.Name], width*c.SEDesign*sd[c.Name]
		row := chart.Bar{Label: c.Name, Value: v}
		if df > 0 {
			row.Interval = &[2]float64{v - e, v + e}
		}
		b.Rows = append(b.Rows, row)
	}
	return largestFirst(b)
}

// plainBars draws coefficients without intervals.
func (f *fitting) plainBars(lines []survey.NamedEstimate, title string) chart.Bars {
	b := chart.Bars{Frame: f.barFrame(title)}
	sd := f.deviations()
	for _, c := range lines {
		if c.Name != survey.Intercept && c.Estimate != 0 {
			b.Rows = append(b.Rows, chart.Bar{Label: c.Name, Value: c.Estimate * sd[c.Name]})
		}
	}
	return largestFirst(b)
}

// mostBars keeps a picture readable.
const mostBars = 40

func largestFirst(b chart.Bars) chart.Bars {
	slices.SortStableFunc(b.Rows, func(x, y chart.Bar) int { return cmp.Compare(math.Abs(y.Value), math.Abs(x.Value)) })
	if len(b.Rows) > mostBars {
		b.Title += fmt.Sprintf(" (the %d largest of %d)", mostBars, len(b.Rows))
		b.Rows = b.Rows[:mostBars]
	}
	return b
}

// scatter draws actual against predicted values in cells of a grid, cut at the
// line and the cut of t where it is given.
func scatter(o *opened, scores []float64, t *survey.Targeting, id, title string) chart.Scatter {
	out := chart.Scatter{Frame: picture(id, title, "Each dot is a cell of the plane; its area is the weight of the households in it.",
		chart.Axis{Label: "Predicted " + o.targetName(), Format: axisNumber}, chart.Axis{Label: "Actual " + o.targetName(), Format: axisNumber})}
	y := o.sample.Y
	originX, originY := 0.0, 0.0
	if t != nil {
		originX, originY = t.Cut, t.Line
		out.XLine, out.YLine = &chart.Mark{At: t.Cut, Label: "cut"}, &chart.Mark{At: t.Line, Label: "poverty line"}
		out.Quadrants = [4]string{"poor, selected", "poor, missed", "not poor, taken in", "not poor, left out"}
	}
	type cell struct{ x, y int }
	weight := map[cell]float64{}
	stepX, stepY := cellSide(scores), cellSide(y)
	for i, v := range scores {
		// A value on the line lies below it: at the cut is selected.
		weight[cell{int(math.Ceil((v - originX) / stepX)), int(math.Ceil((y[i] - originY) / stepY))}] += o.sample.Design.Weight[i]
	}
	cells := make([]cell, 0, len(weight))
	for c := range weight {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b cell) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	for _, c := range cells {
		out.X = append(out.X, originX+(float64(c.x)-.5)*stepX)
		out.Y = append(out.Y, originY+(float64(c.y)-.5)*stepY)
		out.Size = append(out.Size, weight[c])
	}
	return out
}

// cellSide is the side of a cell: a thirtieth of the middle 98 % of the values.
func cellSide(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := len(sorted)
	if width := sorted[n-1-n/100] - sorted[n/100]; width > 0 {
		return width / 30
	}
	return 1
}
