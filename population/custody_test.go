package population_test

import (
	"slices"
	"testing"

	"sijil/internal/civil"
	"sijil/population"
	"sijil/seal"
)

// custody asks who has custody of somebody, as the social register.
func (w *world) custody(t seal.Token) population.Custody {
	w.t.Helper()
	out, err := w.Members(w.t.Context(), w.social(), population.Social, []seal.Token{t})
	if err != nil || len(out) != 1 {
		w.t.Fatalf("%v, %v", out, err)
	}
	return out[0].Custody
}

// PEOPLE §5: who has custody is a relation of its own, dated, perhaps empty,
// disputed or held by an institution. The social register hears of it in its
// own tokens, and of nobody whom it does not know.
func TestWhoHasCustodyIsToldInTheRecipientsTokens(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		mother, stranger := w.enrol(w.adult()), w.enrol(w.adult())
		hers := w.sector(mother)
		decision := population.Act{Type: "court_decision", Date: civil.MustParse("2026-02-01")}
		relation := func(change func(*population.Relation)) population.Relation {
			r := population.Relation{Kind: population.Custodian, As: "mother", Holder: population.Holder{IDCS: mother.IDCS}}
			change(&r)
			return r
		}
		none := func(*population.Relation) {}
		other := func(r *population.Relation) { r.As, r.Holder.IDCS = "father", stranger.IDCS }
		byAct := func(r *population.Relation) { r.As, r.Act = "custodian", decision }
		house := func(r *population.Relation) {
			r.As, r.Holder, r.Act = "institution", population.Holder{Institution: "Invented House"}, decision
		}
		past := func(r *population.Relation) { r.Until = civil.MustParse("2026-01-01") }
		disputed := func(r *population.Relation) { r.State = population.Disputed }
		vacant := func(r *population.Relation) {
			r.State, r.As, r.Holder = population.Vacant, "", population.Holder{}
		}
		unregistered := func(r *population.Relation) { r.Holder = population.Holder{Name: "Invented Person"} }
		payee := func(r *population.Relation) { r.Kind = population.Payee }
		for _, tt := range []struct {
			what      string
			relations []population.Relation
			want      population.Custody
		}{
			{"nothing recorded", nil, population.Custody{}},
			{"another relation", []population.Relation{relation(payee)}, population.Custody{}},
			{"one that has ended", []population.Relation{relation(past)}, population.Custody{}},
			{"the mother", []population.Relation{relation(none)}, population.Custody{State: population.CustodyHeld, Holders: []population.CustodyHolder{{Token: hers}}}},
			{"by a court", []population.Relation{relation(byAct)}, population.Custody{State: population.CustodyHeld, Holders: []population.CustodyHolder{{Token: hers, ByAct: true}}}},
			{"somebody without a token", []population.Relation{relation(other)}, population.Custody{State: population.CustodyHeld, Holders: []population.CustodyHolder{{}}}},
			{"somebody who is not registered", []population.Relation{relation(unregistered)}, population.Custody{State: population.CustodyHeld, Holders: []population.CustodyHolder{{}}}},
			{"an institution", []population.Relation{relation(house)}, population.Custody{State: population.CustodyOfInstitution}},
			{"disputed", []population.Relation{relation(disputed), relation(other)}, population.Custody{State: population.CustodyDisputed}},
			{"vacant", []population.Relation{relation(vacant)}, population.Custody{State: population.CustodyVacant}},
		} {
			e := w.child()
			e.Relations = tt.relations
			kid := w.sector(w.enrol(e))
			got := w.custody(kid)
			if got.State != tt.want.State || !slices.Equal(got.Holders, tt.want.Holders) {
				t.Errorf("%s: %+v, want %+v", tt.what, got, tt.want)
			}
		}
		if n := w.count(`SELECT count(*) FROM tokens WHERE person_id = $1 AND recipient = 'social'`, stranger.id); n != 0 {
			t.Error("a token was issued for somebody whom the recipient does not know")
		}
		if n := w.count(`SELECT count(*) FROM disclosures WHERE person_id = $1 AND fields = 'custody'`, mother.id); n != 2 {
			t.Errorf("%d disclosures of the mother", n)
		}
		if n := w.count(`SELECT count(*) FROM uses WHERE person_id = $1 AND verdict = 'custody'`, stranger.id); n != 1 {
			t.Errorf("%d uses of the stranger's relation", n)
		}
	})
}

// A custodian who has died has custody no more.
func TestTheDeadHaveNoCustody(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		mother := w.enrol(w.adult())
		hers := w.sector(mother)
		e := w.child()
		e.Relations = []population.Relation{{Kind: population.Custodian, As: "mother", Holder: population.Holder{IDCS: mother.IDCS}}}
		kid := w.sector(w.enrol(e))
		if got := w.custody(kid); len(got.Holders) != 1 || got.Holders[0].Token != hers {
			t.Fatalf("%+v", got)
		}
		w.exec(`UPDATE persons SET state = 'deceased' WHERE person_id = $1`, mother.id)
		if got := w.custody(kid); got.State != population.NoCustody || len(got.Holders) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// Only the social register asks, and it names persons by its own tokens.
func TestMembersAreForTheSocialRegister(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		c := w.enrol(w.child())
		_, err := w.Members(w.t.Context(), w.officer, population.Social, []seal.Token{w.sector(c)})
		if err == nil {
			w.t.Error("an officer asked at the door of the social register")
		}
		_, err = w.Members(w.t.Context(), w.social(), population.Social, []seal.Token{w.find(c)})
		wants(w.t, err, "unknown_token")
		_, err = w.Members(w.t.Context(), w.social(), population.Social, nil)
		if err == nil {
			w.t.Error("nobody was asked about")
		}
	})
}

// A recorded, disputed or ended relation is an event, which names nobody else.
func TestARelationIsAnEvent(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.child())
		events := func() int64 {
			return w.count(`SELECT count(*) FROM outbox WHERE topic = $1 AND subject_id = $2`, population.TopicRelated, c.id)
		}
		add := population.RelationAct{Person: w.find(c), Add: &population.Relation{Kind: population.Custodian, As: "father", Holder: population.Holder{Name: "Invented Person"}}}
		for range 2 {
			if err := w.Relate(t.Context(), w.officer, "one", add); err != nil {
				t.Fatal(err)
			}
		}
		if events() != 1 {
			t.Errorf("%d events of one act", events())
		}
		end := population.RelationAct{Person: w.find(c), Change: w.relations(c)[1].ID, To: population.Ended}
		if err := w.Relate(t.Context(), w.officer, w.key(), end); err != nil || events() != 2 {
			t.Errorf("%d events, %v", events(), err)
		}
	})
}
