package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"

	"sijil/formula"
)

// versionCmd prints what this binary is.
type versionCmd struct {
	JSON bool `help:"Print one JSON object."`
}

type versionReport struct {
	Version    string           `json:"version"`
	Commit     string           `json:"commit"`
	Go         string           `json:"go"`
	Country    string           `json:"country"`
	Evaluation int              `json:"evaluation"`
	Formulas   []formulaVersion `json:"formulas"`
}

type formulaVersion struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Hash    string `json:"hash"`
}

// Run prints the version.
func (cmd *versionCmd) Run(c *console) error {
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	r := versionReport{Version: version, Commit: commit, Go: runtime.Version(), Country: land.Code, Evaluation: formula.EvaluationVersion}
	ids, err := land.Formulas()
	if err != nil {
		return err
	}
	for _, id := range ids {
		f, err := land.LoadFormula(id)
		if err != nil {
			return err
		}
		r.Formulas = append(r.Formulas, formulaVersion{f.ID(), f.Version(), f.Hash()})
	}
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	fmt.Fprintf(c.out, "sijil %s (commit %s, %s)\ncountry %s, evaluation %d\n", r.Version, r.Commit, r.Go, r.Country, r.Evaluation)
	for _, f := range r.Formulas {
		fmt.Fprintf(c.out, "formula %s version %s sha256 %s\n", f.ID, f.Version, f.Hash)
	}
	return nil
}

// printJSON prints v as one indented JSON object.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
