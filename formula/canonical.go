package formula

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Canonical returns the text whose SHA-256 is the hash of the formula. It
// states, one per line and in a fixed order, everything that can change an
// index or decide whether one is given, and nothing else:
//
//   - format, id, version, first day of validity, decimals, index range;
//   - the codes of the profiles outside the frame, sorted;
//   - the strata by name: intercept, the effect of each region by code (how
//     regions are grouped cannot change a number), the terms by code: variable,
//     kind, coefficient, floor, cap, rows, else, and the values stated for
//     states without a value, "error" being the same as none.
//
// Decimals are in lowest terms ("0.10" is 1/10, and so is "0.1"). Labels, units,
// sources, statuses, notes and the end of validity are left out, as is the
// EvaluationVersion, which stands beside the hash.
func (f *Formula) Canonical() string {
	var b strings.Builder
	line := func(words ...any) { fmt.Fprintln(&b, words...) }
	line("sijil index formula")
	line("format", f.def.Format)
	line("id", f.def.ID)
	line("version", f.def.Version)
	line("from", f.from)
	line("decimals", f.def.Decimals)
	line("range", f.low, f.high)
	for _, code := range slices.Sorted(maps.Keys(f.outside)) {
		line("outside", code)
	}
	for _, name := range f.names {
		s := f.strata[name]
		line("stratum", name)
		line("intercept", decimal(s.intercept))
		for _, code := range slices.Sorted(maps.Keys(s.regions)) {
			line("region", code, decimal(s.regions[code].points))
		}
		var terms []string
		for i := range s.vars {
			for j := range s.vars[i].terms {
				terms = append(terms, s.vars[i].terms[j].canonical(&s.vars[i]))
			}
		}
		slices.Sort(terms)
		b.WriteString(strings.Join(terms, ""))
	}
	return b.String()
}

func (f *Formula) digest() string {
	sum := sha256.Sum256([]byte(f.Canonical()))
	return hex.EncodeToString(sum[:])
}

func decimal(points int64) number { return number{points, scale} }

const scale = 1_000_000_000_000 // Points of the number 1

// canonical begins with the code, so that sorted texts are sorted by code.
func (t *term) canonical(v *variable) string {
	var b strings.Builder
	line := func(words ...any) { fmt.Fprintln(&b, words...) }
	line("term", t.code, v.name, t.kind)
	if t.floor != nil {
		line("floor", *t.floor)
	}
	if t.cap != nil {
		line("cap", *t.cap)
	}
	if t.lookup == nil {
		line("coefficient", decimal(t.coefficient))
	} else {
		t.lookup.canonical(line)
	}
	for s, stated := range v.without {
		if stated != nil {
			line("without", State(s), *stated)
		}
	}
	return b.String()
}

func (l *lookup) canonical(line func(...any)) {
	open := func(n *number) string {
		if n == nil {
			return "-"
		}
		return n.String()
	}
	for i := range l.rows {
		r := &l.rows[i]
		if r.single {
			line("value", *r.from, decimal(r.points))
		} else {
			line("range", open(r.from), open(r.below), decimal(r.points))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(l.codes)) {
		line("code", code, decimal(l.codes[code]))
	}
	if l.otherwise != nil {
		line("else", decimal(*l.otherwise))
	}
}
