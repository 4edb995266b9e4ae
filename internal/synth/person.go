package synth

import (
	"time"

	"sijil/internal/civil"
	"sijil/questionnaire"
)

// none is the position of an answer that is not given.
const none = -1

// member is a person while the household is being made.
type member struct {
	age      int
	birth    civil.Partial
	sex      questionnaire.Sex
	relation int
	marital  int
	presence int
	awaiting bool
	line     int  // family whose name the person bears, within the household
	next     bool // the member before is the next elder child of the same mother
	rank     int  // 0 to 9,999 within the person's generation

	school, level, diploma       int
	literate                     bool
	activity, category, employed int
	cover, disability            int
}

// Person is what a register of persons would hold of a synthetic member. There
// is no identifier in it.
type Person struct {
	Household string // reference of the household
	Ref       string // of the member, as in the declaration
	Given     Name
	Family    Name
	Sex       questionnaire.Sex
	Birth     civil.Partial
}

// Name is a name in both scripts.
type Name struct{ Arabic, Latin string }

// bear gives member i a birth date that makes them age whole years old. Old
// people may know the year only; they are then as old as presumed by the
// questionnaire. Children of one mother of the same age are twins; others are
// born ten months apart at least.
func (d *draft) bear(i int) {
	m, r, p := d.m, &d.r, &d.members[i]
	month := r.between(1, 12)
	day := r.between(1, monthDays[month-1])
	year := m.asOf.Year - p.age
	if month > int(m.asOf.Month) || month == int(m.asOf.Month) && day > m.asOf.Day {
		year--
	}
	p.birth = civil.Partial{Year: year, Month: time.Month(month), Day: day}
	if p.next {
		elder := &d.members[i-1]
		switch {
		case elder.birth.Day == 0:
		case elder.age == p.age:
			p.birth = elder.birth
			return
		case elder.birth.First().AddDays(300).After(p.birth.First()):
			p.birth.Year, p.birth.Month, p.birth.Day = elder.birth.Year+elder.age-p.age, elder.birth.Month, elder.birth.Day
			return
		}
	}
	for _, y := range m.births[d.area.stratum] {
		if year >= y.before {
			continue
		}
		if r.chance(y.chance) {
			presumed := m.q.PresumedBirthday
			p.birth = civil.Partial{Year: year}
			p.age = p.birth.Presume(time.Month(presumed.Month), presumed.Day).AgeAt(m.asOf)
		}
		return
	}
}

// monthDays leaves 29 February out: nobody misses it here.
var monthDays = [12]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
