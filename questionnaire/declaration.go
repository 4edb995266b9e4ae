package questionnaire

import (
	"sijil/formula"
	"sijil/internal/civil"
)

// Declaration is what one household states, as of a date. It holds no name,
// no document number and no identifier of a person: members are told apart by
// a reference that means something inside this declaration only.
type Declaration struct {
	Household string     // the sender's reference, returned with the result; no identifier of a person
	AsOf      civil.Date // the day ages and facts are taken at
	Locality  string     // code of the locality; region and milieu follow from it
	Variant   string     // code of the questionnaire's variant; "" is its default
	Members   []Member
	Answers   []Answer // one per household item, in the order of Questionnaire.Household
}

// Member is one person of the household.
type Member struct {
	Ref     string        // "1", "2", …: unique inside the declaration
	Birth   civil.Partial // birth date, possibly year-only
	Sex     Sex
	Answers []Answer // one per member item, in the order of Questionnaire.Member
}

// Sex is the sex recorded in the population register.
type Sex uint8

// The sexes a register records; 0 is not a sex.
const (
	Female Sex = iota + 1
	Male
)

// Answer is the answer to one item: a number, a truth, an amount or a code,
// or no answer for a stated reason.
//
// The zero Answer means that the item was left out of the declaration. Check
// turns it into the item's stated value where the item's condition says that
// the question does not arise, and reports it otherwise.
type Answer struct {
	Given bool          // false: left out of the declaration
	State formula.State // Present when Given with a value
	Int   int64         // count; 0/1 for booleans; centimes for amounts; position in the item's list, from 0, for choices
}
