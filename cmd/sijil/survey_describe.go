package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"sijil/survey"
)

// surveyDescribeCmd shows what a survey file holds.
type surveyDescribeCmd struct {
	surveyData `embed:""`
}

// columnReport is one column of the file.
type columnReport struct {
	Name    string           `json:"name"`
	Kind    string           `json:"kind"`
	Missing int              `json:"missing"`
	First   int              `json:"first_missing_line,omitempty"`
	Text    int              `json:"text_in_line,omitempty"`
	Levels  []string         `json:"levels,omitempty"`
	Held    string           `json:"withheld,omitempty"`
	Mean    *survey.Estimate `json:"mean,omitempty"`
	SD      *float64         `json:"sd,omitempty"`
	Min     *float64         `json:"min,omitempty"`
	Max     *float64         `json:"max,omitempty"`
	empty   bool
}

// describeReport is the whole file.
type describeReport struct {
	File    string         `json:"file"`
	SHA256  string         `json:"sha256"`
	Rows    int            `json:"rows"`
	Columns []columnReport `json:"columns"`
	Design  *designReport  `json:"design,omitempty"`
	Welfare *welfareReport `json:"inequality,omitempty"`
}

// welfareReport is how unequal welfare is, with Eurostat's definitions.
type welfareReport struct {
	Of      string `json:"of"`
	Persons bool   `json:"over_persons"`
	survey.Inequality
}

// designReport is the design of the rows whose design is known.
type designReport struct {
	Rows       int     `json:"rows"`
	Strata     int     `json:"strata"`
	Units      int     `json:"units"`
	DF         int     `json:"df"`
	LonelyUnit int     `json:"strata_with_one_unit"`
	SumWeights float64 `json:"sum_of_weights"`
	MinWeight  float64 `json:"smallest_weight"`
	MaxWeight  float64 `json:"largest_weight"`
	KishDeff   float64 `json:"kish_deff"`
}

// Run describes every column by itself, so that what is missing in one costs
// nothing in another.
func (cmd *surveyDescribeCmd) Run(c *console) error {
	o, err := cmd.read(c)
	if err != nil {
		return err
	}
	if err := o.checkNames(surveyUse{}); err != nil {
		return err
	}
	r := describeReport{File: o.File, SHA256: o.hash, Rows: o.table.Rows, Columns: []columnReport{}}
	for _, col := range o.table.Columns {
		if !o.wanted(col.Name) {
			continue
		}
		one, err := o.describeColumn(col, &r)
		if err != nil {
			return err
		}
		r.Columns = append(r.Columns, one)
	}
	if err := o.measureInequality(&r); err != nil {
		return err
	}
	if cmd.JSON {
		return printFigures(c.out, r)
	}
	r.print(c, o)
	return nil
}

// wanted reports whether a column is to be shown: all are, unless variables
// are named.
func (o *opened) wanted(name string) bool {
	if o.excluded(name) {
		return false
	}
	named := []string{o.Target, o.Weight, o.Strata, o.PSU, o.FPC, o.Size, o.Welfare, o.Wave}
	if len(o.Vars) == 0 || slices.Contains(named, name) {
		return true
	}
	asked := opened{surveyData: &surveyData{Exclude: o.Vars}}
	return asked.excluded(name)
}

// describeColumn describes one column, and the design when it is not known yet.
func (o *opened) describeColumn(col *survey.Column, r *describeReport) (columnReport, error) {
	out := columnReport{Name: col.Name, Kind: col.Kind.String(), Missing: col.Missing, First: col.FirstMissing, Text: col.TextAt, Levels: col.Levels, Held: col.Withheld}
	out.empty = col.Missing == o.table.Rows
	if out.empty {
		out.Held = ""
	}
	if col.Values == nil || col.TextAt > 0 || out.empty || out.Held != "" {
		return out, nil
	}
	s, err := survey.Build(o.table, survey.Spec{Target: col.Name, Log: o.Log && col.Name == o.Target, Weight: o.Weight, Stratum: o.Strata, PSU: o.PSU, FPC: o.FPC,
		Lonely: survey.Lonely(o.Lonely), DropMissing: true})
	if err != nil {
		return out, o.placed(err)
	}
	d, err := survey.Describe(s)
	if err != nil {
		return out, o.placed(err)
	}
	if r.Design == nil || d.Rows > r.Design.Rows {
		r.Design = &designReport{d.Rows, d.Strata, d.Units, d.DF, d.LonelyUnit, d.SumWeights, d.MinWeight, d.MaxWeight, d.KishDeff}
	}
	at := d.Columns[0]
	out.Mean, out.SD, out.Min, out.Max = &at.Mean, &at.SD, &at.Min, &at.Max
	return out, nil
}

