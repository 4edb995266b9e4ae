package population_test

import (
	"testing"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/population"
)

// reblind goes through the whole register, a few people at a time, and begins
// anew once, as after a stop.
func (w *world) reblind(drop bool) (seen, done int) {
	w.t.Helper()
	if _, err := w.Reblind(w.t.Context(), w.job(), uid.ID{}, 3, drop); err != nil {
		w.t.Fatal(err)
	}
	for after, more := (uid.ID{}), true; more; {
		step, err := w.Reblind(w.t.Context(), w.job(), after, 2, drop)
		if err != nil {
			w.t.Fatal(err)
		}
		seen, done = seen+step.Seen, done+step.Done
		after, more = step.Last, !step.Last.IsZero()
	}
	return seen, done
}

var blindTables = []string{"document_claims", "number_claims", "token_claims", "contacts", "blocking_keys"}

// underKey counts rows whose blind index is of a key.
func (w *world) underKey(table string, number byte) int64 {
	w.t.Helper()
	return w.count(`SELECT count(*) FROM `+table+` WHERE blind >= $1 AND blind < $2`, []byte{0, number}, []byte{0, number + 1})
}

// After a blind key was rotated and everything written anew, the old key is
// removed: people are found, exchanged and recognised as before, documents stay
// taken, and nobody is found by what was given up.
func TestEverythingIsFoundUnderTheNewBlindKey(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		phone := population.Contact{Channel: population.Phone, Value: "0612345678"}
		var people []citizen
		for range 3 {
			e := w.adult()
			e.Contacts, e.Consents = []population.Contact{phone}, []string{"phone"}
			people = append(people, w.enrol(e))
		}
		child := w.enrol(w.child())
		awaits := w.paperless(people[0], people[1])
		waiting := w.enrol(awaits)
		gone := w.enrol(w.paperless(people[1], people[2]))
		if _, err := w.Accept(t.Context(), w.second, w.key(), gone.Receipt, population.Acceptance{Reason: "witnesses_refused"}); err != nil {
			t.Fatal(err)
		}
		p := w.partner()
		tokens := map[citizenID]population.Exchanged{}
		for _, c := range people {
			out, err := w.Exchange(t.Context(), p, population.PartnerRecipient(p.Actor), w.key(), []population.Claim{c.claim()})
			if err != nil {
				t.Fatal(err)
			}
			tokens[citizenID(c.id)] = out[0]
		}
		dropped := card(777_777)
		w.correct(people[2], population.Correction{Revision: 1, Add: []population.Document{dropped}})
		w.keeper.RotateBlind()
		during := w.enrol(w.adult()) // while both keys live
		w.correct(people[2], population.Correction{Revision: 2, Drop: []population.Document{dropped}})

		before := map[string]int64{}
		for _, table := range blindTables {
			before[table] = w.underKey(table, 1)
		}
		if seen, done := w.reblind(false); seen == 0 || done == 0 {
			t.Fatalf("%d people seen, %d rows written", seen, done)
		}
		if _, done := w.reblind(true); done != 0 {
			t.Errorf("a second run wrote %d rows", done)
		}
		for _, table := range blindTables {
			if n := w.underKey(table, 1); n != 0 || before[table] == 0 || w.underKey(table, 2) < before[table] {
				t.Errorf("%s: %d rows under the old key, of %d; %d under the new one", table, n, before[table], w.underKey(table, 2))
			}
		}
		for n := 1; n > 0; {
			var err error
			if n, err = w.ForgetAttempts(t.Context(), w.job(), 1, 2); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.underKey("attempts", 1) + w.underKey("contact_totals", 1); n != 0 {
			t.Errorf("%d counts under the old key", n)
		}
		w.keeper.RetireBlind()

		adjudicator := w.caller(access.Adjudicator, hereArea)
		for _, c := range append(people, child, during) {
			for _, r := range []population.FindRequest{{IDCS: c.IDCS}, {Document: &c.enrolment.Documents[0]}} {
				if list, err := w.Find(t.Context(), adjudicator, r); err != nil || len(list) != 1 {
					t.Errorf("%d found, %v", len(list), err)
				}
			}
		}
		if list, err := w.Find(t.Context(), adjudicator, population.FindRequest{Contact: &phone}); err != nil || len(list) != 3 {
			t.Errorf("%d found by telephone, %v", len(list), err)
		}
		for _, c := range people {
			out, err := w.Exchange(t.Context(), p, population.PartnerRecipient(p.Actor), w.key(), []population.Claim{c.claim()})
			if err != nil || out[0] != tokens[citizenID(c.id)] {
				t.Errorf("another token after the key was removed, %v", err)
			}
			w.show(c, population.FieldNames, population.FieldNumber)
		}
		taken := w.adult()
		taken.Documents = people[0].enrolment.Documents
		_, err := w.Enrol(t.Context(), w.officer, w.key(), taken)
		wants(t, err, "document_taken")
		free := w.adult()
		free.Documents = []population.Document{dropped}
		w.enrol(free)
		if _, err := w.Accept(t.Context(), w.second, w.key(), waiting.Receipt, population.Acceptance{Accept: true}); err != nil {
			t.Error(err)
		}
		if n := w.count(`SELECT sum(people) FROM contact_totals`); n != 3 {
			t.Errorf("%d people have contacts", n)
		}
	})
}

type citizenID uid.ID
