package household

import (
	"context"
	"slices"
	"time"

	"sijil/internal/uid"
	"sijil/seal"
)

// person is a line of a declaration as the claims see it.
type person struct {
	line      int
	blinds    []seal.Blind // under every live key, the current first
	adult     bool
	declarant bool
	head      bool
	custodian []seal.Blind               // of a child; empty when nobody here has custody
	handedOn  func(was *seal.Blind) bool // of a child: whether custody goes from whoever had it to the custodian
}

// settled is what becomes of a line.
type settled struct {
	standing Standing
	counted  bool
	due      time.Time
	rival    uid.ID // household the child belongs to
}

// settlement says, for all lines of a declaration, what they are, and which
// claims change hands. It is planned on a snapshot; Apply refuses it when the
// claims are no longer those.
type settlement struct {
	lines   map[int]settled
	claims  []ClaimChange
	leaving map[uid.ID][]seal.Blind // who leaves which other household
	rivals  map[uid.ID]bool
}

// settle decides who belongs here. The rules are those of docs/households.md:
// a person's own act moves that person; nobody else's does; a child follows
// the custodian who declares. over are those whose custody the declaration may
// hand to another: who declares, and members who died.
func (s *Service) settle(home uid.ID, persons []person, held []ClaimRow, before []MemberRow, over []seal.Blind, now time.Time) (*settlement, error) {
	out := &settlement{lines: map[int]settled{}, leaving: map[uid.ID][]seal.Blind{}, rivals: map[uid.ID]bool{}}
	for _, p := range persons {
		mine := slices.DeleteFunc(slices.Clone(held), func(r ClaimRow) bool { return !slices.Contains(p.blinds, r.Person) })
		was, wasHere := lineBefore(before, p.blinds)
		var err error
		if p.adult {
			err = s.settleAdult(out, home, p, mine, was, wasHere, now)
		} else {
			s.settleChild(out, home, p, mine, over, now)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func lineBefore(lines []MemberRow, blinds []seal.Blind) (MemberRow, bool) {
	for _, l := range lines {
		if l.Person != nil && slices.Contains(blinds, *l.Person) {
			return l, true
		}
	}
	return MemberRow{}, false
}

func (s *Service) settleAdult(out *settlement, home uid.ID, p person, held []ClaimRow, was MemberRow, wasHere bool, now time.Time) error {
	elsewhere := slices.ContainsFunc(held, func(r ClaimRow) bool { return r.Household != home })
	switch {
	case p.declarant:
		out.take(home, p, held, OwnWord, now)
		out.lines[p.line] = settled{standing: Declared, counted: true}
	case wasHere && (was.Standing == Refused || was.Standing == Left):
		return conflict("member_declined", member(p.line-1, ""), "this person left the household or refused the line", "leave the line out; the person joins again by confirming or declaring")
	case elsewhere:
		return conflict("member_elsewhere", member(p.line-1, ""), "this person belongs to another household", "leave the line out; the person moves by declaring, leaving or confirming himself or herself")
	case len(held) > 0 && held[0].Hold == OwnWord:
		out.take(home, p, held, OwnWord, now)
		out.lines[p.line] = settled{standing: Confirmed, counted: true}
	case len(held) > 0 && wasHere:
		// Already listed: the delay goes on. A child who came of age counts on.
		out.take(home, p, held, Listed, now)
		out.lines[p.line] = settled{standing: Unconfirmed, counted: was.Counted || p.head || !was.Due.IsZero() && !was.Due.After(now), due: was.Due}
	default:
		out.take(home, p, held, Listed, now)
		l := settled{standing: Unconfirmed, counted: true}
		if days := s.engine.rules.Unconfirmed.CountsAfterDays; days > 0 {
			l.due = now.AddDate(0, 0, days)
			l.counted = p.head // a household without its head has no index
		}
		out.lines[p.line] = l
	}
	if l := out.lines[p.line]; l.counted && l.standing == Unconfirmed && !l.due.IsZero() && !l.due.After(now) {
		l.due = time.Time{}
		out.lines[p.line] = l
	}
	return nil
}

func (s *Service) settleChild(out *settlement, home uid.ID, p person, held []ClaimRow, over []seal.Blind, now time.Time) {
	i := slices.IndexFunc(held, func(r ClaimRow) bool { return r.Household != home })
	if i >= 0 && (held[i].Custodian == nil || !slices.Contains(p.custodian, *held[i].Custodian)) {
		out.lines[p.line] = settled{standing: Rival, rival: held[i].Household}
		out.rivals[held[i].Household] = true
		return
	}
	p.handedOn = func(was *seal.Blind) bool {
		return was == nil || slices.Contains(over, *was) && !slices.Contains(p.custodian, *was)
	}
	out.take(home, p, held, InCare, now)
	out.lines[p.line] = settled{standing: Child, counted: true}
}

// take makes home hold a person under every live key. Claims that are so
// already stay as they are.
func (out *settlement) take(home uid.ID, p person, held []ClaimRow, hold Hold, now time.Time) {
	var custodian *seal.Blind
	if hold == InCare && len(p.custodian) > 0 {
		custodian = &p.custodian[0]
	}
	for _, b := range p.blinds {
		i := slices.IndexFunc(held, func(r ClaimRow) bool { return r.Person == b })
		if i < 0 {
			out.claims = append(out.claims, ClaimChange{Now: &ClaimRow{Person: b, Household: home, Hold: hold, Custodian: custodian, Since: now, Revision: 1}})
			continue
		}
		was := held[i]
		handed := custodian != nil && p.handedOn(was.Custodian)
		if was.Household == home && was.Hold == hold && !handed {
			continue
		}
		next := was
		next.Household, next.Hold, next.Revision = home, hold, was.Revision+1
		if was.Household != home {
			next.Since, next.Custodian = now, custodian
			out.leaving[was.Household] = append(out.leaving[was.Household], p.blinds...)
		}
		if handed {
			next.Custodian = custodian
		}
		out.claims = append(out.claims, ClaimChange{Was: &was, Now: &next})
	}
}

// departures reads the households that persons leave, and plans what becomes
// of them: their lines, a task, a new revision. Their score stays in force
// until they declare again.
func (s *Service) departures(ctx context.Context, tx Tx, out *settlement, c *Change, cause uid.ID, now time.Time) error {
	touched := map[uid.ID]bool{}
	for id := range out.leaving {
		touched[id] = true
	}
	for id := range out.rivals {
		touched[id] = true
	}
	for id := range touched {
		row, err := tx.Household(ctx, id)
		if err != nil {
			return err
		}
		c.Touch = append(c.Touch, Touch{Household: id, At: now})
		if gone := out.leaving[id]; len(gone) > 0 {
			slices.SortFunc(gone, func(a, b seal.Blind) int { return slices.Compare(a[:], b[:]) })
			c.Lines = append(c.Lines, LineChange{Household: id, Version: row.Version, Persons: slices.Compact(gone), Standing: Left, At: now})
			s.openTask(c, row, MemberMoved, 0, cause, now)
		}
		if out.rivals[id] {
			s.openTask(c, row, RivalCustody, 0, cause, now)
		}
	}
	return nil
}
