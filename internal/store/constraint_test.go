package store_test

import (
	"testing"

	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
)

const guarded = `
CREATE TABLE owners (
  owner_id uuid NOT NULL,
  mail text NOT NULL UNIQUE,
  nick text,
  PRIMARY KEY (owner_id)
);
--+ place owners by owner_id
CREATE UNIQUE INDEX one_nick ON owners (nick) WHERE nick <> '';
CREATE TABLE pets (
  owner_id uuid NOT NULL REFERENCES owners (owner_id),
  seq smallint NOT NULL CHECK (seq > 0),
  friend_id uuid,
  vet_id uuid REFERENCES owners (owner_id),
  label text,
  rank integer,
  PRIMARY KEY (owner_id, seq),
  UNIQUE (owner_id, label),
  FOREIGN KEY (friend_id) REFERENCES owners (owner_id),
  CONSTRAINT pets_rank_rule CHECK (rank IS NULL OR rank < 10 AND seq < 100)
);
--+ place pets by owner_id with owners
CREATE TABLE toys (
  owner_id uuid NOT NULL,
  seq smallint NOT NULL,
  toy integer NOT NULL,
  PRIMARY KEY (owner_id, seq, toy),
  FOREIGN KEY (owner_id, seq) REFERENCES pets (owner_id, seq)
);
--+ place toys by owner_id with owners
`

// Both engines give a violated constraint the same name.
func TestConstraintsHaveOneName(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(guarded), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b, nobody := newID(), newID(), newID()
		const (
			pet   = `INSERT INTO pets (owner_id, seq, friend_id, vet_id, label, rank) VALUES ($1, $2, $3, $4, $5, $6)`
			owner = `INSERT INTO owners (owner_id, mail, nick) VALUES ($1, $2, $3)`
		)
		var none *uid.ID
		do := func(sql string, args ...any) error {
			return db.Do(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, sql, args...); return err })
		}
		for _, err := range []error{
			do(owner, a, canary, canary), do(owner, b, "b", "b"), do(pet, a, 1, b, a, canary, 1), do(`INSERT INTO toys VALUES ($1, 1, 1)`, a),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct {
			want string
			kind errs.Kind
			sql  string
			args []any
		}{
			{"owners_pkey", errs.Conflict, owner, []any{a, "c", "c"}},
			{"owners_mail_key", errs.Conflict, owner, []any{nobody, canary, "c"}},
			{"one_nick", errs.Conflict, owner, []any{nobody, "c", canary}},
			{"pets_pkey", errs.Conflict, pet, []any{a, 1, none, none, "c", 1}},
			{"pets_owner_id_label_key", errs.Conflict, pet, []any{a, 2, none, none, canary, 1}},
			{"pets_owner_id_fkey", errs.Conflict, pet, []any{nobody, 1, a, a, canary, 1}},
			{"pets_friend_id_fkey", errs.Conflict, pet, []any{a, 2, nobody, a, "c", 1}},
			{"pets_vet_id_fkey", errs.Conflict, pet, []any{a, 2, none, nobody, "c", 1}},
			{"pets_friend_id_fkey", errs.Conflict, `UPDATE pets SET friend_id = $1 WHERE owner_id = $2`, []any{nobody, a}},
			{"toys_owner_id_seq_fkey", errs.Conflict, `INSERT INTO toys VALUES ($1, 2, 1)`, []any{a}},
			{"toys_owner_id_seq_fkey", errs.Conflict, `DELETE FROM pets WHERE owner_id = $1`, []any{a}},
			{"pets_owner_id_fkey", errs.Conflict, `DELETE FROM owners WHERE owner_id = $1`, []any{a}},
			{"pets_friend_id_fkey", errs.Conflict, `DELETE FROM owners WHERE owner_id = $1`, []any{b}},
			{"pets_seq_check", errs.Invalid, pet, []any{a, 0, none, none, canary + "x", 1}},
			{"pets_rank_rule", errs.Invalid, pet, []any{a, 3, none, none, canary + "x", 10}},
			{"owners_mail_not_null", errs.Invalid, owner, []any{nobody, nil, "c"}},
		} {
			err := do(tt.sql, tt.args...)
			if name, ok := store.Constraint(err); !ok || name != tt.want {
				t.Errorf("%s: got %q from %v", tt.want, name, err)
			}
			if errs.KindOf(err) != tt.kind {
				t.Errorf("%s: kind %v", tt.want, errs.KindOf(err))
			}
			if err != nil {
				quiet(t, tt.want, err)
			}
		}
		for sql, kind := range map[string]errs.Kind{`SELECT nothing FROM owners`: errs.Internal, `SELEC 1`: errs.Internal, `INSERT INTO gone VALUES (1)`: errs.Internal} {
			err := do(sql)
			if _, ok := store.Constraint(err); err == nil || ok || errs.KindOf(err) != kind {
				t.Errorf("%s: %v", sql, err)
			}
		}
		if _, ok := store.Constraint(nil); ok {
			t.Error("no error has a constraint")
		}
	})
}
