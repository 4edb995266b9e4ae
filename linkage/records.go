package linkage

import (
	"slices"

	"sijil/names"
)

// Records is a file made ready for linking: every distinct value once, every
// row a few numbers. It does not change, and may be shared.
//
// Rows are kept in the order of a hash of what they say, so that nothing that
// follows depends on the order in which they came; input holds the way back.
type Records struct {
	spec  Spec
	table *names.Table
	rows  int
	cols  []*column
	cells []uint32 // number of the value of row r in column c at r*len(cols)+c
	input []uint32 // for each row its number in the order of Add
	first []int    // first column of each field; one more at the end
	given int      // field whose value may be exchanged with family; -1 for none
	kin   int      // the family field
}

// Len returns the number of rows.
func (r *Records) Len() int { return r.rows }

// Spec returns what the rows hold.
func (r *Records) Spec() Spec { return r.spec }

// row returns the numbers of the values of a row.
func (r *Records) row(i uint32) []uint32 {
	w := len(r.cols)
	return r.cells[int(i)*w : int(i)*w+w : int(i)*w+w]
}

// layout fills in what follows from the spec.
func (r *Records) layout() {
	at := 0
	for _, f := range r.spec.Fields {
		r.first = append(r.first, at)
		at += len(f.Columns)
	}
	r.first = append(r.first, at)
	r.given = slices.IndexFunc(r.spec.Fields, func(f Field) bool { return f.Kind == Given })
	r.kin = slices.IndexFunc(r.spec.Fields, func(f Field) bool { return f.Kind == Family })
	if r.given < 0 || r.kin < 0 || len(r.spec.Fields[r.given].Columns) != len(r.spec.Fields[r.kin].Columns) {
		r.given, r.kin = -1, -1
	}
}

// newColumns returns empty columns of a spec.
func newColumns(spec Spec) []*column {
	var cols []*column
	for _, f := range spec.Fields {
		for range f.Columns {
			cols = append(cols, &column{kind: f.Kind, dict: newDict()})
		}
	}
	return cols
}
