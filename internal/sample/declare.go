package sample

import (
	"encoding/json"
	"fmt"

	"sijil/household"
	"sijil/idcs"
	"sijil/questionnaire"
)

// Declaration is what the household declares. numbers are its members', in the
// order of Persons; a member without one awaits it. The first adult with a
// number declares; nobody does, who is a member, where there is none.
func (m *Model) Declaration(h *Household, numbers []idcs.IDCS) (household.Declaration, error) {
	var line struct {
		Members []struct {
			Answers json.RawMessage `json:"answers"`
		} `json:"members"`
		Answers json.RawMessage `json:"answers"`
	}
	said := m.saidAwaiting(h, numbers)
	if err := json.Unmarshal(m.questionnaire.AppendJSON(nil, &said), &line); err != nil {
		return household.Declaration{}, fmt.Errorf("sample: household %d: %w", h.Number, err)
	}
	d := household.Declaration{
		AsOf: h.Declaration.AsOf, Locality: h.Declaration.Locality, Variant: h.Declaration.Variant, Note: h.Note,
		Members: make([]household.Member, len(h.Persons)), Answers: line.Answers,
	}
	for i := range h.Persons {
		p := &h.Persons[i]
		d.Members[i] = household.Member{Ref: p.Ref, Answers: line.Members[i].Answers}
		if numbers[i].IsZero() {
			d.Members[i].Awaiting = &household.Unregistered{Birth: p.Birth(), Sex: h.Declaration.Members[i].Sex}
			continue
		}
		d.Members[i].Claim = &household.Claim{IDCS: numbers[i], Name: p.Name(), Birth: p.Birth()}
		if d.Declarant == "" && p.Birth().Last().AgeAt(m.today) >= m.rules.Majority.Age {
			d.Declarant = p.Ref
		}
	}
	return d, nil
}

// saidAwaiting is the household's declaration with every member who has no
// number said to await one.
func (m *Model) saidAwaiting(h *Household, numbers []idcs.IDCS) questionnaire.Declaration {
	d := h.Declaration
	if m.awaiting == nil {
		return d
	}
	d = copyOf(&d)
	for i := range d.Members {
		if numbers[i].IsZero() {
			d.Members[i].Answers[m.awaiting.Position()] = questionnaire.Answer{Given: true, Int: 1}
		}
	}
	return d
}
