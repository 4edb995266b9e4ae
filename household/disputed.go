package household

import (
	"context"
	"slices"
	"time"

	"sijil/internal/uid"
	"sijil/seal"
)

// disputed plans what a declaration does to rival claims: those that it makes,
// answers or ends. It returns the other households it touches.
func (s *Service) disputed(ctx context.Context, tx Tx, f *filing, out *settlement, c *Change, home *Row, now time.Time) ([]uid.ID, error) {
	p := s.disputing(c, home.ID, now)
	homes := make([]uid.ID, 0, 1+len(out.leaving))
	if home.Version > 0 { // one that is new has no rival claims yet
		homes = append(homes, home.ID)
	}
	for id := range out.leaving {
		homes = append(homes, id)
	}
	if err := p.read(ctx, tx, homes...); err != nil {
		return nil, err
	}
	asked := map[int]bool{} // lines whose rival claim is known already
	for i := range p.rows {
		d := &p.rows[i]
		at := slices.IndexFunc(f.persons, func(n person) bool { return d.is(n.blinds) })
		var err error
		switch {
		case d.State != Open:
			if at >= 0 && d.settles(f.persons[at], out, home.ID) {
				asked[f.persons[at].line] = true
			}
		case d.Claimant == home.ID:
			if at >= 0 && out.lines[f.persons[at].line].standing == Rival {
				err = p.claimOn(ctx, tx, d, f.persons[at], out)
				asked[f.persons[at].line] = true
			} else {
				p.end(d, f.unclaimed(d, at, out))
			}
		default:
			err = p.held(ctx, tx, d, f, at, out, f.placed(*home))
		}
		if err != nil {
			return nil, err
		}
	}
	for _, n := range f.persons {
		if l := out.lines[n.line]; l.standing == Rival && !asked[n.line] {
			if err := p.open(ctx, tx, f, n, &l, f.placed(*home)); err != nil {
				return nil, err
			}
		}
	}
	return p.finish(), nil
}

// settles reports whether a claim that was decided says already what a new one
// would ask: the same two households and persons. An appeal is how it is asked
// again.
func (d *DisputeRow) settles(n person, out *settlement, home uid.ID) bool {
	l := out.lines[n.line]
	if l.standing != Rival || d.State != Moved && d.State != Stayed {
		return false
	}
	here, there, mine, other := d.By, d.Custodian, d.Claimant, d.Holder
	if d.Claimant != home {
		here, there, mine, other = there, here, other, mine
	}
	if mine != home || other != l.rival.Household || !sameBlind(there, l.rival.Custodian) {
		return false
	}
	if here == nil {
		return len(l.keeper.who) == 0
	}
	return slices.Contains(l.keeper.who, *here)
}

// unclaimed says why a household's rival claim ends with its declaration.
func (f *filing) unclaimed(d *DisputeRow, at int, out *settlement) Ending {
	switch {
	case at >= 0 && f.persons[at].adult:
		return CameOfAge
	case at >= 0 && out.lines[f.persons[at].line].standing == Child:
		return Followed
	case f.died(d):
		return ChildDied
	}
	return Withdrawn
}

func (f *filing) died(d *DisputeRow) bool {
	return slices.ContainsFunc(f.omitted, func(o omission) bool { return d.is(o.blinds) })
}

// claimOn carries an open claim of the household over to its new declaration.
func (p *disputing) claimOn(ctx context.Context, tx Tx, d *DisputeRow, n person, out *settlement) error {
	l := out.lines[n.line]
	if d.Line != n.line {
		d.Line = n.line
		p.change(d)
	}
	if by := l.keeper.one(); !sameBlind(d.By, by) && !d.claimedBy(l.keeper.who) {
		d.By = by
		p.again(d)
	}
	if d.Holder == l.rival.Household && sameBlind(d.Custodian, l.rival.Custodian) {
		return nil
	}
	return p.moveSide(ctx, tx, d, l.rival, nil, 0)
}

func (k *keeping) one() *seal.Blind {
	if len(k.who) == 0 {
		return nil
	}
	return &k.who[0]
}

