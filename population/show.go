package population

import (
	"context"
	"slices"
	"strings"
	"time"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
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
// instant: for a decision of the past. Only fields of the record and relations
// have a past: names, birth, sex, locality, address, contacts, documents.
func (s *Service) ShowAsKnown(ctx context.Context, c access.Caller, token seal.Token, recipient string, fields []Field, day civil.Date, at time.Time) (Shown, error) {
	if err := c.May(access.DoorShow); err != nil {
		return Shown{}, err
	}
	if day.IsZero() || at.IsZero() {
		return Shown{}, errs.Bad("at", "no day or no instant is stated", "state both")
	}
	return s.show(ctx, c, token, recipient, fields, known{day: day, at: at})
}

// known asks for what held on a day as it was known at an instant; the zero
// known is what holds now.
type known struct {
	day civil.Date
	at  time.Time
}

// seen says which fields a role sees. The social register never sees what
// would join it with anything else: that is for Release, by law.
var seen = map[access.Role][]Field{
	access.RegistrationOfficer: allFields,
	access.Adjudicator:         allFields,
	access.Resident:            allFields,
	access.SocialRegister:      {FieldNames, FieldBirth, FieldSex, FieldLocality, FieldAddress, FieldContacts, FieldState},
}

var allFields = []Field{
	FieldNames, FieldFormer, FieldBirth, FieldSex, FieldLocality, FieldAddress, FieldContacts, FieldDocuments, FieldNumber,
	FieldRelations, FieldConsents, FieldState,
}

func checkFields(c access.Caller, fields []Field, k known) error {
	if len(fields) == 0 || len(fields) > len(allFields) {
		return &errs.Error{Kind: errs.Invalid, Code: "population.field", Field: "fields", What: "no fields are named", Fix: "name those that are needed, and no others"}
	}
	for i, f := range fields {
		at := index("fields", i)
		if !slices.Contains(allFields, f) || slices.Contains(fields[:i], f) {
			return &errs.Error{Kind: errs.Invalid, Code: "population.field", Field: at, What: "there is no such field, or it stands twice", Fix: "see docs/enrolment.md for the list"}
		}
		if !slices.ContainsFunc(c.Roles, func(r access.Role) bool { return slices.Contains(seen[r], f) }) {
			return &errs.Error{Kind: errs.Denied, Code: "population.field", Field: at, What: "this role does not see this field", Fix: "ask for the fields the task needs"}
		}
		if !k.at.IsZero() && f != FieldRelations && !slices.Contains(factFields, f) {
			return &errs.Error{Kind: errs.Invalid, Code: "population.field", Field: at, What: "this field has no past", Fix: "ask for it as it is now"}
		}
	}
	return nil
}

func (s *Service) show(ctx context.Context, c access.Caller, token seal.Token, recipient string, fields []Field, k known) (Shown, error) {
	if err := checkFields(c, fields, k); err != nil {
		return Shown{}, err
	}
	var versions []RecordRow
	var relations []RelationRow
	var consents []ConsentRow
	list, err := s.disclose(ctx, func(tx Tx) ([]looked, *Changes, error) {
		row, err := s.subject(ctx, tx, c, token, recipient)
		if err != nil {
			return nil, nil, err
		}
		if !k.at.IsZero() {
			if versions, err = tx.Versions(ctx, row.ID); err != nil {
				return nil, nil, err
			}
			if len(versions) == 0 || versions[0].RecordedAt.After(k.at) {
				return nil, nil, &errs.Error{Kind: errs.NotFound, Code: "population.not_yet", Field: "at", What: "the register did not know this person then", Fix: "ask for a later time"}
			}
		}
		if slices.Contains(fields, FieldRelations) {
			if relations, err = tx.Relations(ctx, row.ID); err != nil {
				return nil, nil, err
			}
		}
		if slices.Contains(fields, FieldConsents) {
			if consents, err = tx.Consents(ctx, row.ID); err != nil {
				return nil, nil, err
			}
		}
		return []looked{{row, c.Disclose(s.ids.NewID(), row.ID, s.now(), access.DoorShow, fieldNames(fields)...)}}, &Changes{}, nil
	})
	if err != nil {
		return Shown{}, err
	}
	o := list[0]
	if !k.at.IsZero() {
		if o.record, err = o.asKnown(versions, k); err != nil {
			return Shown{}, err
		}
		relations = relationsAsKnown(relations, k)
	}
	return s.shown(o, fields, relations, consents)
}

func fieldNames(fields []Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = string(f)
	}
	return out
}

