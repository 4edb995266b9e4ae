package idcs

import (
	"fmt"

	"sijil/internal/errs"
)

// Gauge says how full a scheme is.
type Gauge struct {
	Capacity

	Issued uint64
}

// Gauge returns how full the scheme is when issued numbers have been given
// out. Numbers are never given again, so issued counts all that ever were;
// more than there are is an error.
func (c Capacity) Gauge(issued uint64) (Gauge, error) {
	if issued > c.Numbers {
		return Gauge{}, errs.Bad("issued", "more numbers are issued than the scheme has",
			"some were issued under another rule; count those of this scheme")
	}
	return Gauge{c, issued}, nil
}

// Free returns how many numbers are left.
func (g Gauge) Free() uint64 { return g.Numbers - g.Issued }

// Used returns the share of the numbers that are issued, 0 to 1; a scheme
// without numbers is full.
func (g Gauge) Used() float64 {
	if g.Numbers == 0 {
		return 1
	}
	return float64(g.Issued) / float64(g.Numbers)
}

// DrawsPerNumber returns how many candidates a draw takes on average until
// one passes the filters and is not taken: Candidates ÷ Free. ok is false
// when no number is left.
func (g Gauge) DrawsPerNumber() (draws float64, ok bool) {
	if g.Free() == 0 {
		return 0, false
	}
	return float64(g.Candidates) / float64(g.Free()), true
}

// YearsLeft returns how many years the free numbers last when perYear are
// given out each year. ok is false when perYear is 0.
func (g Gauge) YearsLeft(perYear uint64) (years float64, ok bool) {
	if perYear == 0 {
		return 0, false
	}
	return float64(g.Free()) / float64(perYear), true
}

// String prints the gauge on one line, for operators.
func (g Gauge) String() string {
	draws, ok := g.DrawsPerNumber()
	if !ok {
		return fmt.Sprintf("%d of %d numbers issued: none is left", g.Issued, g.Numbers)
	}
	return fmt.Sprintf("%d of %d numbers issued (%.2f %%), %.2f candidates per number",
		g.Issued, g.Numbers, 100*g.Used(), draws)
}
