package populationdb

import (
	"context"
	"errors"

	"sijil/internal/civil"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

// all reads every row of a query.
func all[R any](ctx context.Context, t *store.Tx, scan func(s store.Scanner) (R, error), sql string, args ...any) ([]R, error) {
	rows, err := t.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []R
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

type claimRow struct {
	blind  seal.Blind
	person uid.ID
}

// find returns the persons of blind indexes.
func (x tx) find(ctx context.Context, n int, sql string, args ...any) (map[seal.Blind]uid.ID, error) {
	out := map[seal.Blind]uid.ID{}
	if n == 0 {
		return out, nil
	}
	list, err := all(ctx, x.t, func(s store.Scanner) (r claimRow, err error) { return r, s.Scan(&r.blind, &r.person) }, sql, args...)
	for _, r := range list {
		out[r.blind] = r.person
	}
	return out, err
}

func (x tx) ByNumber(ctx context.Context, blinds []seal.Blind) (map[seal.Blind]uid.ID, error) {
	return x.find(ctx, len(blinds), `SELECT blind, person_id FROM number_claims WHERE blind = ANY($1)`, blinds)
}

func (x tx) ByDocument(ctx context.Context, kind string, blinds []seal.Blind) (map[seal.Blind]uid.ID, error) {
	return x.find(ctx, len(blinds), `SELECT blind, person_id FROM document_claims WHERE blind = ANY($1) AND kind = $2`, blinds, kind)
}

func (x tx) ByToken(ctx context.Context, recipient string, blinds []seal.Blind) (map[seal.Blind]uid.ID, error) {
	return x.find(ctx, len(blinds), `SELECT blind, person_id FROM token_claims WHERE blind = ANY($1) AND recipient = $2`, blinds, recipient)
}

func (x tx) ByContact(ctx context.Context, blinds []seal.Blind, limit int) ([]uid.ID, error) {
	if len(blinds) == 0 {
		return nil, nil
	}
	return all(ctx, x.t, func(s store.Scanner) (id uid.ID, err error) { return id, s.Scan(&id) },
		`SELECT DISTINCT person_id FROM contacts WHERE blind = ANY($1) ORDER BY person_id LIMIT $2`, blinds, limit)
}

func (x tx) Persons(ctx context.Context, ids []uid.ID, recipient string) (map[uid.ID]population.PersonRow, error) {
	out := map[uid.ID]population.PersonRow{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := all(ctx, x.t, func(s store.Scanner) (r population.PersonRow, err error) {
		return r, s.Scan(&r.ID, &r.Key, &r.State, &r.Revision, &r.Locality, &r.Assurance, &r.Receipt, &r.Number, &r.At, &r.Record, &r.Token)
	}, `SELECT p.person_id, p.key_id, p.state, p.revision, p.locality, p.assurance, p.receipt, p.number, p.changed_at, r.sealed, t.sealed
		FROM persons p JOIN records r ON r.person_id = p.person_id AND r.revision = p.revision
		LEFT JOIN tokens t ON t.person_id = p.person_id AND t.recipient = $2
		WHERE p.person_id = ANY($1)`, ids, recipient)
	for _, r := range list {
		out[r.ID] = r
	}
	return out, err
}

func (x tx) Versions(ctx context.Context, person uid.ID) ([]population.RecordRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.RecordRow, err error) {
		r.Person = person
		return r, s.Scan(&r.Revision, &r.ValidFrom, &r.RecordedAt, &r.RecordedBy, &r.Cause, &r.Changed, &r.Sealed)
	}, `SELECT revision, valid_from, recorded_at, recorded_by, cause, changed, sealed FROM records WHERE person_id = $1 ORDER BY revision`, person)
}

func (x tx) Relations(ctx context.Context, person uid.ID) ([]population.RelationRow, error) {
	past, err := all(ctx, x.t, func(s store.Scanner) (r population.RelationPastRow, err error) {
		return r, s.Scan(&r.ID, &r.Version, &r.State, &r.From, &r.Until, &r.Recorded, &r.Replaced, &r.Cause)
	}, `SELECT relation_id, version, state, state_from, until, recorded_at, replaced_at, cause
		FROM relation_past WHERE person_id = $1 ORDER BY relation_id, version`, person)
	if err != nil {
		return nil, err
	}
	return all(ctx, x.t, func(s store.Scanner) (r population.RelationRow, err error) {
		r.Person = person
		var holder *uid.ID
		err = s.Scan(&r.ID, &r.Kind, &r.State, &holder, &r.Since, &r.Until, &r.At, &r.By, &r.Sealed, &r.Version, &r.StateFrom, &r.ChangedAt)
		for _, p := range past {
			if p.ID == r.ID {
				r.Past = append(r.Past, p)
			}
		}
		if holder != nil {
			r.Holder = *holder
		}
		return r, err
	}, `SELECT relation_id, kind, state, holder_id, since, until, recorded_at, recorded_by, sealed, version, state_from, ended_at
		FROM relations WHERE person_id = $1 ORDER BY relation_id`, person)
}

func (x tx) Consents(ctx context.Context, person uid.ID) ([]population.ConsentRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.ConsentRow, err error) {
		r.Person = person
		return r, s.Scan(&r.ID, &r.Kind, &r.GivenAt, &r.GivenTo, &r.WithdrawnAt)
	}, `SELECT consent_id, kind, given_at, given_to, withdrawn_at FROM consents WHERE person_id = $1 ORDER BY consent_id`, person)
}

