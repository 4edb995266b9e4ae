package formula_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/formula"
)

func TestParseValue(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"5": "5", "-3": "-3", "0": "0", "-0": "0", "0.4": "2/5", "5.0": "5", "5.10": "51/10", "2/5": "2/5", "4/10": "2/5", "0/7": "0",
		"4e-1": "2/5", "4E+2": "400", "1.5e1": "15", "1.25e1": "25/2", "0e999999999": "0", "1200e-2": "12", "123456789012345678": "123456789012345678",
		"0.000000000000000001": "1/1000000000000000000", "1e17": "100000000000000000", "100e-19": "1/100000000000000000",
	} {
		v, err := formula.ParseValue(text)
		if err != nil || v.String() != want || v.Den <= 0 {
			t.Errorf("%s: got %v, %v; want %s", text, v, err, want)
		}
	}
	for _, text := range []string{
		"", "-", "+1", ".5", "5.", "00", "01", "1,5", "1 ", " 1", "1_000", "0x10", "NaN", "Infinity", "-inf", "1e", "e1", "1e1.5", "1e999999999999999999999",
		"1e18", "1e-19", "1e400", "12345678901234567890", "9223372036854775808", "0.1234567890123456789", "1/0", "1/-2", "-1/-2", "1.5/2", "1/2/3", "1/2e1", "٥", "٠.٤", "1٫5", "½",
		"true", "null", "\x00", "1\n", "--1", "1-", strings.Repeat("9", 100_000), "0." + strings.Repeat("0", 100_000) + "1",
	} {
		if v, err := formula.ParseValue(text); err == nil {
			t.Errorf("%.30q is read as %v", text, v)
		}
	}
}

func TestThresholds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"9.3264284": "9.3264284", "9.743001": "9.7430010", "9": "9.0000000", "9.74300100": "9.7430010", "-1.5": "-1.5000000"} {
		x, err := formula.ParseThreshold(text)
		if err != nil || x.String() != want {
			t.Errorf("%s: got %s, %v; want %s", text, x, err, want)
		}
		var y formula.Threshold
		if b, err := x.MarshalText(); err != nil || y.UnmarshalText(b) != nil || x != y {
			t.Errorf("%s does not come back", text)
		}
	}
	for _, text := range []string{"9.32642841", "9,743001", "1000000", "-1000000", "9.7e0", ""} {
		if x, err := formula.ParseThreshold(text); err == nil {
			t.Errorf("%s is read as %s", text, x)
		}
	}
	x, _ := formula.ParseIndex("9.3264284")
	at, _ := formula.ParseThreshold("9.3264284")
	if !x.AtOrBelow(at) || x.AtOrBelow(at-1) || !x.AtOrBelow(at+1) || x.Above(at-1).String() != "0.0000001" || x.Above(at+10).String() != "-0.0000010" {
		t.Error("an index at its threshold is wrong")
	}
}

// Decimal text of every length reads as the number it writes, or not at all.
func TestDecimalsReadExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,10})(\.[0-9]{1,10})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "text")
		v, err := formula.ParseValue(text)
		want, ok := new(big.Rat).SetString(text)
		if err != nil || !ok {
			return
		}
		if big.NewRat(v.Num, v.Den).Cmp(want) != 0 {
			t.Fatalf("%s is read as %d/%d", text, v.Num, v.Den)
		}
	})
}

func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"5", "-0.4", "2/5", "4e-1", "1e400", "٥", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := formula.ParseValue(s)
		if err != nil {
			return
		}
		if v.Den <= 0 || v.State != formula.Present || v.Code != "" {
			t.Fatalf("%q gives %+v", s, v)
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || big.NewRat(v.Num, v.Den).Cmp(want) != 0 {
			t.Fatalf("%q is read as %d/%d", s, v.Num, v.Den)
		}
		again, err := formula.ParseValue(v.String())
		if err != nil || again.String() != v.String() {
			t.Fatalf("%q prints as %s, which reads as %v, %v", s, v, again, err)
		}
	})
}

func FuzzParseIndex(f *testing.F) {
	for _, s := range []string{"9.4563944", "-1.5", "999999.9999999", "9,5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, err := formula.ParseIndex(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || new(big.Rat).SetFrac64(int64(x), 1e7).Cmp(want) != 0 {
			t.Fatalf("%q is read as %s", s, x)
		}
		if y, err := formula.ParseIndex(x.String()); err != nil || x != y {
			t.Fatalf("%s does not come back", x)
		}
	})
}
