package population

import (
	"context"

	"sijil/access"
)

// Probed is what a check of somebody who is not there would find.
type Probed struct {
	Compared int    // records that were opened
	Cut      int    // keys of which not everybody was read
	Verdict  string // new, judge or same
}

// Probe does all that the check of an enrolment does but write: for benches and
// for trials of a model. It names nobody, and only the program itself may ask.
func (s *Service) Probe(ctx context.Context, c access.Caller, e Enrolment) (Probed, error) {
	if err := c.May(access.JobRun); err != nil {
		return Probed{}, err
	}
	d, err := s.check(e)
	if err != nil {
		return Probed{}, err
	}
	k, err := s.seek(ctx, &record{Names: d.Names, Sex: d.Sex, Birth: d.Birth, Locality: d.Locality, Contacts: d.Contacts, Documents: d.Documents})
	if err != nil {
		return Probed{}, err
	}
	q := &inquiry{}
	q.enrolment.Person = s.ids.NewID() // nobody's
	q.enrolment.CapturedAt = s.now()
	var rows []PersonRow
	err = s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = s.meet(ctx, tx, q, k)
		return err
	})
	if err != nil {
		return Probed{}, err
	}
	if q.others, err = s.inside(ctx, rows[1:]...); err != nil {
		return Probed{}, err
	}
	f := s.weigh(q, k)
	return Probed{Compared: int(f.compared), Cut: int(f.cut), Verdict: f.band.String()}, nil
}
