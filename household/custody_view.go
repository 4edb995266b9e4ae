package household

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/seal"
)

// ShownMatter is a rival claim as one of the two households sees it: never
// which the other one is, or where.
type ShownMatter struct {
	Matter    uid.Ref
	Line      int  // of the child here; 0 when it is not listed any more
	Claims    bool // this household claims the child; otherwise it held it
	State     DisputeState
	Ending    Ending
	With      Side // where the child is, once it is settled
	Opened    time.Time
	Settled   time.Time
	Decisions int
}

// Side is one of the two households of a rival claim, as the other sees it.
type Side string

// The sides.
const (
	Here      Side = "here"
	Elsewhere Side = "elsewhere"
)

func showCustody(ctx context.Context, tx Tx, b *base, out *Shown) error {
	out.Custody = nil
	matters, err := tx.Disputes(ctx, b.row.ID)
	if err != nil {
		return err
	}
	persons := make([]seal.Blind, 0, len(b.lines)+len(matters))
	for _, l := range b.lines {
		if l.Person != nil {
			persons = append(persons, *l.Person)
		}
	}
	for i := range matters {
		persons = append(persons, matters[i].Child)
	}
	claims, err := tx.Claims(ctx, persons)
	if err != nil {
		return err
	}
	for i, l := range b.lines {
		for _, r := range claims {
			if l.Standing == Child && l.Person != nil && r.Person == *l.Person && r.Household == b.row.ID {
				out.Lines[i].Custody = r.Custody
			}
		}
	}
	slices.SortFunc(matters, func(p, q DisputeRow) int { return cmp.Or(p.Opened.Compare(q.Opened), cmp.Compare(p.Line, q.Line)) })
	for i := range matters {
		out.Custody = append(out.Custody, matters[i].shown(b, claims))
	}
	return nil
}

func (d *DisputeRow) shown(b *base, claims []ClaimRow) ShownMatter {
	l, _ := lineBefore(b.lines, []seal.Blind{d.Child})
	out := ShownMatter{Matter: d.Ref, Line: l.Line, Claims: d.Claimant == b.row.ID, State: d.State, Ending: d.Ending,
		Opened: d.Opened, Settled: d.Settled, Decisions: d.Decisions}
	if d.State == Open {
		return out
	}
	out.With = Elsewhere
	if slices.ContainsFunc(claims, func(r ClaimRow) bool { return r.Person == d.Child && r.Household == b.row.ID }) {
		out.With = Here
	}
	return out
}

// MatterShown is a rival claim as the officer sees it who is to decide it.
type MatterShown struct {
	Matter    uid.Ref
	State     DisputeState
	Ending    Ending
	Opened    time.Time
	Settled   time.Time
	Claimant  SideShown // where the child is claimed
	Holder    SideShown // where the child is, or was when it was settled
	Register  CustodyState
	Decisions []DecisionShown
}

// SideShown is one side of a rival claim. The household is named to officers
// in charge of its place only.
type SideShown struct {
	Code   Code
	Line   int   // of the child; 0 when it is not listed
	Ground Basis // on which the registers have somebody there as custodian today
}

// DecisionShown is a decision as it is shown: which officer made it is the
// agency's to say.
type DecisionShown struct {
	Outcome  DisputeState
	Evidence []Evidence
	At       time.Time
}

// Matter shows a rival claim to an officer in charge of either household, with
// what the population register says today of who has custody.
func (s *Service) Matter(ctx context.Context, c access.Caller, ref uid.Ref) (*MatterShown, error) {
	if err := c.May(access.HouseholdVerify); err != nil {
		return nil, err
	}
	if err := refuseCase(c.Case); err != nil {
		return nil, err
	}
	if _, err := uid.ParseRef(string(ref)); err != nil {
		return nil, noMatter()
	}
	m, err := s.matterIn(ctx, c, ref)
	if err != nil {
		return nil, err
	}
	out := &MatterShown{Matter: ref, State: m.d.State, Ending: m.d.Ending, Opened: m.d.Opened, Settled: m.d.Settled, Register: m.word.state,
		Claimant: m.side(c, m.claimant, m.d.By), Holder: m.side(c, m.holder, m.d.Custodian)}
	for _, d := range m.earlier {
		out.Decisions = append(out.Decisions, DecisionShown{Outcome: d.Outcome, Evidence: d.Evidence, At: d.At})
	}
	return out, nil
}

func (m *matter) side(c access.Caller, b *base, who *seal.Blind) SideShown {
	var out SideShown
	if c.In(b.row.Locality) {
		l, _ := lineBefore(b.lines, m.child)
		out.Code, out.Line = b.row.Code, l.Line
	}
	if who == nil {
		return out
	}
	if now := m.present(); now != nil && now.Household == b.row.ID {
		out.Ground = m.word.ground(now)
	} else if out.Ground = m.word.of(*who); out.Ground == "" {
		out.Ground = Presumed
	}
	return out
}
