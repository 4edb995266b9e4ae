package population

import (
	"context"
	"slices"

	"sijil/access"
	"sijil/internal/uid"
)

// RecheckStep compares people anew with everybody, after the last one of the
// step before, at most limit of them: for a new model. Whoever is like somebody
// now becomes a case for two officers; nobody is merged, and nothing running
// stops. A pair that officers have judged, or are judging, is not asked about
// again unless facts have changed since.
//
// How far it has come is kept by model: steps may stop and go on anywhere, and
// two at the same time do no harm. A step of a model that is done does nothing.
func (s *Service) RecheckStep(ctx context.Context, c access.Caller, limit int) (Recheck, error) {
	if err := c.May(access.JobRun); err != nil {
		return Recheck{}, err
	}
	r, known, err := s.recheckSoFar(ctx)
	if err != nil || known && !r.Ended.IsZero() {
		return r, err
	}
	before := r.After
	var ids []uid.ID
	err = s.store.View(ctx, func(tx Tx) (err error) {
		ids, err = tx.PersonsAfter(ctx, before, limit)
		return err
	})
	if err != nil {
		return r, err
	}
	for _, id := range ids {
		opened, err := s.recheckPerson(ctx, id, CaseRescored)
		if err != nil {
			return r, err
		}
		r.After, r.People = id, r.People+1
		if opened {
			r.Cases++
		}
	}
	if r.At = s.now(); len(ids) < limit {
		r.Ended = r.At
	}
	err = s.store.Do(ctx, func(tx Tx) error {
		kept, err := tx.KeepRecheck(ctx, r, before)
		if err == nil && !kept { // another step came first: what both did is the same
			r, _, err = tx.Recheck(ctx, r.Model)
		}
		return err
	})
	return r, err
}

// Rechecked returns how far everybody has been compared with the present model.
func (s *Service) Rechecked(ctx context.Context, c access.Caller) (Recheck, error) {
	if err := c.May(access.JobRun); err != nil {
		return Recheck{}, err
	}
	r, _, err := s.recheckSoFar(ctx)
	return r, err
}

func (s *Service) recheckSoFar(ctx context.Context) (r Recheck, known bool, err error) {
	err = s.store.View(ctx, func(tx Tx) (err error) {
		r, known, err = tx.Recheck(ctx, s.modelHash())
		return err
	})
	if err == nil && !known {
		r = Recheck{Model: s.modelHash(), Began: s.now(), At: s.now()}
	}
	return r, known, err
}

// recheckPerson compares one person with everybody, and opens a case where
// people have to judge.
func (s *Service) recheckPerson(ctx context.Context, id uid.ID, cause CaseCause) (opened bool, err error) {
	for i := 0; ; i++ {
		var row PersonRow
		err := s.store.View(ctx, func(tx Tx) error {
			people, err := tx.Persons(ctx, []uid.ID{id}, Counter)
			row = people[id]
			return err
		})
		if err != nil || row.State == Merged || row.State == Unnumbered || row.ID.IsZero() {
			return false, err
		}
		list, err := s.inside(ctx, row)
		if err != nil || list[0].record == nil {
			return false, err
		}
		pairs, err := s.alike(ctx, EnrolmentRow{}, list[0])
		if err != nil {
			return false, err
		}
		c := access.SystemCaller("recheck", "one person, one number")
		err = s.store.Do(ctx, func(tx Tx) error {
			fresh, err := s.unjudged(ctx, tx, row, pairs)
			if opened = len(fresh) > 0; err != nil || !opened {
				return err
			}
			ch := &Changes{}
			s.openCase(ch, id, "", row.Locality, cause, fresh)
			for _, p := range fresh {
				ch.Uses = append(ch.Uses, c.Used(s.ids.NewID(), p.Other, s.now(), access.JobRun, useLikeness))
			}
			ch.Uses = append(ch.Uses, c.Used(s.ids.NewID(), id, s.now(), access.JobRun, useLikeness))
			return tx.Apply(ctx, ch)
		})
		if err == nil || i >= rounds || !isRaced(err) {
			return opened, err
		}
	}
}

// judgedFacts are the facts by which two people are told apart.
var judgedFacts = []Field{FieldNames, FieldBirth, FieldSex, FieldDocuments}

// unjudged leaves out pairs that officers are judging, or have judged without
// anything having changed since.
func (s *Service) unjudged(ctx context.Context, tx Tx, who PersonRow, pairs []casePair) ([]casePair, error) {
	others := make([]uid.ID, len(pairs))
	for i, p := range pairs {
		others[i] = p.Other
	}
	known, err := tx.JudgedPairs(ctx, who.ID, others)
	if err != nil {
		return nil, err
	}
	settled := map[uid.ID]bool{}
	for _, k := range known {
		other, mine, theirs := k.Other, k.PersonRevision, k.OtherRevision
		if other == who.ID {
			other, mine, theirs = k.Person, k.OtherRevision, k.PersonRevision
		}
		if k.State == PairOpen {
			settled[other] = true
			continue
		}
		moved, err := changedSince(ctx, tx, who.ID, mine)
		if err == nil && !moved {
			moved, err = changedSince(ctx, tx, other, theirs)
		}
		if err != nil {
			return nil, err
		}
		settled[other] = !moved
	}
	return slices.DeleteFunc(slices.Clone(pairs), func(p casePair) bool { return settled[p.Other] }), nil
}

// changedSince reports whether a fact that tells people apart was changed after
// a revision.
func changedSince(ctx context.Context, tx Tx, person uid.ID, revision int64) (bool, error) {
	versions, err := tx.Versions(ctx, person)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(versions, func(v RecordRow) bool {
		return v.Revision > revision && slices.ContainsFunc(changedFields(v.Changed), func(f Field) bool { return slices.Contains(judgedFacts, f) })
	}), nil
}
