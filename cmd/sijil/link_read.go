package main

import (
	"fmt"
	"slices"

	"sijil/internal/errs"
	"sijil/internal/roll"
	"sijil/linkage"
	"sijil/names"
)

// rollWords is the file of a country's words in headers, which it may lack.
const rollWords = "rolls.json"

// understand opens the rolls and says what their columns hold.
func (l *linking) understand(paths []string) error {
	words, err := l.loadCountry()
	if err != nil {
		return err
	}
	if l.Spec != "" {
		data, err := readSmall(l.Spec)
		if err != nil {
			return err
		}
		if l.spec, err = roll.ParseSpec(l.Spec, data); err != nil {
			return err
		}
		l.takeFromSpec()
	}
	for _, path := range paths {
		r, err := l.open(path, words)
		if err != nil {
			return err
		}
		l.rolls = append(l.rolls, r)
	}
	if l.spec != nil {
		for i, r := range l.rolls {
			l.spec.Explain(r.guess, i == 1)
		}
		return nil
	}
	for _, r := range l.rolls {
		if err := r.guess.Check(r.file); err != nil {
			return err
		}
	}
	if len(l.rolls) == 1 {
		l.spec = roll.SpecOf(l.rolls[0].guess)
		return nil
	}
	a, b := l.rolls[0], l.rolls[1]
	if l.spec = roll.Pair(a.guess, b.guess, [2]*roll.Sample{a.sample, b.sample}); len(l.spec.Fields) == 0 {
		return &errs.Error{Kind: errs.Invalid, Code: "roll.nothing_to_compare", File: b.file.Path, Line: 1,
			What: "no column says the same as one of " + a.file.Path, Fix: "say which belong together in a file for --spec (docs/link-command.md)"}
	}
	return nil
}

// takeFromSpec takes id and truth from the spec where no flag gives them.
func (l *linking) takeFromSpec() {
	if l.ID == "" {
		l.ID = l.spec.ID
	}
	if l.Truth == "" {
		l.Truth = l.spec.Truth
	}
}

// loadCountry reads the names and header words of the country. A country may
// do without either.
func (l *linking) loadCountry() (*roll.Words, error) {
	land, err := l.console.openCountry()
	if err != nil {
		return nil, err
	}
	optional := func(name string) ([]byte, error) {
		data, err := land.ReadFile(name)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return nil, err
		}
		return data, nil
	}
	data, err := optional(synthNames)
	if err != nil {
		return nil, err
	}
	if data != nil {
		if l.table, err = names.ReadTable(synthNames, data); err != nil {
			return nil, err
		}
	}
	if data, err = optional(rollWords); err != nil {
		return nil, err
	}
	return roll.LoadWords(rollWords, data)
}

// known asks the country's names about a value.
func (l *linking) known(v string) (given, family bool) {
	return len(l.table.Find(names.Given, v)) > 0, len(l.table.Find(names.Family, v)) > 0
}

func (l *linking) open(path string, words *roll.Words) (*linkRoll, error) {
	f, err := roll.Open(path)
	if err != nil {
		return nil, err
	}
	apart := map[string]roll.Reason{}
	for _, part := range []struct {
		flag, name string
		reason     roll.Reason
	}{{"--id", l.ID, roll.IsID}, {"--truth", l.Truth, roll.IsTruth}} {
		switch {
		case part.name == "":
		case f.Column(part.name) < 0:
			return nil, &errs.Error{Kind: errs.Invalid, Code: "roll.no_column", File: path, Line: 1, Field: part.name,
				What: "the file has no such column, wanted by " + part.flag, Fix: nearestOf(part.name, f.Columns)}
		default:
			apart[part.name] = part.reason
		}
	}
	if l.Out != "" {
		for _, added := range roll.Added {
			if f.Column(added) >= 0 {
				return nil, &errs.Error{Kind: errs.Invalid, Code: "roll.repeated_column", File: path, Line: 1, Field: added,
					What: "the file has a column of the name that --out adds", Fix: "rename it, or leave it out of the file"}
			}
		}
	}
	s, err := f.Sample()
	if err != nil {
		return nil, err
	}
	if s.Rows == 0 { // nothing could be read: say why
		err := roll.Each(l.console.ctx, f, roll.Nothing, func(*roll.Block, struct{}) error { return nil })
		if err != nil {
			return nil, err
		}
	}
	known := l.known
	if l.table == nil {
		known = nil
	}
	g, err := words.Guess(f, s, known, apart)
	if err != nil {
		return nil, err
	}
	return &linkRoll{file: f, sample: s, guess: g}, nil
}

