package population_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"sijil/internal/civil"
	"sijil/population"
)

// What was recorded of a relation stays, with the days it held and the times
// it was believed.
func TestRelationsKeepWhatWasKnown(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.child()
		e.Relations = []population.Relation{{Kind: population.Custodian, As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}, From: civil.MustParse("2024-05-05")}}
		c := w.enrol(e)
		enrolled := w.clock.Now()
		custody := func(list []population.RelationShown) (out []population.RelationShown) {
			return slices.DeleteFunc(slices.Clone(list), func(r population.RelationShown) bool { return r.Kind != population.Custodian })
		}
		id := custody(w.relations(c))[0].ID
		for _, a := range []population.RelationAct{
			{To: population.Disputed, From: civil.MustParse("2026-06-01")},
			{To: population.Held},
			{To: population.Ended, Until: civil.MustParse("2026-10-31")},
		} {
			w.clock.Advance(24 * time.Hour)
			a.Person, a.Change = w.find(c), id
			if err := w.Relate(t.Context(), w.officer, w.key(), a); err != nil {
				t.Fatal(err)
			}
		}
		now := custody(w.relations(c))[0]
		if now.State != population.Ended || now.Until != civil.MustParse("2026-10-31") || len(now.Past) != 3 {
			t.Fatalf("%+v", now)
		}
		for i, want := range []population.RelationState{population.Held, population.Disputed, population.Held} {
			p := now.Past[i]
			if p.State != want || !p.Recorded.Equal(enrolled.Add(time.Duration(i)*24*time.Hour)) || !p.Replaced.Equal(p.Recorded.Add(24*time.Hour)) || p.Cause != "relation" {
				t.Errorf("before, %d: %+v", i, p)
			}
		}
		for _, tt := range []struct {
			day   string
			known time.Duration
			want  population.RelationState
			until string
		}{
			{"2026-07-01", time.Hour, population.Held, ""},
			{"2026-07-01", 25 * time.Hour, population.Disputed, ""},
			{"2026-05-31", 25 * time.Hour, population.Held, ""},
			{"2026-07-01", 49 * time.Hour, population.Disputed, ""}, // held again from the day of that act on
			{"2026-10-31", 73 * time.Hour, population.Disputed, "2026-10-31"},
			{"2026-11-30", 73 * time.Hour, population.Ended, "2026-10-31"},
		} {
			got, err := w.ShowAsKnown(t.Context(), w.officer, w.find(c), population.Counter, []population.Field{population.FieldRelations}, civil.MustParse(tt.day), enrolled.Add(tt.known))
			if err != nil {
				t.Fatal(err)
			}
			r := custody(got.Relations)
			if len(r) != 1 || r[0].State != tt.want || r[0].Until != untilOf(tt.until) || len(r[0].Past) != 0 {
				t.Errorf("%s as known after %s: %+v", tt.day, tt.known, r)
			}
		}
		a := population.RelationAct{Person: w.find(c), Add: &population.Relation{Kind: population.Payee, As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}}}
		if err := w.Relate(t.Context(), w.officer, w.key(), a); err != nil {
			t.Fatal(err)
		}
		got, err := w.ShowAsKnown(t.Context(), w.officer, w.find(c), population.Counter, []population.Field{population.FieldRelations}, civil.MustParse("2026-11-30"), enrolled.Add(73*time.Hour-time.Minute))
		if err != nil || slices.ContainsFunc(got.Relations, func(r population.RelationShown) bool {
			return r.Kind == population.Payee && r.Recorded.After(enrolled.Add(73*time.Hour-time.Minute))
		}) {
			t.Errorf("a relation was known before it was recorded: %+v %v", got.Relations, err)
		}
	})
}

func untilOf(s string) civil.Date {
	if s == "" {
		return civil.Date{}
	}
	return civil.MustParse(s)
}

// PEOPLE §5: representation ends at majority, also when the date of birth is
// corrected; what a court set for an adult stays.
func TestACorrectedBirthMovesTheEndOfRepresentation(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		for _, tt := range []struct{ until, birth, want string }{
			{"", "2019-03-01", "2037-02-28"},
			{"", "2021-03-01", "2039-02-28"},
			{"2030-01-01", "2019-03-01", "2030-01-01"}, // a shorter one stays
			{"2038-01-01", "2019-03-01", "2037-02-28"}, // within minority, and would not be any more
			{"2045-01-01", "2019-03-01", "2045-01-01"}, // beyond minority from the start
		} {
			e := w.child()
			e.Documents = nil
			e.Relations = []population.Relation{{Kind: population.Representative, As: "father", Holder: population.Holder{Name: "Youssef Bennani"}, Until: untilOf(tt.until)},
				{Kind: population.Custodian, As: "father", Holder: population.Holder{Name: "Youssef Bennani"}}}
			c := w.enrol(e)
			before := w.relations(c)
			w.clock.Advance(time.Hour)
			w.correct(c, population.Correction{Revision: 1, Birth: &population.Birth{Date: date(tt.birth)}})
			for i, r := range w.relations(c) {
				switch {
				case r.Kind != population.Representative && (r.Until != before[i].Until || len(r.Past) != 0):
					t.Errorf("a %s moved: %+v", r.Kind, r)
				case r.Kind == population.Representative && (r.Until.String() != tt.want || r.State != population.Held):
					t.Errorf("until %s, born %s: ends %v, want %s", tt.until, tt.birth, r.Until, tt.want)
				case r.Kind == population.Representative && r.Until != before[i].Until && (len(r.Past) != 1 || r.Past[0].Until != before[i].Until || r.Past[0].Cause != "birth"):
					t.Errorf("what was believed is not kept: %+v", r.Past)
				}
			}
		}
	})
}

// A document that belonged to the person by the age that was believed, and does
// not by the true one, is dropped in the same correction or holds it up.
func TestACorrectedBirthRechecksDocuments(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.child()) // with a birth act of 2020
		r := population.Correction{Person: w.find(c), Revision: 1, Birth: &population.Birth{Date: date("2021-03-01")}, Cause: "clerical", Act: act()}
		before := w.rows("uses", "disclosures")
		_, err := w.Correct(t.Context(), w.officer, w.key(), r)
		wants(t, err, "document")
		if after := w.rows("uses", "disclosures"); !maps.Equal(before, after) {
			t.Errorf("a refused correction left %v, before %v", after, before)
		}
		e := w.child()
		e.Category = population.Foreigner
		f := w.enrol(e) // whom a birth act identifies as long as he or she is a minor
		_, err = w.Correct(t.Context(), w.officer, w.key(), population.Correction{Person: w.find(f), Revision: 1, Birth: &population.Birth{Date: date("1999-03-01")}, Cause: "clerical", Act: act()})
		wants(t, err, "document_of_others")
		r.Drop = c.enrolment.Documents
		if _, err := w.Correct(t.Context(), w.officer, w.key(), r); err != nil {
			t.Error(err)
		}
	})
}
