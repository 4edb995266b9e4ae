package population_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

func (w *world) correct(c citizen, r population.Correction) population.Corrected {
	w.t.Helper()
	r.Person = w.find(c)
	if r.Cause == "" {
		r.Cause = "clerical"
	}
	r.Act = act()
	out, err := w.Correct(w.t.Context(), w.officer, w.key(), r)
	if err != nil {
		w.t.Fatalf("correct: %v", err)
	}
	return out
}

func (w *world) show(c citizen, fields ...population.Field) population.Shown {
	w.t.Helper()
	out, err := w.Show(w.t.Context(), w.officer, w.find(c), population.Counter, fields)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestCorrectionsKeepWhatWasKnown(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		token := w.sector(c)
		enrolled := w.clock.Now()
		day := func(s string) civil.Date { return civil.MustParse(s) }
		at := func(d time.Duration) time.Time { return enrolled.Add(d) }
		w.clock.Advance(24 * time.Hour)
		// The name changed on 1 September, said a court; recorded on 3 November.
		w.correct(c, population.Correction{Revision: 1, From: day("2026-09-01"), Names: []population.Name{name("Yassine", "Bennani")}, Cause: "court"})
		w.clock.Advance(24 * time.Hour)
		// The birth date was wrong from the start; found on 4 November.
		w.correct(c, population.Correction{Revision: 2, Birth: &population.Birth{Date: date("1981-05-17")}})
		tests := []struct {
			day         string
			known       time.Time
			given, born string
		}{
			{"2026-08-31", at(time.Hour), "Youssef", "1980-05-17"},
			{"2026-09-01", at(time.Hour), "Youssef", "1980-05-17"}, // not known yet
			{"2026-08-31", at(25 * time.Hour), "Youssef", "1980-05-17"},
			{"2026-09-01", at(25 * time.Hour), "Yassine", "1980-05-17"},
			{"2026-08-31", at(49 * time.Hour), "Youssef", "1981-05-17"}, // the later correction does not undo the past name
			{"2026-09-01", at(49 * time.Hour), "Yassine", "1981-05-17"},
		}
		for _, tt := range tests {
			got, err := w.ShowAsKnown(t.Context(), w.social(), token, population.Social, []population.Field{population.FieldNames, population.FieldBirth}, day(tt.day), tt.known)
			if err != nil || got.Names[0].Spellings[0].Given != tt.given || got.Birth.Date != date(tt.born) {
				t.Errorf("%s as known %s: %+v %v", tt.day, tt.known, got, err)
			}
		}
		_, err := w.ShowAsKnown(t.Context(), w.social(), token, population.Social, []population.Field{population.FieldNames}, day("2026-11-01"), enrolled.Add(-time.Hour))
		wants(t, err, "not_yet")
		_, err = w.ShowAsKnown(t.Context(), w.social(), token, population.Social, []population.Field{population.FieldState}, day("2026-11-01"), enrolled)
		wants(t, err, "field")
		now := w.show(c, population.FieldNames, population.FieldFormer, population.FieldBirth, population.FieldState)
		if now.Revision != 3 || len(now.Names) != 1 || len(now.Former) != 1 || now.Former[0].Until != day("2026-09-01") || now.Birth.Date != date("1981-05-17") {
			t.Errorf("%+v", now)
		}
		// PEOPLE §9: old names stay known, tokens unchanged.
		claim := population.Claim{IDCS: c.IDCS, Name: "Youssef Bennani", Birth: date("1981-05-17")}
		out, err := w.Exchange(t.Context(), w.social(), population.Social, w.key(), []population.Claim{claim})
		if err != nil || out[0].Token != token {
			t.Errorf("by the former name: %v %v", out, err)
		}
	})
}

// A correction of what others compute with leaves an event that says which
// facts, and no values; another leaves none.
func TestCorrectionsAreToldWithoutValues(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		address := "Rue 1"
		w.correct(c, population.Correction{Revision: 1, Address: &address})
		w.correct(c, population.Correction{Revision: 2, Birth: &population.Birth{Date: date("1981-05-17")}, Locality: hereToo})
		w.correct(c, population.Correction{Revision: 3, Sex: population.Female})
		if n := w.count(`SELECT count(*) FROM outbox WHERE topic = 'person.corrected' AND subject_id = $1`, c.id); n != 2 {
			t.Errorf("%d events", n)
		}
		var body struct{ Facts []string }
		if err := json.Unmarshal(w.bytes(`SELECT body FROM outbox WHERE topic = 'person.corrected' AND subject_id = $1 ORDER BY event_id LIMIT 1`, c.id), &body); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(body.Facts, []string{"birth", "locality"}) {
			t.Errorf("%v", body.Facts)
		}
		if n := w.count(`SELECT count(*) FROM persons WHERE locality = $1 AND revision = 4`, hereToo); n != 1 {
			t.Error("the clear locality did not follow")
		}
	})
}

