package agencydb

import (
	"context"

	"sijil/agency"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

func (t tx) KeepLooked(ctx context.Context, rows []agency.LookedRow) error {
	var b store.Batch
	for _, r := range rows {
		b.Exec(`INSERT INTO looked (person, look_id, register, at, recorded_at, operation, kind, recipient, purpose, basis, case_ref, fields, verdict, details)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (person, look_id) DO NOTHING`,
			r.Person, r.ID, r.Register, r.At, r.Recorded, string(r.Operation), r.Kind.String(), r.Recipient, r.Purpose, r.Basis, r.Case, bars(r.Fields), r.Verdict, r.Details)
	}
	return t.Run(ctx, &b)
}

// last is above every id that is drawn: the beginning of a list, newest first.
var last = uid.ID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

func (t tx) LookedAt(ctx context.Context, persons []seal.Blind, before uid.ID, limit int) (out []agency.LookedRow, err error) {
	if before.IsZero() {
		before = last
	}
	err = t.each(ctx, func(rows *store.Rows) error {
		var r agency.LookedRow
		var kind, fields string
		err := rows.Scan(&r.Person, &r.ID, &r.Register, &r.At, &r.Recorded, &r.Operation, &kind, &r.Recipient, &r.Purpose, &r.Basis, &r.Case, &fields, &r.Verdict, &r.Details)
		r.Kind, r.Fields = parseKind(kind), unbars[string](fields)
		out = append(out, r)
		return err
	}, `SELECT person, look_id, register, at, recorded_at, operation, kind, recipient, purpose, basis, case_ref, fields, verdict, details
		FROM looked WHERE person = ANY($1) AND look_id < $2 ORDER BY look_id DESC LIMIT $3`, blinds(persons), before, limit)
	return out, err
}
