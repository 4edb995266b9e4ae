package synth_test

import (
	"encoding/csv"
	"os"
	"sync"
	"testing"

	"sijil/formula"
	"sijil/internal/synth"
	"sijil/questionnaire"
)

// country holds the reference country's folder, read once.
type country struct {
	q      *questionnaire.Questionnaire
	f      *formula.Formula
	inputs synth.Inputs
	model  *synth.Model
}

var read = sync.OnceValues(func() (*country, error) {
	file := func(name string) ([]byte, error) { return os.ReadFile("../../morocco/" + name) }
	c := new(country)
	data, err := file("questionnaire.json")
	if err != nil {
		return nil, err
	}
	if c.q, err = questionnaire.Parse("questionnaire.json", data); err != nil {
		return nil, err
	}
	if data, err = file("formulas/morocco-2021.json"); err != nil {
		return nil, err
	}
	if c.f, err = formula.Parse("morocco-2021.json", data); err != nil {
		return nil, err
	}
	c.inputs = synth.Inputs{FiguresFile: "synth.json", NamesFile: "names.csv", Questionnaire: c.q}
	if c.inputs.Figures, err = file("synth.json"); err != nil {
		return nil, err
	}
	if c.inputs.Names, err = file("names.csv"); err != nil {
		return nil, err
	}
	places, err := os.Open("../../morocco/geography/localities.csv")
	if err != nil {
		return nil, err
	}
	defer func() { _ = places.Close() }()
	rows, err := csv.NewReader(places).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, r := range rows[1:] {
		c.inputs.Localities = append(c.inputs.Localities, synth.Locality{Code: r[0], Region: r[2], Stratum: r[3]})
	}
	c.model, err = synth.Load(c.inputs)
	return c, err
})

func reference(tb testing.TB) *country {
	tb.Helper()
	c, err := read()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
