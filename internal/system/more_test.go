package system_test

import (
	"errors"
	"testing"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/system"
	"sijil/internal/uid"
	"sijil/population"
)

// TestNobodyVouchesAtTheOwnCentre links a staff member to a person, who then
// is no witness at the centre they work for.
func TestNobodyVouchesAtTheOwnCentre(t *testing.T) {
	t.Parallel()
	everywhere(t, func(at place) {
		t := at.t
		w := newTown(at)
		officer := w.login("officer.two", access.RegistrationOfficer, "enrolment", "03")
		w.login("officer.three", access.RegistrationOfficer, "enrolment", "03")
		var witnesses []population.Witness
		var claims []population.Claim
		for i, given := range []string{"Youssef", "Rachid"} {
			e := w.enrolment(given, []string{"1970-05-17", "1963-11-28"}[i], population.Male)
			e.Documents = []population.Document{w.card()}
			out, err := w.Population.Enrol(t.Context(), officer, w.key(), e)
			w.must(err)
			witnesses = append(witnesses, population.Witness{IDCS: out.IDCS, Document: e.Documents[0]})
			claims = append(claims, population.Claim{IDCS: out.IDCS, Name: given + " Bennani", Birth: e.Birth.Date})
		}
		mother := w.enrolment("Khadija", "1986-02-14", population.Female)
		mother.Names[0].Spellings[0].Family = "Tazi"
		mother.Witnesses = witnesses

		root := w.as("root.one", rootPassword, "administration")
		var three uid.Ref
		list, err := w.Agency.ListStaff(t.Context(), root, "", 0)
		w.must(err)
		for _, s := range list {
			if s.Login == "officer.three" {
				three = s.Ref
			}
		}
		wrong := claims[0]
		wrong.Name = "Somebody Else"
		if err := w.LinkStaff(t.Context(), root, w.key(), three, wrong); errs.KindOf(err) != errs.NotFound {
			t.Fatalf("linked by a wrong name: %v", err)
		}
		w.must(w.LinkStaff(t.Context(), root, w.key(), three, claims[0]))
		_, err = w.Population.Enrol(t.Context(), officer, w.key(), mother)
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != "population.witness_staff" || e.Field != "witnesses[0]" {
			t.Fatalf("a colleague vouched: %v", err)
		}
		// Without the link both would do.
		free := w.enrolment("Rachida", "1960-05-17", population.Female)
		free.Names[0].Spellings[0].Family = "Naciri"
		free.Documents = []population.Document{w.card()}
		out, err := w.Population.Enrol(t.Context(), officer, w.key(), free)
		w.must(err)
		mother.Witnesses[0] = population.Witness{IDCS: out.IDCS, Document: free.Documents[0]}
		if _, err := w.Population.Enrol(t.Context(), officer, w.key(), mother); err != nil {
			t.Fatal(err)
		}
	})
}

// TestChores: what is out of date goes, what is not stays, and doing it twice
// changes nothing.
func TestChores(t *testing.T) {
	t.Parallel()
	everywhere(t, func(at place) {
		t := at.t
		w := newTown(at)
		officer := w.login("officer.two", access.RegistrationOfficer, "enrolment", "03")
		e := w.enrolment("Khadija", "1986-02-14", population.Female)
		e.Documents = []population.Document{w.card()}
		_, err := w.Population.Enrol(t.Context(), officer, w.key(), e)
		w.must(err)
		rows := func(name, table string) (n int) {
			w.must(w.Stores[name].View(t.Context(), func(tx *store.Tx) error {
				return tx.QueryRow(t.Context(), `SELECT count(*) FROM `+table).Scan(&n)
			}))
			return n
		}
		handed := func() int { return rows(system.PopulationStore, "outbox WHERE state = 1") }
		w.must(w.Stores[system.PopulationStore].Do(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE outbox SET state = 1, due_at = $1`, w.clock.Now())
			return err
		}))
		w.must(w.Chores(t.Context()))
		if handed() == 0 || rows(system.PopulationStore, "idempotency") != 1 || rows(system.AgencyStore, "sessions") == 0 {
			t.Error("something of today is gone")
		}
		w.clock.Advance(100 * 24 * time.Hour)
		for range 2 {
			w.must(w.Chores(t.Context()))
			if n := rows(system.PopulationStore, "idempotency") + rows(system.AgencyStore, "sessions") + rows(system.AgencyStore, "idempotency"); n != 0 {
				t.Errorf("%d rows are left", n)
			}
			if n := handed(); n != 0 {
				t.Errorf("%d events that were handed on are left", n)
			}
		}
		if rows(system.PopulationStore, "persons") != 1 {
			t.Error("a person is gone")
		}
	})
}
