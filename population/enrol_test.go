package population_test

import (
	"maps"
	"testing"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/population"
)

func TestACitizenWithACardIsNumberedAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		if c.State != population.Numbered || c.IDCS.IsZero() || c.Receipt == "" || c.Assurance != population.ByDocument {
			t.Fatalf("%+v", c.Enrolled)
		}
		st, err := w.Receipt(t.Context(), w.resident(c.id), c.Receipt)
		if err != nil || st.State != population.Numbered || st.Decided.IsZero() {
			t.Errorf("%+v %v", st, err)
		}
		got, err := w.Show(t.Context(), w.officer, w.find(c), population.Counter, []population.Field{population.FieldNumber, population.FieldState, population.FieldNames})
		if err != nil || got.IDCS != c.IDCS || got.State != population.Active || got.Revision != 1 || got.Names[0].Spellings[0].Given != "Youssef" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

// PEOPLE §12: the level of assurance has its grounds, and rises when a document
// comes, by an update.
func TestAssuranceHasItsGroundsAndRises(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		confirmed := w.child()
		confirmed.Documents[0].Verified = "civil_registry"
		only := w.child()
		only.Documents = nil
		for _, tt := range []struct {
			e    population.Enrolment
			want population.Assurance
		}{{w.adult(), population.ByDocument}, {w.child(), population.ByDocument}, {confirmed, population.ByCivilStatus}, {only, population.ByIntroducer}} {
			if c := w.enrol(tt.e); c.Assurance != tt.want || c.State != population.Numbered {
				t.Errorf("got %s %s, want %s", c.Assurance, c.State, tt.want)
			}
		}
		only.Names = []population.Name{name("Adam", "Tazi")}
		c := w.enrol(only)
		out, err := w.Correct(t.Context(), w.officer, w.key(), population.Correction{
			Person: w.find(c), Revision: 1, Add: []population.Document{birthAct(2020, 99_001)}, Cause: "document", Act: act(),
		})
		if err != nil || out.Assurance != population.ByDocument || out.Revision != 2 {
			t.Errorf("%+v %v", out, err)
		}
	})
}

func act() population.Act {
	return population.Act{Type: "extract", Date: civil.MustParse("2026-10-01")}
}

// PEOPLE §5: no proof of representation is asked of a mother; a father's name
// is asked nowhere; the four relations are separate and may be empty, disputed
// or held by an institution.
func TestAMotherEnrolsHerChildWithoutProof(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		mother := w.adult()
		mother.Names, mother.Sex, mother.Birth.Date = []population.Name{name("Khadija", "Tazi")}, population.Female, date("2010-01-01") // a minor herself
		mother.Introducer = &population.Relation{As: "custodian", Holder: population.Holder{Name: "Zineb Alaoui"}}
		m := w.enrol(mother)
		e := w.child()
		e.Birth.Date, e.Documents = date("2026-11-01"), []population.Document{birthAct(2026, 7)} // a newborn
		e.Introducer.Holder = population.Holder{IDCS: m.IDCS}
		e.Relations = []population.Relation{
			{Kind: population.Representative, State: population.Disputed},
			{Kind: population.Custodian, As: "mother", Holder: population.Holder{IDCS: m.IDCS}},
			{Kind: population.Payee, State: population.Vacant},
		}
		c := w.enrol(e)
		got, err := w.Show(t.Context(), w.officer, w.find(c), population.Counter, []population.Field{population.FieldRelations})
		if err != nil || len(got.Relations) != 4 {
			t.Fatalf("%+v %v", got.Relations, err)
		}
		states := map[population.RelationKind]population.RelationState{}
		for _, r := range got.Relations {
			states[r.Kind] = r.State
			if r.State == population.Held && !r.Registered {
				t.Errorf("%s: the mother is registered", r.Kind)
			}
		}
		want := map[population.RelationKind]population.RelationState{
			population.Introducer: population.Held, population.Representative: population.Disputed,
			population.Custodian: population.Held, population.Payee: population.Vacant,
		}
		if !maps.Equal(states, want) {
			t.Errorf("got %v", states)
		}
		// The mother sees that her number was used, and for what.
		uses, err := w.Used(t.Context(), w.resident(m.id), [16]byte{})
		if err != nil || len(uses) != 1 || uses[0].Verdict != "relation" {
			t.Errorf("%+v %v", uses, err)
		}
	})
}

// PEOPLE §5: at majority representation ends by itself.
func TestRepresentationEndsWithMinority(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.child()
		e.Birth.Date = date("2020-02-29")
		e.Relations = []population.Relation{{Kind: population.Representative, As: "father", Holder: population.Holder{Name: "Omar Bennani"}}}
		got, err := w.Show(t.Context(), w.officer, w.find(w.enrol(e)), population.Counter, []population.Field{population.FieldRelations})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Relations {
			if r.Kind == population.Representative && r.Until != civil.MustParse("2038-02-28") {
				t.Errorf("ends %s", r.Until)
			}
		}
	})
}

// PEOPLE §5: a child under kafala, and one in an institution, enrol like any
// child; the institution's representation rests on an act.
func TestChildrenUnderKafalaAndInInstitutions(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		kafala := w.child()
		kafala.Introducer = &population.Relation{As: "kafil", Holder: population.Holder{Name: "Ahmed Naciri"}}
		w.enrol(kafala)
		home := w.child()
		home.Names = []population.Name{{Use: population.Official, Spellings: []population.Spelling{{Script: "Arab", Given: "نور"}}}} // no family name is needed
		home.Introducer = &population.Relation{As: "institution", Holder: population.Holder{Institution: "Dar Test", Name: "Samira Fassi"}}
		home.Relations = []population.Relation{{Kind: population.Representative, As: "institution", Holder: population.Holder{Institution: "Dar Test"}}}
		_, err := w.Enrol(t.Context(), w.officer, w.key(), home)
		wants(t, err, "act")
		home.Relations[0].Act = act()
		w.enrol(home)
	})
}

