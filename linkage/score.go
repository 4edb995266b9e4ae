package linkage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"sijil/internal/errs"
	"sijil/names"
)

// Record is one person's values made ready for comparison under one model.
type Record struct{ recs *Records }

// single is a column of one value, with room for all that a column may hold.
type single struct {
	column
	dict   dict
	ends   [2]uint64
	norm   [2]uint64
	class  [2]uint64
	signs  [2]uint64
	forms  [2]*names.Form
	parts  [2][]*names.Form
	dates  [2]date
	text   [2]string
	words  [2][]uint64
	values [3][2]uint64
	atoms  [3][]uint64
}

// set makes s a column of the value v.
func (s *single) set(kind Kind, v []byte) {
	s.ends[1] = uint64(len(v))
	s.dict = dict{bytes: v, ends: s.ends[:]}
	s.column = column{
		kind: kind, dict: &s.dict, norm: s.norm[:], class: s.class[:], signs: s.signs[:], forms: s.forms[:], parts: s.parts[:], dates: s.dates[:],
		text: s.text[:], words: s.words[:],
	}
	if !kind.isName() && kind != Place {
		s.column.class = s.norm[:]
	}
	for k := range s.atoms {
		s.atoms[k] = s.values[k][:]
	}
	s.column.atoms = s.atoms[:]
}

// Record makes one record ready: a value for each of Spec.Columns.
func (m *Model) Record(values []string) (*Record, error) {
	if len(values) != len(m.layout.cols) {
		return nil, errs.Bad("record", fmt.Sprintf("%d values for %d columns", len(values), len(m.layout.cols)), "hand over one value for each column")
	}
	r := m.layout
	r.cols, r.cells = make([]*column, len(values)), make([]uint32, len(values))
	singles := make([]single, len(values))
	for c, v := range values {
		s := &singles[c]
		if len(v) > 4*maxValue {
			v = v[:4*maxValue]
		}
		s.set(m.layout.cols[c].kind, clip([]byte(v)))
		s.monthFirst = m.monthFirst[c]
		s.prepare(m.table, 1, 2)
		if s.norm[1] != 0 {
			r.cells[c] = 1
		}
		r.cols[c] = &s.column
	}
	return &Record{&r}, nil
}

// Score is the verdict on two records.
type Score struct {
	Weight      float64 // bits: log2 of the odds that the two are one person
	Probability float64 // the same as a probability
	Band        Band    // by weight and guards
	Guard       Guard   // why Band is lower than the weight alone would have it

	model   *Model
	pattern pattern
	often   [MaxFields]float64 // by field: bits for how frequent is what they agree on
}

// Guard says why two records are left to people however much they agree.
type Guard uint8

// The guards.
const (
	NoGuard         Guard = iota
	DocumentsDiffer       // documents contradict
	MaybeKin              // given names are two names, and the rest says one family and one birth date
)

// String returns the stable name of the guard, "" for none.
func (g Guard) String() string {
	return [...]string{"", "documents_differ", "maybe_kin"}[g]
}

// Compare weighs two records. It does not depend on the order of the two.
func (m *Model) Compare(a, b *Record) Score {
	x := newComparer(a.recs, b.recs)
	s := Score{model: m, pattern: x.compare(0, 0)}
	s.Weight = m.weight(x, s.pattern, 0, 0, &s.often)
	s.Probability = probability(s.Weight)
	s.Band, s.Guard = m.verdict(s.pattern, s.Weight)
	return s
}

// verdict returns the band of a pair, and what keeps it from a higher one.
func (m *Model) verdict(p pattern, weight float64) (Band, Guard) {
	switch {
	case weight < m.bands.Judge:
		return New, NoGuard
	case weight < m.bands.Same:
		return Judge, NoGuard
	}
	if g := m.guard(p); g != NoGuard {
		return Judge, g
	}
	return Same, NoGuard
}

// weight returns the weight of a pair of rows. often, if there is one, is
// filled with what frequencies add.
func (m *Model) weight(x *comparer, p pattern, i, j uint32, often *[MaxFields]float64) float64 {
	strangers, kins := m.against(p)
	return joined(strangers+m.frequencies(x, p, strangers, i, j, often), kins)
}

// Levels returns the level of each field: an index into FieldWeights.Levels.
func (s Score) Levels() []uint8 {
	out := make([]uint8, len(s.model.spec.Fields))
	for f := range out {
		out[f] = s.pattern.level(f)
	}
	return out
}

// Line is one part of a weight.
type Line struct {
	Field string            `json:"field,omitempty"` // the field's name; "" for lines about the whole pair
	Code  string            `json:"code"`            // stable name of what was seen, such as "names.variant" or "prior"
	Args  map[string]string `json:"args,omitempty"`  // parameters of the sentence; never a value of a record
	Bits  float64           `json:"bits"`
	Text  string            `json:"text"` // the sentence in English
}

// Explain returns what the weight is made of: the prior, the fields from the
// one that weighs most, and what the likeness of kin takes away. The bits add
// up to Weight exactly.
func (s Score) Explain() []Line {
	m := s.model
	lines := []Line{{Code: "prior", Bits: m.strangerBase, Args: map[string]string{"pairs": ratio(-m.strangerBase)},
		Text: "of pairs drawn blindly, one in " + ratio(-m.strangerBase) + " is one person"}}
	sum := m.strangerBase
	for f, field := range m.spec.Fields {
		level := s.pattern.level(f)
		step := field.ladder()[level]
		one := Line{Field: field.Name, Code: step.code, Text: step.text, Bits: m.strangerBits[f][level]}
		if level != missing {
			one.Args = map[string]string{"times": ratio(math.Abs(one.Bits))}
			one.Text += ": " + ratio(math.Abs(one.Bits)) + " times as frequent " + sides(one.Bits)
		}
		lines = append(lines, one)
		sum += one.Bits
		if bits := s.often[f]; bits != 0 {
			lines = append(lines, frequencyLine(field.Name, bits))
			sum += bits
		}
	}
	slices.SortStableFunc(lines[1:], func(a, b Line) int { return cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)) })
	if rest := s.Weight - sum; rest != 0 {
		lines = append(lines, Line{Code: "kin", Bits: rest, Text: "twins, brothers and sisters can agree like this too"})
	}
	return lines
}

func frequencyLine(field string, bits float64) Line {
	if bits > 0 {
		return Line{Field: field, Code: "frequency.rare", Bits: bits, Text: "what they agree on is rare"}
	}
	return Line{Field: field, Code: "frequency.common", Bits: bits, Text: "what they agree on is common"}
}

func sides(bits float64) string {
	if bits < 0 {
		return "among strangers as among records of one person"
	}
	return "among records of one person as among strangers"
}

// ratio prints 2 to the power of bits with two digits that count.
func ratio(bits float64) string {
	v := math.Exp2(bits)
	if v >= 1e6 {
		return strconv.FormatFloat(v/1e6, 'g', 2, 64) + " million"
	}
	if v >= 100 {
		return strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}
