package population_test

import (
	"testing"

	"sijil/internal/uid"
	"sijil/population"
)

// A correction that claims another's document is a use of the record of
// whoever has it: the person who was to be corrected was not compared.
func TestAConflictIsAUseOfTheOwnersRecord(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		owner, other := w.enrol(w.adult()), w.enrol(w.adult())
		free := card(w.serial.Add(1))
		taken := func(id uid.ID) int64 {
			return w.count(`SELECT count(*) FROM uses WHERE person_id = $1 AND verdict = 'document_taken' AND operation = 'person.correct'`, id)
		}
		_, err := w.Correct(t.Context(), w.officer, w.key(), population.Correction{
			Person: w.find(other), Revision: 1, Cause: "clerical", Act: act(),
			Add: []population.Document{free, owner.enrolment.Documents[0]},
		})
		wants(t, err, "document_taken")
		if n := taken(owner.id); n != 1 {
			t.Errorf("%d uses of the owner's record, want 1", n)
		}
		if n := w.count(`SELECT count(*) FROM uses WHERE person_id = $1 AND verdict = 'document_taken'`, other.id); n != 0 {
			t.Errorf("%d uses of the record that was to be corrected, want none", n)
		}
	})
}
