package population

import (
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/uid"
)

// RelationBefore is what was recorded of a relation until something else was.
type RelationBefore struct {
	State    RelationState
	From     civil.Date // first day the state held; zero: since the relation began
	Until    civil.Date // the relation's last day, as was believed
	Recorded time.Time
	Replaced time.Time
	Cause    string // why it was replaced: "relation" by an act on it, "birth" by a corrected date of birth
}

// The causes of RelationBefore.
const (
	causeRelation = "relation"
	causeBirth    = "birth"
)

// RelationPastRow is a RelationBefore as the store keeps it.
type RelationPastRow struct {
	RelationBefore
	ID      uid.ID // of the relation
	Version int64
}

// relationsAsKnown are relations on a day, as the register knew them at an
// instant. One that was recorded later is not among them.
func relationsAsKnown(rows []RelationRow, k known) []RelationRow {
	var out []RelationRow
	for _, r := range rows {
		all := append(slices.Clone(r.Past), RelationPastRow{RelationBefore: RelationBefore{State: r.State, From: r.StateFrom, Until: r.Until, Recorded: r.stateAt()}})
		all = slices.DeleteFunc(all, func(p RelationPastRow) bool { return p.Recorded.After(k.at) })
		if len(all) == 0 {
			continue
		}
		r.State, r.Until, r.Past = all[0].State, all[len(all)-1].Until, nil
		for _, p := range all {
			if !p.From.After(k.day) {
				r.State = p.State
			}
		}
		out = append(out, r)
	}
	return out
}

// stateAt is when the state of a relation was recorded.
func (r *RelationRow) stateAt() time.Time {
	if r.ChangedAt.IsZero() {
		return r.At
	}
	return r.ChangedAt
}

// moveMajority moves the ends of representation that follow from a date of
// birth, when that is corrected. An end on the last day before majority moves
// with it; one before that moves only if it would now lie beyond majority. What
// a court set for an adult, and what has no end, stays: nothing that has ended
// begins again, but when majority itself is later than was believed.
func (s *Service) moveMajority(c access.Caller, rev *revision, rows []RelationRow) {
	before, after := s.rules.majority(rev.old.Birth.Date), s.rules.majority(rev.next.Birth.Date)
	if before == after {
		return
	}
	for _, r := range rows {
		if r.Kind != Representative || r.State == Ended || r.Until.IsZero() || r.Until.After(before) {
			continue
		}
		if r.Until.Before(before) && !r.Until.After(after) {
			continue
		}
		until := after
		if until.Before(r.Since) {
			until = r.Since // it was recorded when it should have ended: the day of its beginning is its last
		}
		if until == r.Until {
			continue
		}
		rev.ch.EndRelations = append(rev.ch.EndRelations, RelationEnd{Person: rev.old.row.ID, ID: r.ID, Version: r.Version, To: r.State,
			StateFrom: r.StateFrom, Until: until, At: s.now(), By: c.Actor, Cause: causeBirth, Stale: errRaced})
	}
	if len(rev.ch.EndRelations) > 0 {
		s.related(&rev.ch, rev.old.row.ID)
	}
}
