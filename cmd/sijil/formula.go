package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sijil/formula"
	"sijil/internal/country"
	"sijil/internal/errs"
)

// formulaCmd works on index formulas as files.
type formulaCmd struct {
	Check formulaCheckCmd `cmd:"" help:"Read formulas, report everything wrong with them, print what they are and which of their numbers are not verified."`
	Diff  formulaDiffCmd  `cmd:"" help:"Say what changes from formula A to formula B, term by term, and household by household on a sample."`
}

// formulaCheckCmd checks formula files.
type formulaCheckCmd struct {
	Formulas []string `arg:"" optional:"" help:"Formula files, or ids of the country's formulas; all of the country's when none is named."`
	JSON     bool     `help:"Print one JSON object."`
}

type formulaReport struct {
	ID         string          `json:"id"`
	Version    string          `json:"version"`
	Hash       string          `json:"hash"`
	From       string          `json:"valid_from"`
	To         string          `json:"valid_to,omitempty"`
	Evaluation int             `json:"evaluation"`
	Strata     []stratumReport `json:"strata"`
	Doubts     []doubtReport   `json:"doubts"`
}

type stratumReport struct {
	Stratum   string `json:"stratum"`
	Terms     int    `json:"terms"`
	Variables int    `json:"variables"`
	Regions   int    `json:"regions"`
}

// doubtReport is a number that nobody has read in its source.
type doubtReport struct {
	Stratum string `json:"stratum"`
	Part    string `json:"part"`
	Status  string `json:"status"`
	Note    string `json:"note,omitempty"`
}

// Run checks and prints; the command fails when a formula is wrong.
func (cmd *formulaCheckCmd) Run(c *console) error {
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	names := cmd.Formulas
	if len(names) == 0 {
		if names, err = land.Formulas(); err != nil {
			return err
		}
	}
	reports := []formulaReport{}
	var bad errs.List
	for _, name := range names {
		f, err := loadFormula(land, name)
		if err != nil {
			bad.Add(err)
			continue
		}
		r, err := describeFormula(f)
		if err != nil {
			return err
		}
		reports = append(reports, r)
	}
	if cmd.JSON {
		if err := printJSON(c.out, map[string]any{"formulas": reports, "faults": faults(bad)}); err != nil {
			return err
		}
	} else {
		for _, r := range reports {
			r.print(c)
		}
	}
	return bad.Err()
}

// loadFormula reads a formula file, or a formula of the country by id.
func loadFormula(land *country.Country, name string) (*formula.Formula, error) {
	if strings.HasSuffix(name, ".json") || strings.ContainsRune(name, filepath.Separator) {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, cannotRead(name, err)
		}
		return formula.Parse(name, data)
	}
	return land.LoadFormula(name)
}

// cannotRead turns an error of the file system into one for people.
func cannotRead(name string, err error) error {
	if os.IsNotExist(err) {
		return &errs.Error{Kind: errs.NotFound, File: name, What: "there is no such file", Fix: "check the path"}
	}
	return &errs.Error{Kind: errs.Unavailable, File: name, What: "cannot be read", Err: err}
}

func describeFormula(f *formula.Formula) (formulaReport, error) {
	from, to := f.Valid()
	r := formulaReport{
		ID: f.ID(), Version: f.Version(), Hash: f.Hash(), From: from.String(), To: to.String(),
		Evaluation: formula.EvaluationVersion, Doubts: []doubtReport{},
	}
	for _, name := range f.Strata() {
		variables, err := f.Variables(name)
		if err != nil {
			return r, err
		}
		s := f.Definition().Strata[name]
		regions := 0
		doubt := func(part, status, note string) {
			if status != formula.Verified {
				r.Doubts = append(r.Doubts, doubtReport{Stratum: name, Part: part, Status: status, Note: note})
			}
		}
		doubt("intercept", s.Intercept.Status, s.Intercept.Note)
		for _, e := range s.Regions {
			regions += len(e.Regions)
			doubt("region "+strings.Join(e.Regions, ", "), e.Status, e.Note)
		}
		for _, t := range s.Terms {
			doubt(t.Code, t.Status, t.Note)
		}
		r.Strata = append(r.Strata, stratumReport{name, len(s.Terms), len(variables), regions})
	}
	return r, nil
}

func (r formulaReport) print(c *console) {
	to := r.To
	if to == "" {
		to = "further notice"
	}
	fmt.Fprintf(c.out, "%s version %s: valid from %s until %s\n  sha256 %s, evaluation %d\n", r.ID, r.Version, r.From, to, r.Hash, r.Evaluation)
	for _, s := range r.Strata {
		fmt.Fprintf(c.out, "  %s: %d terms on %d variables, %d regions\n", s.Stratum, s.Terms, s.Variables, s.Regions)
	}
	count := map[string]int{}
	var order []string
	for _, d := range r.Doubts {
		if count[d.Status] == 0 {
			order = append(order, d.Status)
		}
		count[d.Status]++
	}
	for _, status := range order {
		fmt.Fprintf(c.out, "  %d numbers are %s\n", count[status], status)
	}
	for _, d := range r.Doubts {
		if d.Note != "" {
			fmt.Fprintf(c.out, "    %s, %s (%s): %s\n", d.Stratum, d.Part, d.Status, d.Note)
		}
	}
}

// fault is an error as JSON.
type fault struct {
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
	Field string `json:"field,omitempty"`
	Code  string `json:"code,omitempty"`
	What  string `json:"what"`
	Fix   string `json:"fix,omitempty"`
}

// faults lists the members of an error one by one.
func faults(err error) []fault {
	out := []fault{}
	switch e := err.(type) {
	case nil:
	case errs.List:
		for _, m := range e {
			out = append(out, faults(m)...)
		}
	case *errs.Error:
		what := e.What
		if e.Err != nil {
			what += ": " + e.Err.Error()
		}
		out = append(out, fault{e.File, e.Line, e.Field, e.Code, what, e.Fix})
	default:
		out = append(out, fault{What: err.Error()})
	}
	return out
}
