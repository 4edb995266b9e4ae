package survey

import (
	"fmt"
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/errs"
)

// wordingCheck gathers all that a terms file lacks for a model, so that a
// statistician completes it in one go.
type wordingCheck struct {
	s    *Sample
	t    *Table // may be nil
	w    *Wording
	list errs.List
}

// check refuses a wording that leaves something of the model unsaid, or speaks
// of what is not there. Whether codes and kinds are well formed is left to
// package formula.
func (w *Wording) check(s *Sample, t *Table, l *Linear) error {
	c := &wordingCheck{s: s, t: t, w: w}
	if w.Format != 1 {
		c.list.Addf("format", `write "format": 1`, "this program reads format 1")
	}
	if len(w.Languages) == 0 {
		c.list.Addf("languages", `name them, such as ["ar", "fr", "en"]`, "no language")
	}
	c.text("title", "the title", w.Title)
	c.text("meaning", "the text", w.Meaning)
	c.text("intercept", "the label", w.Intercept)
	c.text("frame.describes", "the text", w.Frame.Describes)
	for i, p := range w.Frame.Outside {
		c.text(fmt.Sprintf("frame.outside[%d].label", i), "the label", p.Label)
	}
	c.strata(l)
	c.regions()
	c.terms(l)
	c.groups()
	for i, t := range w.Failures {
		c.text(fmt.Sprintf("known_failures[%d]", i), "the text", t)
	}
	for i, t := range w.NotFor {
		c.text(fmt.Sprintf("not_for[%d]", i), "the text", t)
	}
	return c.list.Err()
}

// text says in which languages a text is missing.
func (c *wordingCheck) text(field, what string, t formula.Text) {
	var missing []string
	for _, l := range c.w.Languages {
		if strings.TrimSpace(t[l]) == "" {
			missing = append(missing, l)
		}
	}
	if missing != nil {
		c.list.Addf(field, "write it in the terms file", "%s is missing in %s", what, strings.Join(missing, ", "))
	}
}

func (c *wordingCheck) column(field, name string) {
	if name != "" && (name == Intercept || !slices.Contains(c.s.Names, name)) {
		c.list.Addf(field, "check the spelling against the columns of the model", "the model has no column %s", name)
	}
}

func (c *wordingCheck) strata(l *Linear) {
	rest := 0
	for i, x := range c.w.Strata {
		field := fmt.Sprintf("strata[%d]", i)
		c.text(field+".label", "the label of stratum "+x.Name, x.Label)
		c.column(field+".column", x.Column)
		if slices.ContainsFunc(c.w.Strata[:i], func(o StratumWording) bool { return o.Name == x.Name }) {
			c.list.Addf(field+".name", "give each stratum its own name", "the stratum %s is named twice", x.Name)
		}
		switch {
		case l.Method.By == "" && x.Level != "":
			c.list.Addf(field+".level", "give a column, or fit the levels apart", "the model is pooled and has no levels")
		case l.Method.By != "" && x.Column != "":
			c.list.Addf(field+".column", "give the level instead", "the strata were fitted apart, by %s", l.Method.By)
		case x.Column == "" && l.Method.By == "":
			rest++
		}
	}
	if rest > 1 {
		c.list.Addf("strata", "give each but one the column that is 1 for its households", "several strata have no column")
	}
	if l.Method.By == "" {
		return
	}
	for _, p := range l.Parts {
		n := 0
		for _, x := range c.w.Strata {
			if x.Level == p.Level {
				n++
			}
		}
		if n != 1 {
			c.list.Addf("strata", "give each level one stratum", "level %s of %s has %d strata", p.Level, l.Method.By, n)
		}
	}
	if len(c.w.Strata) > len(l.Parts) {
		c.list.Addf("strata", "leave out the others", "there are %d strata and %d levels of %s", len(c.w.Strata), len(l.Parts), l.Method.By)
	}
}

