package roll

import (
	"maps"
	"slices"
	"strconv"

	"sijil/internal/errs"
	"sijil/linkage"
)

// Guess is what the columns of a roll are taken for.
type Guess struct {
	Columns []Column
	Fields  []linkage.Field // those that are compared, in the order of the file
}

// Column is what one column is taken for.
type Column struct {
	Name   string
	Field  string       // the field it is part of; "" when it is not compared
	Kind   linkage.Kind // of that field
	From   Reason       // what the guess rests on, or why the column is not compared
	Filled float64      // share of rows with a value, of those sampled
}

// Reason is what a guess rests on, or why a column is not compared: a stable
// name.
type Reason string

// The reasons.
const (
	ByHeader Reason = "header"
	ByValues Reason = "values"
	BySpec   Reason = "spec"

	// Of columns that are not compared.
	IsEmpty     Reason = "empty"
	IsConstant  Reason = "constant"
	IsID        Reason = "id"
	IsTruth     Reason = "truth"
	IsRelative  Reason = "relative"
	IsNoTrait   Reason = "no_trait"
	IsUnknown   Reason = "unknown"
	IsSurplus   Reason = "surplus"
	IsNotInSpec Reason = "not_in_spec"
	IsOneSided  Reason = "one_sided"
)

var reasonTexts = map[Reason]string{
	ByHeader: "by its header", ByValues: "by its values", BySpec: "as told",
	IsEmpty: "it is empty", IsConstant: "every value is the same", IsID: "it numbers the rows", IsTruth: "it says who is who",
	IsRelative: "it is about somebody else", IsNoTrait: "it says nothing lasting about a person", IsUnknown: "nothing says what it holds",
	IsSurplus: "there are more fields than can be compared", IsNotInSpec: "the spec leaves it out", IsOneSided: "the other file has nothing like it",
}

// Text is the reason in words.
func (r Reason) Text() string { return reasonTexts[r] }

// Reasons are all reasons.
func Reasons() []Reason { return slices.Sorted(maps.Keys(reasonTexts)) }

// guessed is a column on its way to a field.
type guessed struct {
	*Column
	role   role
	look   *look
	script string
}

// Guess says what the columns hold, by header and sample. The columns of apart
// are never compared: rows' own numbers and the truth.
func (w *Words) Guess(f *File, s *Sample, known Known, apart map[string]Reason) (*Guess, error) {
	if err := f.hasHeader(); err != nil {
		return nil, err
	}
	g := &Guess{Columns: make([]Column, len(f.Columns))}
	all := make([]guessed, len(f.Columns))
	for i, name := range f.Columns {
		g.Columns[i].Name = name
		c := guessed{Column: &g.Columns[i], look: lookAt(s.Values[i], known)}
		c.script = c.look.script()
		c.Filled = float64(c.look.filled) / float64(max(s.Rows, 1))
		if reason, ok := apart[name]; ok {
			c.From = reason
		} else {
			w.judge(&c)
		}
		all[i] = c
	}
	settleNames(all)
	settleDates(all)
	g.gather(all)
	return g, nil
}

// hasHeader refuses a file whose first row is a record.
func (f *File) hasHeader() error {
	for i, name := range f.Columns {
		l := lookAt([]string{name}, nil)
		if l.dates > 0 || l.emails > 0 || l.phones > 0 {
			return f.bad("no_header", 1, "column "+strconv.Itoa(i+1), "the first row looks like a record, not like names of columns", "write a header above it")
		}
	}
	return nil
}

// judge gives a column the likeliest role that its values do not contradict.
func (w *Words) judge(c *guessed) {
	switch {
	case c.look.filled == 0:
		c.From = IsEmpty
		return
	case c.look.distinct == 1 && c.look.rows > 1 && c.look.filled == c.look.rows:
		c.From = IsConstant
		return
	}
	for _, r := range w.read(c.Name) {
		switch {
		case r.over && (r.kind == 0 || !c.look.fits(r.kind)):
			c.From = IsRelative
			return
		case r.kind == 0:
			c.role, c.From = r, reasonFor(r.name)
			return
		case c.look.fits(r.kind):
			c.role, c.Kind, c.From = r, r.kind, ByHeader
			return
		case r.kind == linkage.Place && c.look.share(c.look.digits) > .5: // codes of places
			c.role, c.Kind, c.From = r, linkage.Number, ByHeader
			return
		}
	}
	c.byValues()
}

func reasonFor(role string) Reason {
	switch role {
	case "row":
		return IsID
	case "person":
		return IsTruth
	case "relative":
		return IsRelative
	}
	return IsNoTrait
}

// Bounds of guessing by values alone: where nothing in the header helps, only
// what cannot well be anything else is compared.
const (
	enoughRows   = 20
	numbering    = .999 // share of distinct values of a column that numbers rows
	fewValues    = 12
	knownAtLeast = .4
)

func (c *guessed) byValues() {
	l := c.look
	distinct := float64(l.distinct) / float64(l.filled)
	take := func(name string, k linkage.Kind) {
		c.role, c.Kind, c.From = role{name: name, kind: k}, k, ByValues
	}
	switch {
	case l.share(l.emails) >= .9:
		take("email", linkage.Email)
	case l.share(l.dates) >= .9:
		take("date", linkage.Date)
	case l.filled >= enoughRows && distinct >= numbering && l.share(l.worded) < .5:
		c.From = IsID
	case l.share(l.given) >= knownAtLeast && l.given >= l.family:
		take("given", linkage.Given)
	case l.share(l.family) >= knownAtLeast:
		take("family", linkage.Family)
	case l.filled >= enoughRows && l.distinct <= fewValues:
		take("category", linkage.Category)
	case l.share(l.digits) >= .9 && l.filled >= enoughRows && distinct > .01:
		take("number", linkage.Number)
	case l.share(l.worded) >= .9 && l.filled >= enoughRows && distinct > .005:
		take("text", linkage.Text)
	default:
		c.From = IsUnknown
	}
}

