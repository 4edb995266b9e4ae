package system

import (
	"context"
	"time"

	"sijil/formula"
	"sijil/household"
	"sijil/population"
)

// Figures asks the registers for counts that name nobody, as the program
// itself: for pages that keep them for a while and show them to many.
type Figures struct{ S *System }

// Persons counts persons and enrolments; see population.Tally.
func (f Figures) Persons(ctx context.Context, months []time.Time) (*population.Tally, error) {
	return f.S.Population.Tally(ctx, socialJob(), months)
}

// Households counts households and their indexes; see household.Tally.
func (f Figures) Households(ctx context.Context, q household.TallyRequest) (*household.Tally, error) {
	return f.S.Household.Tally(ctx, socialJob(), q)
}

// Examples picks households of a demonstration; see household.Examples.
func (f Figures) Examples(ctx context.Context, limits []formula.Index) ([]household.Example, error) {
	return f.S.Household.Examples(ctx, socialJob(), limits)
}
