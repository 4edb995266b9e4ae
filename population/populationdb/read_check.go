package populationdb

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

// byKeysSQL are the statements that read so many keys, each up to a limit: $1
// is the limit, the keys follow. What a key holds beyond the limit is not
// touched.
var byKeysSQL = func() (out [keysAtOnce + 1]string) {
	parts := make([]string, 0, keysAtOnce)
	for n := 1; n <= keysAtOnce; n++ {
		k := strconv.Itoa(n + 1)
		parts = append(parts, "SELECT blind, person_id FROM (SELECT blind, person_id FROM blocking_keys WHERE blind = $"+k+
			" ORDER BY person_id DESC LIMIT $1) AS k"+k)
		out[n] = strings.Join(parts, " UNION ALL ")
	}
	return out
}()

func (x tx) ByKeys(ctx context.Context, keys []seal.Blind, limit int) ([]population.BlockingRow, error) {
	var out []population.BlockingRow
	for part := range slices.Chunk(keys, keysAtOnce) {
		args := make([]any, 0, 1+len(part))
		args = append(args, limit)
		for _, k := range part {
			args = append(args, k)
		}
		rows, err := all(ctx, x.t, func(s store.Scanner) (r population.BlockingRow, err error) { return r, s.Scan(&r.Blind, &r.Person) }, byKeysSQL[len(part)], args...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func (x tx) Checking(ctx context.Context, before time.Time, limit int) ([]uid.Ref, error) {
	return all(ctx, x.t, func(s store.Scanner) (r uid.Ref, err error) { return r, s.Scan(&r) },
		`SELECT receipt FROM enrolments WHERE state = 'checking' AND captured_at < $1 ORDER BY captured_at, person_id LIMIT $2`, before, limit)
}

func (x tx) CheckModels(ctx context.Context) ([]population.CheckModel, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.CheckModel, err error) {
		return r, s.Scan(&r.Model, &r.KeyVersion, &r.At)
	},
		`SELECT model, key_version, first_used FROM check_models ORDER BY first_used, model`)
}
