package survey

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"sijil/formula"
)

const maxTableRows = 500 // distinct values a lookup table is made of

// number rounds an estimate and keeps both.
func (x *exporter) number(stratum, code, level, column string, estimate float64, round func(string, float64) (string, error)) string {
	text, err := round(column, estimate)
	x.list.Add(err)
	x.out.Numbers = append(x.out.Numbers, PublishedNumber{Stratum: stratum, Code: code, Of: level, Column: column, Estimate: estimate, Published: text})
	return text
}

// stratum words the intercept, the regions and the terms of a part.
func (x *exporter) stratum(at int, w StratumWording, part *LinearPart) formula.Stratum {
	rows := x.rows(at, part)
	level := part.Beta[0]
	if w.Column != "" {
		x.indicator(w.Column, "strata")
		level += part.Beta[slices.Index(x.s.Names, w.Column)]
	}
	if rows == nil {
		x.list.Addf("strata", "leave it out, or check its column", "no household of the survey is in stratum %s", w.Name)
	}
	out := formula.Stratum{Label: w.Label, Intercept: formula.Intercept{Label: x.w.Intercept, Source: sourceID, Status: formula.Verified,
		Coefficient: x.number(w.Name, "intercept", "", Intercept, level, x.o.Rounding.points)}}
	x.placed(rows, part)
	out.Regions = x.regions(w.Name, rows, part)
	out.Terms = []formula.Term{}
	for i := range x.w.Terms {
		if t := x.term(i, w.Name, rows, part); t != nil {
			out.Terms = append(out.Terms, *t)
		}
	}
	return out
}

func (x *exporter) indicator(column, field string) {
	j := slices.Index(x.s.Names, column)
	for i := range x.s.N() {
		if v := x.s.X.At(i, j); v != 0 && v != 1 {
			x.list.Add(x.atRow(i, field, "the column "+column+" is not an indicator of 0 and 1", "name one that is"))
			return
		}
	}
}

// placed refuses rows that are in no stratum or region, or in two.
func (x *exporter) placed(rows []int, part *LinearPart) {
	for _, i := range part.Rows {
		if x.l.Method.By == "" && stratumOf(x.w, x.s, i) < 0 {
			x.list.Add(x.atRow(i, "strata", "the household is in no stratum, or in two", "give one stratum no column, and the others columns that exclude each other"))
			return
		}
	}
	for _, i := range rows {
		if regionOf(x.w, x.s, i) < 0 {
			x.list.Add(x.atRow(i, "regions", "the household is in no region, or in two", "give one entry no column, and the others columns that exclude each other"))
			return
		}
	}
}

