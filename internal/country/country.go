// Package country reads a country's folder: its formulas, questionnaire,
// thresholds, geography and numbering scheme, and checks that they fit each
// other.
//
// It knows the files a country brings and what they must agree on. It refuses
// to know any country: the folder is handed to it.
package country

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"sijil/formula"
	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/strictjson"
	"sijil/questionnaire"
)

// Country is an opened folder. Its parts are read when they are asked for:
// checking a number does not compile a questionnaire.
type Country struct {
	Code      string               // ISO 3166-1 alpha-2, lower case
	Name      lang.Text            //
	Zone      *time.Location       // where its days begin
	Currency  Currency             //
	Languages []string             // in the order pages offer them
	Formula   string               // id of the formula in force
	Strata    map[string]lang.Text // codes and names of the strata, such as milieus

	identifier idcs.Rule
	files      fs.FS
}

// Currency is the money amounts are stated in.
type Currency struct {
	Code     string    `json:"code"`     // ISO 4217
	Decimals int       `json:"decimals"` // of its unit; amounts are kept in the smallest
	Name     lang.Text `json:"name"`
}

// The files of a country's folder.
const (
	countryFile       = "country.json"
	programmesFile    = "programmes.json"
	questionnaireFile = "questionnaire.json"
	formulasDir       = "formulas"
	geographyDir      = "geography"
)

type header struct {
	Format     int                  `json:"format"`
	Code       string               `json:"code"`
	Name       lang.Text            `json:"name"`
	Zone       string               `json:"zone"`
	Currency   Currency             `json:"currency"`
	Languages  []string             `json:"languages"`
	Formula    string               `json:"formula"`
	Strata     map[string]lang.Text `json:"strata"`
	Identifier identifier           `json:"identifier"`
}

type identifier struct {
	Length  int           `json:"length"`
	First   string        `json:"first"`
	Filters []idcs.Filter `json:"filters"`
	Source  string        `json:"source"`
	Status  string        `json:"status"`
}

// Open reads country.json of a folder.
func Open(files fs.FS) (*Country, error) {
	var h header
	if err := readJSON(files, countryFile, &h); err != nil {
		return nil, err
	}
	var bad errs.List
	if h.Format != 1 {
		bad.Addf("format", "this program reads format 1", "the format is unknown")
	}
	if len(h.Code) != 2 || strings.ToLower(h.Code) != h.Code {
		bad.Addf("code", "use the two small letters of ISO 3166-1", "not a country code")
	}
	if len(h.Languages) == 0 {
		bad.Addf("languages", "list at least one", "the country has no language")
	}
	checkText(&bad, "name", h.Name, h.Languages)
	checkText(&bad, "currency.name", h.Currency.Name, h.Languages)
	if len(h.Currency.Code) != 3 || h.Currency.Decimals < 0 || h.Currency.Decimals > 3 {
		bad.Addf("currency", "use a code of ISO 4217 and 0 to 3 decimals", "not a currency")
	}
	if len(h.Strata) == 0 {
		bad.Addf("strata", "name at least one", "the country has no stratum")
	}
	for code, name := range h.Strata {
		checkText(&bad, "strata."+code, name, h.Languages)
	}
	zone, err := time.LoadLocation(h.Zone)
	if err != nil || h.Zone == "" {
		bad.Addf("zone", "use a name of the IANA database, in the form Area/City", "the time zone is unknown")
	}
	rule := idcs.Rule{Length: h.Identifier.Length, First: h.Identifier.First, Filters: h.Identifier.Filters}
	if _, err := idcs.NewScheme(rule); err != nil {
		bad.Add(under("identifier", err))
	}
	if err := errs.At(bad.Err(), countryFile, 0); err != nil {
		return nil, err
	}
	return &Country{
		Code: h.Code, Name: h.Name, Zone: zone, Currency: h.Currency, Languages: h.Languages, Formula: h.Formula,
		Strata: h.Strata, identifier: rule, files: files,
	}, nil
}

// Identifier returns the country's rule of identifiers.
func (c *Country) Identifier() idcs.Rule { return c.identifier }

// Formulas returns the ids of the country's formulas, sorted.
func (c *Country) Formulas() ([]string, error) {
	entries, err := fs.ReadDir(c.files, formulasDir)
	if err != nil {
		return nil, readError(formulasDir, err)
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), ".json"); ok && !e.IsDir() {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// LoadFormula reads a formula of the country; "" is the one in force.
func (c *Country) LoadFormula(id string) (*formula.Formula, error) {
	if id == "" {
		id = c.Formula
	}
	ids, err := c.Formulas()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(ids, id) {
		return nil, &errs.Error{
			Kind: errs.NotFound, Code: "country.no_such_formula", What: fmt.Sprintf("there is no formula %q", id),
			Fix: "the country has: " + strings.Join(ids, ", "),
		}
	}
	name := path.Join(formulasDir, id+".json")
	data, err := fs.ReadFile(c.files, name)
	if err != nil {
		return nil, readError(name, err)
	}
	f, err := formula.Parse(name, data)
	if err != nil {
		return nil, err
	}
	if f.ID() != id {
		return nil, &errs.Error{Kind: errs.Invalid, File: name, Field: "id", What: "the id is not the name of the file", Fix: "name the file after the id"}
	}
	return f, nil
}

// LoadQuestionnaire reads and compiles the country's questionnaire.
func (c *Country) LoadQuestionnaire() (*questionnaire.Questionnaire, error) {
	data, err := fs.ReadFile(c.files, questionnaireFile)
	if err != nil {
		return nil, readError(questionnaireFile, err)
	}
	return questionnaire.Parse(questionnaireFile, data)
}

// ReadFile returns a file of the folder that another package understands,
// such as the marginals of a synthetic population.
func (c *Country) ReadFile(name string) ([]byte, error) {
	data, err := fs.ReadFile(c.files, name)
	if err != nil {
		return nil, readError(name, err)
	}
	return data, nil
}

func readJSON(files fs.FS, name string, v any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return readError(name, err)
	}
	return strictjson.Unmarshal(name, data, v)
}

func readError(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &errs.Error{Kind: errs.NotFound, File: name, What: "the file is missing from the country's folder", Fix: "see docs/ARCHITECTURE.md for the files a country brings"}
	}
	return &errs.Error{Kind: errs.Unavailable, File: name, What: "cannot read the file", Err: err}
}

// checkText adds an error for every language a text lacks, or has too many.
func checkText(bad *errs.List, field string, t lang.Text, languages []string) {
	t.Check(field, languages, func(field, what, fix string) { bad.Addf(field, fix, "%s", what) })
}

// under puts a field in front of the fields of err.
func under(field string, err error) error {
	if l, ok := err.(errs.List); ok {
		out := make(errs.List, len(l))
		for i, m := range l {
			out[i] = under(field, m)
		}
		return out
	}
	if e, ok := err.(*errs.Error); ok {
		c := *e
		c.Field = strings.TrimSuffix(field+"."+c.Field, ".")
		return &c
	}
	return err
}
