package linkage

import "sijil/names"

// Records is a file made ready for linking: every distinct value once, every
// row a few numbers. It does not change, and may be shared.
type Records struct {
	spec Spec
	rows int
}

// Len returns the number of rows.
func (r *Records) Len() int { return r.rows }

// Spec returns what the rows hold.
func (r *Records) Spec() Spec { return r.spec }

// Builder gathers rows into Records. It is not for concurrent use.
type Builder struct {
	spec  Spec
	table *names.Table
}

// NewBuilder returns a builder of records of the spec. The table may be nil:
// names are then compared by the rules of writing alone.
func NewBuilder(spec Spec, table *names.Table) (*Builder, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	return &Builder{spec: spec, table: table}, nil
}

// Add appends a row: one value for each of Spec.Columns, "" where nothing is
// known. The values are copied. The error is that of a wrong number of values,
// or of too many rows.
func (b *Builder) Add(values []string) error { panic("linkage: being built") }

// AddBytes is Add for values that are slices of a read buffer.
func (b *Builder) AddBytes(values [][]byte) error { panic("linkage: being built") }

// Records ends the building, and the builder with it.
func (b *Builder) Records() (*Records, error) { panic("linkage: being built") }
