package household_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/household"
	"sijil/seal/sealtest"
)

// TestCodesHoldNoIdentifier: no stored code equals or contains an identifier
// of a member, and none could: digits never stand ten in a row.
func TestCodesHoldNoIdentifier(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		seen := map[household.Code]bool{}
		for range 5 {
			for _, g := range goldens(t) {
				all, d := r.family(g)
				f := r.declare(d)
				if seen[f.Household] {
					t.Fatal("a code was given twice")
				}
				seen[f.Household] = true
				for _, s := range all {
					if n := s.IDCS.Digits(); strings.Contains(string(f.Household), n) || strings.Contains(f.Household.String(), n) {
						t.Error("a household code contains an identifier")
					}
				}
			}
		}
	})
}

func TestCodes(t *testing.T) {
	t.Parallel()
	random := sealtest.NewRand(3)
	rapid.Check(t, func(t *rapid.T) {
		c, err := household.DrawCode(random)
		if err != nil {
			t.Fatal(err)
		}
		shown := c.String()
		if len(shown) != 12 || shown[10] != '-' {
			t.Fatalf("%q is not ten, a hyphen and one", shown)
		}
		run := 0
		for _, b := range []byte(c) {
			if b >= '0' && b <= '9' {
				if run++; run > 5 {
					t.Fatalf("%q has more than five digits in a row", c)
				}
				continue
			}
			run = 0
		}
		for _, typed := range []string{shown, string(c), strings.ToLower(shown), " " + shown[:5] + " " + shown[5:]} {
			if back, err := household.ParseCode(typed); err != nil || back != c {
				t.Fatalf("%q reads as %q, %v", typed, back, err)
			}
		}
		// Every single wrong character is found.
		i := rapid.IntRange(0, 10).Draw(t, "at")
		other := rapid.SampledFrom([]byte("23456789ABCDEFGHJKLMNPQRSTUVWXYZ01IO")).Draw(t, "other")
		if other != c[i] {
			if _, err := household.ParseCode(string(c[:i]) + string(other) + string(c[i+1:])); err == nil {
				t.Fatalf("a wrong character at %d passes", i)
			}
		}
	})
	for _, bad := range []string{"", "-", "A2345B7892", "A2345B7892SS", strings.Repeat("A", 100), "22345B7892S", "A23452789ZS"} {
		if _, err := household.ParseCode(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("A2345B7892-S")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := household.ParseCode(s)
		if err != nil {
			return
		}
		if back, err := household.ParseCode(c.String()); err != nil || back != c {
			t.Fatalf("%q does not read back", c)
		}
	})
}

func TestNumbersInText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false, "2026-11-01": false, "123456789": false, "1234567890": true, "12345 67890": true, "12 34 56 78 90": true,
		"12-34-56-78-90": true, "1234567890x": true, "x12345x67890": false, "12345  67890": false, "١٢٣٤٥٦٧٨٩٠": true, "12345\u00a067890": true,
		"12345\u200f67890": true, "room 12, floor 3, since 2019": false,
	} {
		if got := household.Numbered(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
