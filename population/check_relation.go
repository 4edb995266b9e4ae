package population

import (
	"slices"

	"sijil/internal/civil"
)

// relation checks a relation and returns it in one form.
func (k *checker) relation(at string, r Relation) Relation {
	if !slices.Contains([]RelationKind{Introducer, Representative, Custodian, Payee}, r.Kind) {
		k.bad("relation", at+".kind", "no such relation", "use introducer, representative, custodian or payee")
		return r
	}
	if r.State == "" {
		r.State = Held
	}
	if !r.From.IsZero() && !r.Until.IsZero() && r.Until.Before(r.From) {
		k.bad("relation", at+".until", "the days are reversed", "check both")
	}
	if r.From.After(k.today) {
		k.bad("relation", at+".from", "the relation begins in the future", "record it when it begins")
	}
	switch r.State {
	case Vacant:
		if !r.Holder.IsZero() || r.As != "" {
			k.bad("relation", at+".holder", "a vacant relation has no holder", "leave the holder out")
		}
	case Disputed:
		if r.As != "" || !r.Holder.IsZero() {
			r = k.holder(at, r, false)
		}
	case Held:
		r = k.holder(at, r, true)
	default:
		k.bad("relation", at+".state", "no such state", "use held, disputed or vacant")
	}
	return r
}

// holder checks who stands in a relation, and as what.
func (k *checker) holder(at string, r Relation, proof bool) Relation {
	rule := k.rules.holder(r.As)
	if rule == nil || !slices.Contains(rule.For, r.Kind) {
		k.bad("relation", at+".as", "nobody can hold this relation as that", "use a code of the country's list")
		return r
	}
	h := &r.Holder
	h.Institution = k.text(at+".holder.institution", h.Institution, maxShort)
	h.Name = k.text(at+".holder.name", h.Name, 2*maxNamePart)
	if rule.Institution != (h.Institution != "") {
		k.bad("relation", at+".holder.institution", "an institution is named if, and only if, it holds the relation", "check as what the relation is held")
	}
	if !h.IDCS.IsZero() && (h.Name != "" || h.Document != nil) {
		k.bad("relation", at+".holder", "a registered holder is named by number alone", "leave out name and document")
	}
	if h.IDCS.IsZero() && h.Name == "" && h.Institution == "" {
		k.bad("relation", at+".holder", "nobody is named", "state number, name or institution")
	}
	if h.Document != nil {
		d, _ := k.document(at+".holder.document", *h.Document)
		h.Document = &d
	}
	r.Act = k.act(at+".act", r.Act, proof && slices.Contains(rule.Act, r.Kind))
	return r
}

// relations checks the introducer and the other relations of an enrolment.
func (k *checker) relations(e *Enrolment) {
	var out []Relation
	if e.Introducer != nil {
		r := *e.Introducer
		if r.Kind == "" {
			r.Kind = Introducer
		}
		if r.Kind != Introducer || r.State != "" && r.State != Held {
			k.bad("relation", "introducer", "not an introducer", "leave kind and state empty")
		}
		if r.From.IsZero() {
			r.From = k.today
		}
		r = k.relation("introducer", r)
		e.Introducer = &r
	}
	if len(e.Relations) > maxRelations {
		k.bad("too_many", "relations", "too many relations", "record the others afterwards")
		return
	}
	for i, r := range e.Relations {
		at := index("relations", i)
		if r.Kind == Introducer {
			k.bad("relation", at+".kind", "the introducer has a place of its own", "use the field introducer")
			continue
		}
		out = append(out, k.relation(at, r))
	}
	e.Relations = out
}

// majority is the last day on which somebody born on a day is represented: the
// day before the birthday. Where the day is not known it is the last one that
// may be: representation then lasts long enough, and still ends by itself.
func (r *Rules) majority(birth civil.Partial) civil.Date {
	d := birth.Last()
	year := d.Year + r.Majority.Age
	if d.Day > civil.DaysIn(year, d.Month) {
		return civil.Date{Year: year, Month: d.Month + 1, Day: 1}.AddDays(-1)
	}
	return civil.Date{Year: year, Month: d.Month, Day: d.Day}.AddDays(-1)
}