func (x *exporter) regions(stratum string, rows []int, part *LinearPart) []formula.RegionEffect {
	seen := make([]bool, len(x.w.Regions))
	for _, i := range rows {
		if r := regionOf(x.w, x.s, i); r >= 0 {
			seen[r] = true
		}
	}
	out := []formula.RegionEffect{}
	for r, w := range x.w.Regions {
		effect := 0.
		if w.Column != "" {
			x.indicator(w.Column, "regions")
			effect = part.Beta[slices.Index(x.s.Names, w.Column)]
		}
		if !seen[r] {
			for _, code := range w.Regions {
				x.out.Unseen = append(x.out.Unseen, UnseenLevel{stratum, "region", code})
			}
			continue
		}
		text := "0"
		if w.Column != "" {
			text = x.number(stratum, "region", firstOf(w.Regions), w.Column, effect, x.o.Rounding.points)
		}
		out = append(out, formula.RegionEffect{Regions: w.Regions, Label: w.Label, Coefficient: text, Source: sourceID, Status: formula.Verified})
	}
	return out
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// term words one column or categorical variable; nil where the part has no
// coefficient for it.
func (x *exporter) term(at int, stratum string, rows []int, part *LinearPart) *formula.Term {
	w := x.w.Terms[at]
	field := fmt.Sprintf("terms[%d]", at)
	if at >= x.given {
		field = "terms"
	}
	if w.Code == "" {
		w.Code = codeOf(w.Column)
	}
	if w.Kind == "" {
		w.Kind = x.w.kindOf(x.s, w)
	}
	if w.Variable == "" {
		w.Variable = w.Code
		if w.Of != "" {
			w.Variable = codeOf(w.Of)
		}
	}
	t := &formula.Term{Code: w.Code, Kind: w.Kind, Variable: w.Variable, Label: w.Label, Unit: w.Unit, Floor: w.Floor, Cap: w.Cap,
		Without: maps.Clone(w.Without), Source: sourceID, Status: formula.Verified}
	j := slices.Index(x.s.Names, w.Column)
	if j < 0 {
		return x.codes(field, t, w, stratum, rows, part)
	}
	if part.Beta[j] == 0 {
		return nil
	}
	read := reading{variable: t.Variable, column: j}
	if w.Of != "" {
		var ok bool
		if read, ok = x.from(field, t.Variable, w.Of); !ok {
			return nil
		}
	}
	switch w.Kind {
	case formula.Square:
		scale := x.scale(field, w, read, j)
		text := x.number(stratum, t.Code, "", w.Column, part.Beta[j]*scale, x.o.Rounding.coefficient)
		t.Coefficient = &text
	case formula.TableByRange:
		x.ranges(field, t, w, stratum, read, j, rows, part.Beta[j])
	case formula.TableByValue, formula.TableByCode:
		x.list.Addf(field+".kind", "use table_by_range for numbers; categorical columns become table_by_code", "a column of numbers cannot be of kind %s", w.Kind)
		return nil
	default:
		if w.Of != "" {
			x.list.Addf(field+".of", "leave it out, or use the kind square or table_by_range", "a term of kind %s is not computed from another column", w.Kind)
		}
		text := x.number(stratum, t.Code, "", w.Column, part.Beta[j], x.o.Rounding.coefficient)
		t.Coefficient = &text
	}
	x.bounded(field, w, read, rows)
	x.read(stratum, read)
	return t
}

// from finds the column a square or table was computed from.
func (x *exporter) from(field, variable, of string) (reading, bool) {
	r := reading{variable: variable, column: slices.Index(x.s.Names, of)}
	if r.column > 0 {
		return r, true
	}
	var c *Column
	if x.t != nil {
		c = x.t.Column(of)
	}
	if c == nil || c.Values == nil {
		x.list.Addf(field+".of", "check the spelling against the header", "the survey has no column of numbers %s", of)
		return r, false
	}
	rowOf := make(map[int32]int, len(x.t.Lines))
	for i, line := range x.t.Lines {
		rowOf[line] = i
	}
	r.values = make([]float64, x.s.N())
	for i, line := range x.s.Lines {
		r.values[i] = c.Values[rowOf[line]]
		if math.IsNaN(r.values[i]) {
			x.list.Add(x.atRow(i, of, "a value is missing", "drop the rows without it"))
			return r, false
		}
	}
	return r, true
}

// at is the number read in a row.
func (r *reading) at(s *Sample, row int) float64 {
	if r.values != nil {
		return r.values[row]
	}
	return s.X.At(row, r.column)
}

// scale is what the square must be multiplied by to give the column, such as
// 0.1 for age²/10.
func (x *exporter) scale(field string, w TermWording, read reading, j int) float64 {
	if w.Of == "" {
		x.list.Addf(field+".of", "name the column that it is the square of", "a square term needs the column it was computed from")
		return 1
	}
	scale, largest := 1., 0.
	for i := range x.s.N() {
		if v := math.Abs(read.at(x.s, i)); v > largest {
			largest, scale = v, x.s.X.At(i, j)/(v*v)
		}
	}
	// A scale is a round number that the division has blurred.
	if round, err := strconv.ParseFloat(strconv.FormatFloat(scale, 'g', 12, 64), 64); err == nil {
		scale = round
	}
	for i := range x.s.N() {
		v := read.at(x.s, i)
		if got, want := x.s.X.At(i, j), scale*v*v; math.Abs(got-want) > 1e-9*math.Abs(scale)*largest*largest {
			x.list.Add(x.atRow(i, field+".of", fmt.Sprintf("%s is not the square of %s", w.Column, w.Of), "name the column that it is the square of, or use another kind"))
			break
		}
	}
	return scale
}

// ranges makes a table of a column that is a function of another: a row for
// each value the survey holds, reaching to the next.
func (x *exporter) ranges(field string, t *formula.Term, w TermWording, stratum string, read reading, j int, rows []int, b float64) {
	points := map[float64]float64{}
	for _, i := range rows {
		v, p := read.at(x.s, i), x.s.X.At(i, j)
		if known, ok := points[v]; ok && known != p {
			x.list.Add(x.atRow(i, field+".of", fmt.Sprintf("%s is not a function of %s", w.Column, w.Of), "name the column it was computed from"))
			return
		}
		points[v] = p
	}
	if len(points) > maxTableRows {
		x.list.Addf(field+".kind", "use a kind with a coefficient, or round the column before fitting", "the table would have %d rows", len(points))
		return
	}
	values := slices.Sorted(maps.Keys(points))
	for i, v := range values {
		var row formula.Row
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if i > 0 {
			row.From = &text
		}
		if i+1 < len(values) {
			next := strconv.FormatFloat(values[i+1], 'f', -1, 64)
			row.Below = &next
		}
		row.Points = x.number(stratum, t.Code, text, w.Column, b*points[v], x.o.Rounding.points)
		t.Rows = append(t.Rows, row)
	}
}

// codes makes a table of a categorical variable: nothing for the level left
// out, and no row for a level of which the stratum has no household.
func (x *exporter) codes(field string, t *formula.Term, w TermWording, stratum string, rows []int, part *LinearPart) *formula.Term {
	term := termNamed(x.s, w.Column)
	if term == nil {
		return nil // of another model
	}
	if !slices.ContainsFunc(term.Columns, func(j int) bool { return part.Beta[j] != 0 }) {
		return nil
	}
	if w.Kind != formula.TableByCode {
		x.list.Addf(field+".kind", "leave the kind out", "a categorical variable is a table by code")
		return nil
	}
	seen := map[string]bool{}
	for _, i := range rows {
		seen[codeIn(x.s, term, i)] = true
	}
	add := func(level string, estimate float64) {
		if !seen[level] {
			x.out.Unseen = append(x.out.Unseen, UnseenLevel{stratum, t.Code, level})
			return
		}
		points := x.number(stratum, t.Code, level, term.Name+"="+level, estimate, x.o.Rounding.points)
		t.Rows = append(t.Rows, formula.Row{Code: &level, Points: points})
	}
	add(term.Reference, 0)
	for _, j := range term.Columns {
		add(levelOf(term, x.s.Names[j]), part.Beta[j])
	}
	x.read(stratum, reading{variable: t.Variable, column: -1, term: term})
	return t
}

// termNamed is the variable of a name, nil for none.
func termNamed(s *Sample, name string) *Term {
	for i := range s.Terms {
		if s.Terms[i].Name == name {
			return &s.Terms[i]
		}
	}
	return nil
}

// levelsOf are the levels of a categorical variable, the one left out first.
func levelsOf(s *Sample, t *Term) []string {
	out := []string{t.Reference}
	for _, j := range t.Columns {
		out = append(out, levelOf(t, s.Names[j]))
	}
	return out
}

func levelOf(t *Term, column string) string { return column[len(t.Name)+1:] }

// codeIn is the level of a categorical variable in a row.
func codeIn(s *Sample, t *Term, row int) string {
	for _, j := range t.Columns {
		if s.X.At(row, j) == 1 {
			return levelOf(t, s.Names[j])
		}
	}
	return t.Reference
}

// bounded refuses a floor or cap that the survey's own values pass: what was
// fitted would not be what is published.
func (x *exporter) bounded(field string, w TermWording, read reading, rows []int) {
	bound := func(name string, text *string, beyond func(v, limit float64) bool) {
		if text == nil {
			return
		}
		limit, err := formula.ParseValue(*text)
		if err != nil {
			x.list.Add(err)
			return
		}
		for _, i := range rows {
			if beyond(read.at(x.s, i), float64(limit.Num)/float64(limit.Den)) {
				x.list.Add(x.atRow(i, field+"."+name, "a value of "+w.Column+" lies beyond it", "apply the "+name+" to the survey before fitting, so that the formula fitted is the one published"))
				return
			}
		}
	}
	bound("floor", w.Floor, func(v, limit float64) bool { return v < limit })
	bound("cap", w.Cap, func(v, limit float64) bool { return v > limit })
}

// read notes how the survey gives a variable; the first way stands.
func (x *exporter) read(stratum string, r reading) {
	if !slices.ContainsFunc(x.out.reads[stratum], func(o reading) bool { return o.variable == r.variable }) {
		x.out.reads[stratum] = append(x.out.reads[stratum], r)
	}
}
