package system_test

import (
	"testing"

	"sijil/household"
	"sijil/internal/clock"
	"sijil/internal/system"
	"sijil/seal"
)

func quiet(system.Rewritten) {}

// After every key that can be was rotated, all that the old ones made was
// written anew and they were removed, an installation opens and works as
// before: households are shown, people recognised, new ones enrolled.
func TestEverythingReadsWithoutTheOldKeys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		ctx := t.Context()
		s, filed := lived(t, cfg, p)
		for _, d := range []seal.Domain{seal.Population, seal.Social} {
			if _, err := s.RotateKey(system.ZoneKey, d); err != nil {
				t.Fatal(err)
			}
			if err := s.RetireKey(ctx, system.ZoneKey, d, 1, false, quiet); codeOf(err) != "system.key_needed" {
				t.Errorf("a zone key of %s that data keys need: %v", d, err)
			}
		}
		if done, err := s.RewrapKeys(ctx, quiet); err != nil || done.Done == 0 {
			t.Fatalf("%+v %v", done, err)
		}
		for _, d := range []seal.Domain{seal.Population, seal.Social} {
			if err := s.RetireKey(ctx, system.ZoneKey, d, 1, false, quiet); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.RotateKey(system.BlindKey, seal.Population); err != nil {
			t.Fatal(err)
		}
		if err := s.RetireKey(ctx, system.BlindKey, seal.Population, 1, false, quiet); codeOf(err) != "system.key_needed" {
			t.Errorf("a blind key that opens kept answers: %v", err)
		}
		if done, err := s.RewriteBlind(ctx, seal.Population, quiet); err != nil || done.Done == 0 {
			t.Fatalf("%+v %v", done, err)
		}
		if err := s.RetireKey(ctx, system.BlindKey, seal.Population, 1, true, quiet); err != nil {
			t.Fatal(err)
		}
		for _, d := range []seal.Domain{seal.Social, seal.Agency} {
			if _, err := s.RotateKey(system.BlindKey, d); err != nil {
				t.Fatal(err)
			}
			if err := s.RetireKey(ctx, system.BlindKey, d, 1, true, quiet); codeOf(err) != "system.key_needed" {
				t.Errorf("a blind key of %s that rows were made with: %v", d, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}

		r, err := system.Open(ctx, cfg, p)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		uses, err := r.KeyUses(ctx)
		if err != nil || len(uses) != 8 { // one zone key a domain; two blind keys of two of them
			t.Fatalf("%d keys, %v", len(uses), err)
		}
		officer := counter(r)
		v, err := r.Household.View(ctx, officer, household.ViewRequest{Household: filed.Household, Parts: household.TheScore | household.TheAnswers})
		if err != nil || v.Score.Index.String() != filed.Index {
			t.Errorf("the household: %v", err)
		}
		if _, err := r.CheckAcross(ctx); err != nil {
			t.Error(err)
		}
		g := allGoldens(t)[2]
		enrolAt(t, r, officer, 999, g.Members[0].Birth, g.Members[0].Sex, g.Locality)
		if err := r.Settle(ctx); err != nil {
			t.Error(err)
		}
	})
}
