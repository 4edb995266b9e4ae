package access

import (
	"time"

	"sijil/internal/uid"
)

// Disclosure is the record that plaintext of one person left the register. It
// is written in the transaction that hands the plaintext out, before it leaves,
// and the person may see it. Fields are names of fields, never their values.
type Disclosure struct {
	ID        uid.ID
	Subject   uid.ID // the person, in the register that discloses
	At        time.Time
	Operation Operation
	Kind      Kind   // of the recipient
	Recipient uid.ID // the staff member, client or person
	Purpose   string
	Basis     string
	Case      string
	Fields    []string
}

// Use is the record that one person's data were compared inside the register:
// a yes or no, or the check of an enrolment against everyone.
type Use struct {
	ID        uid.ID
	Subject   uid.ID
	At        time.Time
	Operation Operation
	Kind      Kind
	Recipient uid.ID
	Purpose   string
	Basis     string
	Case      string
	Verdict   string // stable code, such as "yes", "no", "document_taken"
}

// Disclose returns the record of handing fields of a person to the caller.
func (c Caller) Disclose(id, subject uid.ID, at time.Time, op Operation, fields ...string) Disclosure {
	return Disclosure{ID: id, Subject: subject, At: at, Operation: op, Kind: c.Kind, Recipient: c.Actor,
		Purpose: c.Purpose, Basis: c.Basis, Case: c.Case, Fields: fields}
}

// Used returns the record of a comparison made for the caller.
func (c Caller) Used(id, subject uid.ID, at time.Time, op Operation, verdict string) Use {
	return Use{ID: id, Subject: subject, At: at, Operation: op, Kind: c.Kind, Recipient: c.Actor,
		Purpose: c.Purpose, Basis: c.Basis, Case: c.Case, Verdict: verdict}
}
