package population

import (
	"context"
	"slices"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/seal"
)

// TopicRelated says that a relation of the person was recorded, disputed or
// ended. It has no body: whoever is concerned asks at a door what holds now.
const TopicRelated = "person.related"

// CustodyState says what this register knows of who has custody of a person
// today.
type CustodyState string

// The states.
const (
	NoCustody            CustodyState = ""            // nothing is recorded
	CustodyHeld          CustodyState = "held"        // by somebody
	CustodyOfInstitution CustodyState = "institution" // by an institution, perhaps beside somebody
	CustodyDisputed      CustodyState = "disputed"
	CustodyVacant        CustodyState = "vacant" // recorded as held by nobody
)

// Custody is who has custody of a person today, as far as the recipient knows
// them. A holder who has died holds it no more.
type Custody struct {
	State   CustodyState
	Holders []CustodyHolder // of one that is held, alone or beside an institution
}

// CustodyHolder is somebody who has custody.
type CustodyHolder struct {
	Token seal.Token // for the recipient; zero for somebody it does not know: who that is, it does not learn
	ByAct bool       // an act founds it, such as a court's decision
}

// Member is what an index needs of a person, and who has custody of it.
type Member struct {
	Fact

	Custody Custody
}

// Members is Facts with who has custody of each person. Whoever has somebody in
// custody sees that it was told. No token is issued for a holder.
func (s *Service) Members(ctx context.Context, c access.Caller, recipient string, tokens []seal.Token) ([]Member, error) {
	if err := c.May(access.DoorFacts); err != nil {
		return nil, err
	}
	return s.members(ctx, c, recipient, tokens)
}

// custodies are the custodian's relations of persons as one transaction read
// them, and those who hold them.
type custodies struct {
	rows    map[uid.ID][]RelationRow // in force today, by person
	holders map[uid.ID]PersonRow     // with the recipient's token
}

func (s *Service) members(ctx context.Context, c access.Caller, recipient string, tokens []seal.Token) ([]Member, error) {
	if err := recipientOf(c, recipient); err != nil {
		return nil, err
	}
	if len(tokens) == 0 || len(tokens) > MaxClaims {
		return nil, errs.Bad("tokens", "no tokens, or too many at once", "send 1 to 100")
	}
	var all custodies
	list, err := s.disclose(ctx, func(tx Tx) ([]looked, *Changes, error) {
		rows, err := s.resolveAll(ctx, tx, tokens, recipient)
		if err != nil {
			return nil, nil, err
		}
		if all, err = s.custodies(ctx, tx, rows, recipient); err != nil {
			return nil, nil, err
		}
		out, ch := make([]looked, len(rows)), &Changes{}
		for i, row := range rows {
			fields := []string{"birth", "sex", "alive"}
			if len(all.rows[row.ID]) > 0 {
				fields = append(fields, "custodian")
			}
			out[i] = looked{row, c.Disclose(s.ids.NewID(), row.ID, s.now(), access.DoorFacts, fields...)}
		}
		s.tellHolders(c, ch, rows, &all)
		return out, ch, nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Member, len(list))
	for i, o := range list {
		out[i].Fact = Fact{Token: tokens[i], Birth: o.Birth.Date, Sex: o.Sex, Alive: o.row.State != Deceased}
		if out[i].Custody, err = s.custodyOf(ctx, o, &all, recipient); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// custodies reads what holds today of the custody of persons.
func (s *Service) custodies(ctx context.Context, tx Tx, rows []PersonRow, recipient string) (custodies, error) {
	out := custodies{rows: map[uid.ID][]RelationRow{}}
	ids := make([]uid.ID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	all, err := tx.Custodians(ctx, ids)
	if err != nil {
		return out, err
	}
	today := s.today()
	var holders []uid.ID
	for _, r := range all {
		if r.Since.After(today) || !r.Until.IsZero() && r.Until.Before(today) {
			continue
		}
		out.rows[r.Person] = append(out.rows[r.Person], r)
		if !r.Holder.IsZero() {
			holders = append(holders, r.Holder)
		}
	}
	if len(holders) > 0 {
		out.holders, err = s.live(ctx, tx, holders, recipient)
	}
	return out, err
}

// tellHolders records with each holder what was told of them: a disclosure when
// the recipient knows the holder, else the use of the relation.
func (s *Service) tellHolders(c access.Caller, ch *Changes, rows []PersonRow, all *custodies) {
	told := map[uid.ID]bool{}
	for _, row := range rows {
		relations := all.rows[row.ID]
		if slices.ContainsFunc(relations, func(r RelationRow) bool { return r.State == Disputed }) {
			continue // nobody is told of
		}
		for _, r := range relations {
			h, ok := all.holders[r.Holder]
			switch {
			case !ok || told[h.ID]:
				continue
			case h.Token != nil:
				ch.Disclosures = append(ch.Disclosures, c.Disclose(s.ids.NewID(), h.ID, s.now(), access.DoorFacts, "custody"))
			default:
				ch.Uses = append(ch.Uses, c.Used(s.ids.NewID(), h.ID, s.now(), access.DoorFacts, "custody"))
			}
			told[h.ID] = true
		}
	}
}

// custodyOf puts together what is told of the custody of one person, whose
// disclosure is recorded.
func (s *Service) custodyOf(ctx context.Context, o opened, all *custodies, recipient string) (Custody, error) {
	rows := all.rows[o.row.ID]
	if len(rows) == 0 {
		return Custody{}, nil
	}
	relations, err := s.relationsShown(o, rows)
	if err != nil {
		return Custody{}, err
	}
	out := Custody{State: CustodyVacant}
	held := false
	for i, r := range relations {
		switch {
		case r.State == Disputed:
			out.State = CustodyDisputed
		case r.State == Held && r.Holder.Institution != "":
			if out.State != CustodyDisputed {
				out.State = CustodyOfInstitution
			}
		case r.State == Held:
			h, ok, err := s.holder(ctx, all.holders[rows[i].Holder], r, recipient)
			if err != nil {
				return Custody{}, err
			}
			if ok {
				held = true
				out.Holders = append(out.Holders, h)
			}
		}
	}
	switch {
	case out.State == CustodyDisputed:
		out.Holders = nil // who it is, is what is disputed
	case held && out.State == CustodyVacant:
		out.State = CustodyHeld
	case out.State == CustodyVacant && !slices.ContainsFunc(rows, func(r RelationRow) bool { return r.State == Vacant }):
		out.State = NoCustody // whoever had it has died
	}
	return out, nil
}

// holder is one holder as the recipient may know them; false for one who holds
// nothing any more.
func (s *Service) holder(ctx context.Context, row PersonRow, r RelationShown, recipient string) (CustodyHolder, bool, error) {
	out := CustodyHolder{ByAct: !r.Act.IsZero()}
	switch {
	case row.State == Deceased:
		return out, false, nil
	case row.Token == nil:
		return out, true, nil
	}
	keys, err := s.keysOf(ctx, []PersonRow{row}, true)
	if err != nil {
		return out, false, err
	}
	k, there := keys[row.Key]
	if !there {
		return out, false, nil // erased
	}
	out.Token, err = openToken(k, row, recipient)
	return out, true, err
}

// related adds the event that a relation of a person has changed.
func (s *Service) related(ch *Changes, person uid.ID) {
	ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: person, Topic: TopicRelated, At: s.now()})
}