// nearestOf suggests the column that is spelt most like a name.
func nearestOf(name string, columns []string) string {
	best, distance := "", max(2, len(name)/3)+1
	for _, c := range columns {
		if d := names.Levenshtein(name, c); d < distance {
			best, distance = c, d
		}
	}
	if best == "" {
		return "the columns are named in the first row"
	}
	return "did you mean " + best + "?"
}

// useModel takes the fields of the model, whose columns the first file must
// have, in place of the guess.
func (l *linking) useModel() error {
	want := l.model.Spec()
	if l.Spec != "" {
		have := l.spec.Linkage()
		if len(have.Fields) != len(want.Fields) || !slices.EqualFunc(have.Fields, want.Fields, func(a, b linkage.Field) bool {
			return a.Kind == b.Kind && len(a.Columns) == len(b.Columns)
		}) {
			return &errs.Error{Kind: errs.Conflict, Code: "roll.other_fields", File: l.Spec, Field: "fields", What: "the model was learnt with other fields",
				Fix: "give the spec the fields of the model, in its order, or leave --model out"}
		}
		// The model's own names go into its explanations; only the columns differ.
		for i := range l.spec.Fields {
			l.spec.Fields[i].Name = want.Fields[i].Name
		}
		return nil
	}
	spec := &roll.Spec{Format: 1}
	for _, f := range want.Fields {
		field := roll.SpecField{Name: f.Name, Kind: f.Kind, Columns: f.Columns}
		if len(l.rolls) == 2 {
			for i := range l.spec.Fields {
				if g := &l.spec.Fields[i]; g.Name == f.Name && slices.Equal(g.Columns, f.Columns) {
					field.Second = g.Second
				}
			}
		}
		spec.Fields = append(spec.Fields, field)
	}
	l.spec = spec
	for i, r := range l.rolls {
		if _, err := spec.Places(r.file, i == 1); err != nil {
			return fmt.Errorf("the model was learnt with other columns (say with --spec which are meant):\n%w", err)
		}
		spec.Explain(r.guess, i == 1)
	}
	return nil
}

// engineSpec is what records are built with: that of the model, where there is
// one.
func (l *linking) engineSpec() linkage.Spec {
	if l.model != nil {
		return l.model.Spec()
	}
	return l.spec.Linkage()
}

// read reads the rolls into records, and the truth beside them.
func (l *linking) read() error {
	if l.Truth != "" {
		l.truth = roll.NewTruth()
	}
	rows := 0
	for i, r := range l.rolls {
		r.base = rows
		if l.truth != nil {
			l.truth.NextFile()
		}
		if err := l.readOne(r, i == 1); err != nil {
			return err
		}
		rows += r.records.Len()
	}
	return nil
}

func (l *linking) readOne(r *linkRoll, second bool) error {
	places, err := l.spec.Places(r.file, second)
	if err != nil {
		return err
	}
	b, err := linkage.NewBuilder(l.engineSpec(), l.table)
	if err != nil {
		return errs.At(err, r.file.Path, 0)
	}
	truth := -1
	if l.truth != nil {
		truth = r.file.Column(l.Truth)
	}
	p := newProgress(l.console.err, "rows read", 0)
	defer p.end()
	values := make([][]byte, len(places))
	err = roll.Each(l.console.ctx, r.file, roll.Nothing, func(block *roll.Block, _ struct{}) error {
		for row := range block.Rows() {
			for i, at := range places {
				if values[i] = nil; at >= 0 {
					values[i] = block.Value(row, at)
				}
			}
			if err := b.AddBytes(values); err != nil {
				return errs.At(err, r.file.Path, 0)
			}
			if truth >= 0 {
				l.truth.Add(block.Value(row, truth))
			}
		}
		p.at(block.First + block.Rows())
		return nil
	})
	if err != nil {
		return err
	}
	r.records, err = b.Records()
	return errs.At(err, r.file.Path, 0)
}

// draft writes the guess as a spec.
func (l *linking) draft() error {
	l.spec.ID, l.spec.Truth = l.ID, l.Truth
	data, err := l.spec.Marshal()
	if err != nil {
		return err
	}
	if err := writeOutput("--draft", l.Draft, data); err != nil {
		return err
	}
	if l.JSON {
		return nil
	}
	l.printGuess()
	_, err = fmt.Fprintf(l.console.out, "%s: mend it, then give it with --spec\n", l.Draft)
	return err
}
