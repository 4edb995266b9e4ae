package main

import (
	"bufio"
	"fmt"
	"slices"

	"sijil/formula"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/lines"
	"sijil/internal/score"
	"sijil/internal/synth"
	"sijil/questionnaire"
)

// formulaDiffCmd compares two formulas.
type formulaDiffCmd struct {
	A          string   `arg:"" help:"Formula file, or id of one of the country's."`
	B          string   `arg:"" help:"Formula file, or id of one of the country's."`
	Households string   `help:"Declarations to try both formulas on, one a line; - for standard input." placeholder:"FILE.jsonl"`
	Sample     int      `help:"Without --households, how many synthetic households to try both on; 0 for none." default:"10000" placeholder:"N"`
	Seed       uint64   `help:"Seed of the synthetic households." default:"1" placeholder:"S"`
	Threshold  []string `help:"Thresholds to count crossings of. Default: those the country's programmes have for A." placeholder:"T"`
	JSON       bool     `help:"Print one JSON object."`
}

type diffReport struct {
	A           string             `json:"a"`
	B           string             `json:"b"`
	Differences []differenceReport `json:"differences"`
	Sample      string             `json:"sample,omitempty"`
	Moves       *moveReport        `json:"households,omitempty"`
	Crossings   []crossingReport   `json:"crossings,omitempty"`
}

type differenceReport struct {
	Stratum string `json:"stratum"`
	Code    string `json:"code"`
	Field   string `json:"field"`
	Before  string `json:"before"`
	After   string `json:"after"`
}

type moveReport struct {
	Compared int           `json:"compared"`
	Rose     int           `json:"rose"`
	Fell     int           `json:"fell"`
	Same     int           `json:"same"`
	Refused  int           `json:"refused"`
	Faults   []fault       `json:"faults,omitempty"`
	Largest  []shiftReport `json:"largest"`
}

type shiftReport struct {
	Household string           `json:"household"`
	Before    formula.Index    `json:"before"`
	After     formula.Index    `json:"after"`
	Change    formula.Distance `json:"change"`
}

type crossingReport struct {
	Threshold formula.Threshold `json:"threshold"`
	CameUnder int               `json:"came_at_or_below"`
	WentOver  int               `json:"went_above"`
}

// Run compares the definitions, then the indexes of a sample.
func (cmd *formulaDiffCmd) Run(c *console) error {
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	a, err := loadFormula(land, cmd.A)
	if err != nil {
		return err
	}
	b, err := loadFormula(land, cmd.B)
	if err != nil {
		return err
	}
	thresholds, err := cmd.thresholds(land, a)
	if err != nil {
		return err
	}
	r := &diffReport{A: a.ID() + " " + a.Version(), B: b.ID() + " " + b.Version(), Differences: []differenceReport{}}
	differences := formula.Diff(a, b)
	for _, d := range differences {
		r.Differences = append(r.Differences, differenceReport(d))
	}
	if len(differences) > 0 && (cmd.Households != "" || cmd.Sample > 0) {
		vectors, err := cmd.vectors(c, land, a, b, r)
		if err != nil {
			return err
		}
		r.compare(a, b, vectors, thresholds)
	}
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	fmt.Fprintf(c.out, "from %s to %s\n", r.A, r.B)
	if len(differences) == 0 {
		fmt.Fprintln(c.out, "They compute the same: their hashes are equal.")
		return nil
	}
	for _, d := range differences {
		fmt.Fprintln(c.out, " ", d)
	}
	r.print(c)
	return nil
}

func (cmd *formulaDiffCmd) thresholds(land *country.Country, a *formula.Formula) ([]formula.Threshold, error) {
	var out []formula.Threshold
	for _, text := range cmd.Threshold {
		t, err := formula.ParseThreshold(text)
		if err != nil {
			return nil, usageError("--threshold: " + err.Error())
		}
		out = append(out, t)
	}
	if len(out) > 0 {
		return out, nil
	}
	programmes, err := land.LoadProgrammes()
	if err != nil {
		return nil, err
	}
	for _, p := range programmes {
		for _, t := range p.Thresholds {
			if t.Formula == a.ID() && t.To.IsZero() && !slices.Contains(out, t.AtMost) {
				out = append(out, t.AtMost)
			}
		}
	}
	return out, nil
}

