package household

import (
	"context"
	"slices"
	"time"

	"sijil/internal/uid"
	"sijil/seal"
)

// Basis is the ground on which somebody has custody of a child.
type Basis string

// The grounds, from the weakest.
const (
	Presumed   Basis = "presumed"   // on the declarant's word: nothing else is known
	Registered Basis = "registered" // the population register has this person as custodian
	Decided    Basis = "decided"    // the local authority decided on the spot
	ByAct      Basis = "by_act"     // the population register has an act that founds it, such as a court's decision
)

// rank orders the grounds. Nobody's is the lowest.
func (b Basis) rank() int {
	return 1 + slices.Index([]Basis{Presumed, Registered, Decided, ByAct}, b)
}

// DisputeState says what became of a rival claim.
type DisputeState string

// The states. Moved and Stayed are the words of a decision, too.
const (
	Open   DisputeState = "open"
	Moved  DisputeState = "moved"  // decided: custody is with who claims the child
	Stayed DisputeState = "stayed" // decided: custody is with who has the child
	Ended  DisputeState = "ended"  // it ended by itself, see Ending
)

// Ending says why a rival claim ended without a decision.
type Ending string

// The endings.
const (
	Withdrawn  Ending = "withdrawn"    // the claimant left, or lists the child no more
	Followed   Ending = "followed"     // the child came by itself: the register names who claims, or nobody else has custody
	CameOfAge  Ending = "came_of_age"  // the child acts for himself or herself
	ChildDied  Ending = "child_died"   // the register has the child as no longer living
	OtherGone  Ending = "other_gone"   // whoever had custody has died, and no adult is left there
	NobodyHeld Ending = "nobody_holds" // the child is in no household any more
)

// DisputeRow is a rival claim: a household lists a child whom another one
// holds. Both have a task of it while it is open.
type DisputeRow struct {
	Ref       uid.Ref
	Child     seal.Blind
	Claimant  uid.ID // household
	Line      int    // of the child there
	By        *seal.Blind
	Holder    uid.ID // household that holds the child, or did when it was settled
	Custodian *seal.Blind
	State     DisputeState
	Ending    Ending
	Actor     uid.ID // who took the declaration
	Opened    time.Time
	Look      time.Time // when it is looked at again; zero when it is settled
	Settled   time.Time
	Decisions int
	Revision  int64
}

// DecisionRow is a decision on a rival claim.
type DecisionRow struct {
	Ref      uid.Ref
	Number   int // from 1
	Outcome  DisputeState
	Evidence []Evidence
	Actor    uid.ID
	At       time.Time
}

// DisputeChange makes or changes a rival claim.
type DisputeChange struct {
	Was int64 // revision; 0 for a new one
	Now DisputeRow
}

// DisputeRows are the reads of rival claims.
type DisputeRows interface {
	// Disputes returns the rival claims that households have or had a task of, by
	// reference.
	Disputes(ctx context.Context, households ...uid.ID) ([]DisputeRow, error)
	Dispute(ctx context.Context, ref uid.Ref) (DisputeRow, error)
	Decisions(ctx context.Context, ref uid.Ref) ([]DecisionRow, error) // the oldest first
	// DisputesDue returns open ones that are to be looked at, the longest due first.
	DisputesDue(ctx context.Context, now time.Time, limit int) ([]DisputeRow, error)
}

func (d *DisputeRow) is(blinds []seal.Blind) bool { return slices.Contains(blinds, d.Child) }

// claimedBy reports whether somebody is who would have custody by this claim.
func (d *DisputeRow) claimedBy(blinds []seal.Blind) bool {
	return d.By != nil && slices.Contains(blinds, *d.By)
}

// disputing collects what an act does to rival claims: every claim changes
// once, and every other household is touched once.
type disputing struct {
	s       *Service
	c       *Change
	home    uid.ID // touched by the act itself
	now     time.Time
	touched map[uid.ID]bool
	rows    []DisputeRow // as they were read, and as they will be
	changed map[uid.Ref]bool
}

func (s *Service) disputing(c *Change, home uid.ID, now time.Time) *disputing {
	return &disputing{s: s, c: c, home: home, now: now, touched: map[uid.ID]bool{}, changed: map[uid.Ref]bool{}}
}

// read reads the rival claims of households.
func (p *disputing) read(ctx context.Context, tx Tx, households ...uid.ID) (err error) {
	if len(households) == 0 {
		return nil
	}
	p.rows, err = tx.Disputes(ctx, households...)
	return err
}

func (p *disputing) touch(household uid.ID) {
	if household != p.home {
		p.touched[household] = true
	}
}

// end ends an open claim by itself, and its tasks.
func (p *disputing) end(d *DisputeRow, why Ending) {
	d.State, d.Ending, d.Settled, d.Look = Ended, why, p.now, time.Time{}
	p.change(d)
	p.closeTasks(d)
}

func (p *disputing) closeTasks(d *DisputeRow) {
	for _, h := range []uid.ID{d.Claimant, d.Holder} {
		p.c.CloseTasks = append(p.c.CloseTasks, CloseTasks{Household: h, Kinds: []TaskKind{RivalCustody}, Matter: d.Ref, At: p.now})
		p.touch(h)
	}
}

// change notes that a claim is another than it was read.
func (p *disputing) change(d *DisputeRow) { p.changed[d.Ref] = true }

// again has an open claim held against the population register by the next
// chores.
func (p *disputing) again(d *DisputeRow) {
	d.Look = p.now
	p.change(d)
}

// finish adds the claims that changed to the change, and returns the other
// households that it touches.
func (p *disputing) finish() []uid.ID {
	for _, d := range p.rows {
		if !p.changed[d.Ref] {
			continue
		}
		was := d.Revision
		d.Revision++
		p.c.Disputes = append(p.c.Disputes, DisputeChange{Was: was, Now: d})
	}
	out := make([]uid.ID, 0, len(p.touched))
	for id := range p.touched {
		out = append(out, id)
	}
	slices.SortFunc(out, func(a, b uid.ID) int { return slices.Compare(a[:], b[:]) })
	return out
}