// PEOPLE §5: twins carry their birth order, and each its own act.
func TestTwins(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		first, second := w.child(), w.child()
		first.Birth.Order, second.Birth.Order = 1, 2
		second.Names = []population.Name{name("Inès", "Bennani")}
		w.enrol(first)
		c := w.enrol(second)
		got, err := w.Show(t.Context(), w.officer, w.find(c), population.Counter, []population.Field{population.FieldBirth})
		if err != nil || got.Birth.Order != 2 {
			t.Errorf("%+v %v", got, err)
		}
		third := w.child()
		third.Documents = first.Documents
		_, err = w.Enrol(t.Context(), w.officer, w.key(), third)
		wants(t, err, "document_taken")
	})
}

// PEOPLE §12: a foreigner without a permit gets a reasoned refusal, and nothing
// is kept but a count.
func TestAForeignerWithoutPermitLeavesNoRecord(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		before := w.rows("tallies")
		e := w.adult()
		e.Category, e.Documents = population.Foreigner, nil
		for range 2 {
			out, err := w.Enrol(t.Context(), w.officer, "the same key", e)
			if err != nil || out.State != population.Refused || out.Receipt != "" || out.Refusal == nil || out.Refusal.Reason["ar"] == "" || out.Refusal.Help["fr"] == "" {
				t.Fatalf("%+v %v", out, err)
			}
		}
		if after := w.rows("tallies"); !maps.Equal(before, after) {
			t.Errorf("something was kept: %v, before %v", after, before)
		}
		list, err := w.Counts(t.Context(), w.caller(access.Planner), population.CountRefused+"no_permit", population.Count{})
		if err != nil || len(list) != 1 || list[0].Count != 2 || list[0].Place != here {
			t.Errorf("%+v %v", list, err)
		}
		// With a permit, and with a refugee's card, he enrols.
		e.Documents = []population.Document{permit(1)}
		w.enrol(e)
		e.Documents = []population.Document{{Type: "refugee_card", Parts: map[string]string{"number": "RF-0001"}, Expires: civil.MustParse("2028-01-01")}}
		w.enrol(e)
		// A child of foreigners with a birth act of the country enrols like any child.
		child := w.child()
		child.Category = population.Foreigner
		w.enrol(child)
	})
}

// A date known to the year decides nothing against the person: whoever may be
// of age enrols as an adult, or as a child with an introducer.
func TestAYearThatLeavesMajorityOpen(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		e := w.adult()
		e.Birth.Date = date("2008")
		w.enrol(e)
		e = w.adult()
		e.Birth.Date, e.Documents = date("2008"), nil
		e.Introducer = &population.Relation{As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}}
		w.enrol(e)
	})
}

// PEOPLE §10, §11: contacts need consent, its absence costs nothing, several
// people may share a phone, and too many raise an alarm and nothing else.
func TestPhonesAreNoClaim(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		limit := int(w.Rules().Contacts.Cap)
		for i := range limit + 2 {
			e := w.adult()
			e.Contacts = []population.Contact{{Channel: population.Phone, Value: "06 12-34 56 78", Whose: "shared"}}
			e.Consents = []string{"phone"}
			w.enrol(e)
			contacts, alarms, err := w.SharedContacts(t.Context(), w.caller(access.Operator))
			if want := int64(max(0, i+1-limit)); err != nil || alarms != want || contacts != min(want, 1) {
				t.Errorf("after %d: %d contacts, %d alarms, %v", i+1, contacts, alarms, err)
			}
		}
		list, err := w.Find(t.Context(), w.officer, population.FindRequest{Contact: &population.Contact{Channel: population.Phone, Value: "+212612345678"}})
		if err != nil || len(list) != population.MaxCandidates {
			t.Errorf("%d candidates, %v", len(list), err)
		}
	})
}

// PEOPLE §10: the notice is recorded with its version, language, way and hash.
func TestTheNoticeIsRecorded(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.adult()
		e.Notice = population.Notice{Version: "2026-1", Language: "fr", Way: "played"}
		w.enrol(e)
		if n := w.count(`SELECT count(*) FROM enrolments WHERE notice_version = '2026-1' AND notice_language = 'fr' AND notice_way = 'played'
			AND length(notice_hash) = 32 AND captured_by = $1`, w.officer.Actor); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestARepeatedEnrolmentIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.adult()
		first, err := w.Enrol(t.Context(), w.officer, "k", e)
		if err != nil {
			t.Fatal(err)
		}
		before := w.rows()
		again, err := w.Enrol(t.Context(), w.officer, "k", e)
		if err != nil || again.Receipt != first.Receipt || again.IDCS != first.IDCS || again.State != first.State || again.Assurance != first.Assurance {
			t.Errorf("%+v, %v", again, err)
		}
		if after := w.rows(); !maps.Equal(before, after) {
			t.Errorf("rows %v, before %v", after, before)
		}
		e.Address = "another"
		if _, err := w.Enrol(t.Context(), w.officer, "k", e); err == nil || codes(err)[0] != "store.key_reused" {
			t.Errorf("%v", err)
		}
	})
}
