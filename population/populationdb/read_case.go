package populationdb

import (
	"context"
	"errors"
	"time"

	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
)

const caseColumns = `case_ref, person_id, receipt, locality, cause, state, round, revision, model, opened_at, due_at, escalated_at, outcome, decided_at`

func scanCase(s store.Scanner) (r population.CaseRow, err error) {
	return r, s.Scan(&r.Ref, &r.Person, &r.Receipt, &r.Locality, &r.Cause, &r.State, &r.Round, &r.Revision, &r.Model, &r.Opened, &r.Due, &r.Escalated, &r.Outcome, &r.Decided)
}

func (x tx) Case(ctx context.Context, ref uid.Ref) (population.CaseRow, bool, error) {
	list, err := all(ctx, x.t, scanCase, `SELECT `+caseColumns+` FROM cases WHERE case_ref = $1`, ref)
	if err != nil || len(list) == 0 {
		return population.CaseRow{}, false, err
	}
	return list[0], true, nil
}

func (x tx) CasePairs(ctx context.Context, ref uid.Ref) ([]population.CasePairRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.CasePairRow, err error) {
		r.Case = ref
		return r, s.Scan(&r.Other, &r.Weight, &r.Band, &r.Guard)
	}, `SELECT other_id, weight, band, guard FROM case_pairs WHERE case_ref = $1 ORDER BY weight DESC, other_id`, ref)
}

func (x tx) Opinions(ctx context.Context, ref uid.Ref) ([]population.OpinionRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.OpinionRow, err error) {
		r.Case = ref
		var other *uid.ID
		err = s.Scan(&r.Officer, &r.Round, &r.Turn, &r.At, &r.Verdict, &other, &r.Reason, &r.Document)
		if other != nil {
			r.Other = *other
		}
		return r, err
	}, `SELECT officer_id, round, turn, at, verdict, other_id, reason, obstacle FROM case_opinions WHERE case_ref = $1 ORDER BY round, turn`, ref)
}

func (x tx) Judges(ctx context.Context, receipt, but uid.Ref) ([]uid.ID, error) {
	return all(ctx, x.t, func(s store.Scanner) (id uid.ID, err error) { return id, s.Scan(&id) }, `SELECT DISTINCT o.officer_id FROM cases c
		JOIN case_opinions o ON o.case_ref = c.case_ref WHERE c.receipt = $1 AND c.case_ref <> $2 ORDER BY o.officer_id`, receipt, but)
}

// inArea holds a place to an area of a caller as access.Caller.In does; $1 is
// the area.
const inArea = `($1 = '*' OR locality = $1 OR substr(locality, 1, length($1) + 1) IN ($1 || '.', $1 || '-'))`

