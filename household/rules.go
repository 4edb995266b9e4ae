package household

import (
	"fmt"
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/strictjson"
	"sijil/questionnaire"
)

// Rules are a country's rules on households, beside its questionnaire: who may
// declare, what counts when, what gives a new index. Who counts in a
// household's size, absent members and those awaiting a number included, is
// said in one place, the questionnaire's composition.
type Rules struct {
	Declarant   Declarant  `json:"declarant"`
	Absence     Absence    `json:"absence"`
	Unconfirmed Delay      `json:"unconfirmed"`
	AsOf        AsOf       `json:"as_of"`
	Recompute   Recompute  `json:"recompute"`
	Review      Review     `json:"review"`
	HeadChange  HeadChange `json:"head_change"`
	Custody     Verifying  `json:"custody"`
}

// Sourced says where a rule comes from and how far that was checked.
type Sourced struct {
	Source string `json:"source"`
	Status string `json:"status"`
}

// Declarant says who may declare.
type Declarant struct {
	Age    int    `json:"age"`              // whole years from which a member may declare
	Item   string `json:"item,omitempty"`   // the household's choice that says who declares; "" when it is always a member
	Member string `json:"member,omitempty"` // its code for an adult member
	Sourced
}

// Absence names the item that says whether a member is here. Its other codes
// are the reasons of an absence; the questionnaire's counted_if says which of
// them count.
type Absence struct {
	Item    string `json:"item"`
	Present string `json:"present"` // its code, or "true", for a member who is here
	Sourced
}

// Delay says when an adult whom somebody else declared, and who has not
// confirmed, counts.
type Delay struct {
	CountsAfterDays int `json:"counts_after_days"` // 0: at once
	Sourced
}

// AsOf bounds the day a declaration is taken at.
type AsOf struct {
	DaysBack int `json:"days_back"` // how far it may lie back
	Sourced
}

// Recompute lists what gives a new index. A birthday alone does not.
type Recompute struct {
	Causes []Cause `json:"causes"`
	Sourced
}

// Review is the periodic confirmation.
type Review struct {
	Months int `json:"months"`
	Sourced
}

// HeadChange lists the reasons a change of head can have.
type HeadChange struct {
	Reasons []Reason `json:"reasons"`
	Sourced
}

// Reason is a code with its name.
type Reason struct {
	Code string    `json:"code"`
	Name lang.Text `json:"name"`
}

// Verifying says how rival claims to a child are verified on the spot.
type Verifying struct {
	Evidence      []EvidenceKind `json:"evidence"`
	LookAgainDays int            `json:"look_again_days"` // how often an open claim is held against the population register
	Sourced
}

// EvidenceKind is something that shows who has custody of a child.
type EvidenceKind struct {
	Code  string    `json:"code"`
	Name  lang.Text `json:"name"`
	Court bool      `json:"court,omitempty"` // outranks custody that is founded by an act
}

func (v *Verifying) check(bad *errs.List) {
	between(bad, "custody.look_again_days", v.LookAgainDays, 1, 365)
	if len(v.Evidence) == 0 {
		bad.Addf("custody.evidence", "list at least one kind", "nothing can show who has custody")
	}
	for i, k := range v.Evidence {
		if !plainCode(k.Code) || slices.ContainsFunc(v.Evidence[:i], func(o EvidenceKind) bool { return o.Code == k.Code }) {
			bad.Addf(fmt.Sprintf("custody.evidence[%d].code", i), "give every kind a code of its own, of small letters and _", "the code is missing, used twice or of other characters")
		}
	}
}

// plainCode reports whether a code is of small letters and underscores.
func plainCode(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") == ""
}

// evidence finds a kind by its code.
func (v *Verifying) evidence(code string) (EvidenceKind, bool) {
	i := slices.IndexFunc(v.Evidence, func(k EvidenceKind) bool { return k.Code == code })
	if i < 0 {
		return EvidenceKind{}, false
	}
	return v.Evidence[i], true
}

type rulesFile struct {
	Format int `json:"format"`
	Rules
}

