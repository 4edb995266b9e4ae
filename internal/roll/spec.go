package roll

import (
	"encoding/json"
	"fmt"
	"slices"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
	"sijil/linkage"
)

// Spec says what the columns of a roll hold, instead of a guess. It is written
// by hand, or drafted from a guess and mended.
type Spec struct {
	Format int         `json:"format"`
	ID     string      `json:"id,omitempty"`    // column that numbers the rows
	Truth  string      `json:"truth,omitempty"` // column that says who is who
	Fields []SpecField `json:"fields"`
}

// SpecField is a field with its columns: those of the second file of a match
// where they are called otherwise, "" where it has none for one.
type SpecField struct {
	Name    string       `json:"name"`
	Kind    linkage.Kind `json:"kind"`
	Columns []string     `json:"columns"`
	Second  []string     `json:"second,omitempty"`
}

// specFormat is the version of the files this program reads.
const specFormat = 1

// ParseSpec reads a spec file. Errors name file, line and field.
func ParseSpec(file string, data []byte) (*Spec, error) {
	s := &Spec{}
	if err := strictjson.Unmarshal(file, data, s); err != nil {
		return nil, err
	}
	var list errs.List
	if s.Format != specFormat {
		list.Addf("format", "write 1", "the format is unknown")
	}
	list.Add(s.Linkage().Validate())
	for i, f := range s.Fields {
		if f.Second != nil && len(f.Second) != len(f.Columns) {
			list.Addf(fmt.Sprintf("fields[%d].second", i), `name as many columns as in "columns", "" for one the second file lacks`, "the second file has another number of columns")
		}
		for _, c := range slices.Concat(f.Columns, f.Second) {
			if c != "" && (c == s.Truth || c == s.ID) {
				list.Addf(fmt.Sprintf("fields[%d].columns", i), "leave it out", "the column says who is who, and cannot be compared")
			}
		}
	}
	if err := errs.At(list.Err(), file, 0); err != nil {
		return nil, err
	}
	return s, nil
}

// Marshal prints the spec as a file to be mended.
func (s *Spec) Marshal() ([]byte, error) {
	out, err := json.MarshalIndent(s, "", "  ")
	return append(out, '\n'), err
}

// Linkage is the spec the engine works with.
func (s *Spec) Linkage() linkage.Spec {
	var out linkage.Spec
	for _, f := range s.Fields {
		out.Fields = append(out.Fields, linkage.Field{Name: f.Name, Kind: f.Kind, Columns: f.Columns})
	}
	return out
}

// Places are the positions of the spec's columns in a file, in the order of
// linkage.Spec.Columns; -1 for one that a second file lacks.
func (s *Spec) Places(f *File, second bool) ([]int, error) {
	var list errs.List
	var out []int
	for i, field := range s.Fields {
		names, part := field.Columns, "columns"
		if second && field.Second != nil {
			names, part = field.Second, "second"
		}
		for _, name := range names {
			at := f.Column(name)
			if at < 0 && (name != "" || part == "columns") {
				list.Add(f.bad("no_column", 1, name, fmt.Sprintf("the file has no such column, wanted as fields[%d].%s of the spec", i, part), "the columns are named in the first row"))
			}
			out = append(out, at)
		}
	}
	return out, list.Err()
}

// SpecOf makes a spec of the guess about one file.
func SpecOf(g *Guess) *Spec {
	s := &Spec{Format: specFormat}
	for _, f := range g.Fields {
		s.Fields = append(s.Fields, SpecField{Name: f.Name, Kind: f.Kind, Columns: f.Columns})
	}
	return s
}

// Explain marks the columns of a guess as a spec has them.
func (s *Spec) Explain(g *Guess, second bool) {
	for i := range g.Columns {
		c := &g.Columns[i]
		if c.From == IsID || c.From == IsTruth {
			c.Field, c.Kind = "", 0
			continue
		}
		c.Field, c.Kind, c.From = "", 0, IsNotInSpec
		for _, f := range s.Fields {
			names := f.Columns
			if second && f.Second != nil {
				names = f.Second
			}
			if slices.Contains(names, c.Name) {
				c.Field, c.Kind, c.From = f.Name, f.Kind, BySpec
			}
		}
	}
}
