package population_test

import (
	"maps"
	"testing"

	"sijil/internal/civil"
	"sijil/internal/uid"
	"sijil/population"
)

// A witness may die before the second officer decides. The enrolment cannot be
// accepted then, and must not be stuck either: the officer refuses it.
func TestAnEnrolmentWhoseWitnessDiedIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		c := w.enrol(w.paperless(a, b))
		w.exec(`UPDATE persons SET state = 'deceased' WHERE person_id = $1`, a.id)
		_, err := w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Accept: true})
		wants(t, err, "witness_unknown")
		st, err := w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Reason: "witnesses_refused"})
		if err != nil || st.State != population.Refused {
			t.Errorf("%+v %v", st, err)
		}
	})
}

// PEOPLE §12: a refused person comes back, with other witnesses and the same
// papers, on the same day.
func TestARefusedPersonComesBackWithTheSameDocument(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		e := w.paperless(a, b)
		e.Documents = []population.Document{birthAct(1959, 41)}
		c := w.enrol(e)
		_, err := w.Enrol(t.Context(), w.officer, w.key(), e)
		wants(t, err, "document_taken") // the first enrolment is still open
		if _, err := w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Reason: "witnesses_refused"}); err != nil {
			t.Fatal(err)
		}
		again := w.enrol(e)
		if st, err := w.Accept(t.Context(), w.second, w.key(), again.Receipt, population.Acceptance{Accept: true}); err != nil || st.State != population.Numbered {
			t.Fatalf("%+v %v", st, err)
		}
		w.clock.Advance(91 * 24 * 3600 * 1e9)
		if n, err := w.EraseRefused(t.Context(), w.job(), 10); err != nil || n != 1 {
			t.Fatalf("erased %d, %v", n, err)
		}
		if n := w.count(`SELECT count(*) FROM document_claims WHERE person_id = $1`, again.id); n != 1 {
			t.Errorf("erasing the refused enrolment left %d claims of the later one", n)
		}
	})
}

// PEOPLE §11: somebody says later that the telephone is shared.
func TestTheSameTelephoneBecomesShared(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.adult()
		e.Contacts, e.Consents = []population.Contact{{Channel: population.Phone, Value: "0600000017"}}, []string{"phone"}
		c := w.enrol(e)
		phone := population.Contact{Channel: population.Phone, Value: "0600000017"}
		for _, whose := range []string{"shared", "other"} {
			if whose == "other" {
				w.keeper.RotateBlind()
			}
			with := phone
			with.Whose = whose
			if err := w.Consent(t.Context(), w.officer, w.key(), population.ConsentAct{Person: w.find(c), Kind: "phone", Give: true, Contact: &with}); err != nil {
				t.Fatalf("%s: %v", whose, err)
			}
			list, err := w.Find(t.Context(), w.officer, population.FindRequest{Contact: &phone})
			if err != nil || len(list) != 1 {
				t.Errorf("%s: found %d persons by the telephone, %v", whose, len(list), err)
			}
			if n := w.count(`SELECT sum(people) FROM contact_totals`); n != 1 {
				t.Errorf("%s: %d persons counted for one", whose, n)
			}
		}
	})
}

// PEOPLE §5: at 18 representation ends by itself, whenever it was recorded and
// however well the birth date is known.
func TestRepresentationAlwaysEnds(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		for _, tt := range []struct{ birth, last string }{
			{"2020-03-01", "2038-02-28"},
			{"2020-03", "2038-03-30"},
			{"2020", "2038-12-30"},
		} {
			e := w.child()
			e.Birth.Date = date(tt.birth)
			e.Relations = []population.Relation{{Kind: population.Representative, As: "father", Holder: population.Holder{Name: "Youssef Bennani"}}}
			c := w.enrol(e)
			mother := population.Relation{Kind: population.Representative, As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}}
			if err := w.Relate(t.Context(), w.officer, w.key(), population.RelationAct{Person: w.find(c), Add: &mother}); err != nil {
				t.Fatal(err)
			}
			for _, r := range w.relations(c) {
				if r.Kind == population.Representative && r.Until != civil.MustParse(tt.last) {
					t.Errorf("born %s: representation by the %s ends on %v, want %s", tt.birth, r.As, r.Until, tt.last)
				}
			}
		}
	})
}

func (w *world) relations(c citizen) []population.RelationShown {
	w.t.Helper()
	got, err := w.Show(w.t.Context(), w.officer, w.find(c), population.Counter, []population.Field{population.FieldRelations})
	if err != nil {
		w.t.Fatal(err)
	}
	return got.Relations
}

// What nobody holds becomes nobody's by a change of state, and nobody stands
// in such a relation to himself or herself.
func TestRelationsThatCannotBe(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.child()
		e.Relations = []population.Relation{{Kind: population.Representative, State: population.Vacant}, {
			Kind: population.Custodian, As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}, From: civil.MustParse("2024-05-05"),
		}}
		c := w.enrol(e)
		var vacant, held uid.ID
		for _, r := range w.relations(c) {
			switch {
			case r.State == population.Vacant:
				vacant = r.ID
			case r.Kind == population.Custodian:
				held = r.ID
			}
		}
		self := population.Relation{Kind: population.Payee, As: "mother", Holder: population.Holder{IDCS: c.IDCS}}
		before := w.rows("uses")
		for _, tt := range []struct {
			what, code string
			a          population.RelationAct
		}{
			{"vacant to held", "relation_state", population.RelationAct{Change: vacant, To: population.Held}},
			{"vacant to disputed", "", population.RelationAct{Change: vacant, To: population.Disputed}},
			{"ended before it began", "relation", population.RelationAct{Change: held, To: population.Ended, Until: civil.MustParse("2024-05-04")}},
			{"oneself", "holder_self", population.RelationAct{Add: &self}},
		} {
			tt.a.Person = w.find(c)
			before["disclosures"]++
			err := w.Relate(t.Context(), w.officer, w.key(), tt.a)
			if tt.code == "" {
				before["idempotency"]++
				before["outbox"]++
				before["relation_past"]++
				if err != nil {
					t.Errorf("%s: %v", tt.what, err)
				}
				continue
			}
			wants(t, err, tt.code)
		}
		if after := w.rows("uses"); !maps.Equal(before, after) {
			t.Errorf("%v, before %v", after, before)
		}
	})
}
