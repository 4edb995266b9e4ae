package householddb

import (
	"context"

	"sijil/household"
	"sijil/internal/store"
	"sijil/seal"
)

func (x *tx) Aliases(ctx context.Context, persons []seal.Blind) ([]seal.Blind, error) {
	rows, err := x.t.Query(ctx, `SELECT other FROM person_aliases WHERE person = ANY($1) ORDER BY other`, persons)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []seal.Blind
	for rows.Next() {
		var b seal.Blind
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

// aliases writes which tokens are one person's.
func aliases(b *store.Batch, c *household.Change) {
	for _, a := range c.Aliases {
		b.Exec(`INSERT INTO person_aliases (person, other, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, a.Person, a.Other, a.Since)
	}
	for _, a := range c.DropAliases {
		b.Exec(`DELETE FROM person_aliases WHERE person = $1 AND other = $2`, a.Person, a.Other)
	}
}
