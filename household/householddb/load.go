package householddb

import (
	"context"
	"errors"
	"io"
	"strings"

	"sijil/household"
	"sijil/internal/store"
)

// chunk is how many changes Load writes at once.
const chunk = 2000

// copier is a database that takes rows in bulk.
type copier interface {
	Copy(ctx context.Context, table string, columns []string, next func() ([]any, error)) (int64, error)
}

// Load writes changes of new households in bulk: the same rows as Apply, a
// table at a time. Events, and what only changes rows there are, are left out.
func (s Store) Load(ctx context.Context, next func() (*household.Change, error)) (int64, error) {
	db, ok := s.db.(copier)
	if !ok {
		return 0, errors.New("householddb: this store does not take rows in bulk")
	}
	var n int64
	for end := false; !end; {
		var all []*household.Change
		for len(all) < chunk && !end {
			c, err := next()
			switch {
			case errors.Is(err, io.EOF):
				end = true
			case err != nil:
				return n, err
			default:
				all = append(all, c)
			}
		}
		if err := load(ctx, db, all); err != nil {
			return n, err
		}
		n += int64(len(all))
	}
	return n, nil
}

func load(ctx context.Context, db copier, all []*household.Change) error {
	var codes, homes, claims, versions, members, scores, tasks [][]any
	for _, c := range all {
		codes = append(codes, []any{c.NewCode.Code, c.NewCode.ID, c.NewCode.Created})
		homes = append(homes, householdArgs(c.New))
		for _, ch := range c.Claims {
			claims = append(claims, claimArgs(ch.Now))
		}
		for i := range c.Versions {
			versions = append(versions, versionArgs(&c.Versions[i]))
		}
		for i := range c.Members {
			members = append(members, memberArgs(&c.Members[i]))
		}
		for i := range c.Scores {
			scores = append(scores, scoreArgs(&c.Scores[i]))
		}
		for i := range c.Tasks {
			tasks = append(tasks, taskArgs(&c.Tasks[i]))
		}
	}
	for _, t := range []struct {
		name, columns string
		rows          [][]any
	}{
		{"household_codes", "code, household_id, taken_at", codes},
		{"household_claims", claimColumns, claims},
		{"households", householdColumns, homes},
		{"household_versions", versionColumns, versions},
		{"household_members", memberColumns, members},
		{"household_scores", scoreColumns, scores},
		{"household_tasks", taskColumns, tasks},
	} {
		if err := copyRows(ctx, db, t.name, t.columns, t.rows); err != nil {
			return err
		}
	}
	return nil
}

func copyRows(ctx context.Context, db copier, table, columns string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	i := 0
	_, err := db.Copy(ctx, table, names(columns), func() ([]any, error) {
		if i == len(rows) {
			return nil, io.EOF
		}
		i++
		return rows[i-1], nil
	})
	return err
}

// names splits a list of columns.
func names(columns string) []string {
	return strings.FieldsFunc(columns, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' })
}

var (
	_ copier           = (*store.DB)(nil)
	_ household.Loader = Store{}
)
