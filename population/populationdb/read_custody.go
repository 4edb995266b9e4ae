package populationdb

import (
	"context"

	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
)

func (x tx) Custodians(ctx context.Context, persons []uid.ID) ([]population.RelationRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.RelationRow, err error) {
		var holder *uid.ID
		err = s.Scan(&r.Person, &r.ID, &r.Kind, &r.State, &holder, &r.Since, &r.Until, &r.At, &r.By, &r.Sealed)
		if holder != nil {
			r.Holder = *holder
		}
		return r, err
	}, `SELECT person_id, relation_id, kind, state, holder_id, since, until, recorded_at, recorded_by, sealed FROM relations
		WHERE person_id = ANY($1) AND kind = 'custodian' AND state <> 'ended' ORDER BY person_id, relation_id`, persons)
}
