package population

import (
	"sijil/idcs"
	"sijil/internal/civil"
)

// Category says under which rule a person is enrolled. Whether somebody is a
// minor follows from the date of birth.
type Category string

// The categories.
const (
	Citizen   Category = "citizen"
	Foreigner Category = "foreigner" // resident in the country
)

// Sex as the register of civil status has it.
type Sex string

// The sexes, named as questionnaires and formulas name them.
const (
	Female Sex = "female"
	Male   Sex = "male"
)

// State is what is the case with a person.
type State string

// The states. Unnumbered is a person whose enrolment has given no number yet.
const (
	Unnumbered State = "unnumbered"
	Active     State = "active"
	Contested  State = "contested"
	Suspended  State = "suspended"
	Departed   State = "departed"
	Deceased   State = "deceased"
	Merged     State = "merged"
)

// Assurance says on what grounds the register believes who a person is, the
// weakest first in the order of Assurances. It rises when a document comes.
type Assurance string

// The grounds.
const (
	ByIntroducer  Assurance = "introducer"   // a child, on the word of whoever brought it
	ByWitnesses   Assurance = "witnesses"    // two witnesses, accepted by a second officer
	ByDocument    Assurance = "document"     // a document was seen
	ByCivilStatus Assurance = "civil_status" // a civil-status act was confirmed by the register that keeps it
)

// Assurances are the grounds, the weakest first.
var Assurances = []Assurance{ByIntroducer, ByWitnesses, ByDocument, ByCivilStatus}

// NameUse says what a name is to its bearer.
type NameUse string

// The uses of names.
const (
	Official NameUse = "official" // as civil status has it; every person has exactly one
	Usual    NameUse = "usual"    // what the person goes by
	Former   NameUse = "former"   // borne before; it stays searchable
)

// Name is one name in one or more scripts.
type Name struct {
	Use       NameUse    `json:"use"`
	Spellings []Spelling `json:"spellings"`
	Until     civil.Date `json:"until,omitzero"` // of a former name: the day it ended, if known
}

// Spelling is a name in one script. Either part may be empty: not everybody
// has both.
type Spelling struct {
	Script string `json:"script"` // ISO 15924, such as "Arab", "Latn"
	Given  string `json:"given,omitempty"`
	Family string `json:"family,omitempty"`
}

// Birth is what is known of a birth. Parents are not part of it.
type Birth struct {
	Date  civil.Partial `json:"date"`
	Order int           `json:"order,omitempty"` // of twins and multiple births: 1 for the first born; 0 for the others
}

// Channel is a way to reach a person.
type Channel string

// The channels.
const (
	Phone Channel = "phone"
	Mail  Channel = "mail" // e-mail
)

// Contact is a way to reach a person. It identifies nobody: several persons
// may share one.
type Contact struct {
	Channel Channel `json:"channel"`
	Value   string  `json:"value"`
	Whose   string  `json:"whose,omitempty"` // "" the person's own, "shared", "other" (somebody else's)
}

// Document is a document that was shown. A birth act has three parts (office,
// year, number); most have one, "number". Which, is the country's data.
type Document struct {
	Type     string            `json:"type"`
	Parts    map[string]string `json:"parts"`
	Expires  civil.Date        `json:"expires,omitzero"`
	Verified string            `json:"verified,omitempty"` // code of the source that confirmed it; "" when it was only seen
}

// RelationKind is one of the four relations of a child or protected adult.
// They are separate: who brings a child need not represent it, nor be paid.
type RelationKind string

// The relations.
const (
	Introducer     RelationKind = "introducer"     // brought the person and vouched
	Representative RelationKind = "representative" // acts for the person by law
	Custodian      RelationKind = "custodian"      // the person lives with them
	Payee          RelationKind = "payee"          // may be paid for the person; each programme decides
)

// RelationState says whether somebody stands in a relation.
type RelationState string

// The states of a relation.
const (
	Held     RelationState = "held"
	Disputed RelationState = "disputed" // more than one claims it, or it is contested
	Vacant   RelationState = "vacant"   // known to be held by nobody
	Ended    RelationState = "ended"
)

// Relation is one relation of a person to another person or an institution,
// during the days it holds.
type Relation struct {
	Kind   RelationKind  `json:"kind"`
	As     string        `json:"as,omitempty"` // what the holder is to the person: a code of the country's data
	State  RelationState `json:"state"`        // "" is held
	Holder Holder        `json:"holder,omitzero"`
	From   civil.Date    `json:"from,omitzero"` // zero: since birth, or unknown
	Until  civil.Date    `json:"until,omitzero"`
	Act    Act           `json:"act,omitzero"` // what founds it; the country's data say which relations ask for one
}

// Holder is who holds a relation: a registered person by number, an
// institution, or somebody who is not registered by name. The zero Holder is
// nobody.
type Holder struct {
	IDCS        idcs.IDCS `json:"-"`
	Institution string    `json:"institution,omitempty"`
	Name        string    `json:"name,omitempty"`
	Document    *Document `json:"document,omitempty"` // of somebody who is not registered
}

// IsZero reports whether the holder is nobody.
func (h Holder) IsZero() bool {
	return h.IDCS.IsZero() && h.Institution == "" && h.Name == "" && h.Document == nil
}

// Act is the paper or decision that founds a relation or a correction.
type Act struct {
	Type   string     `json:"type,omitempty"`
	Number string     `json:"number,omitempty"`
	Office string     `json:"office,omitempty"` // who made it
	Date   civil.Date `json:"date,omitzero"`
}

// IsZero reports whether there is no act.
func (a Act) IsZero() bool { return a == Act{} }

// Notice is the notice that was given before anything was asked.
type Notice struct {
	Version  string `json:"version"`
	Language string `json:"language"`
	Way      string `json:"way"` // "read" by the person, or "played" aloud
}

// Witness is somebody who vouches for a person without papers, there at the
// counter with the document the country asks for.
type Witness struct {
	IDCS     idcs.IDCS `json:"-"`
	Document Document  `json:"document"`
}
