package survey

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
)

// ExportOptions say what a published formula is called and from when it holds.
type ExportOptions struct {
	ID, Version string
	From        civil.Date  // first as-of day
	To          *civil.Date // last as-of day; nil while open
	Rounding    Rounding    // the zero value means DefaultRounding
	Source      string      // the survey and the fit, in words, for whoever checks a number
}

// Published is a fitted model as a formula.
type Published struct {
	Definition *formula.Definition
	Formula    *formula.Formula
	Rounding   Rounding
	Wording    *Wording // with its defaults filled in
	Numbers    []PublishedNumber

	// Unseen names, stratum by stratum, regions and codes of which the survey
	// had no household there: the formula refuses them rather than guess.
	Unseen []UnseenLevel

	linear *Linear
	reads  map[string][]reading // by stratum, in the order of Variables
}

// PublishedNumber is one number of a model before and after rounding.
type PublishedNumber struct {
	Stratum   string  `json:"stratum"`
	Code      string  `json:"code"`            // of the term; "intercept", "region"
	Of        string  `json:"level,omitempty"` // code of a region or of a table's row
	Column    string  `json:"column"`
	Estimate  float64 `json:"estimate"`
	Published string  `json:"published"`
}

// UnseenLevel is a region or a code without households in a stratum.
type UnseenLevel struct {
	Stratum string `json:"stratum"`
	Code    string `json:"code"` // of the term, or "region"
	Level   string `json:"level"`
}

// reading takes the value of one variable out of a row of the sample.
type reading struct {
	variable string
	column   int       // of X; -1 for a column beside it, or a code
	values   []float64 // of a column beside X
	term     *Term     // of a code
}

// Export makes a formula of a fitted model: the intercept a stratum, region
// indicators as region effects, each other column, or categorical variable, as
// a term. t is the table the sample was built from, in which the terms file may
// name columns that squares and tables were computed from; nil where it names
// none. Everything that is missing or does not fit is reported together.
func Export(s *Sample, t *Table, l *Linear, w *Wording, o ExportOptions) (*Published, error) {
	if o.Rounding == (Rounding{}) {
		o.Rounding = DefaultRounding
	}
	if err := o.Rounding.check(); err != nil {
		return nil, err
	}
	if w == nil {
		w = &Wording{Format: 1}
	}
	given := len(w.Terms)
	full := w.withDefaults()
	if err := full.check(s, t, l); err != nil {
		return nil, err
	}
	full.Terms = append(slices.Clip(full.Terms), full.unworded(s, l)...)
	x := &exporter{s: s, t: t, l: l, w: full, o: o, given: given,
		out: &Published{Rounding: o.Rounding, Wording: full, linear: l, reads: map[string][]reading{}}}
	x.definition()
	if err := x.list.Err(); err != nil {
		return nil, err
	}
	return x.finish()
}

type exporter struct {
	s     *Sample
	t     *Table
	l     *Linear
	w     *Wording
	o     ExportOptions
	given int
	out   *Published
	list  errs.List
}

const sourceID = "survey"

func (x *exporter) definition() {
	d := &formula.Definition{Format: 1, ID: x.o.ID, Version: x.o.Version, Languages: x.w.Languages,
		Title: x.w.Title, Meaning: x.w.Meaning, Valid: formula.Validity{From: x.o.From, To: x.o.To}, Decimals: 7,
		Sources: []formula.Source{{ID: sourceID, Text: x.o.Source}}, Frame: *x.w.Frame, Strata: map[string]formula.Stratum{}}
	if d.Frame.Outside == nil {
		d.Frame.Outside = []formula.Profile{}
	}
	d.Notes = []string{x.o.Rounding.note()}
	x.out.Definition = d
	for i, stratum := range x.w.Strata {
		part := &x.l.Parts[0]
		if x.l.Method.By != "" {
			part = x.part(stratum.Level)
		}
		if part == nil {
			continue
		}
		d.Strata[stratum.Name] = x.stratum(i, stratum, part)
	}
}

func (r Rounding) note() string {
	if r.Significant == 0 {
		return fmt.Sprintf("Every number is rounded to %d decimals.", r.Decimals)
	}
	return fmt.Sprintf("Coefficients are rounded to %d significant digits; intercepts, region effects and points of tables to %d decimals.", r.Significant, r.Decimals)
}

func (x *exporter) part(level string) *LinearPart {
	for i := range x.l.Parts {
		if x.l.Parts[i].Level == level {
			return &x.l.Parts[i]
		}
	}
	return nil
}

// finish sets the range and proves that the definition is a formula.
func (x *exporter) finish() (*Published, error) {
	p, d := x.out, x.out.Definition
	if x.w.IndexRange != nil {
		d.IndexRange = *x.w.IndexRange
	} else {
		d.IndexRange = spread(x.l.Score(x.s))
	}
	f, err := formula.New(*d)
	if err != nil {
		return nil, err
	}
	p.Formula = f
	for name := range d.Strata {
		variables, err := f.Variables(name)
		if err != nil {
			return nil, err
		}
		ordered := make([]reading, len(variables))
		for i, v := range variables {
			at := slices.IndexFunc(p.reads[name], func(r reading) bool { return r.variable == v.Name })
			ordered[i] = p.reads[name][at]
		}
		p.reads[name] = ordered
	}
	return p, nil
}

// spread is a range that leaves the survey's scores as much room on either
// side as they take up.
func spread(scores []float64) formula.Range {
	low, high := slices.Min(scores), slices.Max(scores)
	width := max(high-low, 1)
	text := func(v float64) string { return strconv.FormatFloat(v+0, 'f', -1, 64) }
	return formula.Range{From: text(math.Floor(low - width)), To: text(math.Ceil(high + width))}
}

// rows are those of the part that lie in the stratum.
func (x *exporter) rows(stratum int, part *LinearPart) []int {
	var rows []int
	for _, i := range part.Rows {
		if x.l.Method.By != "" || stratumOf(x.w, x.s, i) == stratum {
			rows = append(rows, i)
		}
	}
	return rows
}

// stratumOf is the stratum of a row of a pooled model, -1 for none.
func stratumOf(w *Wording, s *Sample, row int) int {
	return placeOf(s, row, len(w.Strata), func(i int) string { return w.Strata[i].Column })
}

func regionOf(w *Wording, s *Sample, row int) int {
	return placeOf(s, row, len(w.Regions), func(i int) string { return w.Regions[i].Column })
}

// placeOf is the entry whose indicator is 1 in the row, else the entry without
// a column, else -1; -2 where two indicators are 1.
func placeOf(s *Sample, row, n int, column func(int) string) int {
	found, rest := -1, -1
	for i := range n {
		name := column(i)
		if name == "" {
			rest = i
			continue
		}
		if s.X.At(row, slices.Index(s.Names, name)) == 0 {
			continue
		}
		if found >= 0 {
			return -2
		}
		found = i
	}
	if found >= 0 {
		return found
	}
	return rest
}
