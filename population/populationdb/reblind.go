package populationdb

import (
	"context"

	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

func (x tx) EverybodyAfter(ctx context.Context, after uid.ID, limit int) ([]uid.ID, error) {
	return all(ctx, x.t, func(s store.Scanner) (id uid.ID, err error) { return id, s.Scan(&id) },
		`SELECT person_id FROM persons WHERE person_id > $1 ORDER BY person_id LIMIT $2`, after, limit)
}

func (x tx) TokensOf(ctx context.Context, persons []uid.ID) ([]population.TokenRow, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	return all(ctx, x.t, func(s store.Scanner) (r population.TokenRow, err error) {
		return r, s.Scan(&r.Person, &r.Recipient, &r.Sealed, &r.At)
	}, `SELECT person_id, recipient, sealed, issued_at FROM tokens WHERE person_id = ANY($1)`, persons)
}

// reblindSQL are, for each table, the statements that lock a row under the old
// key, so that nobody releases it meanwhile; that write it under the new one;
// and that take the old one away.
var reblindSQL = map[population.BlindTable]struct{ lock, write, drop string }{
	population.BlindDocuments: {
		`UPDATE document_claims SET claimed_at = claimed_at WHERE blind = $1 AND kind = $2`,
		`INSERT INTO document_claims (kind, blind, person_id, claimed_at) SELECT kind, $3, person_id, claimed_at FROM document_claims
			WHERE blind = $1 AND kind = $2 ON CONFLICT DO NOTHING`,
		`DELETE FROM document_claims WHERE blind = $1 AND kind = $2`,
	},
	population.BlindNumbers: {
		`UPDATE number_claims SET claimed_at = claimed_at WHERE blind = $1 AND $2 = ''`,
		`INSERT INTO number_claims (blind, person_id, claimed_at) SELECT $3, person_id, claimed_at FROM number_claims WHERE blind = $1 AND $2 = '' ON CONFLICT DO NOTHING`,
		`DELETE FROM number_claims WHERE blind = $1 AND $2 = ''`,
	},
	population.BlindTokens: {
		`UPDATE token_claims SET recipient = recipient WHERE blind = $1 AND recipient = $2`,
		`INSERT INTO token_claims (blind, recipient, person_id) SELECT $3, recipient, person_id FROM token_claims WHERE blind = $1 AND recipient = $2 ON CONFLICT DO NOTHING`,
		`DELETE FROM token_claims WHERE blind = $1 AND recipient = $2`,
	},
}

const (
	lockContactSQL = `UPDATE contacts SET person_id = person_id WHERE blind = $1 AND person_id = $2`
	moveContactSQL = `INSERT INTO contacts (blind, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	newTotalSQL    = `INSERT INTO contact_totals (blind, people, alarms) SELECT $2, 0, alarms FROM contact_totals WHERE blind = $1 ON CONFLICT DO NOTHING`
	moreTotalSQL   = `UPDATE contact_totals SET people = people + 1 WHERE blind = $1`
	lessTotalSQL   = `UPDATE contact_totals SET people = people - 1 WHERE blind = $1`
	dropContactSQL = `DELETE FROM contacts WHERE blind = $1 AND person_id = $2`
	// Linkage keys are not locked: one that comes back after it was dropped makes
	// for a comparison more, and there are twenty of a person, all over the table.
	findKeysSQL = `SELECT blind FROM blocking_keys WHERE person_id = $1 AND blind = ANY($2)`
	dropKeysSQL = `DELETE FROM blocking_keys WHERE person_id = $1 AND blind = ANY($2)`
)

// Reblind writes what is found of one person under old keys under the current
// one, and returns how many rows were not there yet.
func (x tx) Reblind(ctx context.Context, r population.Reblinding) (int64, error) {
	var wrote int64
	var keys []population.BlindPair
	for _, p := range r.Pairs {
		var n int64
		var err error
		switch p.Table {
		case population.BlindBlocking:
			keys = append(keys, p)
		case population.BlindContacts:
			n, err = x.reblindContact(ctx, r, p)
		default:
			n, err = x.reblindClaim(ctx, r, p)
		}
		if err != nil {
			return 0, err
		}
		wrote += n
	}
	n, err := x.reblindKeys(ctx, r, keys)
	return wrote + n, err
}

// lockThen locks a row and, if it is there, writes another.
func (x tx) lockThen(ctx context.Context, lock string, args []any, write string, more ...any) (locked bool, n int64, err error) {
	n, err = x.t.Exec(ctx, lock, args...)
	if err != nil || n == 0 {
		return false, 0, err
	}
	n, err = x.t.Exec(ctx, write, more...)
	return true, n, err
}

// there reports whether a row under the new key is: what is done already is
// only read.
func (x tx) there(ctx context.Context, sql string, args ...any) (bool, error) {
	var n int64
	err := x.t.QueryRow(ctx, sql, args...).Scan(&n)
	return n > 0, err
}

func (x tx) reblindClaim(ctx context.Context, r population.Reblinding, p population.BlindPair) (int64, error) {
	q := reblindSQL[p.Table]
	if there, err := x.there(ctx, `SELECT count(*) FROM `+string(p.Table)+` WHERE blind = $1`, p.New); err != nil || there && !r.Drop {
		return 0, err
	}
	locked, n, err := x.lockThen(ctx, q.lock, []any{p.Old, p.Of}, q.write, p.Old, p.Of, p.New)
	if err == nil && locked && r.Drop {
		_, err = x.t.Exec(ctx, q.drop, p.Old, p.Of)
	}
	return n, err
}

func (x tx) reblindContact(ctx context.Context, r population.Reblinding, p population.BlindPair) (int64, error) {
	if there, err := x.there(ctx, `SELECT count(*) FROM contacts WHERE blind = $1 AND person_id = $2`, p.New, r.Person); err != nil || there && !r.Drop {
		return 0, err
	}
	locked, n, err := x.lockThen(ctx, lockContactSQL, []any{p.Old, r.Person}, moveContactSQL, p.New, r.Person)
	if err != nil || !locked {
		return n, err
	}
	b := &store.Batch{}
	if n > 0 {
		b.Exec(newTotalSQL, p.Old, p.New)
		b.Exec(moreTotalSQL, p.New)
	}
	if r.Drop {
		b.Exec(dropContactSQL, p.Old, r.Person)
		b.Exec(lessTotalSQL, p.Old)
	}
	return n, x.t.Run(ctx, b)
}

func (x tx) reblindKeys(ctx context.Context, r population.Reblinding, pairs []population.BlindPair) (int64, error) {
	if len(pairs) == 0 {
		return 0, nil
	}
	olds, next := make([]seal.Blind, len(pairs)), map[seal.Blind]seal.Blind{}
	for i, p := range pairs {
		olds[i], next[p.Old] = p.Old, p.New
	}
	found, err := all(ctx, x.t, func(s store.Scanner) (b seal.Blind, err error) { return b, s.Scan(&b) }, findKeysSQL, r.Person, olds)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	var wrote int64
	for i := 0; i < len(found); i += keysAtOnce {
		part := found[i:min(i+keysAtOnce, len(found))]
		args := make([]any, 0, 2*len(part))
		for _, b := range part {
			args = append(args, next[b], r.Person)
		}
		n, err := x.t.Exec(ctx, keysSQL[len(part)], args...)
		if err != nil {
			return 0, err
		}
		wrote += n
	}
	if r.Drop {
		_, err = x.t.Exec(ctx, dropKeysSQL, r.Person, olds)
	}
	return wrote, err
}

func (x tx) ForgetAttempts(ctx context.Context, key uint16, limit int) (int64, error) {
	from, to := []byte{byte(key >> 8), byte(key)}, []byte{byte((key + 1) >> 8), byte(key + 1)}
	n, err := x.t.Exec(ctx, `DELETE FROM attempts WHERE blind IN (SELECT blind FROM attempts WHERE blind >= $1 AND blind < $2 ORDER BY blind LIMIT $3)
		AND blind >= $1 AND blind < $2`, from, to, limit)
	if err != nil {
		return n, err
	}
	more, err := x.t.Exec(ctx, `DELETE FROM contact_totals WHERE people <= 0 AND blind IN (SELECT blind FROM contact_totals
		WHERE blind >= $1 AND blind < $2 AND people <= 0 ORDER BY blind LIMIT $3)`, from, to, limit)
	return n + more, err
}
