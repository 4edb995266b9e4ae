package main

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sijil/internal/errs"
	"sijil/names"
	"sijil/survey"
)

// checkNames refuses names that the file does not have, all of them together,
// each with the nearest name that it has.
func (o *opened) checkNames(u surveyUse) error {
	var list errs.List
	check := func(part string, names ...string) {
		for _, name := range names {
			if name == "" || o.matches(name) {
				continue
			}
			list.Add(&errs.Error{Kind: errs.Invalid, Code: "survey.no_column", File: o.File, Line: 1, Field: name,
				What: "the file has no such column, wanted as " + part, Fix: o.nearest(name)})
		}
	}
	check("the target", o.Target)
	check("the weight", o.Weight)
	check("the stratum", o.Strata)
	check("the primary sampling unit", o.PSU)
	check("the finite population correction", o.FPC)
	check("household size", o.Size)
	check("welfare", o.Welfare)
	check("the wave", o.Wave)
	check("the fold", o.foldColumn())
	check("a variable", o.Vars...)
	check("a column to exclude", o.Exclude...)
	check("the separation", u.by)
	for _, g := range u.groups {
		name, _, _ := o.parseGroup(g)
		check("a group", name)
	}
	for name := range o.Reference {
		check("a categorical column", name)
	}
	for _, r := range u.rules {
		check("a rule", r.column)
	}
	return list.Err()
}

// matches reports whether a name or a pattern meets a column.
func (o *opened) matches(pattern string) bool {
	if o.table.Column(pattern) != nil {
		return true
	}
	for _, c := range o.table.Columns {
		if ok, err := path.Match(pattern, c.Name); err == nil && ok {
			return true
		}
	}
	return false
}

// nearest suggests the column that is spelt most like a name.
func (o *opened) nearest(name string) string {
	// Of a short name some letter must be right.
	best, distance := "", min(len(name)-1, max(2, len(name)/3))+1
	for _, c := range o.table.Columns {
		if d := names.Levenshtein(strings.ToLower(name), strings.ToLower(c.Name)); d < distance {
			best, distance = c.Name, d
		}
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	return "'sijil survey describe' lists the columns"
}

// designWords are names that survey offices give to columns of the design. A
// column so called is no variable unless it is named as one.
var designWords = []string{
	"w", "pw", "wt", "weight", "weights", "poids", "stratum", "strata", "strate", "psu", "cluster", "grappe", "fpc", "fold", "wave",
}

// manyLevels is the number of levels from which a categorical column is not
// taken by itself: its indicators would be a variable for each place.
const manyLevels = 30

// defaultVars lists the columns that can serve as variables, and remembers why
// the others cannot.
func (o *opened) defaultVars(u surveyUse) []string {
	part := []string{o.Target, o.Weight, o.Strata, o.PSU, o.FPC, o.Welfare, o.Wave, o.foldColumn(), u.by}
	target := o.table.Column(o.Target)
	var names []string
	for _, c := range o.table.Columns {
		if slices.Contains(part, c.Name) || o.excluded(c.Name) {
			continue
		}
		if why := unfit(c, target, o.table.Rows); why != "" {
			o.left = append(o.left, leftOut{c.Name, why})
			continue
		}
		names = append(names, c.Name)
	}
	return names
}

func (o *opened) excluded(name string) bool {
	return slices.ContainsFunc(o.Exclude, func(p string) bool {
		ok, err := path.Match(p, name)
		return p == name || err == nil && ok
	})
}

// unfit says why a column does not become a variable by itself; "" if it does.
func unfit(c, target *survey.Column, rows int) string {
	switch {
	case c.Missing == rows:
		return "empty"
	case c.Withheld != "":
		return "withheld: " + c.Withheld
	case c.Missing > 0:
		return fmt.Sprintf("%d values are missing", c.Missing)
	case c.Kind == survey.Categorical && len(c.Levels) < 2 || c.TextAt == 0 && c.Values != nil && slices.Min(c.Values) == slices.Max(c.Values):
		return "the same in every row"
	case slices.Contains(designWords, strings.ToLower(c.Name)):
		return "its name is one of a sampling design"
	case len(c.Levels) > manyLevels:
		return fmt.Sprintf("it has %d levels", len(c.Levels))
	case c.TextAt == 0 && sameOrder(c, target):
		return "it orders the rows as the target does, and is the target in another form"
	}
	return ""
}

// sameOrder reports whether two columns of numbers rank the rows alike, or the
// other way round.
func sameOrder(c, target *survey.Column) bool {
	const alike = 0.9999
	if c.Values == nil || target == nil || target.Values == nil || target.Missing > 0 || target.TextAt > 0 {
		return false
	}
	ones := slices.Repeat([]float64{1}, len(c.Values))
	return math.Abs(survey.Spearman(c.Values, target.Values, ones)) > alike
}

// parseGroup reads NAME or NAME:CUT:CUT. A column may have colons in its name.
func (o *opened) parseGroup(text string) (name string, cuts []float64, err error) {
	if o.table.Column(text) != nil {
		return text, nil, nil
	}
	parts := strings.Split(text, ":")
	for _, p := range parts[1:] {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return parts[0], nil, usageError(fmt.Sprintf("--groups: %s: write a column, or a column and rising cuts such as head_age:30:60", text))
		}
		cuts = append(cuts, v)
	}
	if !slices.IsSorted(cuts) {
		return parts[0], nil, usageError(fmt.Sprintf("--groups: %s: the cuts do not rise", text))
	}
	if c := o.table.Column(parts[0]); c != nil && cuts != nil && c.Kind != survey.Numeric {
		return parts[0], nil, &errs.Error{Kind: errs.Invalid, File: o.File, Field: parts[0], What: "cuts are given for a column that does not hold numbers", Fix: "name the column alone"}
	}
	return parts[0], cuts, nil
}

