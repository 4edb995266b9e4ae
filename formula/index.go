package formula

import (
	"math"
	"math/bits"
)

// Points is a part of an index, in units of 1e-12: a contribution, or the
// unrounded index itself. Points add exactly.
type Points int64

// ParsePoints reads decimal text with at most 12 decimals.
func ParsePoints(s string) (Points, error) {
	n, err := parseFixed(s, 12)
	return Points(n), err
}

// String prints the points with 12 decimals, such as "-0.708000000000".
func (p Points) String() string { return formatFixed(int64(p), 12) }

// MarshalText prints the points as String does.
func (p Points) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Index rounds the sum p half to even to the 7 decimals of an index.
func (p Points) Index() Index {
	q, r := int64(p)/100_000, int64(p)%100_000
	if r < 0 {
		q, r = q-1, r+100_000
	}
	// Up when twice the rest exceeds the unit, or equals it and q is odd;
	// without a branch, which would be guessed wrong half of the time.
	_, up := bits.Sub64(100_000, uint64(2*r+q&1), 0)
	return Index(q + int64(up))
}

// Index is the index of a household, in units of 1e-7. It is always the
// rounded value: what is printed is what is compared.
type Index int64

// NoIndex stands where a table could give no index (see Table.Evaluate). It is
// not at or below any threshold.
const NoIndex Index = math.MaxInt64

// ParseIndex reads decimal text with at most 7 decimals.
func ParseIndex(s string) (Index, error) {
	n, err := parseFixed(s, 7)
	return Index(n), err
}

// String prints the index with 7 decimals, such as "9.4563944".
func (x Index) String() string {
	if x == NoIndex {
		return "none"
	}
	return formatFixed(int64(x), 7)
}

// MarshalText prints the index as String does.
func (x Index) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText reads the index as ParseIndex does.
func (x *Index) UnmarshalText(b []byte) (err error) {
	*x, err = ParseIndex(string(b))
	return err
}

// AtOrBelow reports whether the index is at or below t.
func (x Index) AtOrBelow(t Threshold) bool { return x != NoIndex && int64(x) <= int64(t) }

// Above returns how far the index lies above t, exactly; it is negative for
// an index below t.
func (x Index) Above(t Threshold) Distance { return Distance(int64(x) - int64(t)) }

// Threshold is a limit that an index is compared with, in units of 1e-7.
type Threshold int64

// ParseThreshold reads decimal text. More decimals than an index has are an
// error: such a threshold would not be the one the text states.
func ParseThreshold(s string) (Threshold, error) {
	n, err := parseFixed(s, 7)
	return Threshold(n), err
}

// String prints the threshold with 7 decimals, such as "9.7430010".
func (t Threshold) String() string { return formatFixed(int64(t), 7) }

// MarshalText prints the threshold as String does.
func (t Threshold) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the threshold as ParseThreshold does.
func (t *Threshold) UnmarshalText(b []byte) (err error) {
	*t, err = ParseThreshold(string(b))
	return err
}

// Distance is the difference of two indexes, or of an index and a threshold,
// in units of 1e-7.
type Distance int64

// String prints the distance with 7 decimals, such as "-0.0001000".
func (d Distance) String() string { return formatFixed(int64(d), 7) }

// MarshalText prints the distance as String does.
func (d Distance) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
