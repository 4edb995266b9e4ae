package system

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
)

// Checked is what a check across the stores looked at.
type Checked struct {
	Keys         int64 `json:"keys"`          // that rows of the stores name; each is in the key store
	Looks        int64 `json:"looks"`         // that the agency keeps; none is later than its register knows
	Scores       int64 `json:"scores"`        // that exist
	Decided      int64 `json:"decided"`       // that had no outcome, and were decided now
	CarriedAgain int64 `json:"carried_again"` // events that a restore let be handed on again
}

// CheckAcross looks at what no constraint of one store can hold: every key
// that a row names is in the key store, no look that the agency keeps is
// unknown to its register, and every score has been decided once the relays
// have carried what waits. It carries and decides; it changes nothing else.
func (s *System) CheckAcross(ctx context.Context) (out Checked, err error) {
	for _, name := range []string{AgencyStore, PopulationStore, SocialStore} {
		n, err := s.keysThere(ctx, name)
		if err != nil {
			return out, err
		}
		out.Keys += n
	}
	if out.Looks, err = s.looksKnown(ctx); err != nil {
		return out, err
	}
	if err := s.Settle(ctx); err != nil {
		return out, err
	}
	err = s.allDecided(ctx, &out)
	return out, err
}

// askAtOnce is how many ids one question names.
const askAtOnce = 1000

// keysThere asks the key store for every key that a row of a store names. An
// erased key is there, and says so.
func (s *System) keysThere(ctx context.Context, name string) (total int64, err error) {
	db := s.Stores[name]
	tables, err := db.RowTables(ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range tables {
		named := false
		for _, c := range t.Columns {
			named = named || c.Name == "key_id"
		}
		if !named {
			continue
		}
		n, missing, err := s.missing(ctx, db, "SELECT DISTINCT key_id FROM "+t.Name, s.Stores[KeyStore], "SELECT key_id FROM data_keys WHERE key_id = ANY($1)")
		if err != nil {
			return total, err
		}
		if missing > 0 {
			return total, &errs.Error{Kind: errs.Conflict, Code: "system.keys_missing",
				What: fmt.Sprintf("the key store lacks %d keys that rows of %s in store %s name", missing, t.Name, name), Fix: "restore a later backup of the key store"}
		}
		total += n
	}
	return total, nil
}

// missing counts ids of one store and those that another does not have.
func (s *System) missing(ctx context.Context, from *store.DB, query string, in *store.DB, look string, args ...any) (total, missing int64, err error) {
	ask := func(ids []uid.ID) error {
		found := map[uid.ID]bool{}
		err := in.View(ctx, func(tx *store.Tx) error {
			rows, err := tx.Query(ctx, look, ids)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id uid.ID
				if err := rows.Scan(&id); err != nil {
					return err
				}
				found[id] = true
			}
			return rows.Err()
		})
		for _, id := range ids {
			if !found[id] {
				missing++
			}
		}
		return err
	}
	err = from.View(ctx, func(tx *store.Tx) error {
		total, missing = 0, 0
		rows, err := tx.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		var ids []uid.ID
		for rows.Next() {
			var id uid.ID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			total++
			if ids = append(ids, id); len(ids) == askAtOnce {
				if err := ask(ids); err != nil {
					return err
				}
				ids = ids[:0]
			}
		}
		return errors.Join(rows.Err(), ask(ids))
	})
	return total, missing, err
}

// looksKnown compares the newest look that the agency keeps from each register
// with the newest act there: a later one is of an act that the register has
// lost. (The agency keeps looks under ids of its own, so one cannot be found
// by the other.)
func (s *System) looksKnown(ctx context.Context) (total int64, err error) {
	newest := func(store string, sql string, args ...any) (n int64, at time.Time, err error) {
		err = s.view(ctx, store, sql, args, &n, &at)
		return n, at, err
	}
	registers := []struct{ name, acts string }{
		{PopulationStore, `SELECT count(*), max(at) FROM (SELECT max(at) AS at FROM disclosures UNION ALL SELECT max(at) AS at FROM uses) x`},
		{SocialStore, `SELECT count(*), max(at) FROM household_disclosures`},
	}
	for _, r := range registers {
		n, told, err := newest(AgencyStore, `SELECT count(*), max(at) FROM looked WHERE register = $1`, r.name)
		if err != nil {
			return total, err
		}
		_, did, err := newest(r.name, r.acts)
		if err != nil {
			return total, err
		}
		if told.After(did) {
			return total, &errs.Error{Kind: errs.Conflict, Code: "system.behind",
				What: "the agency knows of a look later than any in store " + r.name + ", which is older than the agency's", Fix: "restore stores of one backup"}
		}
		total += n
	}
	return total, nil
}

// view reads one row of a store.
func (s *System) view(ctx context.Context, name, sql string, args []any, dest ...any) error {
	return s.Stores[name].View(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(dest...) })
}

// allDecided decides scores that have no outcome. Deciding again writes nothing.
func (s *System) allDecided(ctx context.Context, out *Checked) error {
	type score struct{ home, id uid.ID }
	var open []score
	err := s.Stores[SocialStore].View(ctx, func(tx *store.Tx) error {
		open = nil
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM household_scores`).Scan(&out.Scores); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT household_id, score_id FROM household_scores s WHERE NOT EXISTS
			(SELECT 1 FROM programme_outcomes o WHERE o.household_id = s.household_id AND o.score_id = s.score_id)`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var sc score
			if err := rows.Scan(&sc.home, &sc.id); err != nil {
				return err
			}
			open = append(open, sc)
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	for _, sc := range open {
		if err := s.Programmes.Decide(ctx, socialJob(), sc.home, sc.id); err != nil {
			return err
		}
		out.Decided++
	}
	return nil
}
