package population

import (
	"context"
	"errors"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/names"
	"sijil/seal"
)

func isRaced(err error) bool { return errors.Is(err, errRaced) }

// links are the registered people that an enrolment names: its witnesses and
// who stands in a relation to the person.
type links struct {
	witnesses []uid.ID
	holders   map[idcs.IDCS]uid.ID
	uses      []access.Use
	err       error // why one of them does not stand up
}

// link looks up the registered people of an enrolment. What is wrong with one
// of them is in links.err: a repeated act gets its first answer all the same.
func (s *Service) link(ctx context.Context, c access.Caller, d *draft) (links, error) {
	l := links{holders: map[idcs.IDCS]uid.ID{}}
	var numbers []idcs.IDCS
	where := map[idcs.IDCS]string{}
	add := func(r Relation, at string) {
		if n := r.Holder.IDCS; !n.IsZero() && where[n] == "" {
			numbers, where[n] = append(numbers, n), at+".holder"
		}
	}
	if d.Introducer != nil {
		add(*d.Introducer, "introducer")
	}
	for i, r := range d.Relations {
		add(r, index("relations", i))
	}
	if len(numbers) == 0 && len(d.Witnesses) == 0 {
		return l, nil
	}
	for _, w := range d.Witnesses {
		numbers = append(numbers, w.IDCS)
	}
	people, err := s.byNumbers(ctx, numbers, Agency)
	if err != nil {
		return l, err
	}
	for n, at := range where {
		row, ok := people[n]
		if !ok || row.State == Deceased || row.State == Merged {
			l.err = conflict("holder_unknown", at, "no living person is registered with this number", "check the number, or name the holder without one")
			return l, nil
		}
		l.holders[n] = row.ID
		l.uses = append(l.uses, c.Used(s.ids.NewID(), row.ID, s.now(), access.PersonEnrol, "relation"))
	}
	return l, s.linkWitnesses(ctx, c, d, people, &l)
}

// byNumbers finds people by their numbers, with their tokens for a recipient.
func (s *Service) byNumbers(ctx context.Context, numbers []idcs.IDCS, recipient string) (map[idcs.IDCS]PersonRow, error) {
	people, _, err := s.byAnyNumber(ctx, numbers, recipient)
	return people, err
}

// byAnyNumber is byNumbers, with the record that each number was given to
// where that was merged into another since.
func (s *Service) byAnyNumber(ctx context.Context, numbers []idcs.IDCS, recipient string) (now, merged map[idcs.IDCS]PersonRow, err error) {
	now, merged = map[idcs.IDCS]PersonRow{}, map[idcs.IDCS]PersonRow{}
	of := map[seal.Blind]idcs.IDCS{}
	var all []seal.Blind
	for _, n := range numbers {
		blinds, err := s.numberBlinds(ctx, n)
		if err != nil {
			return nil, nil, err
		}
		for _, b := range blinds {
			all, of[b] = append(all, b), n
		}
	}
	return now, merged, s.store.View(ctx, func(tx Tx) error {
		found, err := tx.ByNumber(ctx, all)
		if err != nil || len(found) == 0 {
			return err
		}
		ids := make([]uid.ID, 0, len(found))
		for _, id := range found {
			ids = append(ids, id)
		}
		people, err := tx.Persons(ctx, ids, recipient)
		if err != nil {
			return err
		}
		clear(now)
		clear(merged)
		for b, id := range found {
			if row := people[id]; row.State == Merged {
				merged[of[b]] = row
			}
		}
		if err := follow(ctx, tx, people, recipient); err != nil {
			return err
		}
		for b, id := range found {
			if row, ok := people[id]; ok {
				now[of[b]] = row
			}
		}
		return nil
	})
}

