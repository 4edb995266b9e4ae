package household

import (
	"encoding/json"
	"slices"
	"strconv"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/questionnaire"
)

// assemble puts a record and the facts of the population register together as
// a declaration of the questionnaire, checked and completed at its place. The
// declaration's own words on birth and sex count only for members without a
// number.
func (e *engine) assemble(ref string, v *VersionRow, r *record, facts []Fact) (*questionnaire.Declaration, error) {
	line := []byte(`{"household":`)
	line = appendJSON(line, ref)
	line = appendJSON(append(line, `,"as_of":`...), v.AsOf.String())
	line = appendJSON(append(line, `,"locality":`...), v.Locality)
	if v.Variant != "" {
		line = appendJSON(append(line, `,"variant":`...), v.Variant)
	}
	line = append(line, `,"members":[`...)
	next := 0
	for i := range r.Members {
		l := &r.Members[i]
		birth, sex := l.Birth, l.Sex
		if !l.awaiting() {
			birth, sex = facts[next].Birth, facts[next].Sex
			next++
		}
		if i > 0 {
			line = append(line, ',')
		}
		line = appendJSON(append(line, `{"ref":`...), l.Ref)
		line = appendJSON(append(line, `,"birth_date":`...), birth.String())
		line = appendJSON(append(line, `,"sex":`...), sexes[sex])
		line = append(append(line, `,"answers":`...), l.Answers...)
		line = append(line, '}')
	}
	line = append(append(line, `],"answers":`...), r.Answers...)
	line = append(line, '}')
	d, err := e.q.ParseDeclaration(line)
	if err != nil {
		return nil, err
	}
	place, err := e.geography.Place(d.Locality, d.AsOf)
	if err != nil {
		return nil, err
	}
	return d, e.q.Check(d, place)
}

var sexes = map[questionnaire.Sex]string{questionnaire.Female: "female", questionnaire.Male: "male"}

func appendJSON(dst []byte, s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		return append(dst, `""`...) // cannot happen: a string is always written
	}
	return append(dst, b...)
}

// only returns the declaration with the lines that count.
func only(d *questionnaire.Declaration, counted func(line int) bool) *questionnaire.Declaration {
	c := *d
	c.Members = make([]questionnaire.Member, 0, len(d.Members))
	for i := range d.Members {
		if counted(i + 1) {
			m := d.Members[i]
			m.Answers = slices.Clone(m.Answers)
			c.Members = append(c.Members, m)
		}
	}
	c.Answers = slices.Clone(d.Answers)
	return &c
}

// head returns the line of the head: the questionnaire has seen to it that
// there is exactly one.
func (e *engine) head(d *questionnaire.Declaration) int {
	rel := e.q.Composition.Relation.Position()
	return 1 + slices.IndexFunc(d.Members, func(m questionnaire.Member) bool {
		a := m.Answers[rel]
		return a.State == formula.Present && a.Int == int64(e.q.Composition.Head)
	})
}

// awaits says, in a declaration's own answers, which members have no number:
// where the questionnaire has the item, it must say what the lines say.
func (e *engine) awaits(d *questionnaire.Declaration, r *record) error {
	item := e.q.Composition.Awaiting
	var bad errs.List
	for i := range r.Members {
		if item == nil {
			if r.Members[i].awaiting() {
				bad.Add(invalid("awaiting", member(i, ""), "this country lists no members without a number", "enrol the person first"))
			}
			continue
		}
		a := d.Members[i].Answers[item.Position()]
		if says := a.State == formula.Present && a.Int == 1; says != r.Members[i].awaiting() {
			bad.Add(invalid("awaiting", member(i, "answers."+item.Code), "the answer does not say what the line says about the member's number", "correct one of them"))
		}
	}
	return bad.Err()
}

// presumedAdult is the day's word on one member.
func (e *engine) adult(d *questionnaire.Declaration, line int, on civil.Date) bool {
	return e.rules.adult(d.Members[line-1].Birth, on)
}

// declarant checks that whoever declares may.
func (e *engine) declarant(c callerKind, d *questionnaire.Declaration, r *record) (by string, err error) {
	by, isMember := e.rules.declaredBy(e.q, d)
	field := "answers." + e.rules.Declarant.Item
	switch {
	case by == "":
		return "", invalid("declarant", field, "it is not said who declares", "answer it")
	case isMember && r.Declarant == 0:
		return "", invalid("declarant_not_member", "declarant", "who declares is not a member", "name the line of the adult member who declares, or say that somebody else does")
	case isMember && r.Members[r.Declarant-1].awaiting():
		return "", invalid("declarant_without_number", "declarant", "who declares has no number yet", "let another adult declare, or an office")
	case isMember && !e.adult(d, r.Declarant, d.AsOf):
		return "", invalid("declarant_not_adult", "declarant", "who declares is not "+strconv.Itoa(e.rules.Declarant.Age)+" years old", "let an adult member declare, or an office for a household without one")
	case !isMember && r.Declarant != 0:
		return "", invalid("declarant", "declarant", "a member declares, but the answer says that somebody else does", "correct one of them")
	case !isMember && !c.staff:
		return "", &errs.Error{Kind: errs.Denied, Code: "household.declarant_office", Field: field,
			What: "a declaration for others is made at a counter", Fix: "go to the office in charge of the place"}
	}
	return by, nil
}

type callerKind struct{ staff bool }
