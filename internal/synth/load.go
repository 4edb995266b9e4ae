package synth

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/strictjson"
	"sijil/questionnaire"
)

// Locality is a place households live in.
type Locality struct{ Code, Region, Stratum string }

// Inputs is what a country hands to Load.
type Inputs struct {
	Figures       []byte // the data file, JSON
	FiguresFile   string // its name, for errors
	Names         []byte // the table of names, CSV
	NamesFile     string
	Questionnaire *questionnaire.Questionnaire
	Localities    []Locality
	AsOf          civil.Date // the declarations' day; the zero Date is the data's
}

// Model makes the households of a country. It does not change after Load and
// may be shared between goroutines.
type Model struct {
	vocabulary

	q    *questionnaire.Questionnaire
	asOf civil.Date

	areas  []area
	area   picker
	sizes  []picker   // by stratum
	kinds  []kind     //
	kindOf [][]picker // by stratum and size

	families families
	absences absences
	births   [][]yearOnly // by stratum
	school   schooling
	work     work
	health   health
	standard standard
	items    []item
	names    names

	noDwelling string // variant of households without dwelling; "" for none
	targets    []target
	sources    map[string]string
}

// area is a region's part in one stratum.
type area struct {
	region     string
	stratum    int
	shift      int
	points     int // of the living standard
	localities []string
	locality   picker
}

type yearOnly struct{ before, chance int }

type loader struct {
	q   *questionnaire.Questionnaire
	in  Inputs
	bad errs.List
}

// Load reads and checks the data of a synthetic population. The error lists
// everything that is wrong.
func Load(in Inputs) (*Model, error) {
	var f file
	if err := strictjson.Unmarshal(in.FiguresFile, in.Figures, &f); err != nil {
		return nil, err
	}
	l := &loader{q: in.Questionnaire, in: in}
	if f.Format != 1 {
		l.bad.Addf("format", "this program reads format 1", "the format is unknown")
	}
	m := &Model{q: in.Questionnaire, asOf: f.AsOf, sources: f.Sources}
	if !in.AsOf.IsZero() {
		m.asOf = in.AsOf
	}
	if m.asOf.IsZero() {
		l.bad.Addf("as_of", "write the day as YYYY-MM-DD", "the day of the declarations is missing")
	}
	l.provenances(&f)
	m.vocabulary = l.vocabulary()
	l.areas(m, &f)
	l.kinds(m, &f)
	l.families(m, &f)
	l.absences(m, &f)
	l.births(m, f.BirthDates)
	l.schooling(m, f.Schooling)
	l.work(m, f.Work)
	l.health(m, f.Health)
	l.standard(m, f.Standard)
	l.items(m, f.Items)
	l.targets(m, f.Targets)
	if err := errs.At(l.bad.Err(), in.FiguresFile, 0); err != nil {
		return nil, err
	}
	return m, l.names(m, f.Names)
}

// AsOf returns the day of the declarations.
func (m *Model) AsOf() civil.Date { return m.asOf }

func (l *loader) provenances(f *file) {
	for field, p := range map[string]provenance{
		"areas": f.Areas.provenance, "localities": f.Localities.provenance, "sizes": f.Sizes.provenance, "kinds": f.Kinds.provenance,
		"families": f.Families.provenance, "absences": f.Absences.provenance, "birth_dates": f.BirthDates.provenance,
		"schooling": f.Schooling.provenance, "work": f.Work.provenance, "health": f.Health.provenance,
		"standard": f.Standard.provenance, "items": f.Items.provenance, "names": f.Names.provenance,
	} {
		l.provenance(field, f.Sources, p.Source, p.Status)
	}
}

func (l *loader) provenance(field string, sources map[string]string, source, status string) {
	if _, ok := sources[source]; !ok {
		l.bad.Addf(field+".source", "name one that sources lists", "the source is unknown")
	}
	if !slices.Contains(statuses, status) {
		l.bad.Addf(field+".status", "use one of "+strings.Join(statuses, ", "), "not a status")
	}
}

// picker compiles weights.
func (l *loader) picker(field string, weights []int) picker {
	p, err := newPicker(weights)
	if err != nil {
		l.add(field, err)
		return picker{1}
	}
	return p
}

func (l *loader) add(field string, err error) {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		c := *e
		c.Field = strings.TrimSuffix(field+"."+c.Field, ".")
		err = &c
	}
	l.bad.Add(err)
}

func (l *loader) choice(field string, item *questionnaire.Item, code string) int {
	pos, ok := item.Choice(code)
	if !ok {
		l.bad.Addf(field, "use a choice of the questionnaire", "the item %s offers no %s", item.Code, code)
	}
	return pos
}

// points spreads a table by code over the positions of the item's choices.
func (l *loader) points(field string, item *questionnaire.Item, table codes) []int {
	out := make([]int, len(item.Choices))
	for _, code := range slices.Sorted(maps.Keys(table)) {
		if pos := l.choice(field, item, code); pos >= 0 {
			out[pos] = table[code]
		}
	}
	return out
}

func (l *loader) weights(field string, item *questionnaire.Item, table codes) picker {
	return l.picker(field, l.points(field, item, table))
}

// spread returns the values of a table in the order of the questionnaire's
// strata; every stratum must have one.
func spread[T any](l *loader, field string, table map[string]T) []T {
	out := make([]T, len(l.q.Strata))
	for i, s := range l.q.Strata {
		v, ok := table[s]
		if !ok {
			l.bad.Addf(field, "give one for each of "+strings.Join(l.q.Strata, ", "), "there is none for %s", s)
		}
		out[i] = v
	}
	for s := range table {
		if !slices.Contains(l.q.Strata, s) {
			l.bad.Addf(field, "strata are those of the questionnaire", "there is no stratum %s", s)
		}
	}
	return out
}

// curves is spread for curves, which must be well formed.
func (l *loader) curves(field string, table byStratum[curve]) []curve {
	out := spread(l, field, table)
	for i, c := range out {
		if err := c.check(); err != nil {
			l.add(field, err)
			out[i] = curve{{0, 0}}
		}
	}
	return out
}

// stratum returns the position of a stratum.
func (l *loader) stratum(field, code string) int {
	i := slices.Index(l.q.Strata, code)
	if i < 0 {
		l.bad.Addf(field, "strata are those of the questionnaire", "there is no stratum %s", code)
		return 0
	}
	return i
}

// at names an element of a list of the file.
func at(list string, i int, name string) string {
	return strings.TrimSuffix(fmt.Sprintf("%s[%d].%s", list, i, name), ".")
}
