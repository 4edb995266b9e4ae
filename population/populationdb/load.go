package populationdb

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"sijil/internal/store"
	"sijil/population"
)

// chunk is how many changes Load writes at once: enough that the pages of an
// index are written once for many rows.
const chunk = 20_000

// Load writes changes in bulk: the same rows as Apply, a table at a time. The
// next chunk is made ready while one is being written. What only changes rows
// there are cannot come this way.
func (s *Store) Load(ctx context.Context, next func() (*population.Changes, error)) (written int64, err error) {
	type result struct {
		n   int
		err error
	}
	var writing chan result // nil while nothing is being written
	settle := func() error {
		if writing == nil {
			return nil
		}
		r := <-writing
		written, writing = written+int64(r.n), nil
		return r.err
	}
	for {
		all, count, end := gather(next)
		if err := settle(); err != nil {
			return written, err
		}
		if end != nil && !errors.Is(end, io.EOF) {
			return written, end
		}
		if count > 0 {
			done := make(chan result, 1)
			writing = done
			go func() {
				if err := s.load(ctx, all); err != nil {
					done <- result{err: err}
					return
				}
				done <- result{n: count}
			}()
		}
		if end != nil {
			err := settle()
			return written, err
		}
	}
}

// gather joins the next chunk of changes; io.EOF says that it is the last one.
func gather(next func() (*population.Changes, error)) (*population.Changes, int, error) {
	all := &population.Changes{}
	for count := range chunk {
		c, err := next()
		if err != nil {
			return all, count, err
		}
		join(all, c)
	}
	return all, chunk, nil
}

func join(a, c *population.Changes) {
	a.ClaimDocuments = append(a.ClaimDocuments, c.ClaimDocuments...)
	a.ClaimNumbers = append(a.ClaimNumbers, c.ClaimNumbers...)
	a.ClaimTokens = append(a.ClaimTokens, c.ClaimTokens...)
	a.Contacts = append(a.Contacts, c.Contacts...)
	a.Enrolments = append(a.Enrolments, c.Enrolments...)
	a.Blocking = append(a.Blocking, c.Blocking...)
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
		func() error { return copyRows(ctx, s.db, blockingKeys, sortedKeys(c.Blocking)) },
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

// sortedKeys puts keys in order, so that the pages of their index are written
// one after the other.
func sortedKeys(rows []population.BlockingRow) []population.BlockingRow {
	return slices.SortedFunc(slices.Values(rows), func(a, b population.BlockingRow) int { return bytes.Compare(a.Blind[:], b.Blind[:]) })
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
