package score

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/strictjson"
)

// features is one feature line: a household as a formula sees it.
type features struct {
	ref     string
	stratum string
	region  string
	profile string
	asOf    civil.Date
	values  []formula.Value
}

// featureReader reads feature lines. It belongs to one goroutine.
//
// A line is a JSON object: "household" (the sender's reference), "stratum",
// "region", optionally "as_of" and "profile", and "values", an object with a
// value for every variable of the stratum. A value is a number, a truth, text
// such as "2/5" or a code, or {"state":"unknown"}. "stratum" stands before
// "values".
type featureReader struct {
	formula *formula.Formula
	strata  map[string]*stratum
	in      *jsontext.Decoder
	line    bytes.Buffer // the line, where in reads it
	got     features
	seen    []bool
}

// stratum is what a reader looks up of a stratum of the formula.
type stratum struct {
	variables []formula.Variable
	position  map[string]int
}

func newFeatureReader(f *formula.Formula, strata map[string]*stratum) *featureReader {
	return &featureReader{formula: f, strata: strata, in: jsontext.NewDecoder(new(bytes.Buffer))}
}

// read reads a line; the result is valid until the next.
func (r *featureReader) read(line []byte) (*features, error) {
	// The decoder reads a bytes.Buffer in place, without copying the line.
	r.line = *bytes.NewBuffer(line)
	r.in.Reset(&r.line)
	r.got = features{values: r.got.values[:0]}
	if err := r.object(); err != nil {
		if own, ok := errors.AsType[*errs.Error](err); ok {
			return nil, own
		}
		e := strictjson.Locate(line, err)
		e.Line = 0 // of the line itself; the reader knows which one of the file it is
		return nil, e
	}
	switch {
	case r.got.stratum == "":
		return nil, errs.Bad("stratum", "the stratum is missing", "name one of the formula's strata before the values")
	case len(r.got.values) == 0:
		return nil, errs.Bad("values", "the values are missing", "give every variable of the stratum a value")
	}
	return &r.got, nil
}

func (r *featureReader) object() error {
	if r.in.PeekKind() != '{' {
		return errs.Bad("", "the line is not a JSON object", "write one object a line")
	}
	if _, err := r.in.ReadToken(); err != nil {
		return err
	}
	for r.in.PeekKind() != '}' {
		raw, err := r.in.ReadValue()
		if err != nil {
			return err
		}
		if err := r.field(string(r.unquote(raw))); err != nil {
			return err
		}
	}
	if _, err := r.in.ReadToken(); err != nil {
		return err
	}
	if _, err := r.in.ReadToken(); !errors.Is(err, io.EOF) {
		return errs.Bad("", "text follows the object", "write one object a line")
	}
	return nil
}

func (r *featureReader) field(name string) (err error) {
	switch name {
	case "household":
		r.got.ref, err = r.text(name)
	case "stratum":
		r.got.stratum, err = r.text(name)
		if err == nil && r.strata[r.got.stratum] == nil {
			return errs.Bad(name, "the formula has no such stratum", "see 'sijil formula check' for its strata")
		}
	case "region":
		r.got.region, err = r.text(name)
	case "profile":
		r.got.profile, err = r.text(name)
	case "as_of":
		var day string
		if day, err = r.text(name); err == nil {
			if r.got.asOf, err = civil.Parse(day); err != nil {
				return errs.Bad(name, "not a date", "write it as YYYY-MM-DD")
			}
		}
	case "values":
		err = r.values()
	default:
		return errs.Bad("", "a field has an unknown name", "the fields are household, as_of, stratum, region, profile and values")
	}
	return err
}

func (r *featureReader) text(name string) (string, error) {
	if r.in.PeekKind() != '"' {
		return "", errs.Bad(name, "not text", "put it in quotes")
	}
	t, err := r.in.ReadToken()
	return t.String(), err
}