// vectors derives what both formulas need of every household of the sample.
func (cmd *formulaDiffCmd) vectors(c *console, land *country.Country, a, b *formula.Formula, r *diffReport) ([]formula.Vector, error) {
	q, err := land.LoadQuestionnaire()
	if err != nil {
		return nil, err
	}
	g, err := land.LoadGeography()
	if err != nil {
		return nil, err
	}
	v, err := score.NewVectors(q, g, a, b)
	if err != nil {
		return nil, err
	}
	if cmd.Households != "" {
		r.Sample = cmd.Households
		return readVectors(c, cmd.Households, q, v)
	}
	r.Sample = fmt.Sprintf("%d synthetic households of seed %d", cmd.Sample, cmd.Seed)
	model, err := loadSynth(land, "")
	if err != nil {
		return nil, err
	}
	p := newProgress(c.err, "households", cmd.Sample)
	defer p.end()
	out := make([]formula.Vector, cmd.Sample)
	var h synth.Household
	for i := range out {
		if c.ctx.Err() != nil {
			return nil, c.ctx.Err()
		}
		model.Household(cmd.Seed, i, &h)
		if out[i], err = v.Of(&h.Declaration); err != nil {
			return nil, err
		}
		p.at(i + 1)
	}
	return out, nil
}

func readVectors(c *console, name string, q *questionnaire.Questionnaire, v *score.Vectors) ([]formula.Vector, error) {
	in, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var out []formula.Vector
	s := bufio.NewScanner(in)
	s.Buffer(nil, lines.MaxLength)
	for no := 1; s.Scan(); no++ {
		if len(s.Bytes()) == 0 {
			continue
		}
		d, err := q.ParseDeclaration(s.Bytes())
		if err != nil {
			return nil, errs.At(err, name, no)
		}
		x, err := v.Of(d)
		if err != nil {
			return nil, errs.At(err, name, no)
		}
		out = append(out, x)
	}
	if err := s.Err(); err != nil {
		return nil, cannotRead(name, err)
	}
	return out, nil
}

func (r *diffReport) compare(a, b *formula.Formula, vectors []formula.Vector, thresholds []formula.Threshold) {
	const largest = 5
	households := slices.Values(vectors)
	// Without a threshold there are moves to show all the same.
	first := formula.Compare(a, b, households, 0, largest)
	r.Moves = &moveReport{Compared: first.Households, Rose: first.Rose, Fell: first.Fell, Same: first.Same, Refused: first.Refused, Largest: []shiftReport{}}
	if first.Refused > 0 {
		r.Moves.Faults = faults(first.Reasons)
	}
	for _, s := range first.Largest {
		r.Moves.Largest = append(r.Moves.Largest, shiftReport{s.Ref, s.Before, s.After, s.Change()})
	}
	for _, t := range thresholds {
		x := formula.Compare(a, b, households, t, 0)
		r.Crossings = append(r.Crossings, crossingReport{t, x.CameUnder, x.WentOver})
	}
}

func (r *diffReport) print(c *console) {
	m := r.Moves
	if m == nil {
		return
	}
	fmt.Fprintf(c.out, "on %s: %d compared, %d rose, %d fell, %d the same, %d refused\n", r.Sample, m.Compared, m.Rose, m.Fell, m.Same, m.Refused)
	for _, f := range m.Faults {
		fmt.Fprintf(c.out, "  refused: %s: %s\n", f.Field, f.What)
	}
	for _, x := range r.Crossings {
		fmt.Fprintf(c.out, "  threshold %s: %d come to or below it, %d go above it\n", x.Threshold, x.CameUnder, x.WentOver)
	}
	for _, s := range m.Largest {
		fmt.Fprintf(c.out, "  largest: %s from %s to %s (%s)\n", s.Household, s.Before, s.After, s.Change)
	}
}
