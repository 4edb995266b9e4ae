package population

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
	"sijil/linkage"
	"sijil/names"
)

// DuplicateRules say what of a record is compared with everyone's, how far the
// register looks, and by which weights: a country's duplicates.json.
type DuplicateRules struct {
	Format int              `json:"format"`
	About  string           `json:"about"`
	Fields []DuplicateField `json:"fields"`
	// Bands are the weights at which people decide and at which an enrolment is
	// a duplicate: higher than those of the file the model was trained on, since
	// among more people more strangers are alike.
	Bands  linkage.Bands `json:"bands"`
	Search SearchRule    `json:"search"`
	Model  struct {
		File string `json:"file"`
		Hash string `json:"hash"` // SHA-256 of the file, in hex
		Origin
	} `json:"model"`

	rules *Rules
	spec  linkage.Spec
}

// DuplicateField is a field that is compared.
type DuplicateField struct {
	Name   string       `json:"name"`
	Kind   linkage.Kind `json:"kind"`
	Strict bool         `json:"strict,omitempty"` // of a document: records that show two are never one by the register alone
	// From says what of the record it is: given, family, birth, sex, locality,
	// phone, or document.
	From     string   `json:"from"`
	Scripts  []string `json:"scripts,omitempty"`  // of given and family: one column each
	Document string   `json:"document,omitempty"` // type of the document
	Parts    []string `json:"parts,omitempty"`    // of the document; none are all
}

// SearchRule bounds what one check reads.
type SearchRule struct {
	Holders    int `json:"holders"`    // people of one key that are read; a key that holds more is split
	Candidates int `json:"candidates"` // records that one check opens
	Wait       int `json:"wait_ms"`    // how long an enrolment waits for the verdict on an earlier one like it
}

func (r SearchRule) wait() time.Duration { return time.Duration(r.Wait) * time.Millisecond }

// Where a field comes from.
const (
	fromGiven    = "given"
	fromFamily   = "family"
	fromBirth    = "birth"
	fromSex      = "sex"
	fromLocality = "locality"
	fromPhone    = "phone"
	fromDocument = "document"
)

// ParseDuplicateRules reads duplicates.json. The error lists everything that is
// wrong.
func ParseDuplicateRules(file string, data []byte, rules *Rules) (*DuplicateRules, error) {
	r := &DuplicateRules{rules: rules}
	if err := strictjson.Unmarshal(file, data, r); err != nil {
		return nil, err
	}
	var list errs.List
	if r.Format != 1 {
		list.Addf("format", "write the file in format 1", "this program reads format 1")
	}
	for i := range r.Fields {
		r.field(&list, fmt.Sprintf("fields[%d]", i), &r.Fields[i])
	}
	list.Add(r.spec.Validate())
	s := r.Search
	if s.Holders < 2 || s.Holders > 1000 || s.Candidates < s.Holders || s.Candidates > 10_000 || s.Wait < 1 || s.Wait > 60_000 {
		list.Addf("search", "write holders from 2 to 1000, candidates from holders to 10000, wait_ms from 1 to 60000", "out of bounds")
	}
	if r.Model.File == "" || len(r.Model.Hash) != 2*sha256.Size {
		list.Addf("model", "name the file and its SHA-256", "does not say which model")
	}
	if rules.refusal(refusedDuplicate) == nil {
		list.Addf("", "add it to the refusals of registration.json", "the country has no words for the refusal "+refusedDuplicate)
	}
	if err := errs.At(list.Err(), file, 0); err != nil {
		return nil, err
	}
	return r, nil
}

// field checks one field and adds it to what linkage compares.
func (r *DuplicateRules) field(list *errs.List, at string, f *DuplicateField) {
	kinds := map[string][]linkage.Kind{
		fromGiven: {linkage.Given}, fromFamily: {linkage.Family}, fromBirth: {linkage.Date}, fromSex: {linkage.Category}, fromPhone: {linkage.Phone},
		fromLocality: {linkage.Category, linkage.Number, linkage.Place}, fromDocument: {linkage.Document, linkage.Category, linkage.Number},
	}
	if !slices.Contains(kinds[f.From], f.Kind) {
		list.Addf(at, "see docs/enrolment.md", "from and kind do not go together")
	}
	columns := []string{f.Name}
	if named := f.From == fromGiven || f.From == fromFamily; named == (len(f.Scripts) == 0) {
		list.Addf(at+".scripts", "name the scripts of names, and of nothing else", "scripts are of names")
	} else if named {
		columns = nil
		for _, script := range f.Scripts {
			if !slices.Contains(r.rules.Scripts, script) {
				list.Addf(at+".scripts", "use scripts of registration.json", "a script in which the country writes no names")
			}
			columns = append(columns, f.Name+"."+script)
		}
	}
	t := r.rules.document[f.Document]
	if f.Strict && f.From != fromDocument {
		list.Addf(at+".strict", "leave strict out", "is said of what is no document")
	}
	switch {
	case (f.From == fromDocument) != (t != nil):
		list.Addf(at+".document", "name a document of registration.json where the field is one", "no such document")
	case t != nil:
		for _, p := range f.Parts {
			if !slices.ContainsFunc(t.Parts, func(q DocumentPart) bool { return q.Name == p }) {
				list.Addf(at+".parts", "use the parts of registration.json", "the document has no such part")
			}
		}
	}
	r.spec.Fields = append(r.spec.Fields, linkage.Field{Name: f.Name, Kind: f.Kind, Columns: columns,
		Strict: f.Strict && f.Kind == linkage.Document})
}

