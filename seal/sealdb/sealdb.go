// Package sealdb keeps wrapped data keys in a store of their own, the key
// store, which lies and is backed up apart from what the keys seal.
//
// It knows one table. It refuses to know what a key seals and cannot unwrap
// one.
package sealdb

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the tables of the key store.
func Migrations() store.Migrations {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return store.Migrations{Set: "keys", Files: sub}
}

// Keys is a seal.KeyStore on a store.
type Keys struct{ db store.Doer }

var (
	_ seal.KeyStore  = (*Keys)(nil)
	_ seal.Rewrapper = (*Keys)(nil)
)

// New returns the keys of the store that is named "keys".
func New(db store.Doer) *Keys { return &Keys{db} }

// PutKeys keeps new keys durably, all or none. A key that exists is an error
// of kind Conflict and code "seal.key_exists".
func (k *Keys) PutKeys(ctx context.Context, keys []seal.WrappedKey) error {
	err := k.db.Do(ctx, func(tx *store.Tx) error {
		var b store.Batch
		for _, w := range keys {
			b.Exec(`INSERT INTO data_keys (key_id, domain, wrapped, created_at) VALUES ($1, $2, $3, $4)`,
				w.ID, string(w.Domain), w.Wrapped, w.Created)
		}
		return tx.Run(ctx, &b)
	})
	if name, ok := store.Constraint(err); ok && name == "data_keys_pkey" {
		return &errs.Error{Kind: errs.Conflict, Code: "seal.key_exists", What: "a key with this id exists"}
	}
	return err
}

// readAtOnce is how many keys one statement reads.
const readAtOnce = 256

// Keys returns the keys with these ids, those destroyed too; unknown ids are
// left out.
func (k *Keys) Keys(ctx context.Context, ids []uid.ID) ([]seal.WrappedKey, error) {
	var out []seal.WrappedKey
	err := k.db.View(ctx, func(tx *store.Tx) error {
		out = make([]seal.WrappedKey, 0, len(ids))
		for rest := ids; len(rest) > 0; {
			n := min(len(rest), readAtOnce)
			var err error
			if out, err = read(ctx, tx, out, rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
	return out, err
}

func read(ctx context.Context, tx *store.Tx, out []seal.WrappedKey, ids []uid.ID) ([]seal.WrappedKey, error) {
	// Few lengths of the list make few statements to prepare.
	length := 1
	for length < len(ids) {
		length *= 4
	}
	args := make([]any, length)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	rows, err := tx.Query(ctx, selects[length], args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var w seal.WrappedKey
		var domain string
		var reason *string
		if err := rows.Scan(&w.ID, &domain, &w.Wrapped, &w.Created, &w.Destroyed, &reason); err != nil {
			return nil, err
		}
		w.Domain = seal.Domain(domain)
		if reason != nil {
			w.Reason = *reason
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

// selects are the statements of read by the length of their list.
var selects = func() map[int]string {
	m := map[int]string{}
	for length := 1; length <= readAtOnce; length *= 4 {
		var b strings.Builder
		b.WriteString(`SELECT key_id, domain, wrapped, created_at, destroyed_at, reason FROM data_keys WHERE key_id IN (`)
		for i := range length {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString("$" + strconv.Itoa(i+1))
		}
		b.WriteString(")")
		m[length] = b.String()
	}
	return m
}()

// DestroyKey overwrites a key for ever and keeps when and why. Destroying it
// again changes nothing; an unknown key is NotFound with code "seal.no_key".
// docs/sealing.md says where the old bytes linger and when they are gone.
func (k *Keys) DestroyKey(ctx context.Context, id uid.ID, at time.Time, reason string) error {
	return k.db.Do(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE data_keys SET wrapped = $2, destroyed_at = $3, reason = $4 WHERE key_id = $1 AND destroyed_at IS NULL`,
			id, []byte{}, at, reason)
		if err != nil || n == 1 {
			return err
		}
		var there uid.ID
		err = tx.QueryRow(ctx, `SELECT key_id FROM data_keys WHERE key_id = $1`, id).Scan(&there)
		if errors.Is(err, store.ErrNoRows) {
			return &errs.Error{Kind: errs.NotFound, Code: "seal.no_key", What: "there is no key " + id.String()}
		}
		return err
	})
}
