package populationdb

import (
	"context"
	"strings"

	"sijil/access"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
)

// last is above every id that a list begins with when none is stated.
var last = uid.ID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

func below(before uid.ID) uid.ID {
	if before.IsZero() {
		return last
	}
	return before
}

func (x tx) Vouched(ctx context.Context, witness, before uid.ID, limit int) ([]population.VouchingRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.VouchingRow, err error) {
		r.Witness = witness
		return r, s.Scan(&r.ID, &r.For, &r.Receipt, &r.At)
	}, `SELECT vouching_id, for_id, receipt, at FROM vouchings WHERE person_id = $1 AND vouching_id < $2
		ORDER BY vouching_id DESC LIMIT $3`, witness, below(before), limit)
}

func (x tx) Disclosures(ctx context.Context, person, before uid.ID, limit int) ([]access.Disclosure, error) {
	return all(ctx, x.t, func(s store.Scanner) (r access.Disclosure, err error) {
		r.Subject = person
		var fields string
		err = s.Scan(&r.ID, &r.At, &r.Operation, &r.Kind, &r.Recipient, &r.Purpose, &r.Basis, &r.Case, &fields)
		r.Fields = strings.Split(fields, ",")
		return r, err
	}, `SELECT disclosure_id, at, operation, recipient_kind, recipient_id, purpose, basis, case_ref, fields
		FROM disclosures WHERE person_id = $1 AND disclosure_id < $2 ORDER BY disclosure_id DESC LIMIT $3`, person, below(before), limit)
}

func (x tx) Uses(ctx context.Context, person, before uid.ID, limit int) ([]access.Use, error) {
	return all(ctx, x.t, func(s store.Scanner) (r access.Use, err error) {
		r.Subject = person
		return r, s.Scan(&r.ID, &r.At, &r.Operation, &r.Kind, &r.Recipient, &r.Purpose, &r.Basis, &r.Case, &r.Verdict)
	}, `SELECT use_id, at, operation, recipient_kind, recipient_id, purpose, basis, case_ref, verdict
		FROM uses WHERE person_id = $1 AND use_id < $2 ORDER BY use_id DESC LIMIT $3`, person, below(before), limit)
}
