package population_test

import (
	"testing"

	"sijil/access"
	"sijil/population"
)

// PEOPLE §10: a consent can be withdrawn whatever became of the enrolment, and
// what awaits a decision is decided as before. It is given to the numbered
// only.
func TestAConsentIsWithdrawnBeforeAnybodyIsNumbered(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		for _, state := range []population.EnrolmentState{population.AwaitingAcceptance, population.InJudgement, population.Refused} {
			e := w.paperless(a, b)
			e.Contacts, e.Consents = []population.Contact{{Channel: population.Phone, Value: "0612345678"}}, []string{"phone", "sharing"}
			c := w.enrol(e)
			w.exec(`UPDATE enrolments SET state = $2 WHERE receipt = $1`, c.Receipt, state)
			token := w.find(c)
			err := w.Consent(t.Context(), w.officer, w.key(), population.ConsentAct{Person: token, Kind: "mail", Give: true})
			wants(t, err, "state")
			for _, kind := range []string{"phone", "sharing"} {
				if err := w.Consent(t.Context(), w.officer, w.key(), population.ConsentAct{Person: token, Kind: kind}); err != nil {
					t.Errorf("%s, %s: %v", state, kind, err)
				}
			}
			if n := w.count(`SELECT count(*) FROM consents WHERE person_id = $1 AND withdrawn_at IS NULL`, c.id); n != 0 {
				t.Errorf("%s: %d consents hold", state, n)
			}
			if n := w.count(`SELECT count(*) FROM contacts WHERE person_id = $1`, c.id); n != 0 {
				t.Errorf("%s: %d contacts can be found", state, n)
			}
			if got := w.show(c, population.FieldContacts); len(got.Contacts) != 0 {
				t.Errorf("%s: %d contacts in the record", state, len(got.Contacts))
			}
			if state == population.AwaitingAcceptance {
				if st, err := w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Accept: true}); err != nil || st.State == population.AwaitingAcceptance {
					t.Errorf("accepted afterwards: %+v %v", st, err)
				}
			}
		}
	})
}

// PEOPLE §12: a refused person's data are kept apart for a contest: whoever
// brings the receipt is found, and adjudicators find by every key; the counter
// does not.
func TestARefusedPersonIsFoundForAContestOnly(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.paperless(w.enrol(w.adult()), w.enrol(w.adult()))
		phone := population.Contact{Channel: population.Phone, Value: "0612345678"}
		e.Contacts, e.Consents = []population.Contact{phone}, []string{"phone"}
		c := w.enrol(e)
		adjudicator := w.caller(access.Adjudicator, hereArea)
		found := func(who access.Caller, r population.FindRequest) int {
			t.Helper()
			list, err := w.Find(t.Context(), who, r)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		byPhone, byReceipt := population.FindRequest{Contact: &phone}, population.FindRequest{Receipt: c.Receipt}
		if n := found(w.officer, byPhone); n != 1 {
			t.Errorf("awaiting: %d found by telephone", n)
		}
		if _, err := w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Reason: "witnesses_refused"}); err != nil {
			t.Fatal(err)
		}
		before := w.rows()
		if n := found(w.officer, byPhone); n != 0 {
			t.Errorf("refused: the counter finds %d by telephone", n)
		}
		if after := w.rows(); after["disclosures"] != before["disclosures"] {
			t.Error("who was not shown was disclosed")
		}
		for who, n := range map[string]int{
			"adjudicator by telephone": found(adjudicator, byPhone), "adjudicator by receipt": found(adjudicator, byReceipt),
			"counter by receipt": found(w.officer, byReceipt),
		} {
			if n != 1 {
				t.Errorf("refused: %s: %d found", who, n)
			}
		}
	})
}
