package population

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// caseFile is a case with everybody it is about.
type caseFile struct {
	row      CaseRow
	opinions []OpinionRow
	subject  opened
	others   []otherOf
	// touched are the officers who captured, accepted or refused one of the
	// enrolments, or merged the records.
	touched   map[uid.ID]bool
	concerned []PersonRow // whoever vouched for them or stands in a relation to them
}

// otherOf is a person whom the subject of a case may be.
type otherOf struct {
	opened

	place int // in the case, from 1: what officers call it
	pair  CasePairRow
}

// isSplit reports whether the question is if a merge was wrong.
func (f *caseFile) isSplit() bool { return f.subject.row.State == Merged }

// seen names the versions of the records and the round: an opinion on what has
// changed since is refused.
func (f *caseFile) seen() string {
	parts := []string{fmt.Sprint(f.row.Round), fmt.Sprint(f.subject.row.Revision)}
	for _, o := range f.others {
		parts = append(parts, fmt.Sprintf("%d-%d", o.place, o.row.Revision))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, ".")))
	return hex.EncodeToString(sum[:16])
}

func (f *caseFile) other(place int) *otherOf {
	return find(f.others, func(o otherOf) bool { return o.place == place })
}

func unknownCase() error {
	return &errs.Error{Kind: errs.NotFound, Code: "population.unknown_case", Field: "case", What: "there is no such case", Fix: "copy its reference from the list"}
}

// caseOf reads a case and opens whom it is about: a comparison inside the
// register. It holds the officer to the rules on who may judge.
func (s *Service) caseOf(ctx context.Context, c access.Caller, ref uid.Ref) (*caseFile, error) {
	f := &caseFile{}
	var rows []PersonRow
	var pairs []otherOf
	err := s.store.View(ctx, func(tx Tx) (err error) {
		rows, pairs, err = s.readCase(ctx, tx, f, ref)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := f.mayJudge(c); err != nil {
		return nil, err
	}
	list, err := s.inside(ctx, rows...)
	if err != nil {
		return nil, err
	}
	if f.subject = list[0]; f.subject.record == nil {
		return nil, unknownCase()
	}
	for i, o := range list[1:] {
		if pairs[i].opened = o; o.record != nil {
			f.others = append(f.others, pairs[i])
		}
	}
	if err := s.readConcerned(ctx, f); err != nil {
		return nil, err
	}
	for _, who := range append(slices.Clone(rows), f.concerned...) {
		if err := s.unconcerned(ctx, c, who); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// readCase reads the rows of a case: the subject as it is, the others as whom
// they have become.
func (s *Service) readCase(ctx context.Context, tx Tx, f *caseFile, ref uid.Ref) ([]PersonRow, []otherOf, error) {
	row, ok, err := tx.Case(ctx, ref)
	if err != nil || !ok {
		return nil, nil, orElse(err, unknownCase())
	}
	f.row = row
	if f.opinions, err = tx.Opinions(ctx, ref); err != nil {
		return nil, nil, err
	}
	listed, err := tx.CasePairs(ctx, ref)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]uid.ID, len(listed))
	for i, p := range listed {
		ids[i] = p.Other
	}
	subject, err := tx.Persons(ctx, []uid.ID{row.Person}, Agency)
	if err != nil {
		return nil, nil, err
	}
	people, err := s.live(ctx, tx, ids, Agency)
	if err != nil {
		return nil, nil, err
	}
	rows := []PersonRow{subject[row.Person]}
	var pairs []otherOf
	for i, p := range listed {
		who, ok := people[p.Other]
		if !ok || slices.ContainsFunc(rows, func(r PersonRow) bool { return r.ID == who.ID }) {
			continue // one with another of them, or with the subject, by now
		}
		rows = append(rows, who)
		pairs = append(pairs, otherOf{place: i + 1, pair: p})
	}
	f.touched = map[uid.ID]bool{}
	for _, who := range rows {
		if err := touchers(ctx, tx, f.touched, who, row); err != nil {
			return nil, nil, err
		}
	}
	return rows, pairs, nil
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// touchers adds the officers who captured one of the enrolments, accepted or
// refused that of the subject, or merged the subject. Who has judged one of the
// others beside somebody else may judge again.
func touchers(ctx context.Context, tx Tx, all map[uid.ID]bool, who PersonRow, file CaseRow) error {
	subject := file.Person
	e, ok, err := tx.Enrolment(ctx, who.Receipt)
	if err != nil || !ok {
		return err
	}
	all[e.CapturedBy] = true
	if who.ID == subject {
		all[e.DecidedBy] = true
		judges, err := tx.Judges(ctx, who.Receipt, file.Ref)
		if err != nil {
			return err
		}
		contests, err := tx.Contests(ctx, who.Receipt)
		if err != nil {
			return err
		}
		for _, id := range judges {
			all[id] = true
		}
		for _, k := range contests {
			all[k.RefusedBy] = true
		}
	}
	merges, err := tx.Merges(ctx, who.ID)
	if err != nil {
		return err
	}
	for _, m := range merges {
		if m.Merged != subject {
			continue
		}
		opinions, err := tx.Opinions(ctx, m.Case)
		if err != nil {
			return err
		}
		for _, o := range opinions {
			all[o.Officer] = true
		}
	}
	return nil
}

// readConcerned reads whoever vouched for the people of a case, or holds a
// relation to them.
func (s *Service) readConcerned(ctx context.Context, f *caseFile) error {
	return s.store.View(ctx, func(tx Tx) error {
		var ids []uid.ID
		about := []opened{f.subject}
		for _, o := range f.others {
			about = append(about, o.opened)
		}
		for _, o := range about {
			ids = append(ids, o.Witnesses...)
			relations, err := tx.Relations(ctx, o.row.ID)
			if err != nil {
				return err
			}
			for _, r := range relations {
				if !r.Holder.IsZero() {
					ids = append(ids, r.Holder)
				}
			}
		}
		people, err := s.live(ctx, tx, ids, Agency)
		f.concerned = nil
		for _, row := range people {
			f.concerned = append(f.concerned, row)
		}
		return err
	})
}

func (f *caseFile) mayJudge(c access.Caller) error {
	switch {
	case !c.In(f.row.Locality):
		return outside()
	case f.row.State != CaseOpen:
		return conflict("case_decided", "case", "this case is decided", "look at the receipt, or report what is wrong with the decision")
	case f.touched[c.Actor]:
		return &errs.Error{Kind: errs.Denied, Code: "population.same_officer", What: "whoever captured or decided one of these records does not judge the case",
			Fix: "leave it to other officers"}
	}
	return nil
}

// unconcerned refuses an officer who is one of the people of a case, or works
// with one.
func (s *Service) unconcerned(ctx context.Context, c access.Caller, who PersonRow) error {
	found, err := s.colleague(ctx, c, opened{row: who}, "case")
	if err != nil {
		return err
	}
	if found.wrong != nil {
		return &errs.Error{Kind: errs.Denied, Code: "population.concerned", What: "somebody whom this case concerns works at the centre of this officer",
			Fix: "leave it to officers of another centre"}
	}
	return nil
}