func (r *featureReader) values() error {
	s := r.strata[r.got.stratum]
	if s == nil {
		return errs.Bad("values", "the stratum is not known yet", `let "stratum" stand before "values"`)
	}
	if r.in.PeekKind() != '{' {
		return errs.Bad("values", "not an object", "give every variable of the stratum a value by name")
	}
	if _, err := r.in.ReadToken(); err != nil {
		return err
	}
	n := len(s.variables)
	r.got.values = slices.Grow(r.got.values, n)[:n]
	r.seen = slices.Grow(r.seen[:0], n)[:n]
	clear(r.seen)
	var squares map[string]formula.Value
	for r.in.PeekKind() != '}' {
		raw, err := r.in.ReadValue()
		if err != nil {
			return err
		}
		i, ok := s.position[string(r.unquote(raw))]
		if !ok {
			// A square given beside its variable is accepted when it is the square.
			name := string(r.unquote(raw))
			if squares == nil {
				squares = map[string]formula.Value{}
			}
			if squares[name], err = r.value(formula.Variable{Name: name}); err != nil {
				return err
			}
			continue
		}
		if r.got.values[i], err = r.value(s.variables[i]); err != nil {
			return err
		}
		r.seen[i] = true
	}
	if _, err := r.in.ReadToken(); err != nil {
		return err
	}
	var missing errs.List
	for i, ok := range r.seen {
		if !ok {
			missing.Add(errs.Bad("values."+s.variables[i].Name, "the variable has no value", `give it one, or {"state":"unknown"}`))
		}
	}
	if len(squares) == 0 || len(missing) > 0 {
		return missing.Err()
	}
	for i, v := range s.variables {
		squares[v.Name] = r.got.values[i]
	}
	_, err := r.formula.Bind(r.got.stratum, squares)
	return err
}

func (r *featureReader) value(v formula.Variable) (formula.Value, error) {
	bad := func(fix string) (formula.Value, error) {
		return formula.Value{}, errs.Bad("values."+v.Name, "not a value", fix)
	}
	switch r.in.PeekKind() {
	case '{':
		return r.state(v)
	case 't', 'f', '0', '"':
	default:
		return bad(`write a number, a truth, "2/5", a code, or {"state":"unknown"}`)
	}
	raw, err := r.in.ReadValue()
	if err != nil {
		return formula.Value{}, err
	}
	switch raw.Kind() {
	case 't':
		return formula.Bool(true), nil
	case 'f':
		return formula.Bool(false), nil
	}
	text := []byte(raw)
	if raw.Kind() == '"' {
		text = r.unquote(raw)
	}
	if v.Kind == formula.TableByCode {
		return formula.Code(string(text)), nil
	}
	if value, ok := plain(text); ok {
		return value, nil
	}
	value, err := formula.ParseValue(string(text))
	if err != nil {
		return bad(`write a number such as 3, 0.4 or "2/5"`)
	}
	return value, nil
}

// unquote returns the text of a JSON string, which the decoder has found
// valid. It lies in the input unless it was escaped.
func (r *featureReader) unquote(raw jsontext.Value) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return nil
	}
	return text
}

// plain reads what nearly every value is, "5" or "2/5", as formula.ParseValue
// does; ok is false for anything else.
func plain(text []byte) (v formula.Value, ok bool) {
	num, rest := digits(text)
	if len(rest) == 0 {
		return formula.Int(num), len(text) > 0 && len(text) < 10
	}
	if rest[0] != '/' || len(rest) == len(text) {
		return v, false
	}
	den, end := digits(rest[1:])
	return formula.Ratio(num, den), len(end) == 0 && den > 0 && len(text) < 18 && text[0] != '0' && rest[1] != '0'
}

// digits reads leading digits and returns what follows.
func digits(text []byte) (n int64, rest []byte) {
	for i, c := range text {
		if c < '0' || c > '9' {
			return n, text[i:]
		}
		n = n*10 + int64(c-'0')
	}
	return n, nil
}

// state reads {"state":"unknown"}.
func (r *featureReader) state(v formula.Variable) (formula.Value, error) {
	raw, err := r.in.ReadValue()
	if err != nil {
		return formula.Value{}, err
	}
	var s struct {
		State string `json:"state"`
	}
	if err := strictjson.Unmarshal("", raw, &s); err == nil {
		if state, ok := formula.ParseState(s.State); ok && state != formula.Present {
			return formula.Without(state), nil
		}
	}
	return formula.Value{}, errs.Bad("values."+v.Name, "not a state", `write {"state":"unknown"}, "not_applicable" or "not_asked"`)
}