// moveSide notes that a claim is now answered by another household, or by
// another custodian: at is that household when the act itself writes it.
func (p *disputing) moveSide(ctx context.Context, tx Tx, d *DisputeRow, holds *ClaimRow, at *Row, line int) error {
	if d.Holder != holds.Household {
		p.c.CloseTasks = append(p.c.CloseTasks, CloseTasks{Household: d.Holder, Kinds: []TaskKind{RivalCustody}, Matter: d.Ref, At: p.now})
		p.touch(d.Holder)
		p.touch(holds.Household)
		if at == nil {
			var err error
			if at, line, err = sideOf(ctx, tx, holds.Household, d.Child); err != nil {
				return err
			}
		}
		p.s.openMatter(p.c, *at, d, line, p.now)
	}
	d.Holder, d.Custodian = holds.Household, holds.Custodian
	p.again(d)
	return nil
}

// sideOf reads a household and the line of a child in it; 0 for no line.
func sideOf(ctx context.Context, tx Tx, household uid.ID, child ...seal.Blind) (*Row, int, error) {
	row, err := tx.Household(ctx, household)
	if err != nil {
		return nil, 0, err
	}
	lines, err := tx.Members(ctx, household, row.Version)
	if err != nil {
		return nil, 0, err
	}
	l, _ := lineBefore(lines, child)
	return &row, l.Line, nil
}

// held plans what a declaration does to another household's open claim: on a
// child of this one, or of one whom somebody left for this one.
func (p *disputing) held(ctx context.Context, tx Tx, d *DisputeRow, f *filing, at int, out *settlement, home Row) error {
	var n person
	var l settled
	if at >= 0 {
		n = f.persons[at]
		l = out.lines[n.line]
	}
	switch gone := out.leaving[d.Claimant]; {
	case n.adult:
		p.end(d, CameOfAge)
	case at < 0 && d.Holder == home.ID && f.died(d):
		p.end(d, ChildDied)
	case len(gone) > 0 && d.claimedBy(gone): // who claimed the child lives here now
		why := Withdrawn
		if l.standing == Child {
			why = Followed
		}
		p.end(d, why)
	case l.standing == Child: // it is here, or came
		if now := out.claimOn(n.blinds, home.ID); now != nil && (d.Holder != home.ID || !sameBlind(d.Custodian, now.Custodian)) {
			return p.moveSide(ctx, tx, d, now, &home, n.line)
		}
	}
	return nil
}

// claimOn returns the claim that a settlement makes on a person for a
// household; nil when it leaves the claim as it is.
func (out *settlement) claimOn(blinds []seal.Blind, home uid.ID) *ClaimRow {
	for _, ch := range out.claims {
		if ch.Now != nil && ch.Now.Household == home && slices.Contains(blinds, ch.Now.Person) {
			return ch.Now
		}
	}
	return nil
}

// open makes a rival claim, with a task on both sides.
func (p *disputing) open(ctx context.Context, tx Tx, f *filing, n person, l *settled, home Row) error {
	holds := l.rival
	d := DisputeRow{
		Ref: p.s.ids.NewRef(), Child: n.blinds[0], Claimant: home.ID, Line: n.line, By: l.keeper.one(), Holder: holds.Household, Custodian: holds.Custodian,
		State: Open, Actor: f.caller.Actor, Opened: p.now, Look: p.now, Revision: 1,
	}
	other, line, err := sideOf(ctx, tx, holds.Household, n.blinds...)
	if err != nil {
		return err
	}
	p.c.Disputes = append(p.c.Disputes, DisputeChange{Now: d})
	p.s.openMatter(p.c, home, &d, n.line, p.now)
	p.s.openMatter(p.c, *other, &d, line, p.now)
	p.touch(holds.Household)
	return nil
}

// parted plans what it does to rival claims that an adult acts for himself or
// herself, and leaves households: a claim on who acts now ends, and so does one
// that rests on who left. One that rests on somebody who acts here now is looked
// at again.
func (p *disputing) parted(blinds []seal.Blind, left ...uid.ID) {
	for i := range p.rows {
		d := &p.rows[i]
		switch {
		case d.State != Open:
		case d.is(blinds):
			p.end(d, CameOfAge)
		case d.claimedBy(blinds) && slices.Contains(left, d.Claimant):
			p.end(d, Withdrawn)
		case d.claimedBy(blinds) && d.Claimant == p.home:
			p.again(d)
		}
	}
}

// died plans what a death does to the rival claims of the household.
func (p *disputing) died(blinds []seal.Blind) {
	for i := range p.rows {
		d := &p.rows[i]
		switch {
		case d.State != Open:
		case d.is(blinds):
			p.end(d, ChildDied)
		case d.claimedBy(blinds):
			p.end(d, Withdrawn)
		case d.Custodian != nil && slices.Contains(blinds, *d.Custodian):
			p.again(d)
		}
	}
}