// surveyRule is a simple categorical programme, such as size>=7.
type surveyRule struct {
	text, column, sign, value string
}

// ruleSigns are tried in this order, so that >= is not read as >.
var ruleSigns = []string{">=", "<=", "=", ">", "<"}

func parseRules(texts []string) ([]surveyRule, error) {
	var out []surveyRule
	for _, text := range texts {
		r := surveyRule{text: text}
		for _, sign := range ruleSigns {
			if column, value, ok := strings.Cut(text, sign); ok {
				r.column, r.sign, r.value = strings.TrimFunc(column, unicode.IsSpace), sign, strings.TrimFunc(value, unicode.IsSpace)
				break
			}
		}
		if r.column == "" || r.value == "" {
			return nil, usageError(fmt.Sprintf("--rule: %s: write a column, a sign and a value, such as region=north or size>=7", text))
		}
		out = append(out, r)
	}
	return out, nil
}

// programme makes the comparator of a rule, for the rows of the sample.
func (o *opened) programme(r surveyRule) (survey.Programme, error) {
	c := o.table.Column(r.column)
	at := o.tableRows()
	bad := func(what, fix string) (survey.Programme, error) {
		return survey.Programme{}, &errs.Error{Kind: errs.Invalid, File: o.File, Field: r.column, What: what, Fix: fix}
	}
	if c.TextAt > 0 || c.Withheld != "" && c.Values == nil {
		return bad("the column cannot serve in a rule", "name another")
	}
	if c.Missing > 0 {
		return bad(fmt.Sprintf("%d values are missing, the first in line %d: the rule would decide nothing there", c.Missing, c.FirstMissing), "fill them, or name another column")
	}
	if c.Kind == survey.Categorical {
		level := slices.Index(c.Levels, r.value)
		if level < 0 || r.sign != "=" {
			return bad("the rule wants a level that the column does not have", "write column=level, with one of "+someLevels(c.Levels))
		}
		return survey.Programme{Name: r.text, Member: func(i int) bool { return int(c.Codes[at[i]]) == level }}, nil
	}
	v, err := strconv.ParseFloat(r.value, 64)
	if c.Kind == survey.Boolean {
		b, known := map[string]float64{"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0}[strings.ToLower(r.value)]
		if v, err = b, nil; !known {
			return bad("the rule compares yes and no with something else", "write column=yes or column=no")
		}
	}
	if err != nil || math.IsNaN(v) {
		return bad("the rule compares numbers with something else", "write a number")
	}
	holds := map[string]func(float64) bool{
		"=": func(x float64) bool { return x == v }, ">": func(x float64) bool { return x > v }, "<": func(x float64) bool { return x < v },
		">=": func(x float64) bool { return x >= v }, "<=": func(x float64) bool { return x <= v },
	}[r.sign]
	return survey.Programme{Name: r.text, Member: func(i int) bool { return holds(c.Values[at[i]]) }}, nil
}

// tableRows gives the row of the table behind each row of the sample.
func (o *opened) tableRows() []int {
	at := make([]int, o.sample.N())
	for i, line := range o.sample.Lines {
		at[i], _ = slices.BinarySearch(o.table.Lines, line)
	}
	return at
}

func someLevels(levels []string) string {
	if len(levels) > 6 {
		return strings.Join(levels[:6], ", ") + ", …"
	}
	return strings.Join(levels, ", ")
}
