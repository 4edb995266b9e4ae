package formula

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"sijil/internal/errs"
)

var valueCodeShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// table reads the rows of a lookup table.
func (c *checker) table(at string, d *Term) *lookup {
	l := &lookup{}
	if d.Else != nil {
		p := c.points(at+".else", *d.Else)
		l.otherwise = &p
	}
	if len(d.Rows) == 0 || len(d.Rows) > maxRows {
		c.bad(at+".rows", "a table has 1 to 10000 rows", "give the points of each value")
		return l
	}
	before := len(c.list)
	for i := range d.Rows {
		c.row(fmt.Sprintf("%s.rows[%d]", at, i), d.Kind, &d.Rows[i], l, i+1)
	}
	if len(c.list) > before {
		return l
	}
	if a, b, overlap := l.order(); overlap {
		c.bad(fmt.Sprintf("%s.rows[%d]", at, b-1), fmt.Sprintf("rows %d and %d overlap", a, b), "a range includes from and excludes below; each value is in one row")
	}
	return l
}

func (c *checker) row(at string, kind Kind, r *Row, l *lookup, place int) {
	points := c.points(at+".points", r.Points)
	wrong := func(fix string) { c.bad(at, "the row does not fit the table", fix) }
	switch kind {
	case TableByCode:
		if r.Code == nil || r.Value != nil || r.From != nil || r.Below != nil {
			wrong("give code and points")
			return
		}
		c.match(at+".code", *r.Code, valueCodeShape, "use letters, digits, points, underscores and hyphens, at most 64")
		if _, twice := l.codes[*r.Code]; twice {
			c.bad(at+".code", "the code has a row already", "keep one")
		}
		if l.codes == nil {
			l.codes = map[string]int64{}
		}
		l.codes[*r.Code] = points
	case TableByValue:
		if r.Value == nil || r.Code != nil || r.From != nil || r.Below != nil {
			wrong("give value and points")
			return
		}
		l.rows = append(l.rows, lookupRow{from: c.number(at+".value", r.Value), single: true, points: points, place: place})
	default:
		if r.Code != nil || r.Value != nil || (r.From == nil && r.Below == nil) {
			wrong("give from, below or both, and points")
			return
		}
		row := lookupRow{from: c.number(at+".from", r.From), below: c.number(at+".below", r.Below), points: points, place: place}
		if row.from != nil && row.below != nil && row.from.compare(*row.below) >= 0 {
			c.bad(at, "the range is empty", "from must be less than below")
		}
		l.rows = append(l.rows, row)
	}
}

// without reads what the states without a value stand for.
func (c *checker) without(at string, d *Term) (stated [4]*Value) {
	for name, text := range d.Without {
		path := at + ".without." + name
		state, ok := ParseState(name)
		if !ok || state == Present {
			c.bad(path, "no such state", "use not_applicable, unknown or not_asked")
			continue
		}
		if text == "error" {
			continue
		}
		if d.Kind == TableByCode {
			c.match(path, text, valueCodeShape, "give a code of the table, or error")
			v := Code(text)
			stated[state] = &v
			continue
		}
		if n := c.number(path, &text); n != nil {
			v := Ratio(n.num, n.den)
			stated[state] = &v
		}
	}
	return stated
}

// tryStated refuses a stated value that the term itself would refuse.
func (c *checker) tryStated(at, variable string, t *term, stated [4]*Value) {
	for s, v := range stated {
		if v == nil {
			continue
		}
		if _, err := t.contribute(variable, *v); err != nil {
			fix := ""
			if e, ok := errors.AsType[*errs.Error](err); ok {
				fix = e.Fix
			}
			c.bad(at+".without."+State(s).String(), "the term has no points for the value stated here", fix)
		}
	}
}

func sameStated(a, b [4]*Value) bool {
	return slices.EqualFunc(a[:], b[:], func(x, y *Value) bool {
		if x == nil || y == nil {
			return x == y
		}
		return x.String() == y.String()
	})
}
