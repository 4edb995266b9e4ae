package populationdb

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
)

// errLost says that a row that has to be new was there, or one that has to be
// there was not: a defect.
var errLost = &errs.Error{Code: "population.store", What: "a row of an act was not written"}

// Apply writes changes in one batch: claims first, in the order of their
// values, so that two acts wait for each other instead of both giving up.
func (x tx) Apply(ctx context.Context, c *population.Changes) error {
	b := &store.Batch{}
	claims(b, c)
	people(b, c)
	belongings(b, c)
	adjudication(b, &c.CaseChanges)
	looks(b, c)
	for _, e := range c.Events {
		b.Emit(e)
	}
	return x.t.Run(ctx, b)
}

// add adds rows that have to be new.
func add[R any](b *store.Batch, t table[R], rows []R, otherwise func(r R) error) {
	for _, r := range rows {
		err := error(errLost)
		if otherwise != nil {
			if e := otherwise(r); e != nil {
				err = e
			}
		}
		b.Must(1, err, t.insert, t.values(r)...)
	}
}

const releaseSQL = `DELETE FROM document_claims WHERE blind = $1 AND kind = $2 AND person_id = $3`

func claims(b *store.Batch, c *population.Changes) {
	for _, r := range c.ReleaseDocuments {
		b.Exec(releaseSQL, r.Blind, r.Kind, r.Person)
	}
	docs := slices.SortedStableFunc(slices.Values(c.ClaimDocuments), func(a, b population.DocumentClaim) int {
		return cmp.Or(bytes.Compare(a.Blind[:], b.Blind[:]), cmp.Compare(a.Kind, b.Kind))
	})
	add(b, documentClaims, docs, func(r population.DocumentClaim) error { return r.Taken })
	add(b, numberClaims, c.ClaimNumbers, func(r population.NumberClaim) error { return r.Taken })
	add(b, tokenClaims, c.ClaimTokens, nil)
	dropContacts(b, c) // before those that come: one may come back with another owner
	add(b, contacts, c.Contacts, nil)
	contactTotals(b, c)
	add(b, enrolments, c.Enrolments, nil)
	verdicts(b, c)
	blocking(b, c)
}

const (
	verdictSQL = `UPDATE enrolments SET state = $3, decided_by = $4, decided_at = $5, reason = $6, erase_after = $7
		WHERE receipt = $1 AND state = $2`
	checkedSQL = `UPDATE enrolments SET state = $3, decided_by = $4, decided_at = $5, reason = $6, erase_after = $7, model = $8, compared = $9, cut = $10
		WHERE receipt = $1 AND state = $2 AND challenges = $11`
	challengeSQL = `UPDATE enrolments SET challenges = challenges + 1 WHERE receipt = $1 AND state = 'checking'`
)

// verdicts changes enrolments in the order of their receipts, so that two
// checks that concern each other wait instead of both giving up.
func verdicts(b *store.Batch, c *population.Changes) {
	type step struct {
		receipt uid.Ref
		do      func()
	}
	var steps []step
	for _, v := range c.Verdicts {
		steps = append(steps, step{v.Receipt, func() {
			args := []any{v.Receipt, v.From, v.To, maybe(v.By), v.At, v.Reason, v.EraseAfter}
			if k := v.Check; k != nil {
				b.Must(1, v.Stale, checkedSQL, append(args, k.Model, k.Compared, k.Cut, k.Challenges)...)
				return
			}
			b.Must(1, v.Stale, verdictSQL, args...)
		}})
	}
	for _, r := range c.Challenges {
		steps = append(steps, step{r.Receipt, func() { b.Must(1, r.Stale, challengeSQL, r.Receipt) }})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.receipt, b.receipt) })
	for _, s := range steps {
		s.do()
	}
}

