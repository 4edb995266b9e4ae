package portal

import (
	"context"
	"slices"
	"sync"
	"time"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/population"
)

const (
	// boardAge is how long figures are shown before they are counted again.
	boardAge = time.Minute
	// monthsShown is how many months the figures by month go back.
	monthsShown = 12
	// binWidth is the width of a bar of the distribution, as an index.
	binWidth formula.Index = 1_000_000 // 0.1
	// smallest is the fewest persons or households that are told of a place.
	// Fewer could be told apart by whoever lives there.
	smallest = 5
)

// board is the figures of the registers, in no language. It names nobody.
type board struct {
	At          time.Time
	Persons     int64 // with a number
	Households  int64 // that have declared
	InHomes     int64 // persons whose line is in the index of a household, absent ones too
	Months      []boardMonth
	Places      map[string]*boardPlace // by province; "" for places the country's list does not have
	Limits      []threshold            // ascending
	Scores      []household.ScoreTally
	Enrolments  map[population.EnrolmentState]int64
	Tasks       map[household.TaskKind]int64
	Unnumbered  int64
	OutsideGone int64 // departed, merged or dead: not among Persons
}

// boardMonth is what one month brought.
type boardMonth struct {
	First      civil.Date
	Persons    int64
	Households int64
}

// boardPlace is what a province has.
type boardPlace struct{ Persons, Households int64 }

// boardCache keeps figures for a while. One request counts at a time; others
// meanwhile see the figures before, if there are any.
type boardCache struct {
	counting sync.Mutex
	mu       sync.Mutex
	now      *board
}

func (c *boardCache) kept() *board {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// figures returns the figures of the registers, at most a minute old, or older
// while somebody counts.
func (p *Portal) figures(ctx context.Context) (*board, error) {
	fresh := func(b *board) bool { return b != nil && p.Clock.Now().Sub(b.At) < boardAge }
	kept := p.board.kept()
	if fresh(kept) {
		return kept, nil
	}
	if kept == nil {
		p.board.counting.Lock()
	} else if !p.board.counting.TryLock() {
		return kept, nil
	}
	defer p.board.counting.Unlock()
	if kept = p.board.kept(); fresh(kept) { // somebody else has just counted
		return kept, nil
	}
	b, err := p.count(ctx)
	if err != nil {
		return nil, err
	}
	p.board.mu.Lock()
	defer p.board.mu.Unlock()
	p.board.now = b
	return b, nil
}

// months are the beginnings of the last months in the country, as days and as
// instants.
func (p *Portal) months() (days []civil.Date, at []time.Time) {
	today := p.today()
	for i := monthsShown - 1; i >= 0; i-- {
		first := time.Date(today.Year, today.Month-time.Month(i), 1, 0, 0, 0, 0, p.Country.Zone)
		days, at = append(days, civil.Of(first)), append(at, first.UTC())
	}
	return days, at
}

// count asks the registers.
func (p *Portal) count(ctx context.Context) (*board, error) {
	days, at := p.months()
	b := &board{At: p.Clock.Now(), Places: map[string]*boardPlace{}, Limits: p.thresholds(p.today()), Enrolments: map[population.EnrolmentState]int64{}, Tasks: map[household.TaskKind]int64{}}
	for _, day := range days {
		b.Months = append(b.Months, boardMonth{First: day})
	}
	slices.SortStableFunc(b.Limits, func(x, y threshold) int { return int(x.AtMost - y.AtMost) })
	limits := make([]formula.Index, len(b.Limits))
	for i, l := range b.Limits {
		limits[i] = formula.Index(l.AtMost)
	}
	persons, err := p.Work.Figures.Persons(ctx, at)
	if err != nil {
		return nil, err
	}
	homes, err := p.Work.Figures.Households(ctx, household.TallyRequest{Months: at, Limits: limits, Width: binWidth})
	if err != nil {
		return nil, err
	}
	b.persons(persons, p.provinceOf)
	b.homes(homes, p.provinceOf)
	return b, nil
}

// provinceOf is the province of a locality.
func (p *Portal) provinceOf(locality string) string {
	for _, x := range p.Scorer.Geography.Localities {
		if x.Code == locality {
			return x.Province
		}
	}
	return ""
}

func (b *board) place(province string) *boardPlace {
	x, ok := b.Places[province]
	if !ok {
		x = new(boardPlace)
		b.Places[province] = x
	}
	return x
}

// persons takes in the counts of the population register. Whoever has departed,
// was merged into another record or has died is not among those registered now.
func (b *board) persons(t *population.Tally, provinceOf func(string) string) {
	for _, x := range t.Persons {
		switch x.State {
		case population.Unnumbered:
			b.Unnumbered += x.Persons
			continue
		case population.Departed, population.Merged, population.Deceased:
			b.OutsideGone += x.Persons
			continue
		}
		b.Persons += x.Persons
		b.place(provinceOf(x.Locality)).Persons += x.Persons
		if x.Month > 0 {
			b.Months[x.Month-1].Persons += x.Persons
		}
	}
	for _, x := range t.Enrolments {
		b.Enrolments[x.State] += x.Count
	}
}

// homes takes in the counts of the social register.
func (b *board) homes(t *household.Tally, provinceOf func(string) string) {
	for _, x := range t.Homes {
		b.Households += x.Households
		b.InHomes += x.Persons
		b.place(provinceOf(x.Locality)).Households += x.Households
		if x.Month > 0 {
			b.Months[x.Month-1].Households += x.Households
		}
	}
	b.Scores = t.Scores
	for _, x := range t.Tasks {
		b.Tasks[x.Kind] += x.Count
	}
}

// hidden says which counts of places are held back: those below the smallest
// that is told, and, where that is one alone, the next one too, so that it
// cannot be had by taking the others from the sum. Nobody at all is told.
func hidden(counts []int64) []bool {
	out := make([]bool, len(counts))
	held, next := 0, -1
	for i, n := range counts {
		switch {
		case n == 0:
		case n < smallest:
			out[i] = true
			held++
		case next < 0 || n < counts[next]:
			next = i
		}
	}
	if held == 1 && next >= 0 {
		out[next] = true
	}
	return out
}
