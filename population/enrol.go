package population

import (
	"context"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/lang"
	"sijil/internal/uid"
)

// EnrolmentState is how far an enrolment has come.
type EnrolmentState string

// The states. Captured and checking last for as long as their transaction,
// until an act comes between.
const (
	Captured           EnrolmentState = "captured"
	AwaitingAcceptance EnrolmentState = "awaiting_acceptance" // of witnesses, by a second officer
	Checking           EnrolmentState = "checking"            // whether the person is enrolled already
	Numbered           EnrolmentState = "numbered"
	InJudgement        EnrolmentState = "in_judgement" // two persons decide whether two records are one
	Refused            EnrolmentState = "refused"
)

// Enrolment is what an officer captures at the counter.
type Enrolment struct {
	Category   Category   `json:"category"`
	Names      []Name     `json:"names"`
	Sex        Sex        `json:"sex"`
	Birth      Birth      `json:"birth"`
	Locality   string     `json:"locality"` // code
	Address    string     `json:"address,omitempty"`
	Contacts   []Contact  `json:"contacts,omitempty"` // each needs its consent
	Documents  []Document `json:"documents,omitempty"`
	Witnesses  []Witness  `json:"witnesses,omitempty"`
	Introducer *Relation  `json:"introducer,omitempty"` // of a child; its Kind may stay empty
	Relations  []Relation `json:"relations,omitempty"`  // the others, as far as known
	Notice     Notice     `json:"notice"`
	Consents   []string   `json:"consents,omitempty"` // codes of the country's data; none costs nothing
}

// Enrolled is what became of an enrolment.
type Enrolled struct {
	State     EnrolmentState
	Receipt   uid.Ref   // zero when refused at the counter: no record is kept
	IDCS      idcs.IDCS // zero unless numbered
	Assurance Assurance
	Refusal   *Refusal // of a refusal
}

// Refusal says why an enrolment was refused, and who helps.
type Refusal struct {
	Code   string    // of the country's data
	Reason lang.Text // one sentence
	Help   lang.Text // addresses
}

// Enrol captures an enrolment. With documents, or a child with its introducer,
// the person is numbered at once; with witnesses the enrolment awaits Accept.
// A foreigner who shows none of the documents the country asks for gets a
// reasoned refusal, and no record is kept beyond a count.
//
// key is an idempotency key: a repeated act returns what the first one did.
//
// Errors: an errs.List of what is wrong with the fields; Conflict with code
// population.document_taken when a document belongs to another live person,
// population.witness when a witness does not stand up (Field says which).
func (s *Service) Enrol(ctx context.Context, c access.Caller, key string, e Enrolment) (Enrolled, error) {
	if err := c.MayIn(access.PersonEnrol, e.Locality); err != nil {
		return Enrolled{}, err
	}
	return s.enrol(ctx, c, key, e)
}
