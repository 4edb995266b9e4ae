package formula_test

import (
	"math/big"
	"strings"
	"testing"

	"sijil/formula"
)

// oracle computes an index from the definition with fractions of any size, in
// the most literal way, sharing no arithmetic with the package.
type oracle struct {
	t testing.TB
	d *formula.Definition
}

func (o oracle) number(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		o.t.Fatalf("not a number: %s", s)
	}
	return r
}

// round rounds half to even to the given decimals.
func round(x *big.Rat, decimals int64) *big.Rat {
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(decimals), nil)
	scaled := new(big.Rat).Mul(x, new(big.Rat).SetInt(unit))
	floor := new(big.Int).Div(scaled.Num(), scaled.Denom()) // Euclidean: floor, the denominator is positive
	rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(floor))
	half := rest.Cmp(big.NewRat(1, 2))
	if half > 0 || (half == 0 && floor.Bit(0) == 1) {
		floor.Add(floor, big.NewInt(1))
	}
	return new(big.Rat).SetFrac(floor, unit)
}

func (o oracle) term(t *formula.Term, v formula.Value) *big.Rat {
	if v.State != formula.Present {
		stated := t.Without[v.State.String()]
		if t.Kind == formula.TableByCode {
			v = formula.Code(stated)
		} else {
			r := o.number(stated)
			v = formula.Ratio(r.Num().Int64(), r.Denom().Int64())
		}
	}
	if t.Kind == formula.TableByCode {
		for _, r := range t.Rows {
			if *r.Code == v.Code {
				return o.number(r.Points)
			}
		}
		return o.number(*t.Else)
	}
	x := big.NewRat(v.Num, v.Den)
	if t.Floor != nil && x.Cmp(o.number(*t.Floor)) < 0 {
		x = o.number(*t.Floor)
	}
	if t.Cap != nil && x.Cmp(o.number(*t.Cap)) > 0 {
		x = o.number(*t.Cap)
	}
	switch t.Kind {
	case formula.TableByValue:
		for _, r := range t.Rows {
			if x.Cmp(o.number(*r.Value)) == 0 {
				return o.number(r.Points)
			}
		}
		return o.number(*t.Else)
	case formula.TableByRange:
		for _, r := range t.Rows {
			if (r.From == nil || x.Cmp(o.number(*r.From)) >= 0) && (r.Below == nil || x.Cmp(o.number(*r.Below)) < 0) {
				return o.number(r.Points)
			}
		}
		return o.number(*t.Else)
	case formula.Square:
		x = new(big.Rat).Mul(x, x)
	}
	return round(x.Mul(x, o.number(*t.Coefficient)), 12)
}

// index returns the unrounded index and the index as decimal text.
func (o oracle) index(f *formula.Formula, h formula.Household) (unrounded, index string) {
	s := o.d.Strata[h.Stratum]
	sum := o.number(s.Intercept.Coefficient)
	for _, e := range s.Regions {
		for _, r := range e.Regions {
			if r == h.Region {
				sum.Add(sum, o.number(e.Coefficient))
			}
		}
	}
	vars, err := f.Variables(h.Stratum)
	if err != nil {
		o.t.Fatal(err)
	}
	values := map[string]formula.Value{}
	for i, v := range vars {
		values[v.Name] = h.Values[i]
	}
	for i := range s.Terms {
		sum.Add(sum, o.term(&s.Terms[i], values[s.Terms[i].Variable]))
	}
	return fixed(sum, 12), fixed(round(sum, 7), 7)
}

func fixed(x *big.Rat, decimals int) string {
	s := x.FloatString(decimals) // exact: x has no more decimals
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}
