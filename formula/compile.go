package formula

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sijil/internal/civil"
	"sijil/internal/errs"
)

// checker turns a definition into a formula and gathers all that is wrong
// with it.
type checker struct {
	def  *Definition
	at   *places
	list errs.List
}

func compile(def *Definition, at *places) (*Formula, error) {
	c := &checker{def: def, at: at}
	f := &Formula{def: *def, outside: map[string]bool{}, strata: map[string]*stratum{}}
	c.head(f)
	c.frame(f)
	if len(def.Strata) == 0 {
		c.bad("strata", "no stratum", "give at least one stratum with its intercept and terms")
	}
	for name := range def.Strata {
		f.names = append(f.names, name)
	}
	slices.Sort(f.names)
	for _, name := range f.names {
		f.strata[name] = c.stratum(name, def.Strata[name])
	}
	if err := c.list.Err(); err != nil {
		return nil, err
	}
	f.hash = f.digest()
	return f, nil
}

// bad notes what is wrong at path, with the line and the term it lies in.
func (c *checker) bad(path, what, fix string) {
	e := &errs.Error{Kind: errs.Invalid, Code: "formula.definition", Field: path, Line: c.at.line(path), What: what, Fix: fix}
	if m := termPath.FindString(path); m != "" {
		if code := c.code(m); code != "" {
			e.What = "term " + code + ": " + what
		}
	}
	c.list.Add(e)
}

// code returns the code of the term at path, where it is fit to print.
func (c *checker) code(path string) string {
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "strata."), ".terms[")
	var i int
	if _, err := fmt.Sscanf(rest, "%d]", &i); err != nil {
		return ""
	}
	if terms := c.def.Strata[name].Terms; i < len(terms) && codeShape.MatchString(terms[i].Code) {
		return terms[i].Code
	}
	return ""
}

// cause notes an error of a parser at path.
func (c *checker) cause(path string, err error) {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		c.bad(path, e.What, e.Fix)
		return
	}
	c.bad(path, err.Error(), "")
}

func (c *checker) match(path, text string, shape *regexp.Regexp, fix string) {
	if text == "" {
		c.bad(path, "it is missing", fix)
	} else if !shape.MatchString(text) {
		c.bad(path, "it has the wrong shape", fix)
	}
}

const codeFix = "use lower-case letters, digits and underscores, beginning with a letter, at most 64"

func (c *checker) head(f *Formula) {
	d := c.def
	if d.Format != 1 {
		c.bad("format", "this program reads format 1", `write "format": 1`)
	}
	c.match("id", d.ID, nameShape, "use lower-case letters, digits and hyphens, at most 64")
	c.match("version", d.Version, versionShape, "use letters, digits, points and hyphens, at most 64")
	c.languages()
	c.text("title", d.Title)
	c.text("meaning", d.Meaning)
	if d.Decimals != 7 {
		c.bad("decimals", "an index has 7 decimals", `write "decimals": 7`)
	}
	f.from = d.Valid.From
	if f.from.IsZero() {
		c.bad("valid.from", "the first day is missing", "write it as YYYY-MM-DD")
	}
	if d.Valid.To != nil {
		f.to = *d.Valid.To
		if f.to.IsZero() || f.to.Before(f.from) {
			c.bad("valid.to", "the last day is missing or lies before the first", "write it as YYYY-MM-DD, or null while it is open")
		}
	}
	var err error
	if f.low, err = ParseIndex(d.IndexRange.From); err != nil {
		c.cause("index_range.from", err)
	}
	if f.high, err = ParseIndex(d.IndexRange.To); err != nil {
		c.cause("index_range.to", err)
	}
	if f.low >= f.high {
		c.bad("index_range", "the lowest index is not below the highest", "exchange them")
	}
	c.sources()
}

func (c *checker) languages() {
	seen := map[string]bool{}
	for i, l := range c.def.Languages {
		path := fmt.Sprintf("languages[%d]", i)
		c.match(path, l, codeShape, `name a language by its code, such as "fr"`)
		if seen[l] {
			c.bad(path, "the language is named twice", "keep one")
		}
		seen[l] = true
	}
	if len(seen) == 0 {
		c.bad("languages", "no language", "name the languages of the texts, such as [\"ar\", \"fr\"]")
	}
}

// text checks that t is written in each of the file's languages.
func (c *checker) text(path string, t Text) { t.Check(path, c.def.Languages, c.bad) }

func (c *checker) sources() {
	seen := map[string]bool{}
	for i, s := range c.def.Sources {
		path := fmt.Sprintf("sources[%d]", i)
		c.match(path+".id", s.ID, nameShape, "use lower-case letters, digits and hyphens")
		if seen[s.ID] {
			c.bad(path+".id", "the source is named twice", "give each source its own id")
		}
		seen[s.ID] = true
		if s.Text == "" {
			c.bad(path+".text", "the source is not described", "say which document it is and where it can be read")
		}
	}
}

func (c *checker) frame(f *Formula) {
	c.text("frame.describes", c.def.Frame.Describes)
	if len(c.def.Frame.Outside) > 255 {
		c.bad("frame.outside", "more than 255 profiles", "merge profiles that are treated alike")
	}
	for i, p := range c.def.Frame.Outside {
		path := fmt.Sprintf("frame.outside[%d]", i)
		c.match(path+".code", p.Code, codeShape, codeFix)
		c.text(path+".label", p.Label)
		if f.outside[p.Code] {
			c.bad(path+".code", "the profile is named twice", "keep one")
		}
		f.outside[p.Code] = true
	}
}

// provenance checks where a number comes from. carried is the number as the
// file writes it, "" for a table.
func (c *checker) provenance(path, carried, source, status string, readings []Reading, note string) {
	known := func(id string) bool {
		return slices.ContainsFunc(c.def.Sources, func(s Source) bool { return s.ID == id })
	}
	if !known(source) {
		c.bad(path+".source", "no such source", "name one of the file's sources by its id")
	}
	if !slices.Contains([]string{Verified, Secondary, Disputed, Unverified}, status) {
		c.bad(path+".status", "no such status", "use verified, secondary, disputed or unverified")
	}
	if (status == Disputed) != (len(readings) > 0) {
		c.bad(path+".readings", "readings and the status disputed go together", "give every reading of a disputed number, and none of another")
	}
	if status == Disputed && note == "" {
		c.bad(path+".note", "the dispute is not explained", "say who reads what, and why this reading is carried")
	}
	found := false
	for i, r := range readings {
		if _, err := ParsePoints(r.Value); err != nil {
			c.cause(fmt.Sprintf("%s.readings[%d].value", path, i), err)
		}
		if !known(r.Source) {
			c.bad(fmt.Sprintf("%s.readings[%d].source", path, i), "no such source", "name one of the file's sources by its id")
		}
		found = found || r.Value == carried
	}
	if len(readings) > 0 && !found && carried != "" {
		c.bad(path+".readings", "the coefficient carried is none of the readings", "list it with its source")
	}
}

// validOn refuses a day outside the formula's validity.
func (f *Formula) validOn(day civil.Date) error {
	if day.IsZero() || (!day.Before(f.from) && (f.to.IsZero() || !day.After(f.to))) {
		return nil
	}
	span := "from " + f.from.String()
	if !f.to.IsZero() {
		span += " to " + f.to.String()
	}
	return &errs.Error{Kind: errs.Invalid, Code: "formula.not_valid", Field: "as_of",
		What: "the formula is valid " + span + ", not on " + day.String(), Fix: "use the formula that was valid on that day"}
}
