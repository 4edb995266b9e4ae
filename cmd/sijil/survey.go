package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"

	"sijil/internal/errs"
	"sijil/survey"
)

// surveyCmd is the formula lab.
type surveyCmd struct {
	Describe surveyDescribeCmd `cmd:"" help:"Show what a survey file holds: columns, design, what is missing, what is withheld."`
	Fit      surveyFitCmd      `cmd:"" help:"Fit an index: coefficients with the errors of the sampling design."`
	Assess   surveyAssessCmd   `cmd:"" help:"Judge an index out of fold: whom it misses, whom it takes in by error, what transfers do."`
	Compare  surveyCompareCmd  `cmd:"" help:"Judge several methods on the same folds, and their differences."`
	Robust   surveyRobustCmd   `cmd:"" help:"Ask what makes an index fair and robust: the price of variables, hiding, the cut, drift, stability."`
	Card     surveyCardCmd     `cmd:"" help:"Make a law of a fit: the formula, its model card and the pages of the card; or check a card."`
}

// surveyData are the flags that say what a survey file holds.
type surveyData struct {
	File   string `arg:"" help:"Survey: a CSV file whose first row names the columns; - for standard input."`
	Target string `help:"Column to be explained: consumption or income per head, or its logarithm." placeholder:"COL"`
	Log    bool   `help:"Fit the natural logarithm of the target."`

	Weight string `help:"Column of sampling weights." placeholder:"COL"`
	Strata string `help:"Column of strata." placeholder:"COL"`
	PSU    string `name:"psu" help:"Column of primary sampling units (clusters)." placeholder:"COL"`
	FPC    string `name:"fpc" help:"Column with the number of units in the stratum, or the fraction drawn." placeholder:"COL"`
	Lonely string `help:"Strata with one unit: fail, certainty (they add nothing), adjust (centre at the mean of all units) or average." enum:"fail,certainty,adjust,average" default:"fail"`

	Vars        []string          `help:"Variables, or patterns such as 'x_*'. Default: every column that can serve, with what was left out said." placeholder:"COL"`
	Exclude     []string          `help:"Columns or patterns that are not variables." placeholder:"COL"`
	Categorical []string          `help:"Columns of numbers that are codes." placeholder:"COL"`
	Reference   map[string]string `help:"Level left out of a categorical column. Default: the first." mapsep:"," placeholder:"COL=LEVEL,…"`
	Missing     string            `help:"Rows with missing values: drop them, and say how many, or refuse the file." enum:"drop,refuse" default:"drop"`
	NA          []string          `name:"na" help:"Texts that mean missing, beside the empty cell, NA, NaN, NULL and a full stop." placeholder:"TEXT"`

	Size    string `help:"Column of persons in the household: poverty and inequality are then counted over persons." placeholder:"COL"`
	Welfare string `help:"Column of money per head. Default: the target, or its exponential." placeholder:"COL"`
	Wave    string `help:"Column of waves of the survey." placeholder:"COL"`

	Folds string `help:"Column of folds, a number of folds to deal, or 'waves' (each wave scored by the others). Default: 10, or one a cluster where there are fewer." placeholder:"COL|K"`
	Seed  uint64 `help:"Of folds and of the bootstrap: same seed, same figures." default:"1"`
	JSON  bool   `help:"Print one JSON object."`
}

// surveyUse is what a command makes of the columns beside the flags of surveyData.
type surveyUse struct {
	by     string
	groups []string // NAME or NAME:CUT:CUT
	rules  []surveyRule
	target bool // a target is needed
}

// opened is a survey read, with the sample the command works on.
type opened struct {
	*surveyData
	table  *survey.Table
	sample *survey.Sample
	hash   string // SHA-256 of the file
	left   []leftOut
}

// leftOut is a column that did not become a variable by itself.
type leftOut struct {
	Column string `json:"column"`
	Why    string `json:"why"`
}

