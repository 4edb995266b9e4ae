// Package checkmodel makes the model by which a country's register checks
// whether somebody who enrols is enrolled already: from synthetic people, some
// of whom come twice.
//
// It knows how a synthetic enrolment becomes one that another officer captured
// of the same person. The errors are those of internal/synthroll, whose tables
// share nothing with the comparison that is trained and measured on them. It
// refuses to promise anything about real clerks: every rate is an assumption.
package checkmodel

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/sample"
	"sijil/internal/synthroll"
	"sijil/linkage"
	"sijil/names"
	"sijil/population"
)

// Inputs are a country's data.
type Inputs struct {
	People *sample.Model
	Clerks *synthroll.Model
	Rules  *population.DuplicateRules
	Names  *names.Table // nil for none
	Places []string     // codes of the localities people move to
}

// Kind says what a made enrolment is.
type Kind uint8

// The kinds.
const (
	First Kind = iota // of a person who was not made before
	Again             // of one who was
	Twin              // of a twin of the one before
)

// Made is a made enrolment.
type Made struct {
	Enrolment population.Enrolment
	Person    int // who it is; twins are two
	Kind      Kind
}

// Shares of the people, of 10,000.
const (
	again  = 1500
	single = 2000 // of the records that are written in one script
	twins  = 100
	others = 100 // of those who come again: who show another document of the same type
)

// Source makes one enrolment after the other. It is for one goroutine.
type Source struct {
	in    Inputs
	seed  uint64
	plan  *sample.Plan
	queue []Made
	next  int      // number of the next person
	given []bearer // whose names twins get
}

// bearer is a name with the sex of who bears it.
type bearer struct {
	name population.Name
	sex  population.Sex
}

// New returns a source. The same seed makes the same people.
func New(in Inputs, seed uint64) *Source {
	return &Source{in: in, seed: seed, plan: in.People.Plan(sample.Options{Seed: seed})}
}

// Next returns the next enrolment: of a person, then those of the same person
// and of a twin, where there are any. Introducers are named by nobody's number:
// they are left out.
func (s *Source) Next() (Made, error) {
	for len(s.queue) == 0 {
		h, err := s.plan.Next()
		if err != nil {
			return Made{}, err
		}
		home := map[string]bool{} // a family does not give one name twice
		for i := range h.Persons {
			e := h.Persons[i].Enrolment(idcs.IDCS{})
			for try := 0; home[given(e)] && try < 20 && len(s.given) > 0; try++ {
				e = s.rename(s.in.Clerks.Clerk(s.seed, uint64(s.next+try)<<20), e)
			}
			home[given(e)] = true
			s.add(e)
		}
	}
	m := s.queue[0]
	s.queue = s.queue[1:]
	return m, nil
}

func (s *Source) add(e population.Enrolment) {
	for i, d := range e.Documents { // a family's numbers follow each other: nobody's do outside
		e.Documents[i].Parts = maps.Clone(d.Parts)
		e.Documents[i].Parts[numberPart] = scatter(d.Parts[numberPart], 0)
	}
	s.queue = append(s.queue, Made{Enrolment: e, Person: s.next})
	c := s.in.Clerks.Clerk(s.seed, uint64(s.next))
	e.Names = []population.Name{{Use: population.Official, Spellings: oneScript(c, e.Names[0].Spellings, single)}}
	if c.Chance(again) {
		s.queue = append(s.queue, Made{Enrolment: s.spoil(c, e), Person: s.next, Kind: Again})
	}
	s.next++
	if len(s.given) > 0 && c.Chance(twins) {
		s.queue = append(s.queue, Made{Enrolment: s.twin(c, e), Person: s.next, Kind: Twin})
		s.next++
	}
	if len(s.given) < 1000 && len(e.Names[0].Spellings) == 2 {
		s.given = append(s.given, bearer{e.Names[0], e.Sex})
	}
}

// spoil is the enrolment of the same person at another counter.
func (s *Source) spoil(c *synthroll.Clerk, e population.Enrolment) population.Enrolment {
	e.Names = []population.Name{{Use: population.Official, Spellings: s.spell(c, e.Names[0].Spellings)}}
	e.Birth.Date = respellDate(c, e.Birth.Date)
	if c.MistakesSex() {
		e.Sex = map[population.Sex]population.Sex{population.Female: population.Male, population.Male: population.Female}[e.Sex]
	}
	if c.Moves() {
		e.Locality = s.in.Places[c.Below(len(s.in.Places))]
	}
	e.Contacts = contacts(c, e.Contacts)
	e.Documents = documents(c, e.Documents)
	return e
}

// respellDate leaves a date as it is where its errors make none.
func respellDate(c *synthroll.Clerk, d civil.Partial) civil.Partial {
	y, m, day := c.Birth(d.Year, int(d.Month), d.Day)
	text := fmt.Sprintf("%04d", y)
	if m != 0 {
		text += fmt.Sprintf("-%02d", m)
	}
	if day != 0 {
		text += fmt.Sprintf("-%02d", day)
	}
	if p, err := civil.ParsePartial(text); err == nil {
		return p
	}
	return d
}