// linkWitnesses holds the witnesses to the rule: registered, alive, adult, with
// the document shown, no colleague of the officer, and not the person.
func (s *Service) linkWitnesses(ctx context.Context, c access.Caller, d *draft, people map[idcs.IDCS]PersonRow, l *links) error {
	for i, w := range d.Witnesses {
		if l.err != nil {
			break
		}
		row, ok := people[w.IDCS]
		found, err := s.judgeWitness(ctx, c, d, row, w.Document, index("witnesses", i))
		if err != nil {
			return err
		}
		verdict := "witness"
		if found.wrong != nil {
			verdict, l.err = "not_a_witness", found.wrong
		} else {
			l.witnesses = append(l.witnesses, row.ID)
		}
		if ok {
			l.uses = append(l.uses, c.Used(s.ids.NewID(), row.ID, s.now(), access.PersonEnrol, verdict))
		}
	}
	return nil //nolint:nilerr // what is wrong with a witness is in l.err
}

// finding is what is wrong with a witness; the zero finding is nothing.
type finding struct{ wrong *errs.Error }

func noWitness(at string) finding {
	return finding{conflict("witness_unknown", at, "no living person is registered with this number and this document", "check both on the witness's card")}
}

func (s *Service) holds(ctx context.Context, person uid.ID, d Document) (holds bool, err error) {
	blinds, err := s.documentBlinds(ctx, d)
	if err != nil {
		return false, err
	}
	err = s.store.View(ctx, func(tx Tx) error {
		found, err := tx.ByDocument(ctx, d.Type, blinds)
		holds = false
		for _, id := range found {
			holds = holds || id == person
		}
		return err
	})
	return holds, err
}

// judgeWitness returns what is wrong with a witness. It opens the record to see
// what no clear field tells. The zero row is a number that nobody has.
func (s *Service) judgeWitness(ctx context.Context, c access.Caller, d *draft, row PersonRow, shown Document, at string) (finding, error) {
	if row.State != Active {
		return noWitness(at), nil
	}
	holds, err := s.holds(ctx, row.ID, shown)
	if err != nil || !holds {
		return noWitness(at), err
	}
	list, err := s.inside(ctx, row)
	if err != nil {
		return finding{}, err
	}
	w := list[0]
	k := &checker{rules: s.rules, today: s.today()}
	switch {
	case w.record == nil:
		return noWitness(at), nil
	case k.ageOf(w.Birth.Date).minor:
		return finding{conflict("witness_minor", at, "a witness has to be of age for certain", "ask another person")}, nil
	case s.isThePerson(w.record, d):
		return finding{conflict("witness_self", at, "nobody is a witness for himself or herself", "ask another person")}, nil
	}
	return s.colleague(ctx, c, w, at)
}

// colleague returns what is wrong with a witness who works at the centre.
func (s *Service) colleague(ctx context.Context, c access.Caller, w opened, at string) (finding, error) {
	known, err := s.agencyTokens(ctx, w)
	if err != nil {
		return finding{}, err
	}
	for _, t := range known {
		is, err := s.staff.Colleague(ctx, c, t)
		switch {
		case err != nil:
			return finding{}, &errs.Error{Kind: errs.Unavailable, Code: "population.staff", What: "cannot ask who works at the centre", Fix: "try again later", Err: err}
		case is:
			return finding{conflict("witness_staff", at, "a witness works at the centre", "ask another person")}, nil
		}
	}
	return finding{}, nil
}

// isThePerson reports whether a witness bears the name and birth date of the
// person who is enrolled.
func (s *Service) isThePerson(w *record, d *draft) bool {
	if w.Birth.Date != d.Birth.Date || w.Sex != d.Sex {
		return false
	}
	for _, a := range official(w.Names).Spellings {
		for _, b := range official(d.Names).Spellings {
			if s.sameName(names.Given, a.Given, b.Given) && s.sameName(names.Family, a.Family, b.Family) {
				return true
			}
		}
	}
	return false
}

func (s *Service) sameName(kind names.Kind, a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	return names.Compare(s.names.Form(kind, a), s.names.Form(kind, b)).Level >= nameTolerance
}

// nameTolerance is how alike a typed name and a kept one must be to be one
// name: spelt otherwise, in another script, as the language allows; not a
// neighbour, a part or a brother's.
const nameTolerance = names.SameFine
