package linkage

// Record is one person's values made ready for comparison under one model.
type Record struct{ fields []uint32 }

// Record makes one record ready: a value for each of Spec.Columns.
func (m *Model) Record(values []string) (*Record, error) { panic("linkage: being built") }

// Key is where a record is looked for. Records that share a key are candidates.
// The keys of one pass form a ladder: depth 0 is the coarsest, each following
// one splits the one before by a further field. A search begins at depth 0 and,
// where a key holds more records than it can afford, goes one deeper; keys that
// are stored must therefore be stored at all depths.
type Key struct {
	Pass  uint8
	Depth uint8
	Hash  uint64
}

// Bytes returns the key in a form to be stored under a keyed hash. It begins
// with the versions that keys depend on, so that old keys never meet new ones.
func (k Key) Bytes() []byte { panic("linkage: being built") }

// Keys returns the keys of a record, by pass and depth. A record that says too
// little has none in some passes, or none at all.
func (m *Model) Keys(r *Record) []Key { panic("linkage: being built") }

// Score is the verdict on two records.
type Score struct {
	Weight      float64 // bits: log2 of the odds that the two are one person
	Probability float64 // the same as a probability
	Band        Band    // by weight and guards
	Guard       Guard   // why Band is lower than the weight alone would have it
	Lines       []Line  // adds up exactly to Weight
}

// Guard says why two records are left to people however much they agree.
type Guard uint8

// The guards.
const (
	NoGuard         Guard = iota
	DocumentsDiffer       // documents contradict
	MaybeKin              // given names are two names, and the rest says one family and one birth date
)

// Line is one part of a weight.
type Line struct {
	Field string            // the field's name; "" for lines about the whole pair
	Code  string            // stable name of what was seen, such as "name.variant" or "prior"
	Args  map[string]string // parameters of the sentence; never a value of a record
	Bits  float64
	Text  string // the sentence in English
}

// Compare weighs two records. It does not depend on the order of the two.
func (m *Model) Compare(a, b *Record) Score { panic("linkage: being built") }

// Explain returns the lines of the score, the heaviest first.
func (s Score) Explain() []Line { return s.Lines }
