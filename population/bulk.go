package population

import (
	"context"
	"fmt"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// Bulk enrols many people at once, for benches and tests, into an empty
// register: checks, seals, keys and rows are those of Enrol, but there are no
// idempotency keys, and rows are written a table at a time. Enrolments on
// witnesses, those that name people enrolled before this call, and those that
// are refused cannot come this way. Nobody is checked against anybody, though
// everybody gets the keys by which the others are: the people of a bulk must be
// known to be different.
// next returns enrolments until io.EOF; enrolled, if not nil, is told each
// answer in turn. It returns how many were written.
func (s *Service) Bulk(ctx context.Context, c access.Caller, next func() (Enrolment, error), enrolled func(Enrolled)) (int64, error) {
	loader, ok := s.store.(Loader)
	if !ok {
		return 0, &errs.Error{Code: "population.bulk", What: "this store does not take people in bulk"}
	}
	drawn := map[idcs.IDCS]uid.ID{}
	n := 0
	return loader.Load(ctx, func() (*Changes, error) {
		e, err := next()
		if err != nil {
			return nil, err
		}
		n++
		p, err := s.prepareBulk(ctx, c, e, drawn)
		if err != nil {
			return nil, fmt.Errorf("enrolment %d: %w", n, err)
		}
		if enrolled != nil {
			enrolled(p.out)
		}
		return &p.ch, nil
	})
}

func (s *Service) prepareBulk(ctx context.Context, c access.Caller, e Enrolment, drawn map[idcs.IDCS]uid.ID) (*captured, error) {
	if err := c.MayIn(access.PersonEnrol, e.Locality); err != nil {
		return nil, err
	}
	d, err := s.check(e)
	if err != nil {
		return nil, err
	}
	l, ok := s.linkDrawn(c, d, drawn)
	if d.refused != nil || d.grounds == ByWitnesses || !ok {
		return nil, errs.Bad("", "this enrolment needs the register", "enrol it with Enrol")
	}
	p, err := s.prepare(ctx, c, d, l)
	for ok := false; err == nil && !ok; {
		err = s.numbered(ctx, p)
		ok = drawn[p.out.IDCS].IsZero()
	}
	if err != nil {
		return nil, err
	}
	drawn[p.out.IDCS] = p.person
	return p, nil
}

// linkDrawn is link among the people of this call; ok is false when somebody
// else is named.
func (s *Service) linkDrawn(c access.Caller, d *draft, drawn map[idcs.IDCS]uid.ID) (l links, ok bool) {
	l.holders = map[idcs.IDCS]uid.ID{}
	for _, n := range namesRegistered(d) {
		id, known := drawn[n]
		if !known {
			return l, false
		}
		if _, twice := l.holders[n]; twice {
			continue
		}
		l.holders[n] = id
		l.uses = append(l.uses, c.Used(s.ids.NewID(), id, s.now(), access.PersonEnrol, "relation"))
	}
	return l, true
}

// namesRegistered are the registered people whom a draft names.
func namesRegistered(d *draft) []idcs.IDCS {
	var out []idcs.IDCS
	all := d.Relations
	if d.Introducer != nil {
		all = append([]Relation{*d.Introducer}, all...)
	}
	for _, r := range all {
		if !r.Holder.IDCS.IsZero() {
			out = append(out, r.Holder.IDCS)
		}
	}
	return out
}