func (*Source) spell(c *synthroll.Clerk, list []population.Spelling) []population.Spelling {
	out := slices.Clone(list)
	at := map[string]*population.Spelling{}
	for i := range out {
		at[out[i].Script] = &out[i]
	}
	none := &population.Spelling{}
	latin, arab := at["Latn"], at["Arab"]
	if latin == nil {
		latin = none
	}
	if arab == nil {
		arab = none
	}
	latin.Given, arab.Given = c.Name(latin.Given, arab.Given)
	latin.Family, arab.Family = c.Name(latin.Family, arab.Family)
	if c.Swaps() {
		latin.Given, latin.Family, arab.Given, arab.Family = latin.Family, latin.Given, arab.Family, arab.Given
	}
	return oneScript(c, out, single)
}

// oneScript leaves one of two spellings, in so many of 10,000 cases: an office
// that writes one script.
func oneScript(c *synthroll.Clerk, list []population.Spelling, chance int) []population.Spelling {
	if len(list) != 2 || !c.Chance(chance) {
		return list
	}
	i := c.Below(2)
	return list[i : i+1]
}

// numberPart is the part of a synthetic document that is its number.
const numberPart = "number"

// scatter exchanges the digits of a number for others, different ones for
// different numbers.
func scatter(number string, step int) string {
	at := len(number)
	for at > 0 && number[at-1] >= '0' && number[at-1] <= '9' {
		at--
	}
	room := 1
	for range len(number) - at {
		room *= 10
	}
	n, err := strconv.Atoi(number[at:])
	if err != nil {
		return number
	}
	return number[:at] + fmt.Sprintf("%0*d", len(number)-at, (n*654_321+step*1_234_567)%room)
}

func contacts(c *synthroll.Clerk, list []population.Contact) []population.Contact {
	var out []population.Contact
	for _, k := range list {
		if k.Channel == population.Phone {
			k.Value = c.Phone(k.Value)
		}
		if k.Value != "" {
			out = append(out, k)
		}
	}
	return out
}

// documents are those that are shown the second time: none, one that is copied
// wrong, or, rarely, another one of the same type.
func documents(c *synthroll.Clerk, list []population.Document) []population.Document {
	var out []population.Document
	for _, d := range list {
		parts := maps.Clone(d.Parts)
		number := c.Document(d.Parts[numberPart])
		if c.Chance(others) {
			number = scatter(number, 77)
		}
		if number == "" {
			continue
		}
		parts[numberPart] = number
		d.Parts = parts
		out = append(out, d)
	}
	return out
}

// twin is the enrolment of a child born with another: another given name, and
// no paper yet.
func (s *Source) twin(c *synthroll.Clerk, e population.Enrolment) population.Enrolment {
	e.Documents = nil
	was := given(e)
	for try := 0; given(e) == was && try < 20; try++ {
		e = s.rename(c, e)
	}
	return e
}

// rename gives a person somebody else's given name and sex.
func (s *Source) rename(c *synthroll.Clerk, e population.Enrolment) population.Enrolment {
	other := s.given[c.Below(len(s.given))]
	n := population.Name{Use: population.Official}
	for _, w := range e.Names[0].Spellings {
		for _, o := range other.name.Spellings {
			if o.Script == w.Script {
				w.Given = o.Given
			}
		}
		n.Spellings = append(n.Spellings, w)
	}
	e.Names, e.Sex = []population.Name{n}, other.sex
	return e
}

// given is the given name, in the script in which it is written first.
func given(e population.Enrolment) string { return e.Names[0].Spellings[0].Given }

// Train makes a model of so many enrolments, with those passes of blocking that
// find people whom no claimed document finds. It makes the same one from the
// same inputs, seed and number.
func Train(ctx context.Context, in Inputs, seed uint64, enrolments int, progress func(int)) (*linkage.Model, error) {
	b, err := linkage.NewBuilder(in.Rules.Spec(), in.Names)
	if err != nil {
		return nil, err
	}
	s := New(in, seed)
	for i := range enrolments {
		m, err := s.Next()
		if err != nil {
			return nil, err
		}
		if err := b.Add(in.Rules.Values(m.Enrolment)[0]); err != nil {
			return nil, err
		}
		if progress != nil && i%1000 == 0 {
			progress(i)
		}
	}
	recs, err := b.Records()
	if err != nil {
		return nil, err
	}
	m, err := linkage.Train(ctx, recs, linkage.Options{})
	if err != nil {
		return nil, err
	}
	// Which passes are worth their keys is seen on other people.
	keep, err := New(in, seed+1).telling(m, enrolments)
	if err != nil {
		return nil, err
	}
	return m.WithPasses(keep)
}
