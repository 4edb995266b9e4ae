package formula

import (
	"fmt"
	"slices"

	"sijil/internal/errs"
)

// Variable is an input of a stratum.
type Variable struct {
	Name  string
	Kind  Kind     // of its first term
	Label Text     // of its first term
	Unit  Text     // of its first term; nil for booleans and codes
	Terms []string // codes of its terms
}

// Variables returns the inputs of a stratum in the order of their first use:
// the order of Household.Values. A variable that several terms use (n and n²)
// stands there once. The order is that of the file, which the hash does not
// cover: store values by name.
func (f *Formula) Variables(stratum string) ([]Variable, error) {
	s, err := f.stratum(stratum)
	if err != nil {
		return nil, err
	}
	terms := f.def.Strata[stratum].Terms
	out := make([]Variable, len(s.vars))
	for i := range s.vars {
		v := &s.vars[i]
		first := &terms[v.terms[0].pos]
		out[i] = Variable{Name: v.name, Kind: first.Kind, Label: first.Label, Unit: first.Unit}
		for _, t := range v.terms {
			out[i].Terms = append(out[i].Terms, t.code)
		}
	}
	return out, nil
}

// Bind puts values given by name into the order of Variables(stratum). Missing
// and unknown names are errors. The code of a square term is accepted as a
// name beside its variable, and its value must be the square.
func (f *Formula) Bind(stratum string, values map[string]Value) ([]Value, error) {
	s, err := f.stratum(stratum)
	if err != nil {
		return nil, err
	}
	var list errs.List
	out, err := s.take(values)
	list.Add(err)
	var others []string
	for name := range values {
		if _, ok := s.byName[name]; !ok {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others {
		list.Add(s.redundant(name, values))
	}
	if err := list.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// take reads the values of the variables and leaves others unread.
func (s *stratum) take(values map[string]Value) ([]Value, error) {
	var list errs.List
	out := make([]Value, len(s.vars))
	for i := range s.vars {
		v, ok := values[s.vars[i].name]
		if !ok {
			list.Add(refuse(s.vars[i].name, "missing", s.vars[i].terms[0].code, "the variable is missing", "give it a value, or say why it has none"))
		}
		out[i] = v
	}
	return out, list.Err()
}

// redundant checks a value whose name is no variable.
func (s *stratum) redundant(name string, values map[string]Value) error {
	base, ok := s.squares[name]
	if !ok {
		e := &errs.Error{Kind: errs.Invalid, Code: "formula.unknown_variable", What: "stratum " + s.name + " has no such variable", Fix: "check its spelling"}
		if codeShape.MatchString(name) {
			e.Field = name
		} else {
			e.Field = fmt.Sprintf("a name of %d bytes", len(name))
		}
		return e
	}
	square, v := values[name], values[base]
	if square.State == v.State && (v.State != Present || isSquare(square, v)) {
		return nil
	}
	return refuse(name, "square", name, "the value is not the square of "+base, "leave it out: it is computed")
}
