package idcs_test

import (
	"context"
	"errors"
	"testing"

	"sijil/idcs"
)

// looser is the published rule of a country that refuses three kinds of
// numbers: ABCDEABCDE, ABCDEEDCBA, and a pair of digits five times.
func looser(length int) idcs.Rule {
	return idcs.Rule{Length: length, Filters: []idcs.Filter{
		{Name: idcs.HalvesEqual}, {Name: idcs.HalvesReversed}, {Name: idcs.PairRepeated, Limit: length / 2},
	}}
}

func mosip(length int) idcs.Rule { return idcs.Rule{Length: length, Filters: idcs.MOSIP()} }

func scheme(tb testing.TB, r idcs.Rule) *idcs.Scheme {
	tb.Helper()
	s, err := idcs.NewShortScheme(r)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// The counts with MOSIP's filters at 9, 10 and 11 digits come from an
// independent exhaustive search.
func TestCapacityGolden(t *testing.T) {
	tests := []struct {
		name string
		rule idcs.Rule
		want uint64
		slow bool
	}{
		{"mosip 9", mosip(9), 8_265_546, false},
		{"mosip 10", mosip(10), 58_106_898, raceEnabled},
		{"mosip 11", mosip(11), 403_817_306, raceEnabled || testing.Short()},
		{"no filter 10", idcs.Rule{}, 800_000_000, false},
		{"no filter 16", idcs.Rule{Length: 16}, 800_000_000_000_000, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.slow {
				t.Skip("seconds of search")
			}
			got, err := scheme(t, tt.rule).Capacity(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got.Numbers != tt.want {
				t.Errorf("got %d, want %d", got.Numbers, tt.want)
			}
		})
	}
}

func TestCapacityIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := scheme(t, mosip(16)).Capacity(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestCapacityAgainstAllNumbers tries every number of six to eight digits
// against filters written the long way.
func TestCapacityAgainstAllNumbers(t *testing.T) {
	t.Parallel()
	short := []idcs.Filter{
		{Name: idcs.Sequence, Limit: 3}, {Name: idcs.RepeatedBlock, Limit: 3}, {Name: idcs.HalvesReversed, Limit: 2},
		{Name: idcs.Forbidden, Values: []string{"1", "023"}},
	}
	tests := []struct {
		name string
		rule idcs.Rule
	}{
		{"looser 6", looser(6)},
		{"looser 7", looser(7)},
		{"looser 8", looser(8)},
		{"pairs twice 7", idcs.Rule{Length: 7, Filters: []idcs.Filter{{Name: idcs.PairRepeated, Limit: 2}}}},
		{"pairs twice, ends 7", idcs.Rule{Length: 7, Filters: []idcs.Filter{{Name: idcs.PairRepeated, Limit: 2}, {Name: idcs.HalvesEqual, Limit: 4}}}},
		{"overlapping halves 6", idcs.Rule{Length: 6, Filters: []idcs.Filter{{Name: idcs.HalvesEqual, Limit: 4}, {Name: idcs.HalvesReversed, Limit: 5}}}},
		{"mosip 7", idcs.Rule{Length: 7, Filters: idcs.MOSIP()}},
		{"short blocks 7", idcs.Rule{Length: 7, First: "139", Filters: short}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if raceEnabled && tt.rule.Length > 7 {
				t.Skip("millions of numbers")
			}
			s := scheme(t, tt.rule)
			got, err := s.Capacity(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			var shape, pass uint64
			eachNumber(tt.rule, func(n string) {
				shape++
				if plain(tt.rule, n) {
					pass++
				}
			})
			if got.Candidates != shape || got.Numbers != pass {
				t.Errorf("got %d of %d, want %d of %d", got.Numbers, got.Candidates, pass, shape)
			}
		})
	}
}

// TestLooserRule computes the capacity of the looser rule at ten digits by
// listing what it bans.
func TestLooserRule(t *testing.T) {
	t.Parallel()
	banned := map[string]bool{}
	for n := 20_000; n < 100_000; n++ {
		a := digitsOf(n)
		for _, b := range []string{a + a, a + reverse(a)} {
			banned[b] = true
		}
	}
	for n := 20; n < 100; n++ {
		p := digitsOf(n)
		banned[p+p+p+p+p] = true
	}
	var valid uint64
	for n := range banned {
		if checked(n) {
			valid++
		}
	}
	got, err := scheme(t, looser(10)).Capacity(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if want := 800_000_000 - valid; got.Numbers != want {
		t.Errorf("got %d, want %d", got.Numbers, want)
	}
	if valid == 0 {
		t.Error("the filters ban nothing: the test shows nothing")
	}
	t.Logf("%d numbers, %d banned", got.Numbers, valid)
}

func TestGauge(t *testing.T) {
	t.Parallel()
	c := idcs.Capacity{Candidates: 800_000_000, Numbers: 58_106_898}
	g, err := c.Gauge(37_000_000)
	if err != nil {
		t.Fatal(err)
	}
	// 37 of 58.1 million, and 800 ÷ 21.1 candidates per number.
	if got, want := g.String(), "37000000 of 58106898 numbers issued (63.68 %), 37.90 candidates per number"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if y, ok := g.YearsLeft(600_000); !ok || y < 35 || y > 36 {
		t.Errorf("years left: %v %v", y, ok)
	}
	if _, err = c.Gauge(58_106_899); err == nil {
		t.Error("more issued than there are: no error")
	}
	full, err := c.Gauge(58_106_898)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := full.DrawsPerNumber(); ok || full.Used() != 1 {
		t.Error("a full scheme still draws")
	}
}
