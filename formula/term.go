package formula

import "sijil/internal/errs"

// term is a Term made ready to evaluate.
type term struct {
	code        string
	kind        Kind
	pos         int // in the file's order of the stratum's terms
	coefficient int64
	floor, cap  *number
	lookup      *lookup
}

// piece is what a term makes of a value.
type piece struct {
	points  int64
	limited Limit
	used    number // the value after floor and cap, not yet squared
}

// Limit says whether a floor or a cap changed a value.
type Limit string

// The limits.
const (
	Unlimited Limit = ""
	Floored   Limit = "floor"
	Capped    Limit = "cap"
)

func refuse(variable, code, term, what, fix string) *errs.Error {
	return &errs.Error{Kind: errs.Invalid, Code: "formula." + code, Field: variable, What: "term " + term + ": " + what, Fix: fix}
}

// accepts says what is wrong with a value for the kind, or "".
func (k Kind) accepts(v Value) (what, fix string) {
	if k == TableByCode {
		if v.Den != 0 || v.Code == "" {
			return "the value is not a code", "give a code of the term's table"
		}
		return "", ""
	}
	if v.Den <= 0 || v.Code != "" {
		return "the value is not a number", "give a whole number or a ratio of whole numbers"
	}
	switch k {
	case Boolean:
		if v.Num != 0 && v.Num != v.Den {
			return "the value is neither 0 nor 1", "give 1 for yes and 0 for no"
		}
	case Count:
		if v.Num < 0 || (v.Den != 1 && v.Num%v.Den != 0) {
			return "the value is not a whole number from 0", "give a whole number"
		}
	case Share:
		if v.Num < 0 || v.Num > v.Den {
			return "the value is not between 0 and 1", "give the part over the whole"
		}
	case RatioOf, AmountPerHead:
		if v.Num < 0 {
			return "the value is negative", "give a number from 0"
		}
	}
	return "", ""
}

// contribute returns what the term makes of v, which has a value.
func (t *term) contribute(variable string, v Value) (piece, error) {
	if what, fix := t.kind.accepts(v); what != "" {
		return piece{}, refuse(variable, "value", t.code, what, fix)
	}
	if t.kind == TableByCode {
		points, ok := t.lookup.byCode(v.Code)
		if !ok {
			return piece{}, refuse(variable, "no_row", t.code, "the table has no row for the code", "check the code, or state what else means")
		}
		return piece{points: points}, nil
	}
	x, p := number{v.Num, v.Den}, piece{}
	if t.floor != nil && x.compare(*t.floor) < 0 {
		x, p.limited = *t.floor, Floored
	}
	if t.cap != nil && x.compare(*t.cap) > 0 {
		x, p.limited = *t.cap, Capped
	}
	p.used = x
	var ok bool
	switch t.kind {
	case TableByValue, TableByRange:
		if p.points, ok = t.lookup.byNumber(x); !ok {
			return piece{}, refuse(variable, "no_row", t.code, "the table has no row for the value", "check the value, or state what else means")
		}
	case Square:
		p.points, ok = mulSquare(t.coefficient, x)
	default:
		p.points, ok = mulDiv(t.coefficient, x.num, x.den)
	}
	if !ok {
		return piece{}, refuse(variable, "overflow", t.code, "the contribution is too large to compute", "check the value and its unit")
	}
	return p, nil
}
