package civil_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/internal/civil"
)

func TestParsePartial(t *testing.T) {
	t.Parallel()
	good := map[string]civil.Precision{
		"1959": civil.Year, "1959-06": civil.Month, "1959-06-30": civil.Day, "2024-02-29": civil.Day, "1850-01-01": civil.Day, "2199-12-31": civil.Day,
	}
	for s, precision := range good {
		p, err := civil.ParsePartial(s)
		if err != nil || p.Precision() != precision || p.String() != s {
			t.Errorf("%q: got %v (%v), %v", s, p, p.Precision(), err)
		}
	}
	for _, s := range []string{
		"", "59", "1959-6", "1959-13", "1959-00", "1959-06-31", "2023-02-29", "1900-02-29", "1849", "2200", "1959/06/30", "1959-06-3", "19590630", "1959-06-30T", "+959", "-959", "195९",
	} {
		if p, err := civil.ParsePartial(s); err == nil {
			t.Errorf("%q was read as %v", s, p)
		}
	}
	if _, err := civil.Parse("1959-06"); err == nil {
		t.Error("a month was read as a day")
	}
}

// Ages against a table made by hand, the leap day included.
func TestAgeAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		born, at string
		want     int
	}{
		{"1984-03-02", "2026-03-01", 41}, {"1984-03-02", "2026-03-02", 42}, {"1984-03-02", "2026-03-03", 42},
		{"2026-11-01", "2026-11-01", 0}, {"2025-11-02", "2026-11-01", 0},
		{"2000-02-29", "2018-02-28", 17}, {"2000-02-29", "2018-03-01", 18}, {"2000-02-29", "2020-02-28", 19}, {"2000-02-29", "2020-02-29", 20},
		{"1966-12-31", "2026-12-30", 59}, {"1966-12-31", "2026-12-31", 60}, {"2026-11-02", "2026-11-01", -1},
	}
	for _, tt := range tests {
		if got := civil.MustParse(tt.born).AgeAt(civil.MustParse(tt.at)); got != tt.want {
			t.Errorf("born %s, on %s: got %d, want %d", tt.born, tt.at, got, tt.want)
		}
	}
}

func TestPartialBounds(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, first, last, presumed string }{
		{"1959", "1959-01-01", "1959-12-31", "1959-07-01"},
		{"1960-02", "1960-02-01", "1960-02-29", "1960-02-01"},
		{"1960-02-05", "1960-02-05", "1960-02-05", "1960-02-05"},
	}
	for _, tt := range tests {
		p, err := civil.ParsePartial(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		if p.First().String() != tt.first || p.Last().String() != tt.last || p.Presume(time.July, 1).String() != tt.presumed {
			t.Errorf("%s: got %v, %v, %v", tt.in, p.First(), p.Last(), p.Presume(time.July, 1))
		}
	}
	if got := (civil.Partial{Year: 2023, Month: time.February}).Presume(time.July, 31); got != civil.MustParse("2023-02-28") {
		t.Errorf("a presumed 31 February is %v", got)
	}
}

func date(t *rapid.T, label string) civil.Date {
	return civil.MustParse("1900-01-01").AddDays(rapid.IntRange(0, 80000).Draw(t, label))
}

func TestDatesRoundTripAndOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := date(t, "a"), date(t, "b")
		if back, err := civil.Parse(a.String()); err != nil || back != a {
			t.Fatalf("%v came back as %v, %v", a, back, err)
		}
		at := func(d civil.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
		if got, want := a.Compare(b), at(a).Compare(at(b)); got != want {
			t.Fatalf("%v against %v: got %d, want %d", a, b, got, want)
		}
		if a.Before(b) && a.AgeAt(b) < 0 {
			t.Fatalf("born %v, on %v: a negative age", a, b)
		}
		if got, want := a.AgeAt(b) >= 18, !at(a).AddDate(18, 0, 0).After(at(b)); got != want {
			t.Fatalf("born %v: of age on %v: got %v, want %v", a, b, got, want)
		}
	})
}

func FuzzParsePartial(f *testing.F) {
	f.Add("1959-06-30")
	f.Add("1959")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := civil.ParsePartial(s)
		if err == nil && p.String() != s {
			t.Errorf("%q was read as %q", s, p.String())
		}
		if err == nil && p.First().After(p.Last()) {
			t.Errorf("%q begins after it ends", s)
		}
	})
}
