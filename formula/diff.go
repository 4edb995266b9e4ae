package formula

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Difference is one statement in which two formulas differ. For a term, or a
// stratum, that one of them does not have, there is a single Difference with
// the Field "term" or "stratum".
type Difference struct {
	Stratum string // "-" for what stands outside the strata
	Code    string // of the term, "intercept", "region", or "-"
	Field   string // as in Canonical: "coefficient", "cap", "row 1 5", "without_unknown", a region's code
	Before  string // "" where the first formula says nothing
	After   string // "" where the second formula says nothing
}

// String prints the difference as a line of a report.
func (d Difference) String() string {
	where := d.Field
	if d.Code != "-" {
		where = d.Code + " " + where
	}
	if d.Stratum != "-" {
		where = d.Stratum + " " + where
	}
	switch {
	case d.Before == "":
		return fmt.Sprintf("%s: added, %s", where, d.After)
	case d.After == "":
		return fmt.Sprintf("%s: removed, %s", where, d.Before)
	}
	return fmt.Sprintf("%s: %s → %s", where, d.Before, d.After)
}

// Diff says in what b differs from a, in the order of the canonical text. It is
// empty exactly when the hashes are equal.
func Diff(a, b *Formula) []Difference {
	left, right := a.entries(), b.entries()
	before, after := index(left), index(right)
	var out []Difference
	seen := map[[3]string]bool{}
	for _, e := range append(left, right...) {
		d := Difference{Stratum: e.stratum, Code: e.code, Field: e.field}
		d = d.collapse(a, b)
		key := [3]string{d.Stratum, d.Code, d.Field}
		if seen[key] {
			continue
		}
		seen[key] = true
		if d.Before == "" && d.After == "" {
			full := [3]string{e.stratum, e.code, e.field}
			d.Before, d.After = before[full], after[full]
		}
		if d.Before != d.After {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Field, b.Field))
	})
	return out
}

// index collects the statements by place; several profiles share one.
func index(list []entry) map[[3]string]string {
	m := map[[3]string]string{}
	for _, e := range list {
		key := [3]string{e.stratum, e.code, e.field}
		m[key] = strings.TrimSpace(m[key] + " " + e.text)
	}
	return m
}

// collapse makes one difference of all that concerns a stratum or a term that
// only one formula has.
func (d Difference) collapse(a, b *Formula) Difference {
	if d.Stratum == "-" {
		return d
	}
	left, right := a.strata[d.Stratum], b.strata[d.Stratum]
	if left == nil || right == nil {
		d.Code, d.Field = "-", "stratum"
		d.Before, d.After = left.summary(), right.summary()
		return d
	}
	if d.Code == interceptCode || d.Code == regionCode {
		return d
	}
	if x, y := left.find(d.Code), right.find(d.Code); x == nil || y == nil {
		d.Field = "term"
		d.Before, d.After = x.summary(), y.summary()
	}
	return d
}

func (s *stratum) find(code string) *term {
	for i := range s.vars {
		for j := range s.vars[i].terms {
			if s.vars[i].terms[j].code == code {
				return &s.vars[i].terms[j]
			}
		}
	}
	return nil
}

func (s *stratum) summary() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("intercept %s, %d terms", shortest(s.intercept), s.terms)
}

func (t *term) summary() string {
	switch {
	case t == nil:
		return ""
	case t.lookup == nil:
		return fmt.Sprintf("%s %s", t.kind, shortest(t.coefficient))
	}
	return fmt.Sprintf("%s with %d rows", t.kind, len(t.lookup.rows)+len(t.lookup.codes))
}
