package formula

import (
	"math"

	"sijil/internal/errs"
)

// Table holds many households of one stratum by column, to give each its
// index fast. The indexes are those of Evaluate, to the last decimal: columns
// of few distinct values hold positions in a list of exact contributions,
// booleans are packed eight to a byte, and amounts are numerators over a list
// of denominators, divided exactly in 64 bits; whatever fits none of these is
// computed as Evaluate does.
//
// A Table may be read by several goroutines as long as none appends.
type Table struct {
	f       *Formula
	s       *stratum
	n       int
	bits    []packed
	columns []column // of the variables that are not packed, then the region
	home    []slot   // where each variable of the stratum is
	flags   []uint8  // per household
	profile []uint8  // per household: position in Frame.Outside, from 1
}

const flagImputed uint8 = 1

// slot says where a variable is kept: bit of a pack, or a column.
type slot struct {
	boolean bool
	at, bit int
}

// packed holds up to eight boolean variables of each household.
type packed struct {
	bytes  []uint8
	points [8]int64 // of 1; a boolean 0 contributes 0
	used   int
}

// NewTable returns an empty table for households of the stratum.
func (f *Formula) NewTable(stratum string) (*Table, error) {
	s, err := f.stratum(stratum)
	if err != nil {
		return nil, err
	}
	t := &Table{f: f, s: s}
	for i := range s.vars {
		v := &s.vars[i]
		points, boolean := v.boolean()
		if !boolean {
			t.home = append(t.home, slot{at: len(t.columns)})
			t.columns = append(t.columns, newColumn(v))
			continue
		}
		if len(t.bits) == 0 || t.bits[len(t.bits)-1].used == 8 {
			t.bits = append(t.bits, packed{})
		}
		g := &t.bits[len(t.bits)-1]
		g.points[g.used] = points
		t.home = append(t.home, slot{boolean: true, at: len(t.bits) - 1, bit: g.used})
		g.used++
	}
	t.columns = append(t.columns, newColumn(nil))
	return t, nil
}

// boolean reports whether all terms of v are boolean, and what 1 contributes.
func (v *variable) boolean() (points int64, ok bool) {
	for i := range v.terms {
		if v.terms[i].kind != Boolean {
			return 0, false
		}
		if points, ok = add(points, v.terms[i].coefficient); !ok {
			return 0, false
		}
	}
	return points, true
}

// Append adds a household. The errors are those of Evaluate but for an index
// outside the formula's range, which Evaluate of the table reports; a refused
// household leaves the table as it was.
func (t *Table) Append(h Household) error {
	if h.Stratum != t.s.name {
		return &errs.Error{Kind: errs.Invalid, Code: "formula.unknown_stratum", Field: "stratum",
			What: "the household is not of the table's stratum " + t.s.name, Fix: "use one table per stratum"}
	}
	_, where, err := t.f.place(&h)
	if err != nil {
		return err
	}
	cells := make([]cell, len(t.columns))
	packs := make([]uint8, len(t.bits))
	var flags uint8
	var list errs.List
	for i := range t.s.vars {
		v := &t.s.vars[i]
		used, err := v.resolve(h.Values[i])
		if err != nil {
			list.Add(err)
			continue
		}
		if h.Values[i].State == Unknown {
			flags |= flagImputed
		}
		at := t.home[i]
		if at.boolean {
			if what, fix := Boolean.accepts(used); what != "" {
				list.Add(refuse(v.name, "value", v.terms[0].code, what, fix))
			} else if used.Num != 0 {
				packs[at.at] |= 1 << at.bit
			}
			continue
		}
		if cells[at.at], err = t.columns[at.at].cell(used); err != nil {
			list.Add(err)
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	last := len(cells) - 1
	cells[last] = cell{value: Code(h.Region), points: where.points, position: t.columns[last].position(Code(h.Region))}
	for i := range t.columns {
		t.columns[i].push(cells[i], t.n)
	}
	for i := range t.bits {
		t.bits[i].bytes = append(t.bits[i].bytes, packs[i])
	}
	t.flags = append(t.flags, flags)
	t.profile = append(t.profile, t.f.profile(h.Profile))
	t.n++
	return nil
}

func (f *Formula) profile(code string) uint8 {
	for i, p := range f.def.Frame.Outside {
		if p.Code == code {
			return uint8(i + 1)
		}
	}
	return 0
}

// Len returns the number of households.
func (t *Table) Len() int { return t.n }

// Imputed reports whether an unknown value of household i was replaced by the
// formula's stated one.
func (t *Table) Imputed(i int) bool { return t.flags[i]&flagImputed != 0 }

// OutsideFrame returns the code of the profile outside the frame that
// household i has, "" for a household inside it.
func (t *Table) OutsideFrame(i int) string {
	if p := t.profile[i]; p > 0 {
		return t.f.def.Frame.Outside[p-1].Code
	}
	return ""
}

// row returns the values in use of household i.
func (t *Table) row(i int) Household {
	h := Household{Stratum: t.s.name, Region: t.columns[len(t.columns)-1].value(i).Code, Values: make([]Value, len(t.s.vars))}
	for j, at := range t.home {
		if at.boolean {
			h.Values[j] = Bool(t.bits[at.at].bytes[i]>>at.bit&1 != 0)
		} else {
			h.Values[j] = t.columns[at.at].value(i)
		}
	}
	return h
}

// fits reports whether no sum of contributions can overflow.
func (t *Table) fits() bool {
	room := uint64(math.MaxInt64) - magnitude(t.s.intercept)
	take := func(n uint64) bool {
		if n > room {
			return false
		}
		room -= n
		return true
	}
	for i := range t.bits {
		for _, p := range t.bits[i].points {
			if !take(magnitude(p)) {
				return false
			}
		}
	}
	for i := range t.columns {
		if !take(t.columns[i].largest) {
			return false
		}
	}
	return true
}
