package linkage

import (
	"context"

	"sijil/names"
)

// Bands are the weights at which the verdict on a pair changes: below Judge
// two records are different people, from Same on they are one, between the
// two people decide.
type Bands struct {
	Judge float64 `json:"judge"`
	Same  float64 `json:"same"`
}

// Model is what was learnt from a file: how much each level of agreement
// weighs. It does not change, and may be shared by any number of goroutines.
type Model struct {
	spec  Spec
	table *names.Table
	bands Bands
}

// Options say how to work, never what comes out: the result is the same at any
// number of threads.
type Options struct {
	Threads  int                                  // 0 means one for each processor
	Progress func(step string, done, total int64) // called now and then, from one goroutine at a time; may be nil
}

// Train learns a model from a file that may hold several records of a person.
func Train(ctx context.Context, recs *Records, opt Options) (*Model, error) {
	panic("linkage: being built")
}

// TrainMatch learns a model from two files of the same spec and names table.
func TrainMatch(ctx context.Context, a, b *Records, opt Options) (*Model, error) {
	panic("linkage: being built")
}

// ParseModel reads a model that Marshal wrote. The table must be the one the
// model was trained with (names.Rules and Table.Hash): another one is a
// Conflict with code "linkage.other_names".
func ParseModel(file string, data []byte, table *names.Table) (*Model, error) {
	panic("linkage: being built")
}

// Marshal returns the model as versioned JSON, the same bytes for the same
// model. It holds how often common values occur, under hashes; no rare value.
func (m *Model) Marshal() ([]byte, error) { panic("linkage: being built") }

// Hash returns the SHA-256, in hex, of what Marshal returns.
func (m *Model) Hash() string { panic("linkage: being built") }

// Spec returns what the model compares.
func (m *Model) Spec() Spec { return m.spec }

// Bands returns the weights at which the verdict changes.
func (m *Model) Bands() Bands { return m.bands }

// WithBands returns the model with other bands; its hash is another one.
func (m *Model) WithBands(b Bands) (*Model, error) { panic("linkage: being built") }

// FieldWeights are the levels of one field of a model, for the report.
type FieldWeights struct {
	Field  string        `json:"field"`
	Kind   Kind          `json:"kind"`
	Levels []LevelWeight `json:"levels"`
}

// LevelWeight is what one level of agreement weighs.
type LevelWeight struct {
	Code  string  `json:"code"`  // stable name, such as "date.swapped"
	Text  string  `json:"text"`  // the same in English
	M     float64 `json:"m"`     // how often records of one person agree like this
	U     float64 `json:"u"`     // how often those of strangers do
	Kin   float64 `json:"kin"`   // how often those of twins, brothers and sisters do
	Bits  float64 `json:"bits"`  // log2(M/U)
	Count int64   `json:"count"` // candidate pairs of the training file
}

// Weights returns the weights of every field. Values are missing in one of two
// records at level 0, which weighs nothing.
func (m *Model) Weights() []FieldWeights { panic("linkage: being built") }

// Prior returns the weight that two records start with: log2 of the odds that
// two records drawn blindly are one person.
func (m *Model) Prior() float64 { panic("linkage: being built") }
