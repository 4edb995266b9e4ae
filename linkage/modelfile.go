package linkage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
	"sijil/names"
)

// modelFormat is the version of the file that a model is kept in.
const modelFormat = 1

// modelFile is a model as it is kept.
type modelFile struct {
	Format     int         `json:"format"`
	NameRules  int         `json:"name_rules"`
	NameTable  string      `json:"name_table"` // hash; "" for none
	Rows       int         `json:"rows"`
	Pairs      float64     `json:"pairs"`
	Bands      Bands       `json:"bands"`
	Person     float64     `json:"person"` // share of all pairs that are one person
	Kin        float64     `json:"kin"`
	BlockRows  int         `json:"block_rows"`
	Fields     []fieldFile `json:"fields"`
	MonthFirst []bool      `json:"month_first"` // by column
	Atoms      []atomFile  `json:"atoms"`
	Passes     []passFile  `json:"passes"`
}

type fieldFile struct {
	Field
	Firm     bool        `json:"firm"`   // differing documents are two people
	Levels   []levelFile `json:"levels"` // from 1
	Missing  int64       `json:"missing"`
	Rare     float64     `json:"rare"`
	Frequent []valueFile `json:"frequent,omitempty"`
}

type levelFile struct {
	Code  string  `json:"code"`
	M     float64 `json:"m"`
	U     float64 `json:"u"`
	Kin   float64 `json:"kin"`
	Count int64   `json:"count"`
}

// valueFile is a number kept for a value that is frequent, under its hash.
type valueFile struct {
	Hash  string  `json:"hash"`
	Value float64 `json:"value"`
}

type atomFile struct {
	Share  float64     `json:"share"`
	Has    float64     `json:"has"`
	Same   float64     `json:"same"`
	Rest   float64     `json:"rest"`
	Common []valueFile `json:"common,omitempty"`
}

type passFile struct {
	Atoms []int `json:"atoms"`
	Base  int   `json:"base"`
}

// Marshal returns the model as versioned JSON, the same bytes for the same
// model. It holds how often frequent values occur, under hashes, and none that
// fewer than twelve rows had.
func (m *Model) Marshal() ([]byte, error) {
	f := modelFile{
		Format: modelFormat, NameRules: names.Rules, NameTable: hashOf(m.table), Rows: m.rows, Pairs: m.pairs, Bands: m.bands,
		Person: m.odds.share[person], Kin: m.odds.share[kin], BlockRows: m.cap, MonthFirst: m.monthFirst,
	}
	for i, field := range m.spec.Fields {
		one := fieldFile{Field: field, Firm: m.strict[i], Missing: m.counts[i][missing], Rare: m.rare[i], Frequent: valuesFile(m.frequent[i])}
		o := m.odds.field[i]
		for l, step := range field.ladder() {
			if l != missing {
				one.Levels = append(one.Levels, levelFile{step.code, o[person][l], o[stranger][l], o[kin][l], m.counts[i][l]})
			}
		}
		f.Fields = append(f.Fields, one)
	}
	for i := range m.atoms {
		a := &m.atoms[i]
		f.Atoms = append(f.Atoms, atomFile{a.share, a.has, a.same, a.rest, valuesFile(a.common)})
	}
	for _, p := range m.passes {
		f.Passes = append(f.Passes, passFile{p.atoms, p.base})
	}
	data, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, fmt.Errorf("marshal model: %w", err)
	}
	return append(data, '\n'), nil
}

func valuesFile(values map[uint64]float64) []valueFile {
	var list []valueFile
	for h, v := range values {
		list = append(list, valueFile{fmt.Sprintf("%016x", h), v})
	}
	slices.SortFunc(list, func(a, b valueFile) int {
		if a.Hash < b.Hash {
			return -1
		}
		return 1
	})
	return list
}