// settleNames decides what a column called just "name" is, by what stands
// beside it: the family name beside given names, the given name beside family
// names, all names in one where it stands alone.
func settleNames(all []guessed) {
	has := func(script string, k linkage.Kind) bool {
		return slices.ContainsFunc(all, func(c guessed) bool {
			return c.Kind == k && c.role.name != "name" && (script == "" || c.script == script)
		})
	}
	for i := range all {
		c := &all[i]
		if c.role.name != "name" || c.Kind != linkage.Full {
			continue
		}
		script := c.script
		if !has(script, linkage.Given) && !has(script, linkage.Family) {
			script = ""
		}
		switch given, family := has(script, linkage.Given), has(script, linkage.Family); {
		case given && !family:
			c.role.name, c.Kind = "family", linkage.Family
		case family && !given:
			c.role.name, c.Kind = "given", linkage.Given
		default:
			c.role.name = "full"
		}
	}
}

// settleDates keeps a date that only its values tell from being taken for the
// birth date beside one that says so.
func settleDates(all []guessed) {
	sure := slices.ContainsFunc(all, func(c guessed) bool { return c.Kind == linkage.Date && c.From == ByHeader })
	for i := range all {
		c := &all[i]
		if c.Kind != linkage.Date || c.From != ByValues {
			continue
		}
		if sure {
			c.Kind, c.From = 0, IsNoTrait
			continue
		}
		c.role.name, sure = "birth_date", true
	}
}

// gather makes fields of columns: those that say the same in two scripts are
// one field.
func (g *Guess) gather(all []guessed) {
	type made struct {
		role    string
		scripts []string
	}
	var fields []made
	for i := range all {
		c := &all[i]
		if c.Kind == 0 {
			continue
		}
		at := slices.IndexFunc(fields, func(f made) bool { return f.role == c.role.name && !slices.Contains(f.scripts, c.script) })
		if at >= 0 && twoScripts(c.Kind) && g.Fields[at].Kind == c.Kind {
			c.Field = g.Fields[at].Name
			// Latin before Arabic in every field, so that a given and a family
			// name that were exchanged are compared script by script.
			before := 0
			for before < len(fields[at].scripts) && scriptOrder(fields[at].scripts[before]) < scriptOrder(c.script) {
				before++
			}
			g.Fields[at].Columns = slices.Insert(g.Fields[at].Columns, before, c.Name)
			fields[at].scripts = slices.Insert(fields[at].scripts, before, c.script)
			continue
		}
		c.Field = g.newName(c)
		g.Fields = append(g.Fields, linkage.Field{Name: c.Field, Kind: c.Kind, Columns: []string{c.Name}})
		fields = append(fields, made{c.role.name, []string{c.script}})
	}
	g.shed()
}

func scriptOrder(script string) int {
	return slices.Index([]string{"latin", "arabic", "tifinagh"}, script)
}

// newName is what a field is called: its role or, where that says less or is
// taken, its column.
func (g *Guess) newName(c *guessed) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(g.Fields, func(f linkage.Field) bool { return f.Name == name })
	}
	name := c.role.name
	if generic(name) || taken(name) {
		name = cutName(c.Name)
	}
	for n := 2; taken(name); n++ {
		name = cutName(c.Name) + " " + strconv.Itoa(n)
	}
	return name
}

// generic names of roles say less than the column's own.
func generic(role string) bool {
	return slices.Contains([]string{"category", "number", "text", "place", "address", "document"}, role)
}

func cutName(name string) string {
	for len(name) > 60 {
		r := []rune(name)
		name = string(r[:len(r)-1])
	}
	return name
}

func twoScripts(k linkage.Kind) bool {
	return slices.Contains([]linkage.Kind{linkage.Given, linkage.Family, linkage.Full, linkage.Parent, linkage.Place}, k)
}

// shed drops the least telling fields where there are too many.
func (g *Guess) shed() {
	for _, k := range []linkage.Kind{linkage.Category, linkage.Text, linkage.Number, linkage.Place, linkage.Email, linkage.Phone, linkage.Document} {
		for i := len(g.Fields) - 1; i >= 0 && len(g.Fields) > linkage.MaxFields; i-- {
			if g.Fields[i].Kind == k {
				g.drop(i, IsSurplus)
			}
		}
	}
}

func (g *Guess) drop(i int, why Reason) {
	for j := range g.Columns {
		if g.Columns[j].Field == g.Fields[i].Name {
			g.Columns[j].Field, g.Columns[j].Kind, g.Columns[j].From = "", 0, why
		}
	}
	g.Fields = slices.Delete(g.Fields, i, i+1)
}

// Check refuses a guess from which nobody could be told from anybody.
func (g *Guess) Check(f *File) error {
	telling := 0
	for _, field := range g.Fields {
		switch field.Kind {
		case linkage.Given, linkage.Family, linkage.Full, linkage.Document, linkage.Email, linkage.Phone, linkage.Date:
			telling++
		}
	}
	if telling == 0 || len(g.Fields) < 2 && g.Fields[0].Kind != linkage.Full && g.Fields[0].Kind != linkage.Document && g.Fields[0].Kind != linkage.Email {
		return &errs.Error{Kind: errs.Invalid, Code: "roll.nothing_to_compare", File: f.Path, Line: 1,
			What: "too few columns were recognised to tell people apart", Fix: "say what they hold in a file for --spec (docs/link-command.md)"}
	}
	return nil
}