func (c *wordingCheck) regions() {
	rest := 0
	for i, x := range c.w.Regions {
		field := fmt.Sprintf("regions[%d]", i)
		c.text(field+".label", "the label", x.Label)
		c.column(field+".column", x.Column)
		if x.Column == "" {
			rest++
		}
	}
	if rest > 1 {
		c.list.Addf("regions", "give each but one the column that is 1 for its households", "several entries have no column")
	}
}

func (c *wordingCheck) terms(l *Linear) {
	for i, t := range c.w.Terms {
		field := fmt.Sprintf("terms[%d]", i)
		inModel := termNamed(c.s, t.Column) != nil || slices.Contains(c.s.Names, t.Column)
		if !inModel && c.t != nil && c.t.Column(t.Column) != nil {
			continue // one terms file serves models with fewer columns
		}
		if !inModel || t.Column == Intercept {
			c.column(field+".column", t.Column)
		}
		if slices.ContainsFunc(c.w.Terms[:i], func(o TermWording) bool { return o.Column == t.Column }) {
			c.list.Addf(field+".column", "keep one", "the column %s is named twice", t.Column)
		}
		for _, tag := range t.Tags {
			if tag != Verifiable && tag != Movable && tag != Sensitive {
				c.list.Addf(field+".tags", "use verifiable, movable or sensitive", "there is no such tag")
			}
		}
		c.label(field, t)
	}
	for _, t := range c.w.unworded(c.s, l) {
		c.label("terms", t)
	}
	c.once(l)
}

// once refuses a column that would count twice: in a region and a term, say,
// or by itself and with its categorical variable.
func (c *wordingCheck) once(l *Linear) {
	taken := map[string]string{}
	take := func(column, by string) {
		if before, twice := taken[column]; twice && column != "" && before != by {
			c.list.Addf(by, "let it serve once", "the column %s already serves in %s", column, before)
		}
		taken[column] = by
	}
	for i, x := range c.w.Strata {
		take(x.Column, fmt.Sprintf("strata[%d]", i))
	}
	for i, x := range c.w.Regions {
		take(x.Column, fmt.Sprintf("regions[%d]", i))
	}
	for i, t := range append(slices.Clone(c.w.Terms), c.w.unworded(c.s, l)...) {
		by := fmt.Sprintf("terms[%d]", i)
		if i >= len(c.w.Terms) {
			by = "terms, " + t.Column
		}
		term := termNamed(c.s, t.Column)
		if term == nil {
			take(t.Column, by)
			continue
		}
		for _, j := range term.Columns {
			take(c.s.Names[j], by)
		}
	}
}

func (c *wordingCheck) label(field string, t TermWording) {
	c.text(field+".label", "the label of "+t.Column, t.Label)
	kind := t.Kind
	if kind == "" {
		kind = c.w.kindOf(c.s, t)
	}
	if kind != formula.Boolean && kind != formula.TableByCode || len(t.Unit) > 0 {
		c.text(field+".unit", "the unit of "+t.Column, t.Unit)
	}
	if term := termNamed(c.s, t.Column); term != nil && term.Kind == Categorical.String() {
		for _, level := range levelsOf(c.s, term) {
			c.text(field+".levels", fmt.Sprintf("the label of level %s of %s", level, t.Column), t.Levels[level])
		}
	}
}

// kindOf is the default kind of a column or variable.
func (*Wording) kindOf(s *Sample, t TermWording) formula.Kind {
	if j := slices.Index(s.Names, t.Column); j > 0 {
		return guessKind(s, j)
	}
	return formula.TableByCode
}

func (c *wordingCheck) groups() {
	for _, g := range c.s.Groups {
		named := c.w.group(g.Name)
		if named == nil {
			c.list.Addf("groups", "name it and its levels in the terms file", "the label of the group %s is missing in %s", g.Name, strings.Join(c.w.Languages, ", "))
			continue
		}
		c.text("groups", "the label of the group "+g.Name, named.Label)
		for _, level := range g.Levels {
			c.text("groups", fmt.Sprintf("the label of level %s of %s", level, g.Name), named.Levels[level])
		}
	}
}
