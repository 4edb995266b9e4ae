package country

import (
	"fmt"
	"slices"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/lang"
)

// Programme is a social programme with the thresholds it has set. A household
// at or below a threshold has met one condition; whether it is entitled is the
// programme's decision.
type Programme struct {
	ID         string      `json:"id"`
	Name       lang.Text   `json:"name"`
	About      lang.Text   `json:"about"`
	Thresholds []Threshold `json:"thresholds"`
}

// Threshold is a dated limit on the index of one formula.
type Threshold struct {
	Formula string            `json:"formula"`
	AtMost  formula.Threshold `json:"at_most"`
	From    civil.Date        `json:"from"`
	To      civil.Date        `json:"to,omitzero"` // last day; zero while it is open
	Source  string            `json:"source"`
	Status  string            `json:"status"` // verified, secondary, derived, recalled, unverified
}

// On returns the threshold a programme has for a formula on a day; ok is
// false when it has none.
func (p Programme) On(formulaID string, day civil.Date) (t Threshold, ok bool) {
	for _, t := range p.Thresholds {
		if t.Formula == formulaID && !day.Before(t.From) && (t.To.IsZero() || !day.After(t.To)) {
			return t, true
		}
	}
	return Threshold{}, false
}

// LoadProgrammes reads programmes.json.
func (c *Country) LoadProgrammes() ([]Programme, error) {
	var file struct {
		Format     int         `json:"format"`
		Programmes []Programme `json:"programmes"`
	}
	if err := readJSON(c.files, programmesFile, &file); err != nil {
		return nil, err
	}
	known, err := c.Formulas()
	if err != nil {
		return nil, err
	}
	var bad errs.List
	if file.Format != 1 {
		bad.Addf("format", "this program reads format 1", "the format is unknown")
	}
	seen := map[string]bool{}
	for i, p := range file.Programmes {
		at := fmt.Sprintf("programmes[%d]", i)
		if p.ID == "" || seen[p.ID] {
			bad.Addf(at+".id", "give every programme an id of its own", "the id is missing or used twice")
		}
		seen[p.ID] = true
		checkText(&bad, at+".name", p.Name, c.Languages)
		checkText(&bad, at+".about", p.About, c.Languages)
		for j, t := range p.Thresholds {
			checkThreshold(&bad, fmt.Sprintf("%s.thresholds[%d]", at, j), t, p.Thresholds[:j], known)
		}
	}
	if err := errs.At(bad.Err(), programmesFile, 0); err != nil {
		return nil, err
	}
	return file.Programmes, nil
}

func checkThreshold(bad *errs.List, at string, t Threshold, earlier []Threshold, known []string) {
	if !slices.Contains(known, t.Formula) {
		bad.Addf(at+".formula", "name one of the country's formulas", "there is no such formula")
	}
	if t.AtMost == 0 {
		bad.Addf(at+".at_most", "state the threshold as decimal text", "the threshold is missing")
	}
	if t.From.IsZero() || (!t.To.IsZero() && t.To.Before(t.From)) {
		bad.Addf(at+".from", "state the first day, not after the last", "the days are missing or reversed")
	}
	if t.Source == "" || t.Status == "" {
		bad.Addf(at, "state source and status", "a threshold without a source")
	}
	for _, e := range earlier {
		apart := (!e.To.IsZero() && e.To.Before(t.From)) || (!t.To.IsZero() && t.To.Before(e.From))
		if e.Formula == t.Formula && !apart {
			bad.Addf(at, "end the earlier one before the later begins", "two thresholds hold on one day")
		}
	}
}
