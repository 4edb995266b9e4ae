package questionnaire

import (
	"slices"
	"sync"

	"sijil/formula"
	"sijil/internal/lang"
	"sijil/rules"
)

// Questionnaire is what a country asks a household, with the derivation of
// every variable of its formulas. It is immutable after Parse and safe for
// concurrent use.
type Questionnaire struct {
	ID        string
	Version   int
	Hash      string // SHA-256, in hexadecimal, of the file in canonical JSON
	Source    string
	Status    string // how far the source has been verified
	Languages []string
	Strata    []string // the strata (milieus) that limits tell apart

	Variants  []*Variant // the first is the default
	Sections  []*Section
	Household []*Item // in the order of Declaration.Answers
	Member    []*Item // in the order of Member.Answers

	Composition      Composition
	PresumedBirthday Birthday

	Derivations []*Derivation

	byVariable map[string]*Derivation
	household  items
	member     items
	counted    *rules.Program
	scratch    sync.Pool
	decoders   sync.Pool
}

// Level says of whom an item is asked.
type Level uint8

// The levels.
const (
	OfHousehold Level = iota + 1
	OfMember
)

// Type is the type of an item's answers.
type Type uint8

// The types. Amounts are centimes.
const (
	Boolean Type = iota + 1
	Count
	Choice
	Amount
)

// Section is a page of the questionnaire.
type Section struct {
	Code  string
	Title lang.Text
	Items []*Item
}

// Item is one question.
type Item struct {
	Code     string
	Section  string
	Level    Level
	Type     Type
	Purpose  string // what the answer is used for; a country asks nothing without a use
	Optional bool   // left out, it counts as unknown instead of being an error
	Label    lang.Text
	Help     lang.Text // nil when there is none
	Choices  []Option
	Limits   []Limits // one per stratum, in the order of Strata; for counts and amounts
	AskedIf  string   // the condition under which the question arises, in CEL; "" is always

	at        int // position among the items of its level
	asked     *rules.Program
	ages      bool // the condition reads the member's age
	list      *rules.List
	elsewhere rules.Value // what derivations read when the question does not arise
}

// Position returns the position in Declaration.Answers or Member.Answers.
func (i *Item) Position() int { return i.at }

// Choice returns the position of a code among the item's choices.
func (i *Item) Choice(code string) (pos int, ok bool) {
	pos = slices.IndexFunc(i.Choices, func(o Option) bool { return o.Code == code })
	return pos, pos >= 0
}

// Option is one of the answers a choice offers.
type Option struct {
	Code  string
	Label lang.Text
}

// Limits are the least and the greatest answer accepted, in the item's unit:
// centimes for amounts.
type Limits struct{ Min, Max int64 }

// Variant is a form of the questionnaire for a kind of household.
type Variant struct {
	Code         string
	Label        lang.Text
	Help         lang.Text
	FrameProfile string // the profile of the formula's frame it puts the household in; "" for none

	notAsked map[*Item]bool
}

// Asks reports whether the variant asks the item at all.
func (v *Variant) Asks(i *Item) bool { return !v.notAsked[i] }

// Composition says which items tell who the members are and which of them
// count in the household's size.
type Composition struct {
	Relation        *Item // the choice that names the relation to the head
	Head            int   // its position for the head
	Awaiting        *Item // the truth that marks a member still without a number; nil when not asked
	AwaitingCounted bool  // whether such a member counts in size
	MaxMembers      int
}

// Birthday is the day on which somebody is presumed to be born when only the
// year, or the year and month, is known.
type Birthday struct {
	Month, Day     int
	Source, Status string
}

// Derivation is how a variable comes out of a declaration: a value, or the
// ratio of a numerator and a denominator.
type Derivation struct {
	Variable    string
	Note        string
	Status      string // how far the reading has been verified; "" for plain carrying over
	value       *rules.Program
	denominator *rules.Program
}

// Reads returns the items and facts that the derivation reads: "rooms",
// "member.diploma", "size".
func (d *Derivation) Reads() []string {
	names := slices.Clone(d.value.Reads())
	if d.denominator != nil {
		names = append(names, d.denominator.Reads()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Place is where a household lives, as the country's reference list of
// localities has it.
type Place struct {
	Region  string
	Stratum string
}

// Item returns the item of a code.
func (q *Questionnaire) Item(code string) (*Item, bool) {
	if i, ok := q.household.byCode[code]; ok {
		return i, true
	}
	i, ok := q.member.byCode[code]
	return i, ok
}

// Variant returns the variant of a code; "" is the default.
func (q *Questionnaire) Variant(code string) (*Variant, bool) {
	for _, v := range q.Variants {
		if v.Code == code || code == "" {
			return v, true
		}
	}
	return nil, false
}

// Derivation returns the derivation of a variable.
func (q *Questionnaire) Derivation(variable string) (*Derivation, bool) {
	d, ok := q.byVariable[variable]
	return d, ok
}

// items are the items of one level, found by their code.
type items struct {
	all    []*Item
	byCode map[string]*Item
}

// find looks an item up by its code, trying first the one that follows the
// last found: declarations mostly keep the questionnaire's order.
func (s *items) find(code []byte, guess int) *Item {
	if guess < len(s.all) && s.all[guess].Code == string(code) {
		return s.all[guess]
	}
	return s.byCode[string(code)]
}

// fact returns what derivations read of an answer.
func (i *Item) fact(a Answer) rules.Value {
	if a.State == formula.Present {
		return rules.Value{Int: a.Int}
	}
	if a.State == formula.NotApplicable {
		return i.elsewhere
	}
	return rules.Without(ruleStates[a.State])
}

// The states as rules order them and as formulas name them.
var (
	ruleStates = [...]rules.State{
		formula.Present: rules.Present, formula.NotApplicable: rules.NotApplicable,
		formula.Unknown: rules.Unknown, formula.NotAsked: rules.NotAsked,
	}
	formulaStates = [...]formula.State{
		rules.Present: formula.Present, rules.NotApplicable: formula.NotApplicable,
		rules.NotAsked: formula.NotAsked, rules.Unknown: formula.Unknown,
	}
)
