package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/errs"
)

// MaxTallyMonths is into how many months a count is cut at most.
const MaxTallyMonths = 36

// Tally is how many persons there are. It names nobody, but small counts of
// small places can tell of somebody: who shows them holds those back.
type Tally struct {
	Persons    []PersonTally
	Enrolments []EnrolmentTally
}

// PersonTally counts persons by place, by state and by when they were
// captured: Month counts the beginnings of the request that had passed, 0 for
// none.
type PersonTally struct {
	Locality string
	State    State
	Month    int
	Persons  int64
}

// EnrolmentTally counts enrolments.
type EnrolmentTally struct {
	State EnrolmentState
	Count int64
}

// FigureRows are the reads of counts. They go through the whole register:
// whoever shows them keeps them for a while.
type FigureRows interface {
	PersonTallies(ctx context.Context, months []time.Time) ([]PersonTally, error)
	EnrolmentTallies(ctx context.Context) ([]EnrolmentTally, error)
}

// Tally counts persons and enrolments, on one snapshot. months are beginnings
// of months, ascending.
func (s *Service) Tally(ctx context.Context, c access.Caller, months []time.Time) (*Tally, error) {
	if err := c.May(access.CountsView); err != nil {
		return nil, err
	}
	if len(months) > MaxTallyMonths {
		return nil, errs.Bad("months", "the count is cut into too many parts", "ask for fewer months")
	}
	out := new(Tally)
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if out.Persons, err = tx.PersonTallies(ctx, months); err != nil {
			return err
		}
		out.Enrolments, err = tx.EnrolmentTallies(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
