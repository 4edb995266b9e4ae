package formula

import (
	"encoding/json"

	"sijil/internal/civil"
	"sijil/internal/lang"
)

// Definition is a formula file as it is written (docs/formula.md is the
// reference). Numbers are decimal text, so that what is published is what is
// computed.
type Definition struct {
	Format     int                `json:"format"`    // 1
	ID         string             `json:"id"`        // names the formula over its versions
	Version    string             `json:"version"`   // of the formula, not of the program
	Languages  []string           `json:"languages"` // every Text below has each of them
	Title      Text               `json:"title"`
	Meaning    Text               `json:"meaning"` // what the index measures, and in which unit
	Valid      Validity           `json:"valid"`
	Decimals   int                `json:"decimals"`    // of the index; 7
	IndexRange Range              `json:"index_range"` // an index outside it is refused
	Sources    []Source           `json:"sources"`
	Notes      []string           `json:"notes,omitempty"`
	Frame      Frame              `json:"frame"`
	Strata     map[string]Stratum `json:"strata"`
}

// Text is text for people, by language.
type Text = lang.Text

// Validity is the span of as-of dates a formula is for, both days included.
// A nil To leaves it open.
type Validity struct {
	From civil.Date  `json:"from"`
	To   *civil.Date `json:"to"`
}

// Range is a span of indexes, both ends included.
type Range struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Source is a document numbers come from; they name it by ID.
type Source struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Frame says which households the formula was estimated for.
type Frame struct {
	Describes Text      `json:"describes"`
	Outside   []Profile `json:"outside"`
}

// Profile is a kind of household outside the frame: its index is computed and
// marked.
type Profile struct {
	Code  string `json:"code"`
	Label Text   `json:"label"`
}

// Stratum is one of the models of a formula: urban, say.
type Stratum struct {
	Label     Text           `json:"label"`
	Intercept Intercept      `json:"intercept"`
	Regions   []RegionEffect `json:"regions"` // every region is in exactly one
	Terms     []Term         `json:"terms"`
}

// Intercept is the constant of a stratum.
type Intercept struct {
	Label       Text      `json:"label"`
	Coefficient string    `json:"coefficient"`
	Source      string    `json:"source"`
	Status      string    `json:"status"`
	Readings    []Reading `json:"readings,omitempty"`
	Note        string    `json:"note,omitempty"`
}

// RegionEffect is what living in one of a group of regions adds.
type RegionEffect struct {
	Regions     []string  `json:"regions"`
	Label       Text      `json:"label"`
	Coefficient string    `json:"coefficient"`
	Source      string    `json:"source"`
	Status      string    `json:"status"`
	Readings    []Reading `json:"readings,omitempty"`
	Note        string    `json:"note,omitempty"`
}

// Term is what one variable contributes.
type Term struct {
	Code        string            `json:"code"`
	Kind        Kind              `json:"kind"`
	Variable    string            `json:"variable"`
	Label       Text              `json:"label"`
	Unit        Text              `json:"unit,omitempty"` // of the value; required but for booleans and codes
	Floor       *string           `json:"floor,omitempty"`
	Cap         *string           `json:"cap,omitempty"`
	Without     map[string]string `json:"without,omitempty"`     // by name of a State: the value it stands for, or "error", the default
	Coefficient *string           `json:"coefficient,omitempty"` // points per unit; tables have rows instead
	Rows        []Row             `json:"rows,omitempty"`
	Else        *string           `json:"else,omitempty"` // points of a value in no row; without it such a value is an error
	Source      string            `json:"source"`
	Status      string            `json:"status"`
	Readings    []Reading         `json:"readings,omitempty"`
	Note        string            `json:"note,omitempty"`
}

// Row is a line of a lookup table: the points of one value, of the range from
// From (included) to Below (excluded), or of one code.
type Row struct {
	Value  *string `json:"value,omitempty"`
	From   *string `json:"from,omitempty"`  // absent: no lower end
	Below  *string `json:"below,omitempty"` // absent: no upper end
	Code   *string `json:"code,omitempty"`
	Points string  `json:"points"`
}

// Reading is what one source gives for a disputed number.
type Reading struct {
	Value  string `json:"value"`
	Source string `json:"source"`
}

// Statuses of a number: how far it has been checked against its source.
const (
	Verified   = "verified"   // read in the source itself
	Secondary  = "secondary"  // as others transcribed the source
	Disputed   = "disputed"   // readings differ; the one carried is among them
	Unverified = "unverified" // taken from somewhere nobody has checked
)

// Kind says how a term uses the value of its variable, and which values it
// accepts.
type Kind string

// The kinds. The first six contribute coefficient × value, a square
// coefficient × value², a table the points of the row that the value is in.
const (
	Boolean       Kind = "boolean"         // 0 or 1
	Count         Kind = "count"           // a whole number from 0
	Share         Kind = "share"           // a ratio from 0 to 1
	RatioOf       Kind = "ratio"           // a ratio from 0
	AmountPerHead Kind = "amount_per_head" // an amount from 0 over a number of heads
	Number        Kind = "number"          // any number
	Square        Kind = "square"          // any number
	TableByValue  Kind = "table_by_value"  // any number
	TableByRange  Kind = "table_by_range"  // any number
	TableByCode   Kind = "table_by_code"   // a code
)

var kinds = []Kind{Boolean, Count, Share, RatioOf, AmountPerHead, Number, Square, TableByValue, TableByRange, TableByCode}

func (k Kind) table() bool { return k == TableByValue || k == TableByRange || k == TableByCode }

// linear reports whether the contribution is coefficient × value.
func (k Kind) linear() bool { return k != Square && !k.table() }

// JSON returns the definition as a formula file.
func (d *Definition) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(d, "", "  ") //nolint:musttag // civil.Date writes itself as text
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}