// measureInequality measures the welfare that a target stands for, where there
// is a target that can be money.
func (o *opened) measureInequality(r *describeReport) error {
	if c := o.table.Column(o.Target); c == nil || c.Values == nil || c.TextAt > 0 {
		return nil
	}
	s, err := survey.Build(o.table, survey.Spec{Target: o.Target, Log: o.Log, Weight: o.Weight, Welfare: o.Welfare, Size: o.Size, DropMissing: true})
	if err != nil {
		return o.placed(err)
	}
	welfare, of := survey.WelfareOf(s)
	weight := slices.Clone(s.Design.Weight)
	for i := range s.Size {
		weight[i] *= s.Size[i]
	}
	if slices.Max(welfare) <= 0 || slices.Min(welfare) == slices.Max(welfare) {
		return nil
	}
	r.Welfare = &welfareReport{Of: strings.Replace(of, "target", o.Target, 1), Persons: s.Size != nil}
	if of == "column" {
		r.Welfare.Of = o.Welfare
	}
	r.Welfare.Inequality, err = survey.Unequal(welfare, weight)
	return o.placed(err)
}

// roles says what part each named column plays.
func (o *opened) roles() map[string]string {
	out := map[string]string{}
	for _, p := range []struct{ column, part string }{
		{o.Target, "target"}, {o.Weight, "weight"}, {o.Strata, "stratum"}, {o.PSU, "cluster"}, {o.FPC, "finite population"},
		{o.Size, "household size"}, {o.Welfare, "welfare"}, {o.Wave, "wave"}, {o.foldColumn(), "fold"},
	} {
		if p.column != "" {
			out[p.column] = p.part
		}
	}
	return out
}

func (r *describeReport) print(c *console, o *opened) {
	fmt.Fprintf(c.out, "%s: %s, %s\nsha256 %s\n", r.File, manyOf(r.Rows, "row", "rows"), manyOf(len(o.table.Columns), "column", "columns"), r.SHA256)
	if d := r.Design; d != nil {
		fmt.Fprintf(c.out, "design: %s, %s, %d degrees of freedom", manyOf(d.Units, "unit", "units"), manyOf(d.Strata, "stratum", "strata"), d.DF)
		if d.LonelyUnit > 0 {
			fmt.Fprintf(c.out, "; %d strata have one unit: fits refuse them unless --lonely says how to count them", d.LonelyUnit)
		}
		fmt.Fprintf(c.out, "\nweights: from %s to %s, sum %s; unequal weights alone multiply variances by %s (Kish)\n", asNumber(d.MinWeight), asNumber(d.MaxWeight), asNumber(d.SumWeights), asFixed(d.KishDeff))
	}
	fmt.Fprintln(c.out)
	g := textGrid{words: []int{8}}
	g.add("column", "kind", "missing", "mean", "se", "sd", "min", "max", "")
	roles := o.roles()
	for _, col := range r.Columns {
		row := []string{col.Name, col.Kind, fmt.Sprint(col.Missing), "", "", "", "", "", ""}
		if col.Mean != nil {
			row[3], row[4], row[5], row[6], row[7] = asNumber(col.Mean.Value), asNumber(col.Mean.SE), asNumber(*col.SD), asNumber(*col.Min), asNumber(*col.Max)
		}
		row[8] = strings.Join(col.remarks(roles[col.Name]), "; ")
		g.add(row...)
	}
	g.write(c.out)
	if v := r.Welfare; v != nil {
		over := "rows"
		if v.Persons {
			over = "persons"
		}
		fmt.Fprintf(c.out, "\ninequality of %s over %s: Gini %s; richest fifth over poorest fifth %s; %s below 60 %% of the median (%s), their median gap %s\n",
			v.Of, over, asFixed(v.Gini), asFixed(v.QSR), asPercent(v.Rate), asNumber(v.Threshold), asPercent(v.RMPG))
	}
	fmt.Fprintln(c.out, "\nmeans are over the rows where the column has a value, with the design's weights and errors; each column by itself")
}

func (col *columnReport) remarks(role string) []string {
	var out []string
	if role != "" {
		out = append(out, role)
	}
	switch {
	case col.empty:
		out = append(out, "empty")
	case col.Held != "":
		out = append(out, "withheld: "+col.Held)
	case col.Text > 0:
		out = append(out, fmt.Sprintf("text stands among the numbers in line %d", col.Text))
	case len(col.Levels) > 0:
		out = append(out, fmt.Sprintf("%s: %s", manyOf(len(col.Levels), "level", "levels"), someLevels(col.Levels)))
	case col.Mean != nil && *col.Min == *col.Max:
		out = append(out, "the same in every row")
	}
	if col.Mean != nil && !math.IsNaN(col.Mean.Deff) && col.Mean.Deff > 2 {
		out = append(out, fmt.Sprintf("design effect %.1f", col.Mean.Deff))
	}
	return out
}
