package linkage

import (
	"fmt"
	"slices"

	"sijil/internal/errs"
)

// Kind says what a field of a record holds, and thereby how it is compared.
type Kind uint8

// The kinds of fields.
const (
	Given    Kind = iota + 1 // the person's own given name
	Family                   // the family name
	Full                     // given and family names in one text, in any order
	Parent                   // the given name of a parent: brothers and sisters share it
	Date                     // the birth date
	Document                 // the number of a personal document: strong, two people do not share it
	Phone                    // a telephone number: households share it
	Email                    // an e-mail address
	Place                    // a place: of birth, a town, a suburb, a district
	Category                 // one of a few values, such as the sex
	Number                   // a number of a house, a postcode: digits with little structure
	Text                     // free text: a street, an occupation
)

var kindNames = [...]string{
	Given: "given", Family: "family", Full: "full", Parent: "parent", Date: "date", Document: "document", Phone: "phone",
	Email: "email", Place: "place", Category: "category", Number: "number", Text: "text",
}

// Kinds returns all kinds.
func Kinds() []Kind {
	var all []Kind
	for k := Given; k <= Text; k++ {
		all = append(all, k)
	}
	return all
}

// String returns the stable name of the kind.
func (k Kind) String() string {
	if k == 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// MarshalText prints the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(text []byte) error {
	for i, name := range kindNames {
		if name != "" && name == string(text) {
			*k = Kind(i)
			return nil
		}
	}
	return errs.Bad("kind", "is not a kind of field", fmt.Sprintf("write one of %v", kindNames[1:]))
}

// isName reports whether values of the kind are names of people.
func (k Kind) isName() bool { return k == Given || k == Family || k == Full || k == Parent }

// Bounds of a Spec.
const (
	MaxFields  = 12 // fields of a record
	MaxColumns = 4  // columns of one field
)

// Field is something a record says about a person. A name may be written in
// several columns, one for each script; a place too. Other kinds have one.
type Field struct {
	Name    string   `json:"name"` // stable name, shown in explanations
	Kind    Kind     `json:"kind"`
	Columns []string `json:"columns"`
	// Strict says of a document that records which show different numbers are
	// never merged, even if the file's numbers turn out to be badly kept. Without
	// it the file decides.
	Strict bool `json:"strict,omitempty"`
}

// Spec says which fields records have.
type Spec struct {
	Fields []Field `json:"fields"`
}

// Columns returns the columns of all fields in order: the order in which
// values are handed to Builder.Add and Model.Record.
func (s Spec) Columns() []string {
	var all []string
	for _, f := range s.Fields {
		all = append(all, f.Columns...)
	}
	return all
}

// Validate returns every fault of the spec.
func (s Spec) Validate() error {
	var list errs.List
	if len(s.Fields) == 0 {
		list.Addf("fields", "name at least one field to compare", "no field is named")
	}
	if len(s.Fields) > MaxFields {
		list.Addf("fields", fmt.Sprintf("leave out the least telling, down to %d", MaxFields), "%d fields", len(s.Fields))
	}
	var seen, columns []string
	for i, f := range s.Fields {
		at := fmt.Sprintf("fields[%d]", i)
		if f.Name == "" || len(f.Name) > 64 {
			list.Addf(at+".name", "give the field a name of up to 64 bytes", "has no usable name")
		}
		if slices.Contains(seen, f.Name) {
			list.Addf(at+".name", "give every field a name of its own", "is the name of another field too")
		}
		seen = append(seen, f.Name)
		if f.Kind == 0 || int(f.Kind) >= len(kindNames) {
			list.Addf(at+".kind", fmt.Sprintf("write one of %v", kindNames[1:]), "is not a kind of field")
		}
		if f.Strict && f.Kind != Document {
			list.Addf(at+".strict", "leave strict out, or make the field a document", "is said of a field that is no document")
		}
		most := 1
		if f.Kind.isName() || f.Kind == Place {
			most = MaxColumns
		}
		if len(f.Columns) == 0 || len(f.Columns) > most {
			list.Addf(at+".columns", fmt.Sprintf("name 1 to %d columns", most), "%d columns for a field of kind %s", len(f.Columns), f.Kind)
		}
		for _, c := range f.Columns {
			if c == "" || slices.Contains(columns, c) {
				list.Addf(at+".columns", "name every column once", "a column is empty or used twice")
			}
			columns = append(columns, c)
		}
	}
	return list.Err()
}