// first is the beginning of every list.
func first(c population.CaseCursor) population.CaseCursor {
	if c.At.IsZero() {
		c.At = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return c
}

func (x tx) OpenCases(ctx context.Context, f population.CaseFilter) ([]population.CaseRow, error) {
	after := first(f.After)
	return all(ctx, x.t, scanCase, `SELECT `+caseColumns+` FROM cases c WHERE state = 'open' AND `+inArea+`
		AND (opened_at > $2 OR opened_at = $2 AND case_ref > $3) AND (escalated_at IS NOT NULL OR NOT $4)
		AND NOT EXISTS (SELECT 1 FROM case_opinions o WHERE o.case_ref = c.case_ref AND o.officer_id = $5)
		ORDER BY opened_at, case_ref LIMIT $6`, f.Area, after.At, after.Ref, f.Escalated, f.Without, f.Limit)
}

func (x tx) DueCases(ctx context.Context, now time.Time, limit int) ([]uid.Ref, error) {
	return all(ctx, x.t, func(s store.Scanner) (r uid.Ref, err error) { return r, s.Scan(&r) },
		`SELECT case_ref FROM cases WHERE state = 'open' AND escalated_at IS NULL AND due_at <= $1 ORDER BY due_at, case_ref LIMIT $2`, now, limit)
}

func (x tx) AwaitingAcceptance(ctx context.Context, area string, after population.CaseCursor, limit int) ([]population.EnrolmentRow, error) {
	after = first(after)
	return all(ctx, x.t, func(s store.Scanner) (r population.EnrolmentRow, err error) {
		r.State = population.AwaitingAcceptance
		return r, s.Scan(&r.Receipt, &r.Person, &r.Shown, &r.Locality, &r.CapturedBy, &r.CapturedAt)
	}, `SELECT receipt, person_id, shown, locality, captured_by, captured_at FROM enrolments WHERE state = 'awaiting_acceptance' AND `+inArea+`
		AND (captured_at > $2 OR captured_at = $2 AND receipt > $3) ORDER BY captured_at, receipt LIMIT $4`, area, after.At, after.Ref, limit)
}

func (x tx) JudgedPairs(ctx context.Context, person uid.ID, others []uid.ID) ([]population.JudgedPairRow, error) {
	if len(others) == 0 {
		return nil, nil
	}
	scan := func(s store.Scanner) (r population.JudgedPairRow, err error) {
		return r, s.Scan(&r.Person, &r.Other, &r.State, &r.Case, &r.PersonRevision, &r.OtherRevision, &r.At)
	}
	const columns = `SELECT person_id, other_id, state, case_ref, person_revision, other_revision, at FROM judged_pairs `
	lower, err := all(ctx, x.t, scan, columns+`WHERE person_id = $1 AND other_id = ANY($2) ORDER BY other_id`, person, others)
	if err != nil {
		return nil, err
	}
	higher, err := all(ctx, x.t, scan, columns+`WHERE person_id = ANY($2) AND other_id = $1 ORDER BY person_id`, person, others)
	return append(lower, higher...), err
}

type pairOfIDs struct{ from, to uid.ID }

func (x tx) Redirects(ctx context.Context, ids []uid.ID) (map[uid.ID]uid.ID, error) {
	out := map[uid.ID]uid.ID{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := all(ctx, x.t, func(s store.Scanner) (r pairOfIDs, err error) { return r, s.Scan(&r.from, &r.to) },
		`SELECT person_id, survivor_id FROM redirects WHERE person_id = ANY($1)`, ids)
	for _, r := range list {
		out[r.from] = r.to
	}
	return out, err
}

func (x tx) Merges(ctx context.Context, survivor uid.ID) ([]population.MergeRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.MergeRow, err error) {
		r.Survivor = survivor
		var split *uid.Ref
		err = s.Scan(&r.Merged, &r.Case, &r.Revision, &r.State, &r.At, &split, &r.SplitAt)
		if split != nil {
			r.SplitCase = *split
		}
		return r, err
	}, `SELECT merged_id, case_ref, revision, merged_state, merged_at, split_case, split_at FROM merges WHERE person_id = $1 ORDER BY merged_at, merged_id, case_ref`, survivor)
}

func (x tx) Recipients(ctx context.Context, person uid.ID) ([]string, error) {
	return all(ctx, x.t, func(s store.Scanner) (r string, err error) { return r, s.Scan(&r) },
		`SELECT recipient FROM tokens WHERE person_id = $1 ORDER BY recipient`, person)
}

func (x tx) Contests(ctx context.Context, receipt uid.Ref) ([]population.ContestRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.ContestRow, err error) {
		r.Receipt = receipt
		var by *uid.ID
		err = s.Scan(&r.ID, &r.At, &r.TakenBy, &by, &r.RefusedFor)
		if by != nil {
			r.RefusedBy = *by
		}
		return r, err
	}, `SELECT contest_id, at, taken_by, refused_by, refused_for FROM contests WHERE receipt = $1 ORDER BY contest_id`, receipt)
}

func (x tx) PersonsAfter(ctx context.Context, after uid.ID, limit int) ([]uid.ID, error) {
	return all(ctx, x.t, func(s store.Scanner) (r uid.ID, err error) { return r, s.Scan(&r) },
		`SELECT person_id FROM persons WHERE person_id > $1 AND state NOT IN ('unnumbered', 'merged') ORDER BY person_id LIMIT $2`, after, limit)
}

func (x tx) Recheck(ctx context.Context, model string) (r population.Recheck, ok bool, err error) {
	r.Model = model
	err = x.t.QueryRow(ctx, `SELECT after_id, people, cases, began_at, changed_at, ended_at FROM rechecks WHERE model = $1`, model).
		Scan(&r.After, &r.People, &r.Cases, &r.Began, &r.At, &r.Ended)
	if errors.Is(err, store.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

func (x tx) KeepRecheck(ctx context.Context, r population.Recheck, before uid.ID) (bool, error) {
	n, err := x.t.Exec(ctx, `INSERT INTO rechecks (model, after_id, people, cases, began_at, changed_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (model) DO UPDATE SET after_id = $2, people = $3, cases = $4, changed_at = $6, ended_at = $7
		WHERE rechecks.after_id = $8 AND rechecks.ended_at IS NULL`, r.Model, r.After, r.People, r.Cases, r.Began, r.At, r.Ended, before)
	return n == 1, err
}
