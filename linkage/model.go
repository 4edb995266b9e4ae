package linkage

import (
	"math"

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
	spec       Spec
	table      *names.Table
	bands      Bands
	rows       int     // rows of the training file
	pairs      float64 // pairs they can form
	cap        int     // rows of a block
	atoms      []atomRef
	passes     []pass
	odds       *odds
	counts     [][]int64            // candidate pairs of the training file by field and level
	frequent   []map[uint64]float64 // by field: bits for agreeing on a frequent class
	rare       []float64            // by field: bits for agreeing on any other
	strict     []bool               // by field: differing documents are two people, whatever else
	monthFirst []bool               // by column

	layout       Records     // what a record of one row has in common with others
	starts       []uint64    // by pass: where its keys begin
	strangerBits [][]float64 // by field and level: log2 of person over stranger
	kinBits      [][]float64 // log2 of person over kin
	strangerBase float64     // the same of the shares
	kinBase      float64
}

// Options say how to work, never what comes out: the result is the same at any
// number of threads.
type Options struct {
	Threads  int                                  // 0 means one for each processor
	Progress func(step string, done, total int64) // called now and then, from one goroutine at a time; may be nil
}

// maxBits bounds what one field may weigh.
const maxBits = 30

// quantum is the unit of weights. Sums of multiples of it are exact.
const quantum = 1.0 / 1024

func quantized(bits float64) float64 { return math.Round(bits/quantum) * quantum }

func clamp(v, most float64) float64 { return math.Max(-most, math.Min(most, v)) }

// weigh fills in the weights from the odds.
func (m *Model) weigh() {
	o := m.odds
	m.strangerBits, m.kinBits, m.starts = nil, nil, nil
	m.layout = Records{spec: m.spec, table: m.table, rows: 1, input: []uint32{0}, cols: newColumns(m.spec)}
	m.layout.layout()
	for p := range m.passes {
		m.starts = append(m.starts, m.passHash(p))
	}
	for f := range m.spec.Fields {
		n := len(o.field[f][person])
		s, k := make([]float64, n), make([]float64, n)
		for l := 1; l < n; l++ {
			s[l] = quantized(clamp(math.Log2(o.field[f][person][l]/o.field[f][stranger][l]), maxBits))
			k[l] = quantized(clamp(math.Log2(o.field[f][person][l]/o.field[f][kin][l]), maxBits))
		}
		m.strangerBits = append(m.strangerBits, s)
		m.kinBits = append(m.kinBits, k)
	}
	m.strangerBase = quantized(math.Log2(o.share[person] / o.share[stranger]))
	m.kinBase = math.Inf(1)
	if o.share[kin] > 0 {
		m.kinBase = quantized(math.Log2(o.share[person] / o.share[kin]))
	}
}

// against returns the weight of a pattern against strangers and against kin,
// without frequencies.
func (m *Model) against(p pattern) (strangers, kins float64) {
	strangers, kins = m.strangerBase, m.kinBase
	for f := range m.strangerBits {
		l := p.level(f)
		strangers += m.strangerBits[f][l]
		kins += m.kinBits[f][l]
	}
	return strangers, kins
}

// joined returns the weight of a pair from those against strangers and kin.
func joined(strangers, kins float64) float64 {
	if kins > strangers+40 {
		return strangers
	}
	low, high := math.Min(strangers, kins), math.Max(strangers, kins)
	return quantized(low - math.Log2(1+math.Exp2(low-high)))
}

// Spec returns what the model compares.
func (m *Model) Spec() Spec { return m.spec }

// Bands returns the weights at which the verdict changes.
func (m *Model) Bands() Bands { return m.bands }

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
func (m *Model) Weights() []FieldWeights {
	var all []FieldWeights
	for f, field := range m.spec.Fields {
		w := FieldWeights{Field: field.Name, Kind: field.Kind}
		for l, step := range field.ladder() {
			one := LevelWeight{Code: step.code, Text: step.text, Count: m.counts[f][l]}
			if l > 0 {
				o := m.odds.field[f]
				one.M, one.U, one.Kin, one.Bits = o[person][l], o[stranger][l], o[kin][l], m.strangerBits[f][l]
			}
			w.Levels = append(w.Levels, one)
		}
		all = append(all, w)
	}
	return all
}

// Prior returns the weight that two records start with: log2 of the odds that
// two records drawn blindly are one person.
func (m *Model) Prior() float64 { return m.strangerBase }

// hashOf returns the hash of a table, "" of none.
func hashOf(t *names.Table) string {
	if t == nil {
		return ""
	}
	return t.Hash()
}
