package survey

import (
	"errors"
	"fmt"
	"math"
	"path"
	"slices"

	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// Build takes the sample that spec describes out of a table. Everything wrong
// with the request is reported together, each with its column and line.
func Build(t *Table, spec Spec) (*Sample, error) {
	b := &builder{t: t, spec: spec}
	b.choose()
	if err := b.list.Err(); err != nil {
		return nil, errs.At(err, t.File, 0)
	}
	b.findMissing()
	if err := b.list.Err(); err != nil {
		return nil, errs.At(err, t.File, 0)
	}
	s, err := b.assemble()
	if err != nil {
		return nil, errs.At(err, t.File, 0)
	}
	return s, nil
}

type builder struct {
	t    *Table
	spec Spec
	list errs.List

	target, weight, stratum, psu, fpc, welfare, size, fold, wave *Column
	vars, groups                                                 []*Column

	framed  []int // rows whose design is known
	kept    []int // positions in framed of the rows without missing values
	missing []Missing

	withheld []string
}

func (b *builder) column(part, name string, numeric bool) *Column {
	if name == "" {
		return nil
	}
	c := b.t.Column(name)
	if c == nil {
		b.list.Addf(name, "check the spelling against the header", "the file has no such column, wanted as %s", part)
		return nil
	}
	if c.TextAt > 0 {
		b.list.Add(&errs.Error{Kind: errs.Invalid, Code: "survey.text_in_numbers", Line: c.TextAt, Field: name,
			What: "text stands in a column of numbers", Fix: "mend the value, or declare the column categorical"})
		return nil
	}
	if numeric && c.Kind == Categorical {
		b.list.Addf(name, "choose a column of numbers", "the column holds codes and cannot serve as %s", part)
		return nil
	}
	if c.Kind == Categorical && c.Codes == nil {
		b.list.Addf(name, "replace it by codes that name nobody", "the column cannot serve as %s: %s", part, c.Withheld)
		return nil
	}
	return c
}

func (b *builder) choose() {
	s := &b.spec
	if s.Target == "" {
		b.list.Addf("target", "name the column to be explained", "no target is named")
	}
	b.target = b.column("the target", s.Target, true)
	b.weight = b.column("the weight", s.Weight, true)
	b.stratum = b.column("the stratum", s.Stratum, false)
	b.psu = b.column("the primary sampling unit", s.PSU, false)
	b.fpc = b.column("the finite population correction", s.FPC, true)
	b.welfare = b.column("welfare", s.Welfare, true)
	b.size = b.column("household size", s.Size, true)
	b.fold = b.column("the fold", s.Fold, false)
	b.wave = b.column("the wave", s.Wave, false)
	for _, g := range s.Groups {
		if c := b.column("a group", g, false); c != nil {
			b.groups = append(b.groups, c)
		}
	}
	b.chooseVars()
}

func (b *builder) chooseVars() {
	part := map[*Column]string{b.target: "the target", b.weight: "the weight", b.psu: "the primary sampling unit", b.fpc: "the finite population correction", b.fold: "the fold", b.welfare: "welfare"}
	taken := map[string]bool{}
	for _, p := range b.spec.Vars {
		names := b.match(p)
		if len(names) == 0 {
			b.list.Addf(p, "check the spelling against the header", "no column matches, wanted as a variable")
		}
		for _, name := range names {
			if taken[name] || b.excluded(name) {
				continue
			}
			taken[name] = true
			pattern := name != p
			c := b.t.Column(name)
			role := part[c]
			if pattern && (role != "" || c.Withheld != "") {
				if c.Withheld != "" {
					b.withheld = append(b.withheld, name)
				}
				continue
			}
			if role != "" {
				b.list.Addf(name, "take it out of the variables", "the column already serves as %s", role)
				continue
			}
			if c.Withheld != "" {
				b.list.Addf(name, "take it out of the variables", "not taken as a variable: %s", c.Withheld)
				continue
			}
			if c := b.column("a variable", name, false); c != nil {
				b.vars = append(b.vars, c)
			}
		}
	}
	if len(b.spec.Vars) > 0 && len(b.vars) == 0 && len(b.list) == 0 {
		b.list.Addf("vars", "exclude fewer columns", "no variable is left")
	}
	for name, level := range b.spec.References {
		c := b.t.Column(name)
		if c == nil || c.Kind != Categorical || !slices.Contains(c.Levels, level) {
			b.list.Addf(name, "name a level of a categorical column", "the reference level is not in the column")
		}
	}
}

func (b *builder) match(pattern string) []string {
	if b.t.Column(pattern) != nil {
		return []string{pattern}
	}
	var names []string
	for _, c := range b.t.Columns {
		if ok, err := path.Match(pattern, c.Name); err == nil && ok {
			names = append(names, c.Name)
		}
	}
	return names
}

func (b *builder) excluded(name string) bool {
	for _, p := range b.spec.Exclude {
		if ok, err := path.Match(p, name); p == name || err == nil && ok {
			return true
		}
	}
	return false
}

// findMissing decides which rows stay. Rows whose design is unknown cannot be
// placed in the sample at all; the others are dropped as a domain.
func (b *builder) findMissing() {
	frame := present([]*Column{b.weight, b.stratum, b.psu, b.fpc})
	used := append(present([]*Column{b.target, b.welfare, b.size, b.fold, b.wave}), append(slices.Clone(b.vars), b.groups...)...)
	for _, c := range append(slices.Clone(frame), used...) {
		if c.Missing == 0 {
			continue
		}
		b.missing = append(b.missing, Missing{Column: c.Name, Count: c.Missing, FirstLine: c.FirstMissing})
		if !b.spec.DropMissing {
			b.list.Add(&errs.Error{Kind: errs.Invalid, Code: "survey.missing", Line: c.FirstMissing, Field: c.Name,
				What: fmt.Sprintf("%d values are missing, the first here", c.Missing),
				Fix:  "fill them, leave the column out, or ask for such rows to be dropped"})
		}
	}
	for i := range b.t.Rows {
		if anyMissing(frame, i) {
			continue
		}
		if !anyMissing(used, i) {
			b.kept = append(b.kept, len(b.framed))
		}
		b.framed = append(b.framed, i)
	}
	if len(b.kept) < 2 && len(b.list) == 0 {
		b.list.Addf("rows", "check that the file is whole, and leave out columns that are mostly empty", "fewer than two rows are without a missing value")
	}
}

func present(columns []*Column) []*Column {
	return slices.DeleteFunc(slices.Clone(columns), func(c *Column) bool { return c == nil })
}

func anyMissing(columns []*Column, i int) bool {
	for _, c := range columns {
		if c.missingAt(i) {
			return true
		}
	}
	return false
}

func (b *builder) assemble() (*Sample, error) {
	design, err := b.design()
	if err != nil {
		return nil, err
	}
	rows := make([]int, len(b.kept))
	for i, k := range b.kept {
		rows[i] = b.framed[k]
	}
	if len(b.kept) < len(b.framed) {
		design = design.Subset(b.kept)
	}
	s := &Sample{Design: design, Lines: pick(b.t.Lines, rows), Missing: b.missing, Withheld: b.withheld, Dropped: b.t.Rows - len(rows),
		File: b.t.File, Target: b.spec.Target, Log: b.spec.Log,
		Y: pick(b.target.Values, rows), Fold: grouping(b.fold, rows), Wave: grouping(b.wave, rows)}
	if b.welfare != nil {
		s.Welfare = pick(b.welfare.Values, rows)
	}
	if b.size != nil {
		s.Size = pick(b.size.Values, rows)
		for i, v := range s.Size {
			if v <= 0 {
				return nil, &errs.Error{Kind: errs.Invalid, Line: int(s.Lines[i]), Field: b.size.Name,
					What: "the household has no persons", Fix: "mend its size"}
			}
		}
	}
	for _, c := range b.groups {
		if cuts := b.spec.Bands[c.Name]; cuts != nil && c.Kind == Numeric {
			s.Groups = append(s.Groups, Bands(c.Name, pick(c.Values, rows), cuts))
			continue
		}
		s.Groups = append(s.Groups, *grouping(c, rows))
	}
	if b.spec.Log {
		for i, v := range s.Y {
			if !(v > 0) {
				return nil, &errs.Error{Kind: errs.Invalid, Code: "survey.log", Line: int(s.Lines[i]), Field: b.target.Name,
					What: "the target is zero or negative and has no logarithm", Fix: "mend the value, or fit without the logarithm"}
			}
			s.Y[i] = math.Log(v)
		}
	}
	b.expand(s, rows)
	return s, nil
}

func (b *builder) design() (*Design, error) {
	lines := pick(b.t.Lines, b.framed)
	var weight, fpc []float64
	var stratum, psu []int32
	var labels []string
	if b.weight != nil {
		weight = pick(b.weight.Values, b.framed)
	}
	if b.fpc != nil {
		fpc = pick(b.fpc.Values, b.framed)
	}
	if g := grouping(b.stratum, b.framed); g != nil {
		stratum, labels = g.Code, g.Levels
	}
	if g := grouping(b.psu, b.framed); g != nil {
		psu = g.Code
	}
	d, err := NewDesign(len(b.framed), weight, stratum, psu, labels, fpc, b.spec.Lonely, lines)
	if e, ok := errors.AsType[*errs.Error](err); ok {
		switch e.Field { // the design knows parts, the file columns
		case "weight":
			e.Field = b.spec.Weight
		case "fpc":
			e.Field = b.spec.FPC
		}
	}
	return d, err
}

func pick[T any](values []T, rows []int) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = values[r]
	}
	return out
}

