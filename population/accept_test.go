package population_test

import (
	"fmt"
	"maps"
	"testing"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

// PEOPLE §12: two witnesses, accepted by a second officer of the local
// authority; then the person has a number.
func TestTwoWitnessesAndASecondOfficer(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		c := w.enrol(w.paperless(a, b))
		if c.State != population.AwaitingAcceptance || !c.IDCS.IsZero() || c.Assurance != population.ByWitnesses {
			t.Fatalf("%+v", c.Enrolled)
		}
		seen, err := w.Review(t.Context(), w.second, c.Receipt)
		if err != nil || len(seen.Witnesses) != 2 || seen.Names[0].Spellings[0].Given != "Brahim" {
			t.Errorf("%+v %v", seen, err)
		}
		st, err := w.Accept(t.Context(), w.second, "k", c.Receipt, population.Acceptance{Accept: true})
		if err != nil || st.State != population.Numbered {
			t.Fatalf("%+v %v", st, err)
		}
		before := w.rows()
		again, err := w.Accept(t.Context(), w.second, "k", c.Receipt, population.Acceptance{Accept: true})
		if err != nil || again != st {
			t.Errorf("%+v %v", again, err)
		}
		if after := w.rows(); !maps.Equal(before, after) {
			t.Errorf("%v, before %v", after, before)
		}
		_, err = w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Accept: true})
		wants(t, err, "not_awaiting")
		got, err := w.Show(t.Context(), w.officer, w.find(c), population.Counter, []population.Field{population.FieldNumber, population.FieldState})
		if err != nil || got.IDCS.IsZero() || got.State != population.Active || got.Assurance != population.ByWitnesses {
			t.Errorf("%+v %v", got, err)
		}
		c.IDCS = got.IDCS
		w.sector(c)
		for _, x := range []citizen{a, b} {
			list, err := w.Vouched(t.Context(), w.resident(x.id), uid.ID{})
			if err != nil || len(list) != 1 || list[0].Receipt != c.Receipt || list[0].State != population.Numbered {
				t.Errorf("vouched: %+v %v", list, err)
			}
			uses, err := w.Used(t.Context(), w.resident(x.id), uid.ID{})
			if err != nil || len(uses) != 1 || uses[0].Verdict != "witness" {
				t.Errorf("uses: %+v %v", uses, err)
			}
			looks, err := w.Disclosed(t.Context(), w.resident(x.id), uid.ID{})
			if err != nil || len(looks) != 1 || looks[0].Operation != access.PersonAccept {
				t.Errorf("looks: %+v %v", looks, err)
			}
		}
		if list, err := w.Counts(t.Context(), w.caller(access.Planner), population.CountWitnesses, population.Count{}); err != nil || len(list) != 1 || list[0].Count != 1 {
			t.Errorf("counts: %+v %v", list, err)
		}
	})
}

func TestWhoMayNotAccept(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		officer := w.officer // an officer who is of the local authority, too
		officer.Roles = append(officer.Roles, access.LocalAuthority)
		c, err := w.Enrol(t.Context(), officer, w.key(), w.paperless(a, b))
		if err != nil {
			t.Fatal(err)
		}
		far := w.caller(access.LocalAuthority, "06")
		staffed, err := w.TokenOf(t.Context(), w.job(), a.id, population.Agency, true)
		if err != nil {
			t.Fatal(err)
		}
		before := w.rows()
		for _, tt := range []struct {
			what, code string
			c          access.Caller
			receipt    uid.Ref
			a          population.Acceptance
			colleague  bool
		}{
			{"the officer who captured", "same_officer", officer, c.Receipt, population.Acceptance{Accept: true}, false},
			{"an officer of another place", "access.area", far, c.Receipt, population.Acceptance{Accept: true}, false},
			{"no such receipt", "unknown_receipt", w.second, w.ids.NewRef(), population.Acceptance{Accept: true}, false},
			{"a refusal without reason", "reason", w.second, c.Receipt, population.Acceptance{}, false},
			{"an acceptance with a reason", "reason", w.second, c.Receipt, population.Acceptance{Accept: true, Reason: "no_permit"}, false},
			{"a colleague of a witness", "witness_staff", w.second, c.Receipt, population.Acceptance{Accept: true}, true},
		} {
			w.staff.who[staffed] = tt.colleague
			_, err := w.Accept(t.Context(), tt.c, w.key(), tt.receipt, tt.a)
			if got := codes(err); len(got) != 1 || got[0] != tt.code {
				t.Errorf("%s: got %v, want %s", tt.what, got, tt.code)
			}
		}
		w.staff.who[staffed] = false
		w.staff.fail = &errs.Error{Kind: errs.Unavailable, What: "the books are closed"}
		if _, err := w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Accept: true}); errs.KindOf(err) != errs.Unavailable {
			t.Errorf("accepted though nobody could tell who is a colleague: %v", err)
		}
		if after := w.rows(); !maps.Equal(before, after) {
			t.Errorf("%v, before %v", after, before)
		}
	})
}

