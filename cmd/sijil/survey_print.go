package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"sijil/survey"
)

// printFigures prints v as one indented JSON object in which every number has
// all its digits and a figure without a value is null.
func printFigures(w io.Writer, v any) error {
	orNull := json.MarshalToFunc(func(e *jsontext.Encoder, v float64) error {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return e.WriteToken(jsontext.Null)
		}
		return errors.ErrUnsupported // written as any number is
	})
	out, err := json.Marshal(v, jsonv1.DefaultOptionsV1(), json.WithMarshalers(orNull), jsontext.EscapeForHTML(false), jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	_, err = w.Write(append(out, '\n'))
	return err
}

// textGrid is a table for people: the first column and those of words to the
// left, numbers to the right.
type textGrid struct {
	rows  [][]string
	words []int
}

func (g *textGrid) add(cells ...string) { g.rows = append(g.rows, cells) }

// write prints the table, indented by two spaces.
func (g *textGrid) write(w io.Writer) {
	var width []int
	for _, row := range g.rows {
		for j, cell := range row {
			if j == len(width) {
				width = append(width, 0)
			}
			width[j] = max(width[j], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range g.rows {
		var b strings.Builder
		for j, cell := range row {
			b.WriteString("  ")
			gap := strings.Repeat(" ", width[j]-utf8.RuneCountInString(cell))
			if j == 0 || slices.Contains(g.words, j) {
				b.WriteString(cell + gap)
			} else {
				b.WriteString(gap + cell)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// asNumber prints a figure with five significant digits.
func asNumber(v float64) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "-"
	case a == math.Trunc(a) && a < 1e9:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case a >= 1e9 || a < 1e-4:
		return strconv.FormatFloat(v, 'g', 5, 64)
	}
	decimals := max(0, 4-int(math.Floor(math.Log10(a))))
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// asFixed prints a figure with three decimals.
func asFixed(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

// asPercent prints a share.
func asPercent(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + " %" }

// asShare prints a share between 0 and 1 as people write it: 20 %.
func asShare(q float64) string { return strconv.FormatFloat(100*q, 'g', 4, 64) + " %" }

// asInterval prints the 95 % interval of a figure where there is one.
func asInterval(all map[string]survey.Interval, name string, show func(float64) string) string {
	v, ok := all[name]
	if !ok {
		return ""
	}
	return "[" + strings.TrimSuffix(show(v.Low), " %") + ", " + show(v.High) + "]"
}

// manyOf counts things.
func manyOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// about prints the file and the design.
func (o *opened) about(w io.Writer) {
	d := o.sample.Design
	parts := []string{manyOf(o.sample.N(), "row", "rows")}
	if d.Clustered {
		parts = append(parts, manyOf(d.Units(), "cluster", "clusters"))
	} else {
		parts = append(parts, "every row its own cluster")
	}
	if d.Stratified {
		parts = append(parts, manyOf(d.Strata(), "stratum", "strata"))
	} else {
		parts = append(parts, "no strata")
	}
	if o.Weight == "" {
		parts = append(parts, "no weights")
	} else {
		parts = append(parts, "weights of column "+o.Weight)
	}
	fmt.Fprintf(w, "%s: %s\n", o.File, strings.Join(parts, ", "))
}

// targetName is the target as it was fitted.
func (o *opened) targetName() string {
	if o.Log {
		return "ln(" + o.Target + ")"
	}
	return o.Target
}

// notes lists what a reader must know of the sample beside its figures.
func (o *opened) notes() []string {
	s := o.sample
	var out []string
	if s.Dropped > 0 {
		var where []string
		for _, m := range s.Missing {
			where = append(where, fmt.Sprintf("%s (%d, first in line %d)", m.Column, m.Count, m.FirstLine))
		}
		out = append(out, fmt.Sprintf("%s dropped for missing values in %s; --missing refuse stops instead", manyOf(s.Dropped, "row", "rows"), strings.Join(where, ", ")))
	}
	if len(s.Withheld) > 0 {
		out = append(out, "withheld, for they look like names or identifiers: "+strings.Join(s.Withheld, ", "))
	}
	for _, l := range o.left {
		out = append(out, fmt.Sprintf("not taken as a variable: %s: %s", l.Column, l.Why))
	}
	return out
}

func printNotes(w io.Writer, notes []string) {
	for i, n := range notes {
		if i == 0 {
			fmt.Fprintln(w, "\nnotes")
		}
		fmt.Fprintln(w, "  "+n)
	}
}

// provenance is what every JSON object says of its data.
type provenance struct {
	File    string    `json:"file"`
	SHA256  string    `json:"sha256"`
	Target  string    `json:"target"`
	Rows    int       `json:"rows"`
	Lost    int       `json:"rows_left_out"`
	Strata  int       `json:"strata"`
	Units   int       `json:"units"`
	LeftOut []leftOut `json:"columns_left_out,omitempty"`
}

func (o *opened) provenance() provenance {
	d := o.sample.Design
	return provenance{o.File, o.hash, o.targetName(), o.sample.N(), o.sample.Dropped, d.Strata(), d.Units(), o.left}
}
