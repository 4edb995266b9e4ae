package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/synth"
)

// The files of a synthetic population, in the country's folder.
const (
	synthFigures = "synth.json"
	synthNames   = "names.csv"
)

// synthCmd makes a synthetic population.
type synthCmd struct {
	Households int    `help:"How many households." default:"1000" placeholder:"N"`
	Seed       uint64 `help:"Same seed, same bytes." default:"1" placeholder:"S"`
	Out        string `help:"Folder to write households.jsonl and persons.jsonl into." placeholder:"DIR"`
	AsOf       string `help:"Day of the declarations, YYYY-MM-DD. Default: the one in the country's data." placeholder:"DATE"`
	Summary    bool   `help:"Take the households through questionnaire and formula, and compare the whole with the published figures."`
	Formula    string `help:"Formula of the summary. Default: the one in force." placeholder:"ID"`
	JSON       bool   `help:"Print the summary as one JSON object."`
}

// Run writes the files, the summary, or both.
func (cmd *synthCmd) Run(c *console) error {
	if cmd.Households < 1 {
		return usageError("--households: make at least one")
	}
	if cmd.Out == "" && !cmd.Summary {
		return usageError("say where to: --out DIR writes the files, --summary prints what they would hold")
	}
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	model, err := loadSynth(land, cmd.AsOf)
	if err != nil {
		return err
	}
	if cmd.Out != "" {
		if err := cmd.write(c, model); err != nil {
			return err
		}
	}
	if !cmd.Summary {
		return nil
	}
	f, err := loadFormula(land, cmd.Formula)
	if err != nil {
		return err
	}
	p := newProgress(c.err, "households scored", cmd.Households)
	summary, err := model.Summarise(c.ctx, f, cmd.Seed, cmd.Households, p.at)
	p.end()
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, summary)
	}
	return summary.Write(c.out)
}

// loadSynth hands a country's data to the generator.
func loadSynth(land *country.Country, asOf string) (*synth.Model, error) {
	in := synth.Inputs{FiguresFile: synthFigures, NamesFile: synthNames}
	var err error
	if asOf != "" {
		if in.AsOf, err = civil.Parse(asOf); err != nil {
			return nil, usageError("--as-of: write the day as YYYY-MM-DD")
		}
	}
	if in.Figures, err = land.ReadFile(synthFigures); err != nil {
		return nil, err
	}
	if in.Names, err = land.ReadFile(synthNames); err != nil {
		return nil, err
	}
	if in.Questionnaire, err = land.LoadQuestionnaire(); err != nil {
		return nil, err
	}
	g, err := land.LoadGeography()
	if err != nil {
		return nil, err
	}
	for _, l := range g.Localities {
		if !l.To.IsZero() { // an entry that no longer holds
			continue
		}
		in.Localities = append(in.Localities, synth.Locality{Code: l.Code, Region: l.Region, Stratum: l.Stratum})
	}
	return synth.Load(in)
}

func (cmd *synthCmd) write(c *console, model *synth.Model) error {
	households, err := newFile(cmd.Out, "households.jsonl")
	if err != nil {
		return err
	}
	defer households.discard()
	persons, err := newFile(cmd.Out, "persons.jsonl")
	if err != nil {
		return err
	}
	defer persons.discard()
	p := newProgress(c.err, "households made", cmd.Households)
	err = model.Generate(c.ctx, synth.Writers{Households: households, Persons: persons}, cmd.Seed, cmd.Households, p.at)
	p.end()
	if err != nil {
		return err
	}
	for _, f := range []*file{households, persons} {
		if err := f.keep(); err != nil {
			return err
		}
	}
	if !cmd.JSON {
		fmt.Fprintf(c.out, "%d households of seed %d: %s, %s\n", cmd.Households, cmd.Seed, households.path, persons.path)
	}
	return nil
}

// file is an output file that appears under its name only when it is whole.
type file struct {
	io.Writer
	path   string
	buffer *bufio.Writer
	f      *os.File
}

// newFile begins a file in a folder, which is made when it is missing.
func newFile(dir, name string) (*file, error) {
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, File: dir, What: "the folder cannot be made", Fix: "name another with --out", Err: err}
	}
	f, err := os.CreateTemp(dir, "."+name+".*")
	if err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, File: path, What: "the file cannot be written", Fix: "name another folder with --out", Err: err}
	}
	b := bufio.NewWriterSize(f, 1<<20)
	return &file{Writer: b, path: path, buffer: b, f: f}, nil
}

// keep makes the file durable and gives it its name.
func (o *file) keep() error {
	err := o.buffer.Flush()
	if err == nil {
		err = o.f.Sync()
	}
	if err == nil {
		err = o.f.Chmod(0o644)
	}
	if cerr := o.f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(o.f.Name(), o.path)
	}
	if err != nil {
		return &errs.Error{Kind: errs.Unavailable, File: o.path, What: "the file cannot be written", Fix: "check the disk", Err: err}
	}
	return nil
}

// discard removes what was written of a file that keep has not named.
func (o *file) discard() {
	o.f.Close()
	os.Remove(o.f.Name())
}
