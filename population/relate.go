package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/seal"
)

// RelationShown is a relation of a person, as Show gives it. A registered
// holder is shown by its token for the recipient, if it has one.
type RelationShown struct {
	Ref uid.ID // names the relation to RelationAct
	Relation
	Registered bool // the holder is a registered person
	Recorded   time.Time
}

// RelationAct adds a relation to a person, or ends or disputes one.
type RelationAct struct {
	Person  seal.Token    `json:"-"`                // for the recipient Counter
	Add     *Relation     `json:"add,omitempty"`    // a new one
	Change  uid.ID        `json:"change,omitzero"`  // or one there is
	To      RelationState `json:"to,omitempty"`     // what it becomes: held, disputed, ended
	Through Relation      `json:"through,omitzero"` // its Until and Act
}

// Relate records a relation as a dated row of its own. What was recorded
// before stays.
func (s *Service) Relate(ctx context.Context, c access.Caller, key string, a RelationAct) error {
	if err := c.May(access.PersonCorrect); err != nil {
		return err
	}
	return s.relate(ctx, c, key, a)
}
