package trial_test

import (
	"context"
	"encoding/json"
	"fmt"

	"sijil/household"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/sample"
	"sijil/internal/system"
	"sijil/internal/uid"
	"sijil/population"
)

// street is the households that one client serves, one after the other: the
// same whoever asks, the program that is killed and the test that asks again.
type street struct {
	model  *sample.Model
	plan   *sample.Plan
	houses []*house
}

func newStreet(m *sample.Model, seed uint64, first, serial int) *street {
	return &street{model: m, plan: m.Plan(sample.Options{Seed: seed, First: first, Serial: serial})}
}

// house returns the n-th household of the street.
func (st *street) house(n int) (*house, error) {
	for len(st.houses) <= n {
		h, err := st.plan.Next()
		if err != nil {
			return nil, err
		}
		st.houses = append(st.houses, &house{model: st.model, h: h, numbers: make([]idcs.IDCS, len(h.Persons))})
	}
	return st.houses[n], nil
}

// house is a household with what the registers answered about it so far.
type house struct {
	model   *sample.Model
	h       *sample.Household
	numbers []idcs.IDCS
	waits   uid.Ref // receipt of an enrolment on witnesses
	filed   *household.Filed
}

// answer is what the registers said of an act.
type answer struct {
	State    string         `json:"state,omitempty"`
	Receipt  uid.Ref        `json:"receipt,omitempty"`
	Number   string         `json:"number,omitempty"`
	Code     household.Code `json:"code,omitempty"`
	Revision int64          `json:"revision,omitempty"`
	Version  int            `json:"version,omitempty"`
	Home     uid.ID         `json:"home"`
	Score    uid.ID         `json:"score"`
	Index    string         `json:"index,omitempty"`
}

// An act is one thing done with a house; its name is told to the test.
type act struct {
	kind   string
	person int
}

func (a act) String() string { return fmt.Sprintf("%s/%d", a.kind, a.person) }

// acts are everything that is done with a house, in order.
func (h *house) acts() []act {
	var out []act
	for _, i := range h.h.Enrolling() {
		out = append(out, act{"enrol", i})
	}
	if len(h.witnesses()) == 2 {
		out = append(out, act{"witnessed", 0}, act{"accept", 0})
	}
	if h.declares() {
		out = append(out, act{"declare", 0}, act{"again", 0}, act{"correct", h.corrected()})
	}
	return out
}

// declares reports whether a member can declare: an adult who is enrolled.
func (h *house) declares() bool { return h.corrected() >= 0 }

// corrected is the first adult who has a number.
func (h *house) corrected() int {
	for i := range h.h.Persons {
		if p := &h.h.Persons[i]; !p.Awaiting && p.Birth().Last().AgeAt(h.model.Today()) >= 18 {
			return i
		}
	}
	return -1
}

// witnesses are two adults of the house who can vouch for somebody.
func (h *house) witnesses() []int {
	var out []int
	for i := range h.h.Persons {
		p := &h.h.Persons[i]
		e := p.Enrolment(idcs.IDCS{})
		if !p.Awaiting && p.Birth().Last().AgeAt(h.model.Today()) >= 18 && len(e.Documents) > 0 && e.Documents[0].Type == "national_card" && len(out) < 2 {
			out = append(out, i)
		}
	}
	return out
}

