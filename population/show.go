package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/seal"
)

// Field is something about a person that can be shown.
type Field string

// The fields.
const (
	FieldNames     Field = "names" // official and usual
	FieldFormer    Field = "former_names"
	FieldBirth     Field = "birth"
	FieldSex       Field = "sex"
	FieldLocality  Field = "locality"
	FieldAddress   Field = "address"
	FieldContacts  Field = "contacts"
	FieldDocuments Field = "documents"
	FieldNumber    Field = "number"
	FieldRelations Field = "relations"
	FieldConsents  Field = "consents"
	FieldState     Field = "state" // state, assurance, revision
)

// Shown is what was asked for of one person, for one screen, letter or file.
// What was not asked for is zero.
type Shown struct {
	Names     []Name
	Former    []Name
	Birth     Birth
	Sex       Sex
	Locality  string
	Address   string
	Contacts  []Contact
	Documents []Document
	IDCS      idcs.IDCS
	Relations []RelationShown
	Consents  []ConsentShown
	State     State
	Assurance Assurance
	Category  Category
	Revision  int64 // what Correct asks for
}

// Show returns fields of one person. The disclosure is durable before anything
// is opened. A token of another recipient, or of nobody, is NotFound with code
// population.unknown_token; a field that the caller's role does not see is
// Denied with code population.field.
func (s *Service) Show(ctx context.Context, c access.Caller, token seal.Token, recipient string, fields []Field) (Shown, error) {
	if err := c.May(access.DoorShow); err != nil {
		return Shown{}, err
	}
	return s.show(ctx, c, token, recipient, fields, known{})
}

// ShowAsKnown is Show of what held on a day, as the register knew it at an
// instant: for a decision of the past. Only fields of the record have a past:
// names, birth, sex, locality, address, contacts, documents.
func (s *Service) ShowAsKnown(ctx context.Context, c access.Caller, token seal.Token, recipient string, fields []Field, day civil.Date, at time.Time) (Shown, error) {
	if err := c.May(access.DoorShow); err != nil {
		return Shown{}, err
	}
	return s.show(ctx, c, token, recipient, fields, known{day: day, at: at})
}