// grouping codes a column of codes or of numbers; nil stays nil.
func grouping(c *Column, rows []int) *Grouping {
	if c == nil {
		return nil
	}
	if c.Kind == Categorical {
		return &Grouping{Name: c.Name, Levels: c.Levels, Code: pick(c.Codes, rows)}
	}
	g := &Grouping{Name: c.Name, Code: make([]int32, len(rows))}
	sorted := pick(c.Values, rows)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	for _, v := range sorted {
		g.Levels = append(g.Levels, fmt.Sprint(v))
	}
	for i, r := range rows {
		at, _ := slices.BinarySearch(sorted, c.Values[r])
		g.Code[i] = int32(at)
	}
	return g
}

// Bands sorts numbers into bands at rising cuts: below the first, from each
// cut to below the next, and from the last on.
func Bands(name string, values, cuts []float64) Grouping {
	cuts = slices.Sorted(slices.Values(cuts))
	g := Grouping{Name: name, Levels: []string{fmt.Sprintf("under %v", cuts[0])}, Code: make([]int32, len(values))}
	for i, c := range cuts[1:] {
		g.Levels = append(g.Levels, fmt.Sprintf("%v to under %v", cuts[i], c))
	}
	g.Levels = append(g.Levels, fmt.Sprintf("%v and over", cuts[len(cuts)-1]))
	for i, v := range values {
		at, exact := slices.BinarySearch(cuts, v)
		if exact {
			at++
		}
		g.Code[i] = int32(at)
	}
	return g
}