// blocking writes the keys of a person in one statement.
func blocking(b *store.Batch, c *population.Changes) {
	for _, r := range c.DropBlocking {
		b.Exec(`DELETE FROM blocking_keys WHERE blind = $1 AND person_id = $2`, r.Blind, r.Person)
	}
	for rows := range slices.Chunk(c.Blocking, keysAtOnce) {
		args := make([]any, 0, 2*len(rows))
		for _, r := range rows {
			args = append(args, r.Blind, r.Person)
		}
		b.Exec(keysSQL[len(rows)], args...)
	}
	for _, m := range c.CheckModels {
		b.Exec(`INSERT INTO check_models (model, key_version, first_used) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, m.Model, m.KeyVersion, m.At)
	}
}

// keysAtOnce is how many keys one statement writes or reads.
const keysAtOnce = 32

// keysSQL are the statements that write so many keys.
var keysSQL = func() (out [keysAtOnce + 1]string) {
	values := make([]string, 0, keysAtOnce)
	for n := 1; n <= keysAtOnce; n++ {
		values = append(values, "($"+strconv.Itoa(2*n-1)+", $"+strconv.Itoa(2*n)+")")
		out[n] = "INSERT INTO blocking_keys (blind, person_id) VALUES " + strings.Join(values, ", ") + " ON CONFLICT DO NOTHING"
	}
	return out
}()

func contactTotals(b *store.Batch, c *population.Changes) {
	rows := slices.SortedFunc(slices.Values(c.Contacts), func(a, b population.ContactRow) int { return bytes.Compare(a.Blind[:], b.Blind[:]) })
	for _, r := range rows {
		b.Exec(`INSERT INTO contact_totals (blind, people, alarms) VALUES ($1, 1, 0)
			ON CONFLICT (blind) DO UPDATE SET people = contact_totals.people + 1,
			alarms = contact_totals.alarms + CASE WHEN contact_totals.people >= $2 THEN 1 ELSE 0 END`, r.Blind, r.Cap)
	}
}

func dropContacts(b *store.Batch, c *population.Changes) {
	for _, r := range c.DropContacts {
		b.Exec(`UPDATE contact_totals SET people = people - 1
			WHERE blind = $1 AND EXISTS (SELECT 1 FROM contacts WHERE blind = $1 AND person_id = $2)`, r.Blind, r.Person)
		b.Exec(`DELETE FROM contacts WHERE blind = $1 AND person_id = $2`, r.Blind, r.Person)
	}
}

func people(b *store.Batch, c *population.Changes) {
	add(b, persons, c.Persons, nil)
	for _, m := range c.Moves {
		b.Must(1, m.Stale, `UPDATE persons SET revision = $4, state = $5, locality = $6, assurance = $7,
			number = COALESCE($8, number), changed_at = $9 WHERE person_id = $1 AND revision = $2 AND state = $3`,
			m.Person, m.FromRevision, m.FromState, m.Revision, m.State, m.Locality, m.Assurance, m.Number, m.At)
	}
	add(b, records, c.Records, nil)
}

func belongings(b *store.Batch, c *population.Changes) {
	add(b, tokens, c.Tokens, func(r population.TokenRow) error { return r.Raced })
	add(b, relations, c.Relations, nil)
	for _, r := range c.EndRelations {
		b.Must(1, r.Stale, `INSERT INTO relation_past (person_id, relation_id, version, state, state_from, until, recorded_at, recorded_by, replaced_at, cause)
			SELECT person_id, relation_id, version, state, state_from, until, COALESCE(ended_at, recorded_at), COALESCE(ended_by, recorded_by), $4, $5
			FROM relations WHERE person_id = $1 AND relation_id = $2 AND version = $3 ON CONFLICT DO NOTHING`, r.Person, r.ID, r.Version, r.At, r.Cause)
		b.Must(1, r.Stale, `UPDATE relations SET state = $4, until = COALESCE($5, until), ended_at = $6, ended_by = $7, version = version + 1, state_from = $8
			WHERE person_id = $1 AND relation_id = $2 AND version = $3`, r.Person, r.ID, r.Version, r.To, r.Until, r.At, r.By, r.StateFrom)
	}
	for _, r := range c.Withdrawals {
		b.Must(1, r.None, `UPDATE consents SET withdrawn_at = $3, withdrawn_by = $4
			WHERE person_id = $1 AND kind = $2 AND withdrawn_at IS NULL`, r.Person, r.Kind, r.At, r.By)
	}
	add(b, consents, c.Consents, func(r population.ConsentRow) error { return r.Twice })
	witnesses := slices.SortedFunc(slices.Values(c.Vouchings), func(a, b population.VouchingRow) int { return bytes.Compare(a.Witness[:], b.Witness[:]) })
	for _, r := range witnesses {
		b.Must(1, r.Over, `INSERT INTO vouching_totals (person_id, period, vouchings) VALUES ($1, $2, 1)
			ON CONFLICT (person_id, period) DO UPDATE SET vouchings = vouching_totals.vouchings + 1
			WHERE vouching_totals.vouchings < $3`, r.Witness, r.Period, r.Cap)
	}
	add(b, vouchings, c.Vouchings, nil)
}

func looks(b *store.Batch, c *population.Changes) {
	add(b, disclosures, c.Disclosures, nil)
	add(b, uses, c.Uses, nil)
	attempts(b, c)
	for _, r := range c.Tallies {
		b.Exec(`INSERT INTO tallies (place, name, month, count) VALUES ($1, $2, $3, $4)
			ON CONFLICT (place, name, month) DO UPDATE SET count = tallies.count + $4`, r.Place, r.Name, r.Month, r.Count)
	}
}