// PEOPLE §12: a refused person's data are kept apart for a contest, then erased.
func TestARefusedPersonIsErased(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		e := w.paperless(a, b)
		passport := population.Document{Type: "passport", Parts: map[string]string{"country": "MAR", "number": "ZZ9900112"}}
		passport.Expires = permit(1).Expires
		e.Documents = []population.Document{passport}
		c := w.enrol(e)
		st, err := w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Reason: "witnesses_refused"})
		if err != nil || st.State != population.Refused || st.Reason != "witnesses_refused" {
			t.Fatalf("%+v %v", st, err)
		}
		if n, err := w.EraseRefused(t.Context(), w.job(), 10); err != nil || n != 0 {
			t.Errorf("erased %d before the time to contest was over, %v", n, err)
		}
		w.clock.Advance(91 * 24 * 3600 * 1e9)
		for _, want := range []int{1, 0} {
			if n, err := w.EraseRefused(t.Context(), w.job(), 10); err != nil || n != want {
				t.Errorf("erased %d, want %d, %v", n, want, err)
			}
		}
		if n := w.count(`SELECT count(*) FROM document_claims WHERE kind = 'passport'`); n != 0 {
			t.Errorf("%d claims left", n)
		}
		if st, err := w.Receipt(t.Context(), w.resident(c.id), c.Receipt); err != nil || st.State != population.Refused {
			t.Errorf("%+v %v", st, err)
		}
		again := w.adult()
		again.Documents = append(again.Documents, passport)
		w.enrol(again)
	})
}

// witnessFaults are witnesses that do not stand up; each leaves nothing behind
// but the uses of those who were looked at.
func TestWitnessesThatDoNotStandUp(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b, third := w.enrol(w.adult()), w.enrol(w.adult()), w.enrol(w.adult())
		minor := w.adult()
		minor.Birth.Date = date("2010-01-01")
		minor.Introducer = &population.Relation{As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}}
		young := w.enrol(minor)
		open := w.adult()
		open.Birth.Date = date("2008") // of age, or not yet
		unsure := w.enrol(open)
		colleague := w.enrol(w.adult())
		token, err := w.TokenOf(t.Context(), w.job(), colleague.id, population.Agency, true)
		if err != nil {
			t.Fatal(err)
		}
		w.staff.who[token] = true
		self := w.adult()
		self.Names, self.Birth.Date = []population.Name{name("Brahim", "Oubella")}, date("1959")
		namesake := w.enrol(self)
		unregistered, err := reference().scheme.Draw(zero{})
		if err != nil {
			t.Fatal(err)
		}
		nobody := citizen{enrolment: w.adult()}
		nobody.IDCS = unregistered
		mixed := a
		mixed.enrolment.Documents = b.enrolment.Documents
		act := a
		act.enrolment.Documents = []population.Document{birthAct(1980, 5)}
		w.enrol(w.paperless(a, b))
		before := w.rows("uses")
		for _, tt := range []struct {
			what, code string
			list       []citizen
		}{
			{"nobody", "identity", nil},
			{"one", "witnesses", []citizen{a}},
			{"three", "witnesses", []citizen{a, b, unsure}},
			{"the same twice", "witness_same", []citizen{a, a}},
			{"not registered", "witness_unknown", []citizen{a, nobody}},
			{"a card of somebody else", "witness_unknown", []citizen{third, mixed}},
			{"a birth act instead of a card", "witness_document", []citizen{b, act}},
			{"no number", "witness_number", []citizen{a, {enrolment: b.enrolment}}},
			{"a minor", "witness_minor", []citizen{a, young}},
			{"perhaps a minor", "witness_minor", []citizen{a, unsure}},
			{"staff of the centre", "witness_staff", []citizen{a, colleague}},
			{"the person", "witness_self", []citizen{a, namesake}},
		} {
			_, err := w.Enrol(t.Context(), w.officer, w.key(), w.paperless(tt.list...))
			if got := codes(err); len(got) == 0 || got[0] != tt.code {
				t.Errorf("%s: got %v, want %s: %v", tt.what, got, tt.code, err)
			}
		}
		for i := range w.Rules().Witnesses.Cap - 1 {
			e := w.paperless(a, b)
			e.Names = []population.Name{name("Ahmed", []string{"Tazi", "Naciri", "Fassi", "Bouzid", "Idrissi", "Alaoui"}[i])}
			w.enrol(e)
			before["persons"]++
		}
		_, err = w.Enrol(t.Context(), w.officer, w.key(), w.paperless(a, b))
		wants(t, err, "witness_cap")
		after := w.rows("uses")
		if got := after["persons"]; got != before["persons"] {
			t.Errorf("%d persons, want %d", got, before["persons"])
		}
		w.clock.Advance(365 * 24 * 3600 * 1e9)
		w.enrol(w.paperless(a, b)) // a new period
		if fmt.Sprint(after["number_claims"]) != fmt.Sprint(before["number_claims"]) {
			t.Error("a number was given without acceptance")
		}
	})
}

// A witness beside a document counts for nothing, so it is not taken.
func TestWitnessesBesideADocument(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		e := w.paperless(a, b)
		e.Documents = []population.Document{card(77_777)}
		_, err := w.Enrol(t.Context(), w.officer, w.key(), e)
		wants(t, err, "witnesses")
		e.Documents = a.enrolment.Documents // and nobody vouches for himself with his own card
		_, err = w.Enrol(t.Context(), w.officer, w.key(), e)
		wants(t, err, "witnesses")
		var none seal.Token
		_, err = w.Correct(t.Context(), w.officer, w.key(), population.Correction{Person: none, Revision: 1})
		wants(t, err, "unknown_token")
	})
}
