package survey

import (
	"fmt"
	"math"
	"slices"

	"sijil/internal/errs"
)

// PricesByWave gives each row the price level of its wave. Every wave needs a
// positive level.
func PricesByWave(s *Sample, level map[string]float64) ([]float64, error) {
	if s.Wave == nil {
		return nil, errs.Bad("wave", "the sample has no waves", "name the column of waves")
	}
	for name := range level {
		if !slices.Contains(s.Wave.Levels, name) {
			return nil, errs.Bad("prices", "a price level is given for a wave that does not exist", "use the labels of the column "+s.Wave.Name)
		}
	}
	out := make([]float64, s.N())
	for i, code := range s.Wave.Code {
		v := level[s.Wave.Levels[code]]
		if !(v > 0) || math.IsInf(v, 0) {
			return nil, errs.Bad("prices", fmt.Sprintf("the wave %s has no positive price level", s.Wave.Levels[code]), "give every wave its level, such as 1 and 1.08")
		}
		out[i] = v
	}
	return out, nil
}

// PricesFrom reads the price level of each row of a sample from a column of
// the table it was built from.
func PricesFrom(t *Table, s *Sample, column string) ([]float64, error) {
	c := t.Column(column)
	if c == nil || c.Values == nil {
		return nil, &errs.Error{Kind: errs.Invalid, File: t.File, Field: column, What: "the file has no such column of numbers, wanted as price level", Fix: "check the spelling against the header"}
	}
	row := make(map[int32]int, t.Rows)
	for i, line := range t.Lines {
		row[line] = i
	}
	out := make([]float64, s.N())
	for i, line := range s.Lines {
		at, ok := row[line]
		if !ok || !(c.Values[at] > 0) || math.IsInf(c.Values[at], 0) {
			return nil, &errs.Error{Kind: errs.Invalid, File: t.File, Line: int(line), Field: column, What: "the row has no positive price level", Fix: "mend the value, or drop the row"}
		}
		out[i] = c.Values[at]
	}
	return out, nil
}

// pricing holds the columns in money, matched against a sample; without price
// levels it says nothing.
type pricing struct {
	level      []float64
	money, log []int
	target     bool
	logTarget  bool
}

func (a *Amounts) resolve(s *Sample) (*pricing, error) {
	if a == nil {
		return &pricing{}, nil
	}
	if len(a.Prices) != s.N() {
		return nil, errs.Bad("prices", fmt.Sprintf("%d price levels for %d rows", len(a.Prices), s.N()), "give each row the price level of its interview")
	}
	p := &pricing{level: a.Prices, target: a.Target || a.TargetLog, logTarget: s.Log || a.TargetLog}
	var list errs.List
	for _, part := range []struct {
		names []string
		into  *[]int
	}{{a.Money, &p.money}, {a.Log, &p.log}} {
		for _, name := range part.names {
			at := slices.IndexFunc(s.Terms, func(t Term) bool { return t.Name == name })
			if at < 0 || s.Terms[at].Kind != Numeric.String() {
				list.Addf(name, "check the spelling", "the formula has no such variable of numbers, named as money")
				continue
			}
			*part.into = append(*part.into, s.Terms[at].Columns[0])
		}
	}
	return p, list.Err()
}

// split separates what prices moved from what people did. An amount at the
// prices of From is the amount times the mean price level of From over that of
// its row; the logarithm of money moves by the logarithm of that.
func (p *pricing) split(out *ScoreShift, d *drifting) {
	if p.level == nil {
		return
	}
	from, to := d.from, d.to
	base := weightedMean(pick(p.level, from.rows), from.sample.Design.Weight)
	inflation := func(w *wave, value func(i int, ratio float64) float64) float64 {
		total := make([]float64, len(w.rows))
		for i, row := range w.rows {
			total[i] = value(i, p.level[row]/base)
		}
		return weightedMean(total, w.sample.Design.Weight)
	}
	score := func(w *wave) float64 {
		return inflation(w, func(i int, ratio float64) float64 {
			v := 0.0
			for _, c := range p.money {
				v += from.model.beta[c] * w.sample.X.At(i, c) * (1 - 1/ratio)
			}
			for _, c := range p.log {
				v += from.model.beta[c] * math.Log(ratio)
			}
			return v
		})
	}
	prices := score(to) - score(from)
	people := out.Total - prices
	out.Prices, out.People = &prices, &people
	if !p.target {
		return
	}
	target := func(w *wave) float64 {
		return inflation(w, func(i int, ratio float64) float64 {
			if p.logTarget {
				return math.Log(ratio)
			}
			return w.sample.Y[i] * (1 - 1/ratio)
		})
	}
	moved := target(to) - target(from)
	out.TargetPrices = &moved
}
