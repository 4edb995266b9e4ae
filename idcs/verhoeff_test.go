package idcs_test

import (
	"testing"

	"sijil/idcs"
)

func TestCheckDigitKnownAnswers(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]byte{"236": '3', "12345": '1', "142857": '0', "": '0', "0": '4'} {
		got, err := idcs.CheckDigit(in)
		if err != nil || got != want {
			t.Errorf("%q: got %c, %v; want %c", in, got, err, want)
		}
	}
	if _, err := idcs.CheckDigit("12a"); err == nil {
		t.Error("a letter has a check digit")
	}
}

// TestSlipsAreCaught tries every single wrong digit and every swap of
// neighbours on drawn numbers of every length: Verhoeff's scheme finds all.
func TestSlipsAreCaught(t *testing.T) {
	t.Parallel()
	for length := idcs.MinLength; length <= idcs.MaxLength; length++ {
		s := scheme(t, idcs.Rule{Length: length, First: "123456789"})
		random := seeded(byte(length))
		for range 300 {
			n, err := s.Draw(random)
			if err != nil {
				t.Fatal(err)
			}
			d := []byte(n.Digits())
			for i, was := range d {
				for c := byte('0'); c <= '9'; c++ {
					d[i] = c
					if ok := s.Check(string(d)) == nil; ok != (c == was) {
						t.Fatalf("length %d: a wrong digit at place %d is not seen", length, i)
					}
				}
				d[i] = was
				if i == 0 || d[i-1] == was {
					continue
				}
				d[i-1], d[i] = d[i], d[i-1]
				if s.Check(string(d)) == nil {
					t.Fatalf("length %d: swapped digits at place %d are not seen", length, i)
				}
				d[i-1], d[i] = d[i], d[i-1]
			}
		}
	}
}
