package sealdb

import (
	"context"

	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

// KeysAfter returns at most limit keys that live with ids above after, in
// their order.
func (k *Keys) KeysAfter(ctx context.Context, after uid.ID, limit int) (out []seal.WrappedKey, err error) {
	err = k.db.View(ctx, func(tx *store.Tx) error {
		out = nil
		rows, err := tx.Query(ctx, `SELECT key_id, domain, wrapped, created_at FROM data_keys
			WHERE key_id > $1 AND destroyed_at IS NULL ORDER BY key_id LIMIT $2`, after, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var w seal.WrappedKey
			var domain string
			if err := rows.Scan(&w.ID, &domain, &w.Wrapped, &w.Created); err != nil {
				return err
			}
			w.Domain = seal.Domain(domain)
			out = append(out, w)
		}
		return rows.Err()
	})
	return out, err
}

// Rewrap puts wrappings in the place of others, in one transaction. A key that
// is not as it was read stays as it is.
func (k *Keys) Rewrap(ctx context.Context, list []seal.Rewrapped) error {
	return k.db.Do(ctx, func(tx *store.Tx) error {
		b := &store.Batch{}
		for _, w := range list {
			b.Exec(`UPDATE data_keys SET wrapped = $3 WHERE key_id = $1 AND wrapped = $2 AND destroyed_at IS NULL`, w.ID, w.Old, w.New)
		}
		return tx.Run(ctx, b)
	})
}
