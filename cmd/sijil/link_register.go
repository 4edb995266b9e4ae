package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"sijil/internal/checkmodel"
	"sijil/internal/country"
	"sijil/names"
	"sijil/population"
)

// linkRegisterCmd trains the model of a country's duplicate check.
type linkRegisterCmd struct {
	Enrolments int    `help:"Synthetic enrolments to learn from." default:"120000" placeholder:"N"`
	Seed       uint64 `help:"Same seed, same model." default:"1" placeholder:"S"`
	SaveModel  string `help:"Write the model." placeholder:"FILE" required:""`
	JSON       bool   `help:"Print one JSON object."`
}

// linkRegister is its report.
type linkRegister struct {
	Enrolments int     `json:"enrolments"`
	Hash       string  `json:"hash"`        // SHA-256 of the file: what duplicates.json states
	KeyVersion string  `json:"key_version"` // registers whose keys are of another version make them again
	Bytes      int     `json:"bytes"`
	Seconds    float64 `json:"seconds"`
}

// Run trains on synthetic people of the country, with the clerks' errors of its
// synthetic rolls.
func (cmd *linkRegisterCmd) Run(c *console) error {
	if cmd.Enrolments < 1000 || cmd.Enrolments > 10_000_000 {
		return usageError("--enrolments: from 1000 to 10000000")
	}
	start := time.Now()
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	in, err := checkInputs(c, land)
	if err != nil {
		return err
	}
	bar := newProgress(c.err, "enrolments made", cmd.Enrolments)
	m, err := checkmodel.Train(c.ctx, in, cmd.Seed, cmd.Enrolments, bar.at)
	bar.end()
	if err != nil {
		return err
	}
	data, err := m.Marshal()
	if err != nil {
		return err
	}
	if err := writeOutput("--save-model", cmd.SaveModel, data); err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	out := linkRegister{Enrolments: cmd.Enrolments, Hash: hex.EncodeToString(sum[:]), KeyVersion: m.KeyVersion(), Bytes: len(data), Seconds: time.Since(start).Seconds()}
	if cmd.JSON {
		return printJSON(c.out, out)
	}
	fmt.Fprintf(c.out, "%d enrolments, %.1f s: %s\nhash %s\nkeys %s\n", out.Enrolments, out.Seconds, cmd.SaveModel, out.Hash, out.KeyVersion)
	return nil
}

// checkInputs reads what synthetic enrolments that come twice are made from.
func checkInputs(c *console, land *country.Country) (in checkmodel.Inputs, err error) {
	// A fixed day: the same model whenever it is made.
	model, err := loadSynth(land, "")
	if err != nil {
		return in, err
	}
	if in.People, err = loadSampleOf(land, model.AsOf()); err != nil {
		return in, err
	}
	if in.Clerks, err = loadRolls(c); err != nil {
		return in, err
	}
	text, err := land.ReadFile("registration.json")
	if err != nil {
		return in, err
	}
	rules, err := population.ParseRules("registration.json", text)
	if err != nil {
		return in, err
	}
	if text, err = land.ReadFile("duplicates.json"); err != nil {
		return in, err
	}
	if in.Rules, err = population.ParseDuplicateRules("duplicates.json", text, rules); err != nil {
		return in, err
	}
	if text, err = land.ReadFile(synthNames); err != nil {
		return in, err
	}
	if in.Names, err = names.ReadTable(synthNames, text); err != nil {
		return in, err
	}
	g, err := land.LoadGeography()
	if err != nil {
		return in, err
	}
	for _, l := range g.Localities {
		in.Places = append(in.Places, l.Code)
	}
	return in, nil
}
