package demo

import (
	"context"
	"fmt"

	"sijil/access"
	"sijil/household"
	"sijil/idcs"
	"sijil/internal/sample"
	"sijil/internal/uid"
	"sijil/population"
)

// home is a household of the sample, with what the registers answered about it.
type home struct {
	l        *Loader
	model    *sample.Model
	n        int
	h        *sample.Household
	numbers  []idcs.IDCS // zero of members who await one
	receipts []uid.Ref   // of enrolments
	filed    *household.Filed
	used     bool // something happened to it already
}

// without says how often the first adult of a household has no papers, and
// comes with two witnesses.
const without = 20

// paperless reports whether the household's first adult comes without papers.
// Witnesses are people of the sample, so it comes after them.
func (h *home) paperless() bool { return h.n%without == 7 && !h.h.Persons[0].Awaiting && h.adult(0) }

// adult reports whether a member needs nobody to be enrolled by.
func (h *home) adult(i int) bool { return h.h.Persons[i].As == "" }

// come is a household at the counter: its members are enrolled, and it
// declares.
func (h *home) come(ctx context.Context) error {
	if h.paperless() {
		return nil
	}
	if err := h.enrol(ctx, -1); err != nil {
		return err
	}
	return h.declare(ctx)
}

// enrol enrols every member but one, those who bring others first.
func (h *home) enrol(ctx context.Context, but int) error {
	for _, i := range h.h.Enrolling() {
		if i == but {
			continue
		}
		p, by := &h.h.Persons[i], idcs.IDCS{}
		if p.Introducer >= 0 {
			by = h.numbers[p.Introducer]
			if by.IsZero() {
				continue // who brings the child has no number yet: they come back
			}
		}
		got, err := h.l.System.Population.Enrol(ctx, h.l.office.enrols, h.l.key(h.n, fmt.Sprint("enrol-", i)), p.Enrolment(by))
		done, err := h.l.took(err)
		if err != nil {
			return err
		}
		if done {
			h.numbers[i], h.receipts[i] = got.IDCS, got.Receipt
		}
	}
	return nil
}

// said is what the household says of itself. There is no declarant while
// nobody in it can declare.
func (h *home) said() (household.Declaration, error) {
	d, err := h.model.Declaration(h.h, h.numbers)
	d.AsOf = h.model.Today()
	for i := range d.Members {
		if d.Members[i].Awaiting != nil {
			d.Members[i].Awaiting.Receipt = h.receipts[i]
		}
	}
	return d, err
}

// declare declares the household, when somebody can.
func (h *home) declare(ctx context.Context) error {
	d, err := h.said()
	if err != nil {
		return err
	}
	if d.Declarant != "" {
		filed, err := h.l.System.Household.Declare(ctx, h.at(h.l.office.declares), h.l.key(h.n, "declare"), d)
		done, err := h.l.took(err)
		if err != nil {
			return err
		}
		if done {
			h.filed = filed
		}
	}
	h.l.report(func(p *Progress) { p.Done++ })
	return nil
}

// at is the caller at work on this household's case: the receipt of its first
// enrolment.
func (h *home) at(c access.Caller) access.Caller {
	for _, r := range h.receipts {
		if r != "" {
			c.Case = string(r)
			return c
		}
	}
	return c
}

// claim is what somebody says of a member.
func (h *home) claim(i int) household.Claim {
	p := &h.h.Persons[i]
	return household.Claim{IDCS: h.numbers[i], Name: p.Name(), Birth: p.Birth()}
}

// found is a member as the counter finds them.
func (h *home) found(ctx context.Context, i int) (population.Candidate, access.Caller, error) {
	c := h.at(h.l.office.corrects)
	list, err := h.l.System.Population.Find(ctx, c, population.FindRequest{IDCS: h.numbers[i]})
	if err != nil || len(list) == 0 {
		return population.Candidate{}, c, err
	}
	return list[0], c, nil
}
