package idcs_test

import (
	"context"
	"errors"
	"io"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"sijil/idcs"
)

func seeded(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

// deviation returns the chance that a uniform source would spread n draws
// over the pairs of leading digits, in proportion to expect, as unevenly as
// draw does (Pearson's chi-square test).
func deviation(t *testing.T, expect map[string]uint64, n int, draw func() string) float64 {
	t.Helper()
	var total uint64
	for _, e := range expect {
		total += e
	}
	seen := map[string]int{}
	for range n {
		head := draw()[:2]
		if expect[head] == 0 {
			t.Fatal("drew a number that the filters ban")
		}
		seen[head]++
	}
	chi2, bins := 0.0, 0
	for head, e := range expect {
		if e == 0 {
			continue
		}
		want := float64(n) * float64(e) / float64(total)
		d := float64(seen[head]) - want
		chi2 += d * d / want
		bins++
	}
	return distuv.ChiSquared{K: float64(bins - 1)}.Survival(chi2)
}

func TestDrawIsUniform(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]idcs.Rule{
		"no filter": {}, "mosip": {Length: 9, Filters: idcs.MOSIP()}, "some first digits": {First: "359"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scheme(t, rule)
			random := seeded(1)
			p := deviation(t, s.CountsByHead(context.Background()), 200_000, func() string {
				n, err := s.Draw(random)
				if err != nil {
					t.Fatal(err)
				}
				return n.Digits()
			})
			if p < 0.001 {
				t.Errorf("a uniform source would be this uneven with chance %g", p)
			}
		})
	}
}

// TestLeadingDigitsAreNotUniform is the control: the same test, a third of
// the draws, must reject a generator that takes the leading digits of a
// 72-bit random integer, as one in wide use does.
func TestLeadingDigitsAreNotUniform(t *testing.T) {
	t.Parallel()
	s := scheme(t, idcs.Rule{})
	random := seeded(1)
	p := deviation(t, s.CountsByHead(context.Background()), 60_000, func() string {
		for {
			var b [9]byte
			if _, err := io.ReadFull(random, b[:]); err != nil {
				t.Fatal(err)
			}
			n := new(big.Int).SetBytes(b[:]).String()
			if len(n) >= 9 && n[0] >= '2' {
				return n[:9]
			}
		}
	})
	if p > 1e-100 {
		t.Errorf("the test does not see that the generator is uneven: chance %g", p)
	}
}

func TestDrawnNumbersPass(t *testing.T) {
	t.Parallel()
	for _, rule := range []idcs.Rule{{}, looser(10), mosip(10), mosip(16), {Length: 13, First: "7"}} {
		s := scheme(t, rule)
		if rule.Length == 0 {
			rule.Length = idcs.DefaultLength
		}
		random := seeded(2)
		for range 2_000 {
			n, err := s.Draw(random)
			if err != nil {
				t.Fatal(err)
			}
			d := n.Digits()
			back, err := s.Parse(d)
			if err != nil || back != n {
				t.Fatalf("a drawn number does not parse: %v", err)
			}
			if len(d) != rule.Length || !checked(d) || !plain(rule, d) {
				t.Fatal("a drawn number breaks its rule")
			}
			if rule.First != "" && !strings.Contains(rule.First, d[:1]) {
				t.Fatal("a drawn number has another first digit")
			}
		}
	}
}

// TestFiltersDoNotBindParsing: a number drawn before a filter was set stays
// good after.
func TestFiltersDoNotBindParsing(t *testing.T) {
	t.Parallel()
	free, strict := scheme(t, idcs.Rule{}), scheme(t, mosip(10))
	random := seeded(3)
	refused := 0
	for range 1_000 {
		n, err := free.Draw(random)
		if err != nil {
			t.Fatal(err)
		}
		if !plain(mosip(10), n.Digits()) {
			refused++
		}
		if err := strict.Check(n.Digits()); err != nil {
			t.Fatal(err)
		}
	}
	if refused < 800 {
		t.Errorf("only %d of 1000 would not be drawn: the test shows too little", refused)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("gone") }

type constant byte

func (c constant) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

func TestDrawWithoutRandomness(t *testing.T) {
	t.Parallel()
	s := scheme(t, mosip(10))
	for name, r := range map[string]io.Reader{"broken": broken{}, "ones": constant(255), "zeros": constant(0), "short": strings.NewReader("abc")} {
		if _, err := s.Draw(r); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	none := scheme(t, idcs.Rule{Filters: []idcs.Filter{{Name: idcs.Forbidden, Values: []string{"2", "3", "4", "5", "6", "7", "8", "9"}}}})
	if _, err := none.Draw(seeded(4)); err == nil {
		t.Error("drew from an empty scheme")
	}
}

func TestSameBytesSameNumber(t *testing.T) {
	t.Parallel()
	s := scheme(t, looser(10))
	a, err := s.Draw(seeded(9))
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Draw(seeded(9))
	if err != nil || a != b {
		t.Errorf("the same bytes gave two numbers, %v", err)
	}
}