// A replaced document is free for whoever it belongs to; a number never is.
func TestAReplacedDocumentIsReleased(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		wrong := w.adult()
		c := w.enrol(wrong)
		right := card(555_555)
		owner := wrong
		owner.Names = []population.Name{name("Rachid", "Naciri")}
		_, err := w.Enrol(t.Context(), w.officer, w.key(), owner)
		wants(t, err, "document_taken")
		if uses, err := w.Used(t.Context(), w.resident(c.id), uid.ID{}); err != nil || len(uses) != 1 || uses[0].Verdict != "document_taken" {
			t.Errorf("the owner is not told: %+v %v", uses, err)
		}
		numbers := w.count(`SELECT count(*) FROM number_claims`)
		w.correct(c, population.Correction{Revision: 1, Drop: wrong.Documents, Add: []population.Document{right}, Cause: "document"})
		if n := w.count(`SELECT count(*) FROM number_claims`); n != numbers {
			t.Error("a correction touched a number")
		}
		w.enrol(owner)
		_, err = w.Correct(t.Context(), w.officer, w.key(), population.Correction{
			Person: w.find(c), Revision: 2, Drop: []population.Document{right}, Add: wrong.Documents, Cause: "document", Act: act(),
		})
		wants(t, err, "document_taken")
		if got := w.show(c, population.FieldDocuments); len(got.Documents) != 1 || got.Documents[0].Parts["number"] != right.Parts["number"] {
			t.Errorf("%+v", got.Documents)
		}
	})
}

func TestCorrectionsThatAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c, other := w.enrol(w.adult()), w.enrol(w.adult())
		far := w.adult()
		far.Locality = there
		f := w.enrol(far)
		token := w.find(c)
		w.correct(c, population.Correction{Revision: 1, Sex: population.Female})
		blank := w.officer
		blank.Case = ""
		good := population.Correction{Person: token, Revision: 2, Birth: &population.Birth{Date: date("1990")}, Cause: "clerical", Act: act()}
		with := func(change func(r *population.Correction)) population.Correction {
			r := good
			change(&r)
			return r
		}
		farToken := w.find(f)
		before := w.rows("uses")
		for _, tt := range []struct {
			what, code string
			c          access.Caller
			r          population.Correction
		}{
			{"without a case", "access.case", blank, good},
			{"a stale revision", "stale", w.officer, with(func(r *population.Correction) { r.Revision = 1 })},
			{"a revision to come", "stale", w.officer, with(func(r *population.Correction) { r.Revision = 3 })},
			{"outside the area", "access.area", w.officer, with(func(r *population.Correction) { r.Person, r.Revision = farToken, 1 })},
			{"nobody", "unknown_token", w.officer, with(func(r *population.Correction) { r.Person = seal.NewToken(w.config.Rand) })},
			{"no cause", "cause", w.officer, with(func(r *population.Correction) { r.Cause = "whim" })},
			{"no act", "act", w.officer, with(func(r *population.Correction) { r.Act = population.Act{} })},
			{"nothing", "no_change", w.officer, with(func(r *population.Correction) { r.Birth = nil })},
			{"the same", "no_change", w.officer, with(func(r *population.Correction) { r.Birth = nil; r.Sex = population.Female })},
			{"a birth to come", "birth_future", w.officer, with(func(r *population.Correction) { r.Birth = &population.Birth{Date: date("2027")} })},
			{"a day to come", "from", w.officer, with(func(r *population.Correction) { r.From = civil.MustParse("2027-01-01") })},
			{"no place", "locality", w.officer, with(func(r *population.Correction) { r.Locality = "nowhere" })},
			{"two official names", "name_official", w.officer, with(func(r *population.Correction) {
				r.Names = []population.Name{name("A", "B"), name("C", "D")}
			})},
			{"a document of another", "document_taken", w.officer, with(func(r *population.Correction) { r.Add = other.enrolment.Documents })},
			{"a document that is not there", "document", w.officer, with(func(r *population.Correction) { r.Drop = other.enrolment.Documents })},
			{"a document that is there", "document_twice", w.officer, with(func(r *population.Correction) { r.Add = c.enrolment.Documents })},
			{"an address without end", "too_long", w.officer, with(func(r *population.Correction) { r.Address = new(fmt.Sprintf("%0400d", 7)) })},
		} {
			_, err := w.Correct(t.Context(), tt.c, w.key(), tt.r)
			if got := codes(err); len(got) == 0 || got[0] != tt.code {
				t.Errorf("%s: got %v, want %s: %v", tt.what, got, tt.code, err)
			}
		}
		if after := w.rows("uses"); !maps.Equal(before, after) {
			t.Errorf("%v, before %v", after, before)
		}
		// A repeated correction is answered once, though its revision is stale by then.
		key := w.key()
		first, err := w.Correct(t.Context(), w.officer, key, good)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Correct(t.Context(), w.officer, key, good)
		if err != nil || again.Revision != first.Revision || again.Revision != 3 {
			t.Errorf("%+v %v", again, err)
		}
	})
}

