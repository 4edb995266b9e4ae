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
	// Of a child:
	named  []seal.Blind // whom the line names as custodian, or who declares; empty when nobody does
	word   word         // the population register's
	keeper keeping
}

// settled is what becomes of a line.
type settled struct {
	standing Standing
	counted  bool
	due      time.Time
	custody  Basis     // of a child who belongs here
	rival    *ClaimRow // of a child who belongs elsewhere …
	keeper   keeping   // … and who would have custody here
}

// settlement says, for all lines of a declaration, what they are, and which
// claims change hands. It is planned on a snapshot; Apply refuses it when the
// claims are no longer those.
type settlement struct {
	lines   map[int]settled
	claims  []ClaimChange
	leaving map[uid.ID][]seal.Blind // who leaves which other household
}

func newSettlement() *settlement {
	return &settlement{lines: map[int]settled{}, leaving: map[uid.ID][]seal.Blind{}}
}

// settle decides who belongs here. The rules are those of docs/households.md:
// a person's own act moves that person; nobody else's does; a child follows
// the custodian who declares. over are those whose custody the declaration may
// hand to another: who declares, and members who died.
func (s *Service) settle(home uid.ID, persons []person, held []ClaimRow, before []MemberRow, over []seal.Blind, now time.Time) (*settlement, error) {
	out := newSettlement()
	adults := slices.DeleteFunc(slices.Clone(persons), func(p person) bool { return !p.adult })
	for _, p := range persons {
		mine := slices.DeleteFunc(slices.Clone(held), func(r ClaimRow) bool { return !slices.Contains(p.blinds, r.Person) })
		was, wasHere := lineBefore(before, p.blinds)
		var err error
		if p.adult {
			err = s.settleAdult(out, home, p, mine, was, wasHere, now)
		} else {
			settleChild(out, home, p, adults, mine, held, over, now)
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

func settleChild(out *settlement, home uid.ID, p person, adults []person, mine, held []ClaimRow, over []seal.Blind, now time.Time) {
	p.keeper = p.word.keeper(adults, p.named)
	p.keeper.acts = slices.ContainsFunc(adults, func(a person) bool {
		return slices.Equal(a.blinds, p.keeper.who) && (a.declarant ||
			slices.ContainsFunc(held, func(r ClaimRow) bool {
				return r.Household == home && r.Hold == OwnWord && slices.Contains(a.blinds, r.Person)
			}))
	})
	i := slices.IndexFunc(mine, func(r ClaimRow) bool { return r.Household != home })
	if i >= 0 && !p.word.follows(p.keeper, &mine[i], held) {
		out.lines[p.line] = settled{standing: Rival, rival: &mine[i], keeper: p.keeper}
		return
	}
	out.takeChild(home, p, mine, over, now)
	_, basis := p.keeps(first(mine), home, over)
	out.lines[p.line] = settled{standing: Child, counted: true, custody: basis}
}

func first(rows []ClaimRow) *ClaimRow {
	if len(rows) == 0 {
		return nil
	}
	return &rows[0]
}

// take makes home hold an adult under every live key.
func (out *settlement) take(home uid.ID, p person, held []ClaimRow, hold Hold, now time.Time) {
	out.hold(home, p.blinds, held, hold, now, func(*ClaimRow) (*seal.Blind, Basis) { return nil, "" })
}

// takeChild makes home hold a child under every live key.
func (out *settlement) takeChild(home uid.ID, p person, held []ClaimRow, over []seal.Blind, now time.Time) {
	out.hold(home, p.blinds, held, InCare, now, func(was *ClaimRow) (*seal.Blind, Basis) { return p.keeps(was, home, over) })
}

// hold makes home hold a person. Claims that are so already stay as they are.
func (out *settlement) hold(home uid.ID, blinds []seal.Blind, held []ClaimRow, hold Hold, now time.Time, custody func(was *ClaimRow) (*seal.Blind, Basis)) {
	for _, b := range blinds {
		i := slices.IndexFunc(held, func(r ClaimRow) bool { return r.Person == b })
		if i < 0 {
			who, basis := custody(first(held))
			out.claims = append(out.claims, ClaimChange{Now: &ClaimRow{Person: b, Household: home, Hold: hold, Custodian: who, Custody: basis, Since: now, Revision: 1}})
			continue
		}
		was := held[i]
		who, basis := custody(&was)
		if was.Household == home && was.Hold == hold && was.Custody == basis && sameBlind(was.Custodian, who) {
			continue
		}
		next := was
		next.Household, next.Hold, next.Custodian, next.Custody, next.Revision = home, hold, who, basis, was.Revision+1
		if was.Household != home {
			next.Since = now
			out.leaving[was.Household] = append(out.leaving[was.Household], blinds...)
		}
		out.claims = append(out.claims, ClaimChange{Was: &was, Now: &next})
	}
}

func sameBlind(a, b *seal.Blind) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// departures reads the households that persons leave, and plans what becomes
// of them: their lines, a task, a new revision. Their score stays in force
// until they declare again. others are households whose tasks change.
func (s *Service) departures(ctx context.Context, tx Tx, out *settlement, c *Change, others []uid.ID, cause uid.ID, now time.Time) error {
	touched := slices.Clone(others)
	for id := range out.leaving {
		if !slices.Contains(touched, id) {
			touched = append(touched, id)
		}
	}
	for _, id := range touched {
		c.Touch = append(c.Touch, Touch{Household: id, At: now})
		gone := out.leaving[id]
		if len(gone) == 0 {
			continue
		}
		row, err := tx.Household(ctx, id)
		if err != nil {
			return err
		}
		slices.SortFunc(gone, func(a, b seal.Blind) int { return slices.Compare(a[:], b[:]) })
		c.Lines = append(c.Lines, LineChange{Household: id, Version: row.Version, Persons: slices.Compact(gone), Standing: Left, At: now})
		s.openTask(c, row, MemberMoved, 0, cause, now)
	}
	return nil
}
