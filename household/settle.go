package household

import (
	"context"
	"slices"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// TopicCustody says that a rival claim was settled: CustodyEvent. Each of the
// two households has one.
const TopicCustody = "household.custody"

// CustodyEvent is the body of TopicCustody.
type CustodyEvent struct {
	Household uid.ID       `json:"household"`
	Matter    uid.Ref      `json:"matter"`
	State     DisputeState `json:"state"`
	Ending    Ending       `json:"ending,omitempty"`
}

// settling is a matter on its way to be settled.
type settling struct {
	caller access.Caller
	m      *matter
	p      *disputing
	change *Change
	cause  uid.ID
	scored []scoredAt
	moved  bool
}

type scoredAt struct {
	locality string
	row      *ScoreRow
}

func (s *Service) settling(c access.Caller, m *matter) *settling {
	now := s.now()
	change := new(Change)
	p := s.disputing(change, uid.ID{}, now)
	p.rows = m.others
	return &settling{caller: c, m: m, p: p, change: change, cause: s.ids.NewID()}
}

// row is the claim that is settled, among all that are written.
func (g *settling) row() *DisputeRow {
	i := slices.IndexFunc(g.p.rows, func(d DisputeRow) bool { return d.Ref == g.m.d.Ref })
	return &g.p.rows[i]
}

// give gives custody of the child to one side: the child goes there when it is
// listed there and who has custody lives there; otherwise it stays where it is
// until that person declares it.
func (s *Service) give(ctx context.Context, g *settling, with DisputeState, basis Basis) error {
	m, d := g.m, g.row()
	to, from, who := m.holder, m.claimant, d.Custodian
	if with == Moved {
		to, from, who = m.claimant, m.holder, d.By
	}
	if who == nil {
		basis = ""
	}
	present := m.present()
	if present.Household != to.row.ID && present.Household != from.row.ID {
		return conflict("custody_moved_on", "matter", "the child belongs to a third household since", "a claim against that one is another matter")
	}
	line, listed := lineBefore(to.lines, m.child)
	lives, err := s.stillLives(ctx, who, to)
	if err != nil {
		return err
	}
	listed = listed && (line.Standing == Rival || line.Standing == Left) && lives
	g.moved = present.Household == from.row.ID && listed
	home := present.Household
	if g.moved {
		home = to.row.ID
	}
	for i := range m.claims {
		was := m.claims[i]
		if !slices.Contains(m.child, was.Person) {
			continue
		}
		next := was
		next.Household, next.Custodian, next.Custody, next.Revision = home, who, basis, was.Revision+1
		if was.Household != home {
			next.Since = g.p.now
		}
		g.change.Claims = append(g.change.Claims, ClaimChange{Was: &was, Now: &next})
	}
	if present.Household == from.row.ID {
		s.openTask(g.change, to.row, MemberMoved, 0, g.cause, g.p.now)
	}
	if !g.moved {
		return nil
	}
	s.openTask(g.change, from.row, MemberMoved, 0, g.cause, g.p.now)
	if err := s.moveLine(ctx, g, to, line.Line, true); err != nil {
		return err
	}
	gone, _ := lineBefore(from.lines, m.child)
	if err := s.moveLine(ctx, g, from, gone.Line, false); err != nil {
		return err
	}
	return s.otherClaims(ctx, g, to, line.Line, who)
}

// stillLives reports whether who is to have custody lives in a household now.
func (s *Service) stillLives(ctx context.Context, who *seal.Blind, in *base) (bool, error) {
	if who == nil {
		return true, nil
	}
	_, blinds, err := s.tokenFor(ctx, who, in)
	if err != nil || blinds == nil {
		return false, err
	}
	l, ok := lineBefore(in.lines, blinds)
	return ok && l.Standing.holds(), nil
}

// moveLine writes the child's line in a household that it came to, or left,
// and the household's new index.
func (s *Service) moveLine(ctx context.Context, g *settling, b *base, line int, came bool) error {
	standing := Left
	if came {
		standing = Child
	}
	g.change.Lines = append(g.change.Lines, LineChange{Household: b.row.ID, Version: b.row.Version, Line: line, Standing: standing, Counted: &came, At: g.p.now})
	counts := b.asCounted()
	counted := func(n int) bool {
		if n == line {
			return came
		}
		return counts(n)
	}
	if !s.engine.rules.recomputes(CauseCustody) || !slices.ContainsFunc(b.lines, func(l MemberRow) bool { return counted(l.Line) }) {
		return nil
	}
	row, err := s.rescore(ctx, g.caller, b, g.change, counted, CauseCustody, &g.cause)
	if errs.KindOf(err) == errs.Invalid {
		// Who is left, or came, raises questions that were not asked: somebody asks.
		s.openTask(g.change, b.row, AnswersMissing, line, g.cause, g.p.now)
		return nil
	}
	if err == nil && row != nil {
		g.scored = append(g.scored, scoredAt{b.row.Locality, row})
	}
	return err
}

// otherClaims turns claims of third households on the child against its new
// household, and ends one that this household had itself.
func (s *Service) otherClaims(ctx context.Context, g *settling, to *base, line int, who *seal.Blind) error {
	holds := &ClaimRow{Household: to.row.ID, Custodian: who}
	for i := range g.p.rows {
		o := &g.p.rows[i]
		if o.Ref == g.m.d.Ref || o.State != Open || !o.is(g.m.child) {
			continue
		}
		if o.Claimant == to.row.ID {
			g.p.end(o, Followed)
			continue
		}
		if err := g.p.moveSide(ctx, nil, o, holds, &to.row, line); err != nil {
			return err
		}
	}
	return nil
}

// finish puts the change together: both households are those it was planned
// on, and others only hear of it.
func (s *Service) finish(g *settling) *Change {
	d := g.row()
	for _, b := range []*base{g.m.claimant, g.m.holder} {
		g.change.Touch = append(g.change.Touch, Touch{Household: b.row.ID, Expect: b.row.Revision, At: g.p.now})
		if d.State != Open {
			s.event(g.change, TopicCustody, b.row.ID, g.p.now, CustodyEvent{Household: b.row.ID, Matter: d.Ref, State: d.State, Ending: d.Ending})
		}
	}
	for _, id := range g.p.finish() {
		if id != g.m.d.Claimant && id != g.m.d.Holder {
			g.change.Touch = append(g.change.Touch, Touch{Household: id, At: g.p.now})
		}
	}
	return g.change
}
