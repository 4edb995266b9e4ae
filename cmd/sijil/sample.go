package main

import (
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/sample"
	"sijil/population"
)

// loadSampleOf reads what synthetic people are made from who enrol, and whose
// households declare, on a day.
func loadSampleOf(land *country.Country, day civil.Date) (*sample.Model, error) {
	in := sample.Inputs{File: "sample.json", Today: day}
	var err error
	if in.Synth, err = loadSynth(land, day.String()); err != nil {
		return nil, err
	}
	if in.Questionnaire, err = land.LoadQuestionnaire(); err != nil {
		return nil, err
	}
	text, err := land.ReadFile("registration.json")
	if err != nil {
		return nil, err
	}
	if in.Rules, err = population.ParseRules("registration.json", text); err != nil {
		return nil, err
	}
	if in.Data, err = land.ReadFile(in.File); err != nil {
		return nil, err
	}
	return sample.Load(in)
}
