// Package access knows who may do what: callers, roles, operations, and the
// one table that joins them. What the table does not allow is denied.
//
// It knows the two records that every look at a person leaves behind: a
// Disclosure, when plaintext leaves the register, and a Use, when a record is
// only compared inside it. It refuses to know how a caller proved who he is
// (package agency does) and what is in the records.
package access

import (
	"slices"
	"strings"

	"sijil/internal/errs"
	"sijil/internal/uid"
)

// Kind says what sort of actor a caller is.
type Kind uint8

// The kinds of callers. The zero kind is nobody and may do nothing.
const (
	Nobody Kind = iota
	Staff       // a person who works for the agency, an authority or a programme
	Client      // a program of a partner, with a secret of its own
	Person      // a resident, for himself or herself
	System      // a job of Sijil itself
)

var kindNames = [...]string{"nobody", "staff", "client", "person", "system"}

// String returns the stable name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "nobody"
}

// Caller is who asks for something, and what for. Every method of a register
// takes one. It holds no name: an actor is an id of the agency's books.
type Caller struct {
	Kind  Kind
	Actor uid.ID // the staff member, client or person; zero for the system
	Roles []Role
	// Areas are the codes of the places the caller works for: a caller of the
	// area "03" works for "03.231" and every place in it. AnyArea is everywhere.
	Areas   []string
	Purpose string // code of the purpose, as the agency registered it
	Basis   string // the legal basis of the purpose
	Case    string // reference of the case or receipt that is being worked on
}

// AnyArea is the area of callers who work for the whole country.
const AnyArea = "*"

// SystemCaller is a job of Sijil itself.
func SystemCaller(purpose, basis string) Caller {
	return Caller{Kind: System, Roles: []Role{Job}, Areas: []string{AnyArea}, Purpose: purpose, Basis: basis}
}

// In reports whether the caller works for a place, named by its code.
func (c Caller) In(place string) bool {
	return slices.ContainsFunc(c.Areas, func(a string) bool {
		return a == AnyArea || a != "" && (place == a || strings.HasPrefix(place, a+".") || strings.HasPrefix(place, a+"-"))
	})
}

// May returns nil when one of the caller's roles allows the operation and the
// caller states the purpose and the case that the operation asks for.
func (c Caller) May(op Operation) error {
	rule, known := table[op]
	if !known || c.Kind == Nobody || !slices.ContainsFunc(c.Roles, func(r Role) bool {
		return slices.Contains(rule.roles, r) && slices.Contains(holders[r], c.Kind)
	}) {
		return &errs.Error{Kind: errs.Denied, Code: "access.denied",
			What: "this account may not do this: " + string(op), Fix: "ask the administrator which role is needed"}
	}
	if rule.purpose && (c.Purpose == "" || c.Basis == "") {
		return &errs.Error{Kind: errs.Denied, Code: "access.purpose",
			What: "no purpose and legal basis were stated for " + string(op), Fix: "state both"}
	}
	if rule.caseNeeded && c.Case == "" {
		return &errs.Error{Kind: errs.Denied, Code: "access.case",
			What: "no open case was stated for " + string(op), Fix: "open the case first and state its reference"}
	}
	return nil
}

// MayIn is May for an operation on something at a place.
func (c Caller) MayIn(op Operation, place string) error {
	if err := c.May(op); err != nil {
		return err
	}
	if !c.In(place) {
		return &errs.Error{Kind: errs.Denied, Code: "access.area",
			What: "the place lies outside the area of this account", Fix: "hand the matter to the office in charge of the place"}
	}
	return nil
}
