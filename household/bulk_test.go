package household_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"testing"

	"sijil/household"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/programme"
	"sijil/programme/programmedb"
)

// TestBulkIsEqual loads 1,000 households in bulk and declares the same one by
// one: lines, scores, outcomes and what is sealed are the same.
func TestBulkIsEqual(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		t.Helper()
		ctx := context.Background()
		one := newRig(t, db)
		two := newRig(t, storetest.Open(t, db.Engine(), sets))
		golden := goldens(t)
		const n = 1000
		declared := make([]*household.Filed, n)
		var known []household.Known
		for i := range n {
			g := golden[i%len(golden)]
			g.Answers = with(g.Answers, map[string]any{"mobile_phones": i % 7, "phone_internet": fmt.Sprintf("%d.00", i%300)})
			all, d := one.family(g)
			declared[i] = one.declare(d)
			k := household.Known{Declaration: d}
			k.Declaration.Members = append([]household.Member(nil), d.Members...)
			for j, s := range all {
				k.Declaration.Members[j].Claim = nil
				k.Tokens = append(k.Tokens, s.token)
				k.Facts = append(k.Facts, household.Fact{Birth: s.Birth, Sex: s.sex, Alive: true})
			}
			known = append(known, k)
		}
		var loaded []household.Filed
		var outcomes []programme.Outcome
		i := 0
		count, err := two.svc.Bulk(ctx, officer, func() (household.Known, error) {
			if i == n {
				return household.Known{}, io.EOF
			}
			i++
			return known[i-1], nil
		}, func(f household.Filed, s household.StoredScore) {
			loaded = append(loaded, f)
			outcomes = append(outcomes, two.programmes.Outcomes(scoreOf(&s))...)
		})
		if err != nil || count != n || len(loaded) != n {
			t.Fatalf("%d loaded, %v", count, err)
		}
		j := 0
		if _, err := programmedb.Load(ctx, two.db, func() (*programme.Outcome, error) {
			if j == len(outcomes) {
				return nil, io.EOF
			}
			j++
			return &outcomes[j-1], nil
		}); err != nil {
			t.Fatal(err)
		}
		two.holds()
		a, b := one.dump(), two.dump()
		for table := range a {
			if a[table] != b[table] && table != "outbox" && table != "idempotency" {
				t.Errorf("%s: %d rows declared, %d loaded", table, a[table], b[table])
			}
		}
		for i := range n {
			if x, y := one.all(declared[i]), two.all(&loaded[i]); x != y {
				t.Fatalf("household %d differs:\n%s\n%s", i+1, x, y)
			}
		}
	})
}

// all writes down everything about a household that is not drawn at random.
func (r *rig) all(f *household.Filed) string {
	r.t.Helper()
	ctx := context.Background()
	v, err := r.svc.View(ctx, officer, household.ViewRequest{Household: f.Household, Parts: household.TheScore | household.TheHistory | household.TheAnswers})
	if err != nil {
		r.t.Fatal(err)
	}
	v.Code, v.Score.ID, v.History[0].ID = "", [16]byte{}, [16]byte{}
	out, err := r.programmes.Of(ctx, officer, f.ID, f.Score)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := range out {
		out[i].Household, out[i].Score = [16]byte{}, [16]byte{}
	}
	again, err := r.svc.RecomputeHousehold(ctx, auditor, f.Household)
	if err != nil || !again[0].Holds() {
		r.t.Fatalf("%+v, %v", again, err)
	}
	text, err := json.Marshal([]any{v.Lines, v.Answers, v.Head, v.AsOf, v.Locality, v.DeclaredBy, v.ReviewDue, v.Score.Figures.Parts, v.Score.Variables,
		v.Score.Index, v.Score.From, f.Lines, f.Index, fmt.Sprint(out)})
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}