func (x tx) Enrolment(ctx context.Context, receipt uid.Ref) (r population.EnrolmentRow, ok bool, err error) {
	r.Receipt = receipt
	var by *uid.ID
	err = x.t.QueryRow(ctx, `SELECT person_id, state, shown, locality, captured_by, captured_at, decided_by, decided_at, reason,
		notice_version, notice_language, notice_way, notice_hash, erase_after, challenges, compared FROM enrolments WHERE receipt = $1`, receipt).Scan(
		&r.Person, &r.State, &r.Shown, &r.Locality, &r.CapturedBy, &r.CapturedAt, &by, &r.DecidedAt, &r.Reason,
		&r.NoticeVersion, &r.NoticeLanguage, &r.NoticeWay, &r.NoticeHash, &r.EraseAfter, &r.Challenges, &r.Compared)
	if errors.Is(err, store.ErrNoRows) {
		return r, false, nil
	}
	if by != nil {
		r.DecidedBy = *by
	}
	return r, err == nil, err
}

func (x tx) Erasable(ctx context.Context, day civil.Date, limit int) ([]uid.Ref, error) {
	return all(ctx, x.t, func(s store.Scanner) (r uid.Ref, err error) { return r, s.Scan(&r) },
		`SELECT receipt FROM enrolments WHERE erase_after IS NOT NULL AND erase_after < $1 ORDER BY erase_after, receipt LIMIT $2`, day, limit)
}

func (x tx) SharedContacts(ctx context.Context) (contacts, alarms int64, err error) {
	err = x.t.QueryRow(ctx, `SELECT count(*), COALESCE(sum(alarms), 0) FROM contact_totals WHERE alarms > 0`).Scan(&contacts, &alarms)
	return contacts, alarms, err
}

func (x tx) Tallies(ctx context.Context, name, place string, month civil.Date, limit int) ([]population.TallyRow, error) {
	if month.IsZero() {
		month = civil.Date{Year: 1900, Month: 1, Day: 1} // before all
	}
	return all(ctx, x.t, func(s store.Scanner) (r population.TallyRow, err error) {
		r.Name = name
		return r, s.Scan(&r.Place, &r.Month, &r.Count)
	}, `SELECT place, month, count FROM tallies WHERE name = $1 AND (place > $2 OR place = $2 AND month > $3) ORDER BY place, month LIMIT $4`, name, place, month, limit)
}

func (x tx) EnrolmentStates(ctx context.Context, receipts []uid.Ref) (map[uid.Ref]population.EnrolmentState, error) {
	out := map[uid.Ref]population.EnrolmentState{}
	if len(receipts) == 0 {
		return out, nil
	}
	list := make([]string, len(receipts))
	for i, r := range receipts {
		list[i] = string(r)
	}
	type row struct {
		receipt uid.Ref
		state   population.EnrolmentState
	}
	rows, err := all(ctx, x.t, func(s store.Scanner) (r row, err error) { return r, s.Scan(&r.receipt, &r.state) },
		`SELECT receipt, state FROM enrolments WHERE receipt = ANY($1)`, list)
	for _, r := range rows {
		out[r.receipt] = r.state
	}
	return out, err
}
