// Package sample makes the people of a synthetic population enrol: each with
// names in two scripts, documents in the country's forms, an address, contacts
// and, for a child, who brings it. It is for tests, benches and the demo.
//
// It knows how a synthetic household becomes the enrolments of its members. It
// refuses to know the country: forms and ranges of numbers are data it is
// handed (sample.json), in ranges that nobody is given, so that nothing it
// makes can be taken for a real person's.
//
// The same data and seed give the same people, one household after the other;
// a plan never holds more than one household.
package sample

import (
	"fmt"
	"math/bits"
	"math/rand/v2"

	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/synth"
	"sijil/population"
	"sijil/questionnaire"
)

// Household is a synthetic household whose members can be enrolled.
type Household struct {
	Number      int
	Declaration questionnaire.Declaration // its members in the order of Persons
	Persons     []Person

	Note     string   // free text of the declaration; empty without Options.Canaries
	Canaries []Canary // of the household; those of its members are theirs
}

// Person is a member of a synthetic household.
type Person struct {
	Ref      string // of the member, as in the declaration
	Serial   int    // different for every person of a plan
	Awaiting bool   // the declaration says that the member has no number yet: do not enrol

	// Introducer is the position in the household of who brings this child, -1
	// for an adult and for a child whom an institution brings. It comes before the child in
	// the order of Enrolling.
	Introducer int
	As         string // what the introducer is to the child

	Canaries []Canary // what was planted; empty without Options.Canaries

	enrolment population.Enrolment
}

// Name is the claim others make of the person: the name in Latin letters,
// given name first.
func (p *Person) Name() string {
	for _, s := range p.enrolment.Names[0].Spellings {
		if s.Script == latin {
			return s.Given + " " + s.Family
		}
	}
	return ""
}

// Birth is the date of birth, as far as it is known.
func (p *Person) Birth() civil.Partial { return p.enrolment.Birth.Date }

// Locality is the code of the place the person lives in.
func (p *Person) Locality() string { return p.enrolment.Locality }

// Enrolment is what an officer captures of the person. introducer is the
// number of the household's member that Introducer names; with the zero number
// nobody is named.
func (p *Person) Enrolment(introducer idcs.IDCS) population.Enrolment {
	e := p.enrolment
	if e.Introducer != nil {
		if introducer.IsZero() && e.Introducer.Holder.IsZero() {
			e.Introducer = nil
			return e
		}
		r := *e.Introducer
		if r.Holder.IsZero() {
			r.Holder = population.Holder{IDCS: introducer}
		}
		e.Introducer = &r
	}
	return e
}

// Enrolling returns the positions of the members to enrol, those who introduce
// others first; members who await a number are left out.
func (h *Household) Enrolling() []int {
	var first, then []int
	for i := range h.Persons {
		switch p := &h.Persons[i]; {
		case p.Awaiting:
		case p.Introducer < 0:
			first = append(first, i)
		default:
			then = append(then, i)
		}
	}
	return append(first, then...)
}

// Options say what a plan makes.
type Options struct {
	Seed  uint64
	First int // number of the first household
	// Serial is the number of the first person. Plans whose people meet in one
	// store need serials that do not overlap: a document is one person's.
	Serial   int
	Canaries bool // plant a value of its own in every text of a person
}

// Plan makes one household after the other. It is for one goroutine.
type Plan struct {
	m      *Model
	o      Options
	next   int
	serial int
	h      synth.Household
	r      *rand.PCG
}

// Today is the day of the enrolments and declarations.
func (m *Model) Today() civil.Date { return m.today }

// Plan returns a plan of the model.
func (m *Model) Plan(o Options) *Plan {
	return &Plan{m: m, o: o, next: o.First, serial: o.Serial, r: rand.NewPCG(0, 0)}
}

// Next returns the next household. It fails only when the ranges of the data
// have no number left for another person.
func (p *Plan) Next() (*Household, error) {
	p.m.synth.Household(p.o.Seed, p.next, &p.h)
	p.r.Seed(p.o.Seed^0x5a3c_96e1_77b2_04df, uint64(p.next))
	out := &Household{Number: p.next, Declaration: copyOf(&p.h.Declaration), Persons: make([]Person, len(p.h.Persons))}
	foreign := p.chance(p.m.data.Foreigners.Chance)
	phone := p.phone()
	for i := range p.h.Persons {
		if err := p.person(i, foreign, phone, &out.Persons[i]); err != nil {
			return nil, fmt.Errorf("sample: household %d: %w", p.next, err)
		}
	}
	for i := range out.Persons {
		p.introduce(out, i)
	}
	if p.o.Canaries {
		p.plant(out)
	}
	p.next++
	return out, nil
}

// copyOf returns a declaration that does not share its slices with the
// generator, which uses them again.
func copyOf(d *questionnaire.Declaration) questionnaire.Declaration {
	c := *d
	c.Answers = append([]questionnaire.Answer(nil), d.Answers...)
	c.Members = append([]questionnaire.Member(nil), d.Members...)
	for i := range c.Members {
		c.Members[i].Answers = append([]questionnaire.Answer(nil), c.Members[i].Answers...)
	}
	return c
}

func (p *Plan) below(n int) int {
	hi, _ := bits.Mul64(p.r.Uint64(), uint64(n))
	return int(hi)
}

func (p *Plan) chance(per int) bool { return p.below(10_000) < per }