// Hash returns the SHA-256, in hex, of what Marshal returns.
func (m *Model) Hash() string {
	data, err := m.Marshal()
	if err != nil { // numbers and texts: there is nothing that cannot be marshalled
		panic(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// WithBands returns the model with other bands; its hash is another one.
func (m *Model) WithBands(b Bands) (*Model, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	other := *m
	other.bands = b
	return &other, nil
}

func (b Bands) check() error {
	if !(b.Judge >= -100 && b.Judge <= b.Same && b.Same <= 100) {
		return errs.Bad("bands", "are not two weights from -100 to 100, judge the lower", "write weights in bits, such as -6 and 1")
	}
	return nil
}

// ParseModel reads a model that Marshal wrote. The table must be the one the
// model was trained with (names.Rules and Table.Hash): another one is a
// Conflict with code "linkage.other_names".
func ParseModel(file string, data []byte, table *names.Table) (*Model, error) {
	var f modelFile
	if err := strictjson.Unmarshal(file, data, &f); err != nil {
		return nil, err
	}
	if f.Format != modelFormat {
		return nil, errs.At(errs.Bad("format", fmt.Sprintf("is %d, not %d", f.Format, modelFormat), "train the model again with this version"), file, 0)
	}
	if f.NameRules != names.Rules || f.NameTable != hashOf(table) {
		return nil, errs.At(otherNames(), file, 0)
	}
	m, list := f.model(table)
	if err := list.Err(); err != nil {
		return nil, errs.At(err, file, 0)
	}
	m.weigh()
	return m, nil
}

const damaged = "save the model again; do not write it by hand"

// model checks a file and turns it into a model without weights.
func (f *modelFile) model(table *names.Table) (*Model, errs.List) {
	var list errs.List
	m := &Model{table: table, rows: f.Rows, pairs: f.Pairs, bands: f.Bands, cap: f.BlockRows, monthFirst: f.MonthFirst, odds: &odds{}}
	for _, field := range f.Fields {
		m.spec.Fields = append(m.spec.Fields, field.Field)
	}
	list.Add(m.spec.Validate())
	list.Add(f.Bands.check())
	if len(list) > 0 {
		return nil, list
	}
	if f.Rows < 0 || !(f.Pairs >= 1) || math.IsInf(f.Pairs, 0) || f.BlockRows < 2 || f.BlockRows > 1024 {
		list.Addf("rows", damaged, "rows, pairs or block_rows are out of bounds")
	}
	if !(f.Person > 0 && f.Kin >= 0 && f.Person+f.Kin < 1) {
		list.Addf("person", damaged, "person and kin are no shares")
	}
	if len(f.MonthFirst) != len(m.spec.Columns()) {
		list.Addf("month_first", damaged, "%d values for %d columns", len(f.MonthFirst), len(m.spec.Columns()))
	}
	m.odds.share = [classes]float64{f.Person, f.Kin, 1 - f.Person - f.Kin}
	for i := range f.Fields {
		m.addField(&list, fmt.Sprintf("fields[%d]", i), &f.Fields[i])
	}
	m.addAtoms(&list, f)
	return m, list
}

func (m *Model) addField(list *errs.List, at string, f *fieldFile) {
	steps := f.ladder()
	if len(f.Levels) != len(steps)-1 {
		list.Addf(at+".levels", damaged, "%d levels instead of %d", len(f.Levels), len(steps)-1)
		return
	}
	var field [classes][]float64
	for c := range field {
		field[c] = make([]float64, len(steps))
	}
	counts := make([]int64, len(steps))
	counts[missing] = f.Missing
	for i, l := range f.Levels {
		if l.Code != steps[i+1].code {
			list.Addf(fmt.Sprintf("%s.levels[%d].code", at, i), damaged, "is not %s", steps[i+1].code)
		}
		for c, v := range [classes]float64{person: l.M, kin: l.Kin, stranger: l.U} {
			if !(v > 0 && v <= 1) {
				list.Addf(fmt.Sprintf("%s.levels[%d]", at, i), damaged, "m, u or kin is no share")
			}
			field[c][i+1] = v
		}
		counts[i+1] = l.Count
	}
	m.odds.field = append(m.odds.field, field)
	m.counts = append(m.counts, counts)
	m.strict = append(m.strict, f.Firm && f.Kind == Document)
	if !(math.Abs(f.Rare) <= frequencyBits) {
		list.Addf(at+".rare", damaged, "is out of bounds")
	}
	m.rare = append(m.rare, quantized(f.Rare))
	var frequent map[uint64]float64
	if byFrequency(f.Kind) {
		frequent = readValues(list, at+".frequent", f.Frequent, maxFrequent, -frequencyBits, frequencyBits)
		for h, v := range frequent {
			frequent[h] = quantized(v)
		}
	}
	m.frequent = append(m.frequent, frequent)
}

func readValues(list *errs.List, at string, values []valueFile, most int, low, high float64) map[uint64]float64 {
	if len(values) > most {
		list.Addf(at, damaged, "%d values, more than %d", len(values), most)
		return nil
	}
	out := make(map[uint64]float64, len(values))
	for i, v := range values {
		h, err := strconv.ParseUint(v.Hash, 16, 64)
		if err != nil || len(v.Hash) != 16 || !(v.Value >= low && v.Value <= high) {
			list.Addf(fmt.Sprintf("%s[%d]", at, i), damaged, "is no hash with a value in bounds")
			continue
		}
		out[h] = v.Value
	}
	return out
}

func (m *Model) addAtoms(list *errs.List, f *modelFile) {
	m.atoms = atomRefs(m.spec)
	if len(f.Atoms) != len(m.atoms) {
		list.Addf("atoms", damaged, "%d atoms instead of %d", len(f.Atoms), len(m.atoms))
		return
	}
	for i, a := range f.Atoms {
		at := fmt.Sprintf("atoms[%d]", i)
		for _, v := range []float64{a.Share, a.Has, a.Same, a.Rest} {
			if !(v >= 0 && v <= 1) {
				list.Addf(at, damaged, "share, has, same or rest is no share")
			}
		}
		to := &m.atoms[i]
		to.share, to.has, to.same, to.rest = a.Share, a.Has, a.Same, a.Rest
		to.common = readValues(list, at+".common", a.Common, maxCommon, 0, 1)
	}
	if len(f.Passes) > maxPasses {
		list.Addf("passes", damaged, "%d passes, more than %d", len(f.Passes), maxPasses)
	}
	for i, p := range f.Passes {
		wrong := slices.ContainsFunc(p.Atoms, func(at int) bool { return at < 0 || at >= len(m.atoms) })
		if wrong || p.Base < 1 || p.Base > len(p.Atoms) || len(p.Atoms) > maxBase+maxSplits {
			list.Addf(fmt.Sprintf("passes[%d]", i), damaged, "is no pass of the atoms")
			continue
		}
		m.passes = append(m.passes, pass{p.Atoms, p.Base})
	}
}