// PEOPLE §10: a consent can be withdrawn, and its contacts leave the record.
func TestConsentIsGivenAndWithdrawn(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		phone := &population.Contact{Channel: population.Phone, Value: "0612345678"}
		other := &population.Contact{Channel: population.Phone, Value: "0712345678"}
		token := w.find(c)
		steps := []struct {
			what, code string
			who        access.Caller
			a          population.ConsentAct
			contacts   int
		}{
			{"withdrawn before it was given", "consent_same", w.officer, population.ConsentAct{Person: token, Kind: "phone"}, 0},
			{"given at the counter", "", w.officer, population.ConsentAct{Person: token, Kind: "phone", Give: true, Contact: phone}, 1},
			{"given again", "consent_same", w.officer, population.ConsentAct{Person: token, Kind: "phone", Give: true}, 1},
			{"another phone", "", w.resident(c.id), population.ConsentAct{Kind: "phone", Give: true, Contact: other}, 1},
			{"a contact of another channel", "consent", w.officer, population.ConsentAct{Person: token, Kind: "mail", Give: true, Contact: phone}, 1},
			{"no such consent", "consent", w.officer, population.ConsentAct{Person: token, Kind: "fax", Give: true}, 1},
			{"withdrawn by the person", "", w.resident(c.id), population.ConsentAct{Kind: "phone"}, 0},
			{"withdrawn again", "consent_same", w.resident(c.id), population.ConsentAct{Kind: "phone"}, 0},
			{"given anew", "", w.officer, population.ConsentAct{Person: token, Kind: "phone", Give: true, Contact: phone}, 1},
			{"one without a channel", "", w.officer, population.ConsentAct{Person: token, Kind: "sharing", Give: true}, 1},
		}
		for _, step := range steps {
			err := w.Consent(t.Context(), step.who, w.key(), step.a)
			if got := codes(err); step.code == "" && err != nil || step.code != "" && (len(got) == 0 || got[0] != step.code) {
				t.Errorf("%s: got %v, want %s: %v", step.what, got, step.code, err)
			}
			if n := w.count(`SELECT count(*) FROM contacts`); n != int64(step.contacts) {
				t.Errorf("%s: %d contacts can be found", step.what, n)
			}
			if got := w.show(c, population.FieldContacts); len(got.Contacts) != step.contacts {
				t.Errorf("%s: %d contacts in the record", step.what, len(got.Contacts))
			}
		}
		if got := w.show(c, population.FieldConsents); len(got.Consents) != 3 {
			t.Errorf("%+v", got.Consents)
		}
		if n := w.count(`SELECT sum(people) FROM contact_totals`); n != 1 {
			t.Errorf("%d people have contacts", n)
		}
	})
}

// PEOPLE §5: relations are dated rows; what was recorded stays.
func TestRelationsAreDisputedAndEnd(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.child())
		token := w.find(c)
		add := population.RelationAct{Person: token, Add: &population.Relation{Kind: population.Custodian, As: "father", Holder: population.Holder{Name: "Omar Bennani"}}}
		if err := w.Relate(t.Context(), w.officer, w.key(), add); err != nil {
			t.Fatal(err)
		}
		id := w.show(c, population.FieldRelations).Relations[1].ID
		for _, to := range []population.RelationState{population.Disputed, population.Held, population.Ended} {
			if err := w.Relate(t.Context(), w.officer, w.key(), population.RelationAct{Person: token, Change: id, To: to}); err != nil {
				t.Fatal(err)
			}
			if got := w.show(c, population.FieldRelations).Relations[1]; got.State != to || got.Holder.Name != "Omar Bennani" {
				t.Errorf("%+v", got)
			}
		}
		before := w.rows("uses", "disclosures")
		for what, a := range map[string]population.RelationAct{
			"ended twice": {Person: token, Change: id, To: population.Ended}, "nothing": {Person: token},
			"both":        {Person: token, Change: id, Add: add.Add},
			"no proof":    {Person: token, Add: &population.Relation{Kind: population.Representative, As: "court_guardian", Holder: population.Holder{Name: "A B"}}},
			"not as that": {Person: token, Add: &population.Relation{Kind: population.Introducer, As: "testamentary_guardian", Holder: population.Holder{Name: "A B"}}},
			"nobody":      {Person: token, Add: &population.Relation{Kind: population.Custodian, As: "mother"}},
			"unknown":     {Person: token, Change: w.ids.NewID(), To: population.Ended},
		} {
			if err := w.Relate(t.Context(), w.officer, w.key(), a); err == nil {
				t.Errorf("%s was taken", what)
			}
		}
		if after := w.rows("uses", "disclosures"); !maps.Equal(before, after) {
			t.Errorf("%v, before %v", after, before)
		}
	})
}
