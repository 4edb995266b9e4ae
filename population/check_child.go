package population

import (
	"sijil/internal/civil"
	"sijil/linkage"
	"sijil/names"
)

// brought is who introduced a person, as far as children are told apart by it.
type brought struct {
	Person string `json:"person,omitempty"` // id of the registered person
	Name   string `json:"name,omitempty"`   // of somebody who is not registered
}

// twinDays is how far the birthdays of twins lie apart: one may be born before
// midnight.
const twinDays = 1

// siblingDays is the least time between two births of one mother.
const siblingDays = 180

// children changes the verdict on two children by what the model does not see:
// who brought them, their order of birth, and the acts of their births. The
// rows are those of the table in docs/enrolment.md. Of anybody else the
// model's verdict stands.
func (s *Service) children(a, b *record, p casePair) casePair {
	k := &checker{rules: s.rules, today: s.today()}
	if !k.ageOf(a.Birth.Date).minor || !k.ageOf(b.Birth.Date).minor {
		return p
	}
	v := s.pairOfChildren(a, b)
	judge := func(g linkage.Guard) casePair {
		p.Band = linkage.Judge
		if p.Guard == linkage.NoGuard {
			p.Guard = g
		}
		return p
	}
	switch {
	case v.apart >= siblingDays && (v.twoNames || v.acts && !v.oneName), v.close && v.twoNames && (v.orders || v.acts):
		p.Band, p.Guard = linkage.New, linkage.NoGuard // brothers and sisters; twins
	case v.acts && p.Band != linkage.New:
		return judge(linkage.DocumentsDiffer)
	case v.orders && p.Band != linkage.New:
		return judge(linkage.MaybeKin)
	case v.brought == same && v.oneDay && v.oneName && !v.families && v.sexes && !v.acts && !v.orders:
		p.Band, p.Guard = linkage.Same, linkage.NoGuard
	case v.close && v.brought == same:
		return judge(linkage.MaybeKin) // one child misspelt, or a twin without an order
	case p.Band == linkage.Same && (v.brought != same && v.brought != alike || !v.oneName):
		return judge(linkage.MaybeKin)
	}
	return p
}

// likeness of one thing about two people.
type agreement uint8

const (
	unknown agreement = iota
	same              // one registered person
	alike             // somebody who is not registered, by one name
	other
)

// twoChildren is what tells two children apart or not.
type twoChildren struct {
	oneDay   bool      // born on one day
	close    bool      // born on one day, or the next
	apart    int       // days between the births; 0 unless both are known to the day
	oneName  bool      // given names are one name in every script that both have
	twoNames bool      // given names are two names in every script that both have
	families bool      // family names are two names in every script that both have
	sexes    bool      // of one sex
	orders   bool      // both have an order of birth, and not the same
	acts     bool      // both show an act of birth, and not the same
	brought  agreement // who brought them
}

func (s *Service) pairOfChildren(a, b *record) twoChildren {
	v := twoChildren{sexes: a.Sex == b.Sex, orders: a.Birth.Order != 0 && b.Birth.Order != 0 && a.Birth.Order != b.Birth.Order, brought: s.bringers(a.Brought, b.Brought)}
	if a.Birth.Date.Precision() == civil.Day && b.Birth.Date.Precision() == civil.Day {
		v.apart = daysApart(a.Birth.Date.First(), b.Birth.Date.First())
		v.oneDay, v.close = v.apart == 0, v.apart <= twinDays
	}
	v.oneName, v.twoNames = s.oneOrTwo(names.Given, official(a.Names), official(b.Names))
	_, v.families = s.oneOrTwo(names.Family, official(a.Names), official(b.Names))
	for _, d := range a.Documents {
		o := find(b.Documents, func(o Document) bool { return o.Type == d.Type })
		if t := s.rules.document[d.Type]; t.Birth != "" && o != nil && !sameDocument(s.rules, d, *o) {
			v.acts = true
		}
	}
	return v
}

// oneOrTwo says whether the given or the family names of two people are one
// name, or two, in every script that both have. Where they share no script it
// says neither.
func (s *Service) oneOrTwo(kind names.Kind, a, b Name) (one, two bool) {
	compared := 0
	one, two = true, true
	part := func(w Spelling) string {
		if kind == names.Family {
			return w.Family
		}
		return w.Given
	}
	for _, x := range a.Spellings {
		y := find(b.Spellings, func(o Spelling) bool { return o.Script == x.Script })
		if y == nil || part(x) == "" || part(*y) == "" {
			continue
		}
		compared++
		l := names.Compare(s.names.Form(kind, part(x)), s.names.Form(kind, part(*y))).Level
		one = one && l >= nameTolerance
		two = two && (l == names.Different || l == names.Confusable)
	}
	return one && compared > 0, two && compared > 0
}

func (s *Service) bringers(a, b brought) agreement {
	switch {
	case a.Person != "" && b.Person != "":
		if a.Person == b.Person {
			return same
		}
		return other
	case a.Name != "" && b.Name != "":
		if s.sameName(names.Given, a.Name, b.Name) {
			return alike
		}
		return other
	}
	return unknown
}

func daysApart(a, b civil.Date) int {
	if b.Before(a) {
		a, b = b, a
	}
	n := 0
	for a.Before(b) && n < siblingDays {
		a, n = a.AddDays(1), n+1
	}
	return n
}
