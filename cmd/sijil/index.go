package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/lines"
	"sijil/internal/score"
)

// indexCmd computes indexes.
type indexCmd struct {
	File     string `arg:"" help:"Households, one JSON object a line; - for standard input."`
	Formula  string `help:"Formula to use: an id of the country's, or a file. Default: the one in force." placeholder:"ID"`
	Features bool   `help:"Lines are feature lines (variables of the formula), not declarations."`
	Explain  bool   `help:"Print what each answer contributes."`
	Lang     string `help:"Language of labels." default:"en"`
	JSON     bool   `help:"Print one JSON object."`
}

// Run scores every line. Lines that cannot be scored are reported with their
// place on standard error, and make the command fail after the last.
func (cmd *indexCmd) Run(c *console) error {
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	if !slices.Contains(land.Languages, cmd.Lang) {
		return usageError("--lang: the country's languages are " + strings.Join(land.Languages, ", "))
	}
	scorer, err := newScorer(land, cmd.Formula, !cmd.Features)
	if err != nil {
		return err
	}
	programmes, err := land.LoadProgrammes()
	if err != nil {
		return err
	}
	in, err := c.open(cmd.File)
	if err != nil {
		return err
	}
	defer in.Close()
	r := &indexRun{cmd: cmd, scorer: scorer, programmes: programmes}
	return r.run(c, in)
}

// newScorer wires a scorer for a formula of the country, or a formula file.
func newScorer(land *country.Country, name string, declarations bool) (*score.Scorer, error) {
	f, err := loadFormula(land, name)
	if err != nil {
		return nil, err
	}
	if !declarations {
		return score.New(f, nil, nil)
	}
	q, err := land.LoadQuestionnaire()
	if err != nil {
		return nil, err
	}
	g, err := land.LoadGeography()
	if err != nil {
		return nil, err
	}
	return score.New(f, q, g)
}

// open opens a file of input, or standard input for "-".
func (c *console) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.in), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, usageError(name + " is a folder; name a file with one household a line")
	}
	return f, nil
}

// indexRun is one execution of the command.
type indexRun struct {
	cmd        *indexCmd
	scorer     *score.Scorer
	programmes []country.Programme
	scored     int
	refused    int
}

func (r *indexRun) run(c *console, in io.Reader) error {
	p := newProgress(c.err, "households", 0)
	if r.cmd.JSON {
		if _, err := io.WriteString(c.out, r.jsonHead()); err != nil {
			return err
		}
	} else if !r.cmd.Explain {
		fmt.Fprintln(c.out, r.tableHead())
	}
	separator := ""
	err := lines.Each(c.ctx, r.cmd.File, in, r.newWork, func(out []byte, failed []error, done int) error {
		r.scored = done - r.refused - len(failed)
		for _, e := range failed {
			if r.refused == hopeless && r.scored == 0 {
				return r.wrongFile()
			}
			p.end()
			fmt.Fprintln(c.err, e)
			r.refused++
		}
		p.at(done)
		if r.cmd.JSON && len(out) > 0 {
			// Each result ends in ",\n"; the last one of all must not.
			if _, err := io.WriteString(c.out, separator); err != nil {
				return err
			}
			separator = ",\n"
			out = out[:len(out)-len(separator)]
		}
		_, err := c.out.Write(out)
		return err
	})
	p.end()
	if r.cmd.JSON {
		if _, werr := io.WriteString(c.out, r.jsonTail(err == nil)); err == nil {
			err = werr
		}
	}
	if err != nil {
		return err
	}
	if r.scored+r.refused == 0 {
		return usageError(r.cmd.File + " holds no household")
	}
	if r.refused > 0 {
		fmt.Fprintf(c.err, "sijil: %d households scored, %d refused; mend the lines above and run them again\n", r.scored, r.refused)
		return errReported
	}
	return nil
}

// hopeless is how many lines may be refused before the first is scored: what
// comes after them is not worth a message a line.
const hopeless = 25

// wrongFile says what to look at when no line of a file can be scored.
func (r *indexRun) wrongFile() error {
	want, other := "declarations, one JSON object a line (docs/questionnaire.md)", "feature lines are read with --features"
	if r.cmd.Features {
		want, other = "feature lines, one JSON object a line", "declarations are read without --features"
	}
	return &errs.Error{Kind: errs.Invalid, File: r.cmd.File, What: fmt.Sprintf("none of the first %d lines can be scored", hopeless), Fix: "the file should hold " + want + "; " + other}
}

// newWork makes the work of one goroutine.
func (r *indexRun) newWork() lines.Work {
	w := r.scorer.Worker()
	read := w.Line
	if r.cmd.Features {
		read = w.Features
	}
	write := r.text
	switch {
	case r.cmd.JSON:
		write = r.json
	case r.cmd.Explain:
		write = r.explained
	}
	return func(out []byte, no int, line []byte) ([]byte, error) {
		s, err := read(line)
		if err != nil {
			return out, err
		}
		return write(out, no, s)
	}
}

// outcome is how an index stands to the threshold of one programme.
type outcome struct {
	programme country.Programme
	threshold formula.Threshold
	atOrBelow bool
	above     formula.Distance // how far above the threshold; negative below
	hinges    string           // what alone decides the outcome: "", "ages", "awaiting"
}

// outcomes compares an index with the thresholds that hold on the household's
// day. Programmes without one for this formula and day are left out; a line
// without a day is compared with the latest.
func (r *indexRun) outcomes(s *score.Scored) []outcome {
	day := s.Household.AsOf
	if day.IsZero() {
		day = civil.Date{Year: 2199, Month: 12, Day: 31}
	}
	var out []outcome
	for _, p := range r.programmes {
		t, ok := p.On(r.scorer.Formula.ID(), day)
		if !ok {
			continue
		}
		x := s.Result.Index
		o := outcome{programme: p, threshold: t.AtMost, atOrBelow: x.AtOrBelow(t.AtMost), above: x.Above(t.AtMost)}
		switch {
		case s.RangeUnknown || s.Low.AtOrBelow(t.AtMost) != s.High.AtOrBelow(t.AtMost):
			o.hinges = "ages"
		case s.Otherwise.AtOrBelow(t.AtMost) != o.atOrBelow:
			o.hinges = "awaiting"
		}
		out = append(out, o)
	}
	return out
}
