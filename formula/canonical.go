package formula

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// entry is one statement of a definition that can change an index, or decide
// whether one is given.
type entry struct {
	stratum string // "-" for what stands outside the strata
	code    string // of the term, "intercept", "region", or "-"
	field   string
	text    string
}

// Canonical returns the text whose SHA-256 is the hash of the formula: one
// statement a line, "stratum code field text", in byte order, for everything
// that can change an index or decide whether one is given:
//
//   - format, id, version, first day of validity, decimals, index range, and
//     the codes of the profiles outside the frame, with "-" for the stratum;
//   - per stratum the intercept, and the effect of each region by its code (how
//     regions are grouped cannot change a number);
//   - per term its variable, kind, coefficient, floor, cap, rows, else, and the
//     values stated for states without a value ("error" is the same as none).
//
// Numbers are in their shortest form ("0.10" is "0.1"). Labels, units, sources,
// statuses, notes, readings and the end of validity are left out, as is the
// EvaluationVersion, which stands beside the hash.
func (f *Formula) Canonical() string {
	var b strings.Builder
	for _, e := range f.entries() {
		b.WriteString(e.stratum + " " + e.code + " " + e.field + " " + e.text + "\n")
	}
	return b.String()
}

func (f *Formula) digest() string {
	sum := sha256.Sum256([]byte(f.Canonical()))
	return hex.EncodeToString(sum[:])
}

// entries returns the statements in the order of the canonical text.
func (f *Formula) entries() []entry {
	list := []entry{
		{"-", "-", "format", strconv.Itoa(f.def.Format)},
		{"-", "-", "id", f.def.ID},
		{"-", "-", "version", f.def.Version},
		{"-", "-", "valid_from", f.from.String()},
		{"-", "-", "decimals", strconv.Itoa(f.def.Decimals)},
		{"-", "-", "index_range", f.low.String() + " " + f.high.String()},
	}
	for code := range f.outside {
		list = append(list, entry{"-", "-", "outside", code})
	}
	for _, s := range f.strata {
		list = append(list, entry{s.name, interceptCode, "coefficient", shortest(s.intercept)})
		for code, r := range s.regions {
			list = append(list, entry{s.name, regionCode, code, shortest(r.points)})
		}
		for i := range s.vars {
			v := &s.vars[i]
			for j := range v.terms {
				list = append(list, v.terms[j].entries(s.name, v)...)
			}
		}
	}
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.code, b.code), cmp.Compare(a.field, b.field), cmp.Compare(a.text, b.text))
	})
	return list
}

func (t *term) entries(stratum string, v *variable) (list []entry) {
	say := func(field, text string) { list = append(list, entry{stratum, t.code, field, text}) }
	say("variable", v.name)
	say("kind", string(t.kind))
	if t.floor != nil {
		say("floor", t.floor.decimal())
	}
	if t.cap != nil {
		say("cap", t.cap.decimal())
	}
	if t.lookup == nil {
		say("coefficient", shortest(t.coefficient))
	} else {
		t.lookup.entries(say)
	}
	for s, stated := range v.without {
		switch {
		case stated == nil:
		case stated.Den > 0:
			say("without_"+State(s).String(), number{stated.Num, stated.Den}.decimal())
		default:
			say("without_"+State(s).String(), stated.Code)
		}
	}
	return list
}

func (l *lookup) entries(say func(field, text string)) {
	open := func(n *number) string {
		if n == nil {
			return "-"
		}
		return n.decimal()
	}
	for i := range l.rows {
		r := &l.rows[i]
		if r.single {
			say("row "+r.from.decimal(), shortest(r.points))
		} else {
			say("row "+open(r.from)+" "+open(r.below), shortest(r.points))
		}
	}
	for code, points := range l.codes {
		say("row "+code, shortest(points))
	}
	if l.otherwise != nil {
		say("else", shortest(*l.otherwise))
	}
}

// decimal prints a number as a decimal where it is one, otherwise as a ratio
// in lowest terms.
func (a number) decimal() string {
	g := int64(gcd(magnitude(a.num), uint64(a.den)))
	for d, p := range powers {
		if q := p / (a.den / g); p%(a.den/g) == 0 {
			if digits, ok := mulDiv(a.num/g, q, 1); ok {
				return strings.TrimSuffix(formatFixed(digits, d), ".")
			}
		}
	}
	return a.String()
}
