package population

import (
	"context"
	"encoding/json"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// RelationShown is a relation of a person, as Show gives it.
type RelationShown struct {
	ID uid.ID // names the relation to RelationAct; it never leaves the program
	Relation
	Registered bool // the holder is a registered person; who, Show does not tell
	Recorded   time.Time
	StateFrom  civil.Date       // first day of the state; zero: since the relation began
	Past       []RelationBefore // what was recorded before, the oldest first
}

// RelationAct adds a relation to a person, or changes the state of one. Give
// exactly one of Add and Change.
type RelationAct struct {
	Person seal.Token    `json:"-"`              // for the recipient Counter
	Add    *Relation     `json:"add,omitempty"`  // a new one
	Change uid.ID        `json:"change"`         // one there is
	To     RelationState `json:"to,omitempty"`   // what it becomes: held, disputed, ended
	From   civil.Date    `json:"from,omitzero"`  // first day of what it becomes; zero: today
	Until  civil.Date    `json:"until,omitzero"` // of one that ends: its last day
}

// Relate records a relation as a dated row of its own, or disputes or ends one.
// What was recorded before stays, with the days it held and the times it was
// believed: RelationShown.Past, and ShowAsKnown. No proof is asked but where the country's
// data ask for the act that founds a relation.
func (s *Service) Relate(ctx context.Context, c access.Caller, key string, a RelationAct) error {
	if err := c.May(access.PersonCorrect); err != nil {
		return err
	}
	return s.relate(ctx, c, key, a)
}

func (s *Service) relate(ctx context.Context, c access.Caller, key string, a RelationAct) error {
	if err := recipientOf(c, Counter); err != nil {
		return err
	}
	k := &checker{rules: s.rules, today: s.today()}
	more := []string{a.Person.Text()}
	d := &draft{}
	switch {
	case (a.Add != nil) == !a.Change.IsZero():
		k.bad("relation", "add", "not exactly one of a new relation and a change of one", "give one")
	case a.Add != nil:
		more = append(more, a.Add.Holder.IDCS.Digits())
		d.Relations = []Relation{k.relation("add", *a.Add)}
	case a.To != Held && a.To != Disputed && a.To != Ended || a.To != Ended && !a.Until.IsZero() || a.Until.After(k.today):
		k.bad("relation", "to", "no such change", "use held, disputed, or ended with a last day that is not in the future")
	case a.From.After(k.today) || !a.From.IsZero() && a.To == Ended:
		k.bad("relation", "from", "not the first day of this change", "state a day that has come, and of one that ends its last day")
	}
	if err := k.errors.Err(); err != nil {
		return err
	}
	req, err := s.request(ctx, c, access.PersonCorrect, key, a, append(more, "relate")...)
	if err != nil {
		return err
	}
	_, err = s.act(ctx, req, func() (*Changes, []byte, error) {
		ch, err := s.relationChanges(ctx, c, a, d)
		return ch, []byte("{}"), err
	})
	return err
}

func (s *Service) relationChanges(ctx context.Context, c access.Caller, a RelationAct, d *draft) (*Changes, error) {
	var row PersonRow
	var rows []RelationRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if row, err = s.subject(ctx, tx, c, a.Person, Counter); err != nil {
			return err
		}
		rows, err = tx.Relations(ctx, row.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	ch := &Changes{Uses: []access.Use{c.Used(s.ids.NewID(), row.ID, s.now(), access.PersonCorrect, "relation")}}
	s.related(ch, row.ID)
	if a.Add == nil {
		r := find(rows, func(r RelationRow) bool { return r.ID == a.Change })
		switch {
		case r == nil || r.State == Ended || r.State == a.To:
			return nil, conflict("relation_state", "change", "there is no such relation, or it is in this state already", "look at the record again")
		case r.State == Vacant && a.To == Held:
			return nil, conflict("relation_state", "to", "nobody is named in a vacant relation", "end it, and add one with its holder")
		case !a.From.IsZero() && a.From.Before(r.Since):
			return nil, &errs.Error{Kind: errs.Invalid, Code: "population.relation", Field: "from", What: "the relation began later", Fix: "check both days"}
		case !a.Until.IsZero() && a.Until.Before(r.Since):
			return nil, &errs.Error{Kind: errs.Invalid, Code: "population.relation", Field: "until", What: "the relation would end before it began", Fix: "check both days"}
		}
		from := a.From
		switch {
		case !a.Until.IsZero():
			from = a.Until.AddDays(1)
		case from.IsZero():
			from = s.today()
		}
		ch.EndRelations = []RelationEnd{{Person: row.ID, ID: r.ID, Version: r.Version, To: a.To, StateFrom: from, Until: a.Until, At: s.now(), By: c.Actor,
			Cause: causeRelation, Stale: errRaced}}
		return ch, nil
	}
	l, err := s.link(ctx, c, d)
	if err != nil {
		return nil, err
	}
	if l.err != nil {
		return nil, l.err
	}
	for _, holder := range l.holders {
		if holder == row.ID {
			return nil, conflict("holder_self", "add.holder", "nobody stands in such a relation to himself or herself", "check the number")
		}
	}
	ch.Uses = append(ch.Uses, l.uses...)
	list, err := s.inside(ctx, row)
	if err != nil {
		return nil, err
	}
	if list[0].record == nil {
		return nil, unknownToken("person")
	}
	k := &checker{rules: s.rules, today: s.today()}
	k.endRepresentation(list[0].Birth.Date, d.Relations)
	return ch, s.addRelation(c, ch, list[0].key, row.ID, d.Relations[0], l.holders)
}

// relationsShown opens relations whose disclosure is recorded.
func (s *Service) relationsShown(o opened, rows []RelationRow) ([]RelationShown, error) {
	out := make([]RelationShown, len(rows))
	for i, r := range rows {
		text, err := o.key.Open(relationBinding(r.ID), r.Sealed)
		if err != nil {
			return nil, err
		}
		var kept relationKept
		if err := json.Unmarshal(text, &kept); err != nil {
			return nil, &errs.Error{Code: "population.record", What: "a relation has a layout this program does not know"}
		}
		out[i] = RelationShown{
			ID: r.ID, Registered: !r.Holder.IsZero(), Recorded: r.At, StateFrom: r.StateFrom,
			Relation: Relation{Kind: r.Kind, As: kept.As, State: r.State, Holder: kept.Holder, From: r.Since, Until: r.Until, Act: kept.Act},
		}
		for _, p := range r.Past {
			out[i].Past = append(out[i].Past, p.RelationBefore)
		}
	}
	return out, nil
}