// do does an act under a key of its own, and keeps what came of it.
func (h *house) do(ctx context.Context, s *system.System, key string, a act) (answer, error) {
	switch a.kind {
	case "enrol":
		p, by := &h.h.Persons[a.person], idcs.IDCS{}
		if p.Introducer >= 0 {
			by = h.numbers[p.Introducer]
		}
		out, err := s.Population.Enrol(ctx, officer, key, p.Enrolment(by))
		return h.keep(s, a, answer{State: string(out.State), Receipt: out.Receipt, Number: out.IDCS.Digits()}, err)
	case "witnessed":
		out, err := s.Population.Enrol(ctx, officer, key, h.paperless())
		return h.keep(s, a, answer{State: string(out.State), Receipt: out.Receipt}, err)
	case "accept":
		out, err := s.Population.Accept(ctx, authority, key, h.waits, population.Acceptance{Accept: true})
		return h.keep(s, a, answer{State: string(out.State), Receipt: out.Receipt}, err)
	case "correct":
		return h.correct(ctx, s, key, a)
	}
	d, err := h.model.Declaration(h.h, h.numbers)
	if err != nil {
		return answer{}, err
	}
	if a.kind == "again" {
		d.Household, d.Revision = h.filed.Household, h.filed.Revision
		for i := range d.Members {
			if d.Members[i].Awaiting == nil {
				d.Members[i].Claim, d.Members[i].Line = nil, i+1
			}
		}
	}
	f, err := s.Household.Declare(ctx, officer, key, d)
	if err != nil {
		return answer{}, err
	}
	return h.keep(s, a, answer{State: string(f.State), Code: f.Household, Revision: f.Revision, Version: f.Version, Home: f.ID, Score: f.Score, Index: f.Index}, nil)
}

// keep remembers of an answer what later acts need.
func (h *house) keep(s *system.System, a act, out answer, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	switch a.kind {
	case "enrol":
		scheme, err := idcs.NewScheme(s.Parts.Country.Identifier())
		if err == nil {
			h.numbers[a.person], err = scheme.Parse(out.Number)
		}
		return out, err
	case "witnessed":
		h.waits = out.Receipt
	case "declare":
		h.filed = &household.Filed{Household: out.Code, Revision: out.Revision, ID: out.Home, Score: out.Score}
	}
	return out, nil
}

// paperless is somebody for whom two members of the house vouch.
func (h *house) paperless() population.Enrolment {
	first := h.h.Persons[h.witnesses()[0]].Enrolment(idcs.IDCS{})
	e := population.Enrolment{
		Category: first.Category, Sex: population.Male, Birth: population.Birth{Date: civil.Partial{Year: 1930 + h.h.Number%50}}, Locality: first.Locality, Notice: first.Notice,
		Names: []population.Name{{Use: population.Official, Spellings: []population.Spelling{neighbour(h.h.Number)}}},
	}
	for _, i := range h.witnesses() {
		e.Witnesses = append(e.Witnesses, population.Witness{IDCS: h.numbers[i], Document: h.h.Persons[i].Enrolment(idcs.IDCS{}).Documents[0]})
	}
	return e
}

// correct makes an adult ten years older, which may move the index.
func (h *house) correct(ctx context.Context, s *system.System, key string, a act) (answer, error) {
	list, err := s.Population.Find(ctx, officer, population.FindRequest{IDCS: h.numbers[a.person]})
	if err != nil {
		return answer{}, err
	}
	if len(list) != 1 {
		return answer{}, fmt.Errorf("%d people have one number", len(list))
	}
	born := h.h.Persons[a.person].Birth()
	born.Year -= 10
	if born.Month == 2 {
		born.Day = min(born.Day, 28)
	}
	out, err := s.Population.Correct(ctx, officer, key, population.Correction{
		Person: list[0].Token, Revision: 1, Birth: &population.Birth{Date: born}, Cause: "court",
		Act: population.Act{Type: "judgment", Number: "1/26", Office: "ZZ01", Date: h.model.Today()},
	})
	return answer{Revision: out.Revision}, err
}

func (a answer) String() string {
	b, err := json.Marshal(a)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// neighbour is the name of the paperless of a household: those of two
// households are not alike.
func neighbour(n int) population.Spelling {
	given := []string{"Brahim", "Yamna", "Lahoucine", "Ghita", "Moulay Said", "Zahra", "Tarik"}
	family := []string{"Oubella", "Chkounda", "Amellal", "Zerwali", "Fassi", "Guessous", "Mernissi", "Tazi", "Kettani", "Bouhlal", "Idrissi"}
	return population.Spelling{Script: "Latn", Given: given[n%len(given)], Family: family[n%len(family)]}
}