// read reads the file into a table.
func (d *surveyData) read(c *console) (*opened, error) {
	in, err := c.open(d.File)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, cannotRead(d.File, err)
	}
	o := survey.ReadOptions{File: d.File, Kinds: map[string]survey.Kind{}}
	for _, name := range d.Categorical {
		o.Kinds[name] = survey.Categorical
	}
	if len(d.NA) > 0 {
		o.Missing = append([]string{"NA", "NaN", "NULL", "."}, d.NA...)
	}
	t, err := survey.ReadCSV(bytes.NewReader(data), o)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	return &opened{surveyData: d, table: t, hash: hex.EncodeToString(sum[:])}, nil
}

// open reads the file and takes the sample out of it.
func (d *surveyData) open(c *console, u surveyUse) (*opened, error) {
	if u.target && d.Target == "" {
		return nil, usageError("--target: name the column to be explained; 'sijil survey describe " + d.File + "' lists the columns")
	}
	o, err := d.read(c)
	if err != nil {
		return nil, err
	}
	if err := o.checkNames(u); err != nil {
		return nil, err
	}
	return o, o.build(u)
}

// foldColumn is the column of folds, "" when folds are to be dealt.
func (o *opened) foldColumn() string {
	if _, err := strconv.Atoi(o.Folds); o.Folds == "" || o.Folds == waves || err == nil && o.table.Column(o.Folds) == nil {
		return ""
	}
	return o.Folds
}

const waves = "waves"

// build takes the sample out of the table.
func (o *opened) build(u surveyUse) error {
	spec := survey.Spec{
		Target: o.Target, Log: o.Log, Weight: o.Weight, Stratum: o.Strata, PSU: o.PSU, FPC: o.FPC, Lonely: survey.Lonely(o.Lonely),
		Vars: o.Vars, Exclude: o.Exclude, References: o.Reference, DropMissing: o.Missing == "drop",
		Welfare: o.Welfare, Size: o.Size, Fold: o.foldColumn(), Wave: o.Wave, Bands: map[string][]float64{},
	}
	for _, text := range u.groups {
		name, cuts, err := o.parseGroup(text)
		if err != nil {
			return err
		}
		spec.Groups = append(spec.Groups, name)
		if cuts != nil {
			spec.Bands[name] = cuts
		}
	}
	if u.by != "" && !slices.Contains(spec.Groups, u.by) {
		spec.Groups = append(spec.Groups, u.by)
	}
	if len(o.Vars) == 0 {
		spec.Vars = o.defaultVars(u)
		if len(spec.Vars) == 0 {
			return &errs.Error{Kind: errs.Invalid, File: o.File, Field: "vars", What: "no column can serve as a variable by itself",
				Fix: "name variables with --vars; 'sijil survey describe' says what each column is"}
		}
	}
	s, err := survey.Build(o.table, spec)
	if err != nil {
		return o.placed(err)
	}
	o.sample = s
	return nil
}

// folds deals the rows into folds and says how.
func (o *opened) folds() ([]int, string, error) {
	switch {
	case o.Folds == waves:
		f, err := survey.WaveFolds(o.sample)
		return f, "each wave scored by the others", o.placed(err)
	case o.foldColumn() != "":
		f, err := survey.GivenFolds(o.sample)
		return f, fmt.Sprintf("%d folds of column %s", len(o.sample.Fold.Levels), o.Folds), o.placed(err)
	}
	k := min(10, o.sample.Design.Units())
	if o.Folds != "" {
		k, _ = strconv.Atoi(o.Folds)
	}
	f, err := survey.MakeFolds(o.sample.Design, k, o.Seed)
	return f, fmt.Sprintf("%d folds dealt with seed %d", k, o.Seed), o.placed(err)
}

// await runs long work of an engine, which knows no context, and leaves it
// behind when the command is stopped.
func (c *console) await(work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return err
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
}
