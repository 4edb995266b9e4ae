package idcs_test

import (
	"context"
	"crypto/rand"
	"testing"

	"sijil/idcs"
)

func BenchmarkDraw(b *testing.B) {
	for name, r := range map[string]idcs.Rule{"looser": looser(10), "mosip": mosip(10)} {
		b.Run(name, func(b *testing.B) {
			s := scheme(b, r)
			for b.Loop() {
				if _, err := s.Draw(rand.Reader); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	s, d := idcs.Default(), drawn(b)
	for b.Loop() {
		if _, err := s.Parse(d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	s, d := idcs.Default(), drawn(b)
	for b.Loop() {
		if err := s.Check(d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCapacityMOSIP10(b *testing.B) {
	s := scheme(b, mosip(10))
	for b.Loop() {
		if _, err := s.Capacity(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
