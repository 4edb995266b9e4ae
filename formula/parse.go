package formula

import (
	"bytes"
	"errors"
	"regexp"

	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/strictjson"
)

// Formula is a definition made ready to evaluate. It is immutable and safe for
// use by several goroutines.
type Formula struct {
	def       Definition
	hash      string
	from, to  civil.Date // to is zero while open
	low, high Index
	outside   map[string]bool
	strata    map[string]*stratum
	names     []string // of the strata, sorted
}

type stratum struct {
	name      string
	intercept int64
	regions   map[string]region
	vars      []variable
	byName    map[string]int
	squares   map[string]string // code of a square term → its variable
	terms     int
}

type region struct {
	points int64
	group  int // position in Stratum.Regions
}

type variable struct {
	name    string
	terms   []term
	without [4]*Value // by State; nil: an error
}

const maxFile = 4 << 20

// Parse reads a formula file. Errors are *errs.Error, or an errs.List of all
// that is wrong, each with file, line and the code of the term. What is not
// JSON of the right shape (a misspelt name, a number where text is expected)
// stops the reading at the first place.
func Parse(file string, data []byte) (*Formula, error) {
	if len(data) > maxFile {
		return nil, &errs.Error{Kind: errs.Invalid, File: file, What: "the file is larger than 4 MiB", Fix: "check that it is a formula file"}
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	at := findPlaces(data)
	var def Definition
	if err := strictjson.Unmarshal(file, data, &def); err != nil {
		return nil, nameTerm(err, at)
	}
	f, err := compile(&def, at)
	return f, errs.At(err, file, 0)
}

// New makes a formula of a definition. Errors are those of Parse, without
// file and line.
func New(def Definition) (*Formula, error) {
	text, err := def.JSON()
	if err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, What: "the definition cannot be written as JSON", Err: err}
	}
	// Through the text, so that the formula shares nothing with def.
	var own Definition
	if err := strictjson.Unmarshal("", text, &own); err != nil {
		return nil, err
	}
	return compile(&own, &places{})
}

// nameTerm adds the code of the term to an error about the shape of a file.
func nameTerm(err error, at *places) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	if code := at.term(e.Field); codeShape.MatchString(code) {
		c.What = "term " + code + ": " + e.What
	}
	return &c
}

// ID returns the name of the formula.
func (f *Formula) ID() string { return f.def.ID }

// Version returns the version of the formula.
func (f *Formula) Version() string { return f.def.Version }

// Hash returns the SHA-256 of the canonical text (see Canonical), in
// hexadecimal.
func (f *Formula) Hash() string { return f.hash }

// Valid returns the as-of dates the formula is for, both included; to is the
// zero Date while the end is open.
func (f *Formula) Valid() (from, to civil.Date) { return f.from, f.to }

// Range returns the lowest and the highest index the formula gives.
func (f *Formula) Range() (low, high Index) { return f.low, f.high }

// Strata returns the names of the strata, sorted.
func (f *Formula) Strata() []string { return append([]string(nil), f.names...) }

// Definition returns the definition the formula was made of, with its labels,
// units, sources and statuses. It is shared: do not change it.
func (f *Formula) Definition() *Definition { return &f.def }

var (
	codeShape    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	nameShape    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	versionShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)
