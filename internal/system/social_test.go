package system_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"sijil/access"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/store"
	"sijil/internal/system"
	"sijil/population"
	"sijil/programme"
)

// declared is a golden declaration taken apart.
type declared struct {
	Locality string          `json:"locality"`
	Answers  json.RawMessage `json:"answers"`
	Members  []struct {
		Ref     string          `json:"ref"`
		Birth   civil.Partial   `json:"birth_date"`
		Sex     population.Sex  `json:"sex"`
		Answers json.RawMessage `json:"answers"`
	} `json:"members"`
}

func allGoldens(t testing.TB) []declared {
	t.Helper()
	data, err := os.ReadFile("../../questionnaire/testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []declared
	for l := range bytes.SplitSeq(bytes.TrimSpace(data), []byte("\n")) {
		var g declared
		if err := json.Unmarshal(l, &g); err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	return out
}

func counter(s *system.System) access.Caller {
	return access.Caller{Kind: access.Staff, Actor: s.IDs.NewID(), Roles: []access.Role{access.RegistrationOfficer}, Areas: []string{access.AnyArea},
		Purpose: "registration", Basis: "law 72-18", Case: "case-1"}
}

// enrolAt enrols a person of a golden household.
func enrolAt(t testing.TB, s *system.System, c access.Caller, serial int, birth civil.Partial, sex population.Sex, locality string) population.Claim {
	t.Helper()
	given := fmt.Sprintf("Aya%c%c", 'a'+serial%26, 'a'+serial/26%26)
	e := population.Enrolment{
		Category: population.Citizen, Sex: sex, Birth: population.Birth{Date: birth}, Locality: locality,
		Names:     []population.Name{{Use: population.Official, Spellings: []population.Spelling{{Script: "Latn", Given: given, Family: "Tazi"}}}},
		Documents: []population.Document{{Type: "national_card", Parts: map[string]string{"number": fmt.Sprintf("Z%07d", serial)}}},
		Notice:    population.Notice{Version: "2026-1", Language: "ar", Way: "read"},
	}
	if birth.Year > 2008 {
		e.Documents = []population.Document{{Type: "birth_act", Parts: map[string]string{"office": "ZZ01", "year": fmt.Sprint(birth.Year), "number": fmt.Sprint(serial)}}}
		e.Introducer = &population.Relation{As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}}
	}
	out, err := s.Population.Enrol(t.Context(), c, fmt.Sprintf("enrol-%d", serial), e)
	if err != nil {
		t.Fatal(err)
	}
	return population.Claim{IDCS: out.IDCS, Name: given + " Tazi", Birth: birth}
}

// TestTheGoldenHouseholdsThroughBothRegisters enrols the golden families and
// declares their households: real registers on both sides.
func TestTheGoldenHouseholdsThroughBothRegisters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		s := migrated(t, cfg, p)
		ctx := t.Context()
		officer := counter(s)
		want := []string{"9.4563944", "9.3626150", "10.4604364", "10.0178904", "8.7790733", "9.6002600"}
		serial := 0
		var filed []*household.Filed
		for i, g := range allGoldens(t) {
			d := household.Declaration{Locality: g.Locality, AsOf: civil.MustParse("2026-11-01"), Declarant: "1", Answers: g.Answers}
			for _, m := range g.Members {
				serial++
				claim := enrolAt(t, s, officer, serial, m.Birth, m.Sex, g.Locality)
				d.Members = append(d.Members, household.Member{Ref: m.Ref, Claim: &household.Claim{IDCS: claim.IDCS, Name: claim.Name, Birth: claim.Birth}, Answers: m.Answers})
			}
			f, err := s.Household.Declare(ctx, officer, fmt.Sprintf("declare-%d", i), d)
			if err != nil {
				t.Fatalf("golden %d: %v", i+1, err)
			}
			if f.Index != want[i] {
				t.Errorf("golden %d: index %s, want %s", i+1, f.Index, want[i])
			}
			filed = append(filed, f)
		}
		out, err := s.Programmes.Of(ctx, officer, filed[4].ID, filed[4].Score)
		if err != nil || len(out) != 2 || out[0].Standing != programme.AtOrBelow {
			t.Errorf("outcomes %+v, %v", out, err)
		}
		auditor := access.SystemCaller("audit", "law 72-18")
		page, _, done, err := s.Household.RecomputeAfter(ctx, auditor, household.Cursor{}, 100)
		if err != nil || !done || len(page) != 6 {
			t.Fatalf("%d scores, %v", len(page), err)
		}
		for _, r := range page {
			if r.Variables != household.Agrees || r.Inputs != household.Agrees {
				t.Errorf("%+v", r)
			}
		}
	})
}

// TestOutcomesAfterAStop: a program that stops right after a score decides on
// it when it comes back, by the outbox.
func TestOutcomesAfterAStop(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		s := migrated(t, cfg, p)
		ctx := t.Context()
		officer := counter(s)
		g := allGoldens(t)[2]
		claim := enrolAt(t, s, officer, 1, g.Members[0].Birth, g.Members[0].Sex, g.Locality)
		f, err := s.Household.Declare(ctx, officer, "declare", household.Declaration{Locality: g.Locality, Declarant: "1", Answers: g.Answers,
			Members: []household.Member{{Claim: &household.Claim{IDCS: claim.IDCS, Name: claim.Name, Birth: claim.Birth}, Answers: g.Members[0].Answers}}})
		if err != nil {
			t.Fatal(err)
		}
		// As if it had stopped between the two.
		if err := s.Stores[system.SocialStore].Do(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM programme_outcomes WHERE household_id = $1`, f.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		if out, err := s.Programmes.Of(ctx, officer, f.ID, f.Score); err != nil || len(out) != 2 {
			t.Errorf("%d outcomes, %v", len(out), err)
		}
	})
}
