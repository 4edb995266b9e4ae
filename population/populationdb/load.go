package populationdb

import (
	"context"
	"errors"
	"io"

	"sijil/internal/store"
	"sijil/population"
)

// chunk is how many changes Load writes at once.
const chunk = 2000

// Load writes changes in bulk: the same rows as Apply, a table at a time. What
// only changes rows there are cannot come this way.
func (s *Store) Load(ctx context.Context, next func() (*population.Changes, error)) (int64, error) {
	var n int64
	for {
		all, count, end := &population.Changes{}, 0, false
		for count < chunk && !end {
			c, err := next()
			switch {
			case errors.Is(err, io.EOF):
				end = true
			case err != nil:
				return n, err
			default:
				join(all, c)
				count++
			}
		}
		if count > 0 {
			if err := s.load(ctx, all); err != nil {
				return n, err
			}
			n += int64(count)
		}
		if end {
			return n, nil
		}
	}
}

func join(a, c *population.Changes) {
	a.ClaimDocuments = append(a.ClaimDocuments, c.ClaimDocuments...)
	a.ClaimNumbers = append(a.ClaimNumbers, c.ClaimNumbers...)
	a.ClaimTokens = append(a.ClaimTokens, c.ClaimTokens...)
	a.Contacts = append(a.Contacts, c.Contacts...)
	a.Enrolments = append(a.Enrolments, c.Enrolments...)
	a.Persons = append(a.Persons, c.Persons...)
	a.Records = append(a.Records, c.Records...)
	a.Tokens = append(a.Tokens, c.Tokens...)
	a.Relations = append(a.Relations, c.Relations...)
	a.Consents = append(a.Consents, c.Consents...)
	a.Disclosures = append(a.Disclosures, c.Disclosures...)
	a.Uses = append(a.Uses, c.Uses...)
	a.Tallies = append(a.Tallies, c.Tallies...)
	a.Events = append(a.Events, c.Events...)
}

// load copies the rows of new people, then counts what is counted.
func (s *Store) load(ctx context.Context, c *population.Changes) error {
	for _, write := range []func() error{
		func() error { return copyRows(ctx, s.db, documentClaims, c.ClaimDocuments) },
		func() error { return copyRows(ctx, s.db, numberClaims, c.ClaimNumbers) },
		func() error { return copyRows(ctx, s.db, tokenClaims, c.ClaimTokens) },
		func() error { return copyRows(ctx, s.db, contacts, c.Contacts) },
		func() error { return copyRows(ctx, s.db, enrolments, c.Enrolments) },
		func() error { return copyRows(ctx, s.db, persons, c.Persons) },
		func() error { return copyRows(ctx, s.db, records, c.Records) },
		func() error { return copyRows(ctx, s.db, tokens, c.Tokens) },
		func() error { return copyRows(ctx, s.db, relations, c.Relations) },
		func() error { return copyRows(ctx, s.db, consents, c.Consents) },
		func() error { return copyRows(ctx, s.db, disclosures, c.Disclosures) },
		func() error { return copyRows(ctx, s.db, uses, c.Uses) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return s.db.Do(ctx, func(t *store.Tx) error {
		b := &store.Batch{}
		contactTotals(b, c)
		looks(b, &population.Changes{Tallies: c.Tallies})
		for _, e := range c.Events {
			b.Emit(e)
		}
		return t.Run(ctx, b)
	})
}

func copyRows[R any](ctx context.Context, db *store.DB, t table[R], rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	i := 0
	_, err := db.Copy(ctx, t.name, t.columns, func() ([]any, error) {
		if i == len(rows) {
			return nil, io.EOF
		}
		i++
		return t.values(rows[i-1]), nil
	})
	return err
}
