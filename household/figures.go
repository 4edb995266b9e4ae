package household

import (
	"context"
	"time"

	"sijil/access"
	"sijil/formula"
	"sijil/internal/errs"
)

// TallyRequest says how households are counted.
type TallyRequest struct {
	Months []time.Time     // beginnings of months, ascending; at most MaxTallyMonths
	Limits []formula.Index // ascending; at most MaxTallyLimits
	Width  formula.Index   // of a bin of indexes, above zero
}

// The most that one count is cut into.
const (
	MaxTallyMonths = 36
	MaxTallyLimits = 16
)

// Tally is how many households there are and how their indexes are spread. It
// names nobody, but small counts of small places can tell of somebody: who
// shows them holds those back.
type Tally struct {
	Homes  []HomeTally
	Scores []ScoreTally
	Tasks  []TaskTally
}

// HomeTally counts households that have declared, by place and by when they
// were begun: Month counts the beginnings of the request that had passed, 0
// for none.
type HomeTally struct {
	Locality   string
	Month      int
	Households int64
	Persons    int64 // who count in their households
}

// ScoreTally counts households by the index in force. Bin is the index divided
// by the width, rounded down; Under is how many limits it is at or below;
// Outside are households outside the formula's frame.
type ScoreTally struct {
	Stratum    string
	Bin        int64
	Under      int
	Outside    bool
	Households int64
	Persons    int64
}

// TaskTally counts open tasks.
type TaskTally struct {
	Kind  TaskKind
	Count int64
}

// FigureRows are the reads of counts. They go through the whole register:
// whoever shows them keeps them for a while.
type FigureRows interface {
	HomeTallies(ctx context.Context, months []time.Time) ([]HomeTally, error)
	ScoreTallies(ctx context.Context, limits []formula.Index, width formula.Index) ([]ScoreTally, error)
	TaskTallies(ctx context.Context) ([]TaskTally, error)
	// Telling returns codes of households whose index in force shows something:
	// see Example.
	Telling(ctx context.Context, limits []formula.Index) ([]Example, error)
}

// Tally counts households, on one snapshot.
func (s *Service) Tally(ctx context.Context, c access.Caller, q TallyRequest) (*Tally, error) {
	if err := c.May(access.CountsView); err != nil {
		return nil, err
	}
	if len(q.Months) > MaxTallyMonths || len(q.Limits) > MaxTallyLimits || q.Width <= 0 {
		return nil, errs.Bad("tally", "the count is cut into too many parts", "ask for fewer months and limits, and for bins of some width")
	}
	out := new(Tally)
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if out.Homes, err = tx.HomeTallies(ctx, q.Months); err != nil {
			return err
		}
		if out.Scores, err = tx.ScoreTallies(ctx, q.Limits, q.Width); err != nil {
			return err
		}
		out.Tasks, err = tx.TaskTallies(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Example is a household of a sample that shows something.
type Example struct {
	Code Code
	Why  string // one of the Telling constants
}

// What an example shows.
const (
	TellingLowest   = "lowest"   // the lowest index
	TellingNearest  = "nearest"  // the lowest index above the first limit
	TellingHighest  = "highest"  // the highest index
	TellingAwaiting = "awaiting" // a member awaits a number
	TellingPresumed = "presumed" // a birthday is presumed
	TellingOutside  = "outside"  // outside the formula's frame
	TellingTask     = "task"     // something is open
)

// Examples picks households out of a sample of invented ones, so that a
// visitor of a demonstration has some to look at. Only the program itself may
// ask: nobody at work goes through a register to see whom there is.
func (s *Service) Examples(ctx context.Context, c access.Caller, limits []formula.Index) (out []Example, err error) {
	if err := c.May(access.HouseholdCompute); err != nil {
		return nil, err
	}
	err = s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.Telling(ctx, limits)
		return err
	})
	return out, err
}
