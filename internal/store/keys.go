package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// Key is an idempotency key, as its caller sent it with a request.
type Key struct {
	Caller    uid.ID   // whose key it is
	Operation string   // what was asked for
	Text      string   // the key itself
	Body      [32]byte // SHA-256 of the request: a key repeats one request only
}

// claim is what the store keeps of a key. The text may be anything, so it is
// not kept.
func (k Key) claim() []byte { return k.digest("claim") }

// request is what the store keeps of a request: bound to the text of the key,
// which is not kept, so that nobody can try guesses at the request against it.
func (k Key) request() []byte { return k.digest("request", string(k.Body[:])) }

func (k Key) digest(what ...string) []byte {
	h := sha256.New()
	for _, s := range append(what, string(k.Caller[:]), k.Operation, k.Text) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return h.Sum(nil)
}

// Once claims an idempotency key. When the key was claimed by an act that is
// done, it returns done and the response that act remembered (nil when it
// remembered none); a concurrent act with the key is waited for. The same key
// with another body is an error of kind Conflict and code "store.key_reused".
func (tx *Tx) Once(ctx context.Context, key Key, now time.Time) (prior []byte, done bool, err error) {
	if key.Text == "" || len(key.Text) > 200 {
		return nil, false, errs.Bad("idempotency_key", "an idempotency key has 1 to 200 characters", "send a random one")
	}
	claim := key.claim()
	n, err := tx.Exec(ctx, `INSERT INTO idempotency (claim, body, response, created_at) VALUES ($1, $2, NULL, $3)
		ON CONFLICT (claim) DO NOTHING`, claim, key.request(), now)
	if err != nil {
		return nil, false, err
	}
	if n == 1 {
		return nil, false, nil
	}
	var body []byte
	if err := tx.QueryRow(ctx, `SELECT body, response FROM idempotency WHERE claim = $1`, claim).Scan(&body, &prior); err != nil {
		return nil, false, err
	}
	if !bytes.Equal(body, key.request()) {
		return nil, false, &errs.Error{Kind: errs.Conflict, Code: "store.key_reused", Field: "idempotency_key",
			What: "this idempotency key was sent before with another request", Fix: "send a new key with a new request"}
	}
	return prior, true, nil
}

// Remember keeps the sealed response of an act under the key it claimed, in
// the same transaction.
func (tx *Tx) Remember(ctx context.Context, key Key, response []byte) error {
	n, err := tx.Exec(ctx, `UPDATE idempotency SET response = $2 WHERE claim = $1`, key.claim(), response)
	if err != nil {
		return err
	}
	if n != 1 {
		return tx.fail(&fault{kind: misused, text: "a response was remembered under a key that was not claimed"})
	}
	return nil
}

// ForgetKeys deletes the idempotency keys claimed before an instant, at most
// limit of them, and returns how many: run it again until it returns less.
func (db *DB) ForgetKeys(ctx context.Context, before time.Time, limit int) (int64, error) {
	var n int64
	err := db.Do(ctx, func(tx *Tx) error {
		rows, err := tx.Query(ctx, `SELECT claim FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2`, before, limit)
		if err != nil {
			return err
		}
		var claims [][]byte
		for rows.Next() {
			var c []byte
			if err := rows.Scan(&c); err != nil {
				return err
			}
			claims = append(claims, c)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		n, err = tx.Exec(ctx, `DELETE FROM idempotency WHERE claim = ANY($1)`, claims)
		return err
	})
	return n, err
}

var errNotEmitted = &fault{kind: misused, text: "an event was not written into the outbox"}

const emitSQL = `INSERT INTO outbox (subject_id, event_id, topic, at, body, state, tries, due_at)
	VALUES ($1, $2, $3, $4, $5, 0, 0, $4)`

func emitArgs(e outbox.Event) []any {
	body := e.Body
	if body == nil {
		body = []byte{}
	}
	return []any{e.Subject, e.ID, e.Topic, e.At, body}
}
