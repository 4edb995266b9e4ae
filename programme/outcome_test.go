package programme_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/programme"
)

const at formula.Threshold = 93_000_000

// TestDecideOne: what is not known for certain may speak for the household and
// not against it.
func TestDecideOne(t *testing.T) {
	t.Parallel()
	below, above := formula.Index(at), formula.Index(at)+1
	tests := []struct {
		name     string
		s        programme.Score
		standing programme.Standing
		reason   programme.Reason
		hinges   programme.Reason
	}{
		{"at the threshold", programme.Score{Index: below, Low: below, High: below, Otherwise: below}, programme.AtOrBelow, programme.Compared, ""},
		{"one unit above", programme.Score{Index: above, Low: above, High: above, Otherwise: above}, programme.Above, programme.Compared, ""},
		{"a presumed birthday against", programme.Score{Index: above, Low: below, High: above, Otherwise: above}, programme.Undecided, programme.PresumedBirthday, ""},
		{"a presumed birthday in favour", programme.Score{Index: below, Low: below, High: above, Otherwise: below}, programme.AtOrBelow, programme.Compared, programme.PresumedBirthday},
		{"a presumed birthday that changes nothing", programme.Score{Index: above, Low: above, High: above + 9, Otherwise: above}, programme.Above, programme.Compared, ""},
		{"a range nobody knows", programme.Score{Index: above, Low: above, High: above, Otherwise: above, RangeUnknown: true}, programme.Undecided, programme.PresumedBirthday, ""},
		{"a number awaited against", programme.Score{Index: above, Low: above, High: above, Otherwise: below, Awaiting: 1}, programme.Undecided, programme.AwaitingNumber, ""},
		{"a number awaited in favour", programme.Score{Index: below, Low: below, High: below, Otherwise: above, Awaiting: 1}, programme.AtOrBelow, programme.Compared, programme.AwaitingNumber},
		{"nobody left without the one who awaits", programme.Score{Index: below, Low: below, High: below, Otherwise: formula.NoIndex, Awaiting: 1}, programme.AtOrBelow, programme.Compared, programme.AwaitingNumber},
		{"a missing answer against", programme.Score{Index: above, Low: above, High: above, Otherwise: above, Imputed: []string{"cars"}}, programme.Undecided, programme.MissingAnswer, ""},
		{"a missing answer in favour", programme.Score{Index: below, Low: below, High: below, Otherwise: below, Imputed: []string{"cars"}}, programme.AtOrBelow, programme.Compared, programme.MissingAnswer},
		{"outside the frame, below", programme.Score{Index: below, Low: below, High: below, Otherwise: below, OutsideFrame: "nomad"}, programme.Undecided, programme.OutsideFrame, ""},
		{"outside the frame, above", programme.Score{Index: above, Low: above, High: above, Otherwise: above, OutsideFrame: "nomad"}, programme.Undecided, programme.OutsideFrame, ""},
	}
	for _, tt := range tests {
		if standing, reason, hinges := programme.DecideOne(&tt.s, at); standing != tt.standing || reason != tt.reason || hinges != tt.hinges {
			t.Errorf("%s: %s, %s, %q; want %s, %s, %q", tt.name, standing, reason, hinges, tt.standing, tt.reason, tt.hinges)
		}
	}
}

// TestAHigherThresholdTakesNothingAway: whoever is at or below one threshold is
// at or below every higher one.
func TestAHigherThresholdTakesNothingAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		index := func(name string) formula.Index { return formula.Index(rapid.Int64Range(90, 110).Draw(t, name)) }
		s := programme.Score{Index: index("index"), Otherwise: index("otherwise"), Awaiting: rapid.IntRange(0, 1).Draw(t, "awaiting"), RangeUnknown: rapid.Bool().Draw(t, "unknown")}
		s.Low, s.High = min(s.Index, index("low")), max(s.Index, index("high"))
		one := formula.Threshold(rapid.Int64Range(90, 110).Draw(t, "one"))
		two := one + formula.Threshold(rapid.Int64Range(0, 20).Draw(t, "more"))
		a, _, _ := programme.DecideOne(&s, one)
		b, _, _ := programme.DecideOne(&s, two)
		if a == programme.AtOrBelow && b != programme.AtOrBelow {
			t.Fatalf("%s at %d, %s at %d", a, one, b, two)
		}
		if b == programme.Above && a != programme.Above && a != programme.Undecided {
			t.Fatalf("%s at %d, %s at %d", a, one, b, two)
		}
	})
}

// TestTheThresholdOfTheDay: the one that holds on the day the score came into
// force, in the country's zone; programmes without one have no outcome.
func TestTheThresholdOfTheDay(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("two hours east", 2*3600)
	dated := country.Programme{ID: "dated", Thresholds: []country.Threshold{
		{Formula: "f", AtMost: 100, From: civil.MustParse("2020-01-01"), To: civil.MustParse("2025-12-31")},
		{Formula: "f", AtMost: 200, From: civil.MustParse("2026-01-01")},
	}}
	other := country.Programme{ID: "other", Thresholds: []country.Threshold{{Formula: "g", AtMost: 1, From: civil.MustParse("2020-01-01")}}}
	s := programme.New(programme.Config{Programmes: []country.Programme{dated, other}, Recomputes: []string{"declaration", "review"}, Zone: zone, Clock: clock.NewManual(time.Now())})
	for from, want := range map[string]formula.Threshold{
		"2025-12-31T21:59:59Z": 100, "2025-12-31T22:00:00Z": 200, "2019-12-31T21:00:00Z": 0,
	} {
		when, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		out := s.Outcomes(&programme.Score{Formula: "f", From: when, Index: 150, Low: 150, High: 150, Otherwise: 150})
		if want == 0 {
			if len(out) != 0 {
				t.Errorf("%s: %+v", from, out)
			}
			continue
		}
		if len(out) != 1 || out[0].Threshold != want || out[0].Distance != formula.Distance(150-int64(want)) || out[0].Recomputes != "declaration,review" {
			t.Errorf("%s: %+v", from, out)
		}
	}
}
