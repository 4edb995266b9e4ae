package population

import (
	"context"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/seal"
)

// Correction changes a record, and keeps what was there. Nil fields stay.
type Correction struct {
	Person   seal.Token `json:"-"`        // for the recipient Counter, as Find gives it
	Revision int64      `json:"revision"` // the revision that the officer saw
	// From is the first day the new facts hold: zero when the record was wrong
	// from the start, a day when the facts themselves have changed.
	From     civil.Date `json:"from,omitzero"`
	Names    []Name     `json:"names,omitempty"` // official and usual; an official name that is replaced becomes a former one
	Birth    *Birth     `json:"birth,omitempty"`
	Sex      Sex        `json:"sex,omitempty"`
	Locality string     `json:"locality,omitempty"`
	Address  *string    `json:"address,omitempty"`
	Contacts *[]Contact `json:"contacts,omitempty"` // all of them; a new channel needs its consent
	Drop     []Document `json:"drop,omitempty"`     // their claims are released
	Add      []Document `json:"add,omitempty"`
	Act      Act        `json:"act"`   // what the correction rests on
	Cause    string     `json:"cause"` // code of the country's data
}

// Corrected is the record's new revision, and the facts that changed.
type Corrected struct {
	Revision  int64
	Changed   []Field
	Assurance Assurance
}

// Correct writes a new version of a person's record. A revision that is no
// longer the latest is Conflict with code population.stale; a document of
// another live person population.document_taken.
func (s *Service) Correct(ctx context.Context, c access.Caller, key string, r Correction) (Corrected, error) {
	if err := c.May(access.PersonCorrect); err != nil {
		return Corrected{}, err
	}
	return s.correct(ctx, c, key, r)
}