// subject finds whom a caller asks about: by token, or the person who asks. An
// officer of this register looks inside the own area only.
func (s *Service) subject(ctx context.Context, tx Tx, c access.Caller, token seal.Token, recipient string) (PersonRow, error) {
	if c.Kind == access.Person && slices.Contains(c.Roles, access.Resident) && token.IsZero() {
		people, err := s.live(ctx, tx, []uid.ID{c.Actor}, Counter)
		if err != nil {
			return PersonRow{}, err
		}
		row, ok := people[c.Actor]
		if !ok {
			return row, unknownToken("token")
		}
		return row, nil
	}
	if err := recipientOf(c, recipient); err != nil {
		return PersonRow{}, err
	}
	row, err := s.resolve(ctx, tx, token, recipient)
	if err == nil && recipient == Counter && !c.In(row.Locality) {
		err = outside()
	}
	return row, err
}

func outside() error {
	return &errs.Error{Kind: errs.Denied, Code: "access.area", What: "the place lies outside the area of this account",
		Fix: "hand the matter to the office in charge of the place"}
}

// asKnown is the record of what held on a day, from the versions that were
// known at an instant: each fact from the latest version that set it and held
// by then. Called with versions of a person whose disclosure is recorded.
func (o opened) asKnown(versions []RecordRow, k known) (*record, error) {
	var out *record
	for _, v := range versions {
		if v.RecordedAt.After(k.at) {
			break
		}
		r, err := unseal(o.key, o.row.ID, v.Revision, v.Sealed)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = r
			continue
		}
		if v.ValidFrom.IsZero() || !v.ValidFrom.After(k.day) {
			out.take(r, changedFields(v.Changed))
		}
	}
	return out, nil
}

func changedFields(codes string) []Field {
	var out []Field
	for f := range strings.SplitSeq(codes, ",") {
		out = append(out, Field(f))
	}
	return out
}

// shown copies the fields that were disclosed, and no others.
func (s *Service) shown(o opened, fields []Field, relations []RelationRow, consents []ConsentRow) (out Shown, err error) {
	for _, f := range fields {
		switch f {
		case FieldNames:
			out.Names = slices.DeleteFunc(slices.Clone(o.Names), func(n Name) bool { return n.Use == Former })
		case FieldFormer:
			out.Former = slices.DeleteFunc(slices.Clone(o.Names), func(n Name) bool { return n.Use != Former })
		case FieldBirth:
			out.Birth = o.Birth
		case FieldSex:
			out.Sex = o.Sex
		case FieldLocality:
			out.Locality = o.Locality
		case FieldAddress:
			out.Address = o.Address
		case FieldContacts:
			out.Contacts = o.Contacts
		case FieldDocuments:
			out.Documents = o.Documents
		case FieldNumber:
			out.IDCS, err = s.openNumber(o.key, o.row.ID, o.row.Number)
		case FieldRelations:
			out.Relations, err = s.relationsShown(o, relations)
		case FieldConsents:
			for _, c := range consents {
				out.Consents = append(out.Consents, ConsentShown{Kind: c.Kind, Given: c.GivenAt, Withdrawn: c.WithdrawnAt})
			}
		case FieldState:
			out.State, out.Assurance, out.Category, out.Revision = o.row.State, o.row.Assurance, o.Category, o.row.Revision
		}
		if err != nil {
			return Shown{}, err
		}
	}
	return out, nil
}
