package populationdb

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sijil/internal/store"
	"sijil/population"
)

func (x tx) PersonTallies(ctx context.Context, months []time.Time) ([]population.PersonTally, error) {
	month := "0"
	args := make([]any, 0, len(months))
	if len(months) > 0 {
		var b strings.Builder
		b.WriteString("CASE")
		for i, m := range months {
			fmt.Fprintf(&b, " WHEN created_at < $%d THEN %d", i+1, i)
			args = append(args, m)
		}
		fmt.Fprintf(&b, " ELSE %d END", len(months))
		month = b.String()
	}
	read := func(s store.Scanner) (t population.PersonTally, err error) {
		return t, s.Scan(&t.Locality, &t.State, &t.Month, &t.Persons)
	}
	return all(ctx, x.t, read, `SELECT locality, state, `+month+` AS month, COUNT(*) FROM persons GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`, args...)
}

func (x tx) EnrolmentTallies(ctx context.Context) ([]population.EnrolmentTally, error) {
	read := func(s store.Scanner) (t population.EnrolmentTally, err error) { return t, s.Scan(&t.State, &t.Count) }
	return all(ctx, x.t, read, `SELECT state, COUNT(*) FROM enrolments GROUP BY state ORDER BY state`)
}