// expand lays out X: the intercept, then each variable; a categorical becomes
// one indicator a level, less the reference.
func (b *builder) expand(s *Sample, rows []int) {
	s.Names = []string{Intercept}
	type source struct {
		c     *Column
		level int32
	}
	sources := []source{{}}
	for _, c := range b.vars {
		term := Term{Name: c.Name, Kind: c.Kind.String()}
		if c.Kind != Categorical {
			term.Columns = []int{len(sources)}
			s.Names = append(s.Names, c.Name)
			sources = append(sources, source{c: c})
			s.Terms = append(s.Terms, term)
			continue
		}
		reference := b.spec.References[c.Name]
		if reference == "" && len(c.Levels) > 0 {
			reference = c.Levels[0]
		}
		term.Reference = reference
		for l, level := range c.Levels {
			if level == reference {
				continue
			}
			term.Columns = append(term.Columns, len(sources))
			s.Names = append(s.Names, c.Name+"="+level)
			sources = append(sources, source{c: c, level: int32(l)})
		}
		s.Terms = append(s.Terms, term)
	}
	k := len(sources)
	data := make([]float64, len(rows)*k)
	for i, r := range rows {
		row := data[i*k : (i+1)*k]
		row[0] = 1
		for j := 1; j < k; j++ {
			switch src := sources[j]; {
			case src.c.Kind != Categorical:
				row[j] = src.c.Values[r]
			case src.c.Codes[r] == src.level:
				row[j] = 1
			}
		}
	}
	s.X = mat.NewDense(len(rows), k, data)
}