// Spec says what is compared, for the training of a model.
func (r *DuplicateRules) Spec() linkage.Spec { return r.spec }

// Values returns what is compared of an enrolment, one row for each name that
// the person bears or bore, in the order of Spec().Columns().
func (r *DuplicateRules) Values(e Enrolment) [][]string {
	return r.values(&record{Names: e.Names, Sex: e.Sex, Birth: e.Birth, Locality: e.Locality, Contacts: e.Contacts, Documents: e.Documents})
}

func (r *DuplicateRules) values(rec *record) [][]string {
	var rows [][]string
	for _, n := range rec.Names {
		row := make([]string, 0, len(r.Fields)+4)
		for i := range r.Fields {
			row = append(row, r.column(&r.Fields[i], rec, n)...)
		}
		rows = append(rows, row)
	}
	return rows
}

func (r *DuplicateRules) column(f *DuplicateField, rec *record, n Name) []string {
	switch f.From {
	case fromGiven, fromFamily:
		out := make([]string, len(f.Scripts))
		for i, script := range f.Scripts {
			if s := find(n.Spellings, func(s Spelling) bool { return s.Script == script }); s != nil {
				out[i] = s.Given
				if f.From == fromFamily {
					out[i] = s.Family
				}
			}
		}
		return out
	case fromBirth:
		return []string{rec.Birth.Date.String()}
	case fromSex:
		return []string{string(rec.Sex)}
	case fromLocality:
		return []string{rec.Locality}
	case fromPhone:
		if c := find(rec.Contacts, func(c Contact) bool { return c.Channel == Phone }); c != nil {
			return []string{c.Value}
		}
	case fromDocument:
		if d := find(rec.Documents, func(d Document) bool { return d.Type == f.Document }); d != nil {
			return []string{f.number(r.rules.document[f.Document], d)}
		}
	}
	return []string{""}
}

// number is what is compared of a document.
func (f *DuplicateField) number(t *DocumentType, d *Document) string {
	var parts []string
	for i := range t.Parts {
		if p := &t.Parts[i]; len(f.Parts) == 0 || slices.Contains(f.Parts, p.Name) {
			parts = append(parts, p.canonical(d.Parts[p.Name]))
		}
	}
	return strings.Join(parts, " ")
}

// contradict reports whether two records show two documents of a type of which
// a person has one.
func (r *DuplicateRules) contradict(a, b *record) bool {
	for i := range r.Fields {
		f := &r.Fields[i]
		if !f.Strict {
			continue
		}
		is := func(d Document) bool { return d.Type == f.Document }
		x, y := find(a.Documents, is), find(b.Documents, is)
		if x != nil && y != nil && !sameDocument(r.rules, *x, *y) {
			return true
		}
	}
	return false
}

// Duplicates are rules with their frozen model. They do not change.
type Duplicates struct {
	*DuplicateRules
	model *linkage.Model
	hash  string // of the model, with its bands
}

// ParseDuplicates reads duplicates.json and the model it names, through read.
// The model's hash must be the stated one, it must compare what the rules say,
// and it must have been trained with the country's table of names.
func ParseDuplicates(file string, data []byte, rules *Rules, table *names.Table, read func(name string) ([]byte, error)) (*Duplicates, error) {
	r, err := ParseDuplicateRules(file, data, rules)
	if err != nil {
		return nil, err
	}
	text, err := read(r.Model.File)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != r.Model.Hash {
		return nil, errs.At(&errs.Error{Kind: errs.Conflict, Code: "population.other_model", Field: "model.hash", What: "the model " + r.Model.File + " is not the one that is stated",
			Fix: "bring the file back, or state the hash of the new one, knowing that everyone has to be compared again"}, file, 0)
	}
	m, err := linkage.ParseModel(r.Model.File, text, table)
	if err != nil {
		return nil, err
	}
	d, err := r.With(m)
	return d, errs.At(err, file, 0)
}

// With puts a model to rules, under the bands of the rules.
func (r *DuplicateRules) With(m *linkage.Model) (*Duplicates, error) {
	if !sameJSON(m.Spec(), r.spec) {
		return nil, &errs.Error{Kind: errs.Conflict, Code: "population.other_fields", Field: "fields", What: "the model was trained on other fields",
			Fix: "train it again: sijil link register"}
	}
	m, err := m.WithBands(r.Bands)
	if err != nil {
		return nil, err
	}
	return &Duplicates{DuplicateRules: r, model: m, hash: m.Hash()}, nil
}

// WithBands returns the same with other bands, for tests and trials of a model.
func (d *Duplicates) WithBands(b linkage.Bands) (*Duplicates, error) {
	r := *d.DuplicateRules
	r.Bands = b
	return r.With(d.model)
}
