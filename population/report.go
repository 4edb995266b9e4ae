package population

import (
	"bytes"
	"context"
	"encoding/json"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/linkage"
)

// CaseReport names two numbers that somebody finds wrong: two numbers of one
// person or, when one of them was merged into the other, of two people.
type CaseReport struct {
	One, Other idcs.IDCS
}

// Report opens a case about two numbers, for two other officers to judge, and
// returns its reference. It changes nothing by itself.
//
// Errors: NotFound with code population.unknown_number; Conflict with code
// population.case_open when a case about the two is open.
func (s *Service) Report(ctx context.Context, c access.Caller, key string, r CaseReport) (uid.Ref, error) {
	if err := c.May(access.CaseReport); err != nil {
		return "", err
	}
	return s.report(ctx, c, key, r)
}

func (s *Service) report(ctx context.Context, c access.Caller, key string, r CaseReport) (uid.Ref, error) {
	if r.One.IsZero() || r.Other.IsZero() || r.One == r.Other {
		return "", errs.Bad("other", "not two numbers", "state both")
	}
	req, err := s.request(ctx, c, access.CaseReport, key, r.One.Digits(), r.Other.Digits())
	if err != nil {
		return "", err
	}
	response, err := s.act(ctx, req, func() (*Changes, []byte, error) {
		subject, other, err := s.reported(ctx, c, r)
		if err != nil {
			return nil, nil, err
		}
		ch := &Changes{}
		s.openCase(ch, subject.ID, "", subject.Locality, CaseReported, []casePair{{Other: other.ID, Band: linkage.Judge}})
		for _, row := range []PersonRow{subject, other} {
			ch.Uses = append(ch.Uses, c.Used(s.ids.NewID(), row.ID, s.now(), access.CaseReport, "reported"))
		}
		text, err := json.Marshal(ch.Cases[0].Ref)
		return ch, text, err
	})
	if err != nil {
		return "", err
	}
	var ref uid.Ref
	if err := json.Unmarshal(response, &ref); err != nil {
		return "", &errs.Error{Code: "population.response", What: "a kept answer cannot be read"}
	}
	return ref, nil
}

// reported finds who is in question, and beside whom.
func (s *Service) reported(ctx context.Context, c access.Caller, r CaseReport) (subject, other PersonRow, err error) {
	now, merged, err := s.byAnyNumber(ctx, []idcs.IDCS{r.One, r.Other}, Counter)
	if err != nil {
		return subject, other, err
	}
	one, ok := now[r.One]
	two, known := now[r.Other]
	if !ok || !known {
		return subject, other, &errs.Error{Kind: errs.NotFound, Code: "population.unknown_number", Field: "other", What: "one of the two is nobody's number", Fix: "check both"}
	}
	if !c.In(one.Locality) && !c.In(two.Locality) {
		return subject, other, outside()
	}
	if one.ID == two.ID { // is the merge wrong?
		subject, ok = merged[r.One]
		if m, both := merged[r.Other]; both && (!ok || bytes.Compare(m.ID[:], subject.ID[:]) > 0) {
			subject, ok = m, true
		}
		if !ok {
			return subject, other, lostRedirect()
		}
		other = one
	} else {
		subject, other = one, two
		if bytes.Compare(subject.ID[:], other.ID[:]) < 0 {
			subject, other = other, subject
		}
	}
	err = s.store.View(ctx, func(tx Tx) error {
		pairs, err := tx.JudgedPairs(ctx, subject.ID, []uid.ID{other.ID})
		if err == nil && len(pairs) > 0 && pairs[0].State == PairOpen {
			err = conflict("case_open", "other", "a case about these two is open", "wait for it")
		}
		return err
	})
	return subject, other, err
}
