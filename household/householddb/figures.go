package householddb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/store"
)

// counted is how many members of each version count. Members and households
// are placed alike, so that no row travels to be joined.
const counted = `(SELECT household_id, version, COUNT(*) AS persons FROM household_members WHERE counted GROUP BY household_id, version)`

// passed is an expression that counts which of some ascending values, the
// arguments from number first on, a column has reached.
func passed(column, compare string, n, first int) string {
	if n == 0 {
		return "0"
	}
	var b strings.Builder
	b.WriteString("CASE")
	for i := range n {
		fmt.Fprintf(&b, " WHEN %s %s $%d THEN %d", column, compare, first+i, i)
	}
	fmt.Fprintf(&b, " ELSE %d END", n)
	return b.String()
}

func (x *tx) HomeTallies(ctx context.Context, months []time.Time) ([]household.HomeTally, error) {
	args := make([]any, 0, len(months))
	for _, m := range months {
		args = append(args, m)
	}
	read := func(s store.Scanner) (t household.HomeTally, err error) {
		return t, s.Scan(&t.Locality, &t.Month, &t.Households, &t.Persons)
	}
	return all(ctx, x.t, read, `SELECT h.locality, `+passed("h.created_at", "<", len(months), 1)+` AS month, COUNT(*), CAST(COALESCE(SUM(m.persons), 0) AS bigint)
		FROM households h LEFT JOIN `+counted+` m ON m.household_id = h.household_id AND m.version = h.version
		WHERE h.version > 0 GROUP BY 1, 2 ORDER BY 1, 2`, args...)
}

func (x *tx) ScoreTallies(ctx context.Context, limits []formula.Index, width formula.Index) ([]household.ScoreTally, error) {
	args := []any{int64(width)}
	for _, l := range limits {
		args = append(args, int64(l))
	}
	read := func(s store.Scanner) (t household.ScoreTally, err error) {
		return t, s.Scan(&t.Stratum, &t.Bin, &t.Under, &t.Outside, &t.Households, &t.Persons)
	}
	// The first limit an index is at or below says how many it is: they ascend.
	under := "0"
	if n := len(limits); n > 0 {
		under = fmt.Sprintf("%d - %s", n, passed("s.index_value", "<=", n, 2))
	}
	return all(ctx, x.t, read, `SELECT s.stratum, s.index_value / $1 AS bin, `+under+` AS under_limits, s.outside_frame <> '' AS outside, COUNT(*), CAST(COALESCE(SUM(m.persons), 0) AS bigint)
		FROM household_scores s LEFT JOIN `+counted+` m ON m.household_id = s.household_id AND m.version = s.version
		WHERE s.valid_to IS NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`, args...)
}

func (x *tx) TaskTallies(ctx context.Context) ([]household.TaskTally, error) {
	read := func(s store.Scanner) (t household.TaskTally, err error) { return t, s.Scan(&t.Kind, &t.Count) }
	return all(ctx, x.t, read, `SELECT kind, COUNT(*) FROM household_tasks WHERE closed_at IS NULL GROUP BY kind ORDER BY kind`)
}

func (x *tx) Telling(ctx context.Context, limits []formula.Index) ([]household.Example, error) {
	from := ` FROM household_scores s JOIN households h ON h.household_id = s.household_id WHERE s.valid_to IS NULL`
	var out []household.Example
	pick := func(why, sql string, args ...any) error {
		e := household.Example{Why: why}
		err := x.t.QueryRow(ctx, sql, args...).Scan(&e.Code)
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		out = append(out, e)
		return err
	}
	for _, q := range []struct{ why, condition, order string }{
		{household.TellingLowest, "", "s.index_value, s.household_id"},
		{household.TellingHighest, "", "s.index_value DESC, s.household_id"},
		{household.TellingAwaiting, " AND s.awaiting > 0", "s.household_id"},
		{household.TellingPresumed, " AND s.presumed > 0 AND s.low <> s.high", "s.household_id"},
		{household.TellingOutside, " AND s.outside_frame <> ''", "s.household_id"},
		{household.TellingTask, " AND s.household_id IN (SELECT household_id FROM household_tasks WHERE closed_at IS NULL)", "s.household_id"},
	} {
		if err := pick(q.why, `SELECT h.code`+from+q.condition+` ORDER BY `+q.order+` LIMIT 1`); err != nil {
			return nil, err
		}
	}
	for _, l := range limits {
		if err := pick(household.TellingNearest, `SELECT h.code`+from+` AND s.index_value > $1 ORDER BY s.index_value, s.household_id LIMIT 1`, int64(l)); err != nil {
			return nil, err
		}
	}
	return out, nil
}
