package formula

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	maxTerms   = 2_000
	maxRows    = 10_000
	maxRegions = 10_000
)

var regionShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

func (c *checker) stratum(name string, d Stratum) *stratum {
	path := "strata." + name
	c.match(path, name, codeShape, codeFix)
	c.text(path+".label", d.Label)
	s := &stratum{name: name, byName: map[string]int{}, squares: map[string]string{}, terms: len(d.Terms)}
	s.intercept = c.points(path+".intercept.coefficient", d.Intercept.Coefficient)
	c.text(path+".intercept.label", d.Intercept.Label)
	i := d.Intercept
	c.provenance(path+".intercept", i.Coefficient, i.Source, i.Status, i.Readings, i.Note)
	c.regions(path, s, d.Regions)
	if len(d.Terms) > maxTerms {
		c.bad(path+".terms", "more than 2000 terms", "check that it is a formula file")
		return s
	}
	seen := map[string]bool{}
	for i := range d.Terms {
		t := &d.Terms[i]
		at := fmt.Sprintf("%s.terms[%d]", path, i)
		if seen[t.Code] {
			c.bad(at+".code", "another term of the stratum has this code", "give each term its own code")
		}
		seen[t.Code] = true
		c.term(at, s, t, i)
	}
	for code, v := range s.squares {
		if _, clash := s.byName[code]; clash && code != v {
			c.bad(path+".terms", "a square term has the code of another term's variable", "give it another code")
		}
	}
	return s
}

func (c *checker) points(path, text string) int64 {
	p, err := ParsePoints(text)
	if err != nil {
		c.cause(path, err)
	}
	return int64(p)
}

func (c *checker) number(path string, text *string) *number {
	if text == nil {
		return nil
	}
	n, err := parseNumber(*text)
	if err != nil {
		c.cause(path, err)
		return nil
	}
	return &n
}

func (c *checker) regions(path string, s *stratum, effects []RegionEffect) {
	s.regions = map[string]region{}
	if len(effects) == 0 {
		c.bad(path+".regions", "no region", "list every region, those without an effect with the coefficient 0")
	}
	for i, e := range effects {
		at := fmt.Sprintf("%s.regions[%d]", path, i)
		c.text(at+".label", e.Label)
		points := c.points(at+".coefficient", e.Coefficient)
		c.provenance(at, e.Coefficient, e.Source, e.Status, e.Readings, e.Note)
		if len(e.Regions) == 0 {
			c.bad(at+".regions", "no region", "name the regions by their codes")
		}
		for j, code := range e.Regions {
			inner := fmt.Sprintf("%s.regions[%d]", at, j)
			c.match(inner, code, regionShape, "use letters, digits, points and hyphens, at most 32")
			if _, twice := s.regions[code]; twice {
				c.bad(inner, "the region is listed twice", "keep it in one group")
			}
			s.regions[code] = region{points: points, group: i}
		}
	}
	if len(s.regions) > maxRegions {
		c.bad(path+".regions", "more than 10000 regions", "group them into larger ones")
	}
}

func (c *checker) term(at string, s *stratum, d *Term, pos int) {
	c.match(at+".code", d.Code, codeShape, codeFix)
	if d.Code == interceptCode || d.Code == regionCode {
		c.bad(at+".code", "the code is taken by what every formula has", "use another code")
	}
	c.match(at+".variable", d.Variable, codeShape, codeFix)
	c.text(at+".label", d.Label)
	if !slices.Contains(kinds, d.Kind) {
		c.bad(at+".kind", "no such kind", "use one of "+kindNames())
		return
	}
	if len(d.Unit) > 0 || (d.Kind != Boolean && d.Kind != TableByCode) {
		c.text(at+".unit", d.Unit)
	}
	t := term{code: d.Code, kind: d.Kind, pos: pos}
	before := len(c.list)
	t.floor, t.cap = c.number(at+".floor", d.Floor), c.number(at+".cap", d.Cap)
	if t.floor != nil && t.cap != nil && t.floor.compare(*t.cap) > 0 {
		c.bad(at+".floor", "the floor is above the cap", "exchange them")
	}
	if (t.floor != nil || t.cap != nil) && (t.kind == Boolean || t.kind == TableByCode) {
		c.bad(at, "a floor or a cap does not fit this kind", "leave it out")
	}
	carried := c.amounts(at, d, &t)
	c.provenance(at, carried, d.Source, d.Status, d.Readings, d.Note)
	without := c.without(at, d)
	if len(c.list) == before {
		c.tryStated(at, d.Variable, &t, without)
	}
	if d.Kind == Square {
		s.squares[d.Code] = d.Variable
	}
	c.attach(at, s, d.Variable, t, without)
}

func kindNames() string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

// amounts reads the coefficient or the table of a term, and returns the
// coefficient as the file writes it.
func (c *checker) amounts(at string, d *Term, t *term) string {
	if d.Kind.table() {
		if d.Coefficient != nil {
			c.bad(at+".coefficient", "a table has no coefficient", "give points in its rows")
		}
		t.lookup = c.table(at, d)
		return ""
	}
	if d.Rows != nil || d.Else != nil {
		c.bad(at+".rows", "only a table has rows", "use one of the kinds table_by_value, table_by_range, table_by_code")
	}
	if d.Coefficient == nil {
		c.bad(at+".coefficient", "the coefficient is missing", "write it as decimal text, such as \"0.0466\"")
		return ""
	}
	t.coefficient = c.points(at+".coefficient", *d.Coefficient)
	return *d.Coefficient
}

// attach adds the term to its variable, at the place of its first use.
func (c *checker) attach(at string, s *stratum, name string, t term, without [4]*Value) {
	i, known := s.byName[name]
	if !known {
		s.byName[name] = len(s.vars)
		s.vars = append(s.vars, variable{name: name, without: without, terms: []term{t}})
		return
	}
	v := &s.vars[i]
	first := v.terms[0]
	if (first.kind == TableByCode) != (t.kind == TableByCode) {
		c.bad(at+".kind", "its variable holds codes in one term and numbers in another, "+first.code, "use two variables")
	}
	if !sameStated(v.without, without) {
		c.bad(at+".without", "it differs from that of the term "+first.code+", which has the same variable", "state the same for both")
	}
	v.terms = append(v.terms, t)
}
