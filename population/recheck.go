package population

import (
	"context"

	"sijil/access"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// TopicAlike says that facts by which people are told apart were corrected, so
// that the person has to be compared with everybody again. It has no body.
const TopicAlike = "person.alike"

// lookedForAnew changes the keys under which a person is looked for, and asks
// for a comparison with everybody, where a new version of the record gives
// reason to. The comparison comes after the correction is durable, so that of
// two corrections at the same time one sees the other.
func (s *Service) lookedForAnew(ctx context.Context, r *revision) error {
	before := len(r.ch.Blocking) + len(r.ch.DropBlocking)
	if err := s.moveKeys(ctx, &r.ch, r.old.row.ID, r.old.record, &r.next); err != nil {
		return err
	}
	told := len(r.ch.Blocking)+len(r.ch.DropBlocking) > before
	for _, f := range judgedFacts {
		for _, changed := range r.changed {
			told = told || f == changed
		}
	}
	if told && r.old.row.State != Unnumbered { // whoever has no number yet is being checked
		r.ch.Events = append(r.ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: r.old.row.ID, Topic: TopicAlike, At: s.now()})
	}
	return nil
}

// Recheck compares a person with everybody again, and opens a case where the
// record is like somebody else's by now. Nothing running stops by that. Done
// twice it asks once.
func (s *Service) Recheck(ctx context.Context, c access.Caller, person uid.ID) error {
	if err := c.May(access.JobRun); err != nil {
		return err
	}
	_, err := s.recheckPerson(ctx, person, CaseLikeness)
	return err
}