// ParseRules reads households.json of a country.
func ParseRules(file string, data []byte) (*Rules, error) {
	var in rulesFile
	if err := strictjson.Unmarshal(file, data, &in); err != nil {
		return nil, err
	}
	var bad errs.List
	if in.Format != 1 {
		bad.Addf("format", "this program reads format 1", "the format is unknown")
	}
	r := &in.Rules
	for _, s := range []struct {
		name string
		of   Sourced
	}{
		{"declarant", r.Declarant.Sourced}, {"absence", r.Absence.Sourced}, {"unconfirmed", r.Unconfirmed.Sourced}, {"as_of", r.AsOf.Sourced},
		{"recompute", r.Recompute.Sourced}, {"review", r.Review.Sourced}, {"head_change", r.HeadChange.Sourced},
		{"custody", r.Custody.Sourced},
	} {
		if s.of.Source == "" || s.of.Status == "" {
			bad.Addf(s.name, "state source and status", "a rule without a source")
		}
	}
	between(&bad, "declarant.age", r.Declarant.Age, 10, 30)
	between(&bad, "unconfirmed.counts_after_days", r.Unconfirmed.CountsAfterDays, 0, 365)
	between(&bad, "as_of.days_back", r.AsOf.DaysBack, 0, 3660)
	between(&bad, "review.months", r.Review.Months, 1, 120)
	for i, c := range r.Recompute.Causes {
		if !slices.Contains(causes, c) || slices.Contains(r.Recompute.Causes[:i], c) {
			bad.Addf(fmt.Sprintf("recompute.causes[%d]", i), fmt.Sprintf("use each of %v at most once", causes), "not a cause, or named twice")
		}
	}
	if !slices.Contains(r.Recompute.Causes, CauseDeclaration) {
		bad.Addf("recompute.causes", "list it", "a declaration must give an index")
	}
	for i, c := range r.HeadChange.Reasons {
		if c.Code == "" || slices.ContainsFunc(r.HeadChange.Reasons[:i], func(o Reason) bool { return o.Code == c.Code }) {
			bad.Addf(fmt.Sprintf("head_change.reasons[%d].code", i), "give every reason a code of its own", "the code is missing or used twice")
		}
	}
	r.Custody.check(&bad)
	if err := errs.At(bad.Err(), file, 0); err != nil {
		return nil, err
	}
	return r, nil
}

func between(bad *errs.List, field string, n, low, high int) {
	if n < low || n > high {
		bad.Addf(field, fmt.Sprintf("use %d to %d", low, high), "the number is out of range")
	}
}

// Fits checks that the rules and a questionnaire speak of the same items, and
// that every text stands in each of its languages.
func (r *Rules) Fits(q *questionnaire.Questionnaire) error {
	var bad errs.List
	option := func(field, item, code string, level questionnaire.Level) {
		i, ok := q.Item(item)
		if !ok || i.Level != level {
			bad.Addf(field+".item", "name one of the questionnaire's items at its level", "there is no such item")
			return
		}
		if _, ok := i.Choice(code); !ok && (i.Type != questionnaire.Boolean || code != "true") {
			bad.Addf(field, `use a code of the item's list, or "true" for one that is true or false`, "the item has no such answer")
		}
	}
	if r.Declarant.Item != "" {
		option("declarant", r.Declarant.Item, r.Declarant.Member, questionnaire.OfHousehold)
	}
	option("absence", r.Absence.Item, r.Absence.Present, questionnaire.OfMember)
	for i, c := range r.HeadChange.Reasons {
		c.Name.Check(fmt.Sprintf("head_change.reasons[%d].name", i), q.Languages, func(field, what, fix string) { bad.Addf(field, fix, "%s", what) })
	}
	for i, k := range r.Custody.Evidence {
		k.Name.Check(fmt.Sprintf("custody.evidence[%d].name", i), q.Languages, func(field, what, fix string) { bad.Addf(field, fix, "%s", what) })
	}
	return bad.Err()
}

// recomputes reports whether a cause gives a new index.
func (r *Rules) recomputes(c Cause) bool { return slices.Contains(r.Recompute.Causes, c) }

// adult reports whether somebody may act for himself or herself on a day.
// Where only the year or month of birth is known, the earliest day it allows
// decides: a presumption takes this right from nobody.
func (r *Rules) adult(birth civil.Partial, on civil.Date) bool {
	return birth.Year != 0 && birth.First().AgeAt(on) >= r.Declarant.Age
}

// declaredBy returns the code of who declares, and whether that is an adult
// member.
func (r *Rules) declaredBy(q *questionnaire.Questionnaire, d *questionnaire.Declaration) (code string, member bool) {
	if r.Declarant.Item == "" {
		return "member", true
	}
	item, ok := q.Item(r.Declarant.Item)
	if !ok {
		return "", false
	}
	a := d.Answers[item.Position()]
	if !a.Given || a.State != formula.Present {
		return "", false
	}
	code = item.Choices[a.Int].Code
	return code, code == r.Declarant.Member
}
