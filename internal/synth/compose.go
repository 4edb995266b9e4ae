package synth

import (
	"slices"

	"sijil/questionnaire"
)

// draft is a household while it is being made.
type draft struct {
	m        *Model
	r        rng
	area     *area
	kind     *kind
	rank     int // of the household, 0 to 9,999: its luck
	points   int // of its living standard
	lines    int // families in it
	members  []member
	roofless bool
	byOther  bool // declared by somebody who is no member
	answers  []questionnaire.Answer
}

// compose makes the members of a household of n.
func (d *draft) compose(n int) {
	d.members = d.members[:0]
	d.lines, d.byOther = 0, false
	band := d.kind.bands[d.kind.band.pick(&d.r)]
	age := d.r.between(band[0], band[1])
	sex := questionnaire.Male
	if d.r.chance(d.kind.female) {
		sex = questionnaire.Female
	}
	switch d.kind.form {
	case alone:
		d.head(age, sex, d.kind.marital.pick(&d.r))
	case couple:
		d.couple(age, sex, 0)
	case parents:
		d.couple(age, sex, n-2)
	case lone:
		d.lone(age, sex, d.kind.marital.pick(&d.r), n-1)
	case absentSpouse:
		d.lone(age, sex, d.m.married, n-1)
		d.spouse(d.m.migrant)
	case extended:
		d.extended(age, sex, n)
	case nuclei:
		d.nuclei(age, n)
	case spouses:
		d.spouses(age, n)
	case minors:
		d.minors(age, sex, n)
	case unrelated:
		d.unrelated(age, sex, n)
	}
}

func (d *draft) add(relation, age int, sex questionnaire.Sex, marital, line int) *member {
	d.members = append(d.members, member{
		age: age, sex: sex, relation: relation, marital: marital, presence: d.m.present, line: line, rank: none,
		school: none, level: none, diploma: none, activity: none, category: none, employed: none, cover: none, disability: none,
	})
	return &d.members[len(d.members)-1]
}

// family returns a new family, whose name members may bear.
func (d *draft) family() int {
	d.lines++
	return d.lines - 1
}

func (d *draft) sex() questionnaire.Sex {
	if d.r.chance(whole / 2) {
		return questionnaire.Female
	}
	return questionnaire.Male
}

func (d *draft) head(age int, sex questionnaire.Sex, marital int) {
	d.add(d.m.head, age, sex, marital, d.family())
}

// spouse adds the spouse of the head and returns the mother's age and the
// family that children bear the name of: the father's.
func (d *draft) spouse(presence int) (mother, line int) {
	h := d.members[0]
	gap := d.m.families.gap[d.m.families.gapPick.pick(&d.r)][0]
	own := d.family() // spouses keep their own name
	if h.sex == questionnaire.Male {
		mother, line = max(adultAge, h.age-gap), h.line
		d.add(d.m.spouse, mother, questionnaire.Female, d.m.married, own).presence = presence
		return mother, line
	}
	d.add(d.m.spouse, min(h.age+max(gap, -5), 99), questionnaire.Male, d.m.married, own).presence = presence
	return h.age, own
}

func (d *draft) couple(age int, sex questionnaire.Sex, children int) {
	d.head(age, sex, d.m.married)
	mother, line := d.spouse(d.m.present)
	d.children(d.m.child, children, mother, line)
}

// lone makes a head whose children bear the other parent's name where that is
// the father.
func (d *draft) lone(age int, sex questionnaire.Sex, marital, children int) {
	d.head(age, sex, marital)
	line, mother := 0, age
	if sex == questionnaire.Female {
		line = d.family()
	} else {
		mother = age - 4
	}
	d.children(d.m.child, children, mother, line)
}

// children adds n children of a mother, the youngest last: first her age at
// the last birth, then the earlier ones at intervals. Grown children who left
// are those who do not appear.
func (d *draft) children(relation, n, mother, line int) {
	if n <= 0 {
		return
	}
	f := &d.m.families
	last := f.lastFrom + d.r.below((f.lastTo-f.lastFrom)/2+1) + d.r.below((f.lastTo-f.lastFrom)/2+1)
	if mother < last {
		last = mother - d.r.below(4)
	}
	last = max(last, min(mother, f.first+2*(n-1)))
	age := max(0, mother-last)
	start := len(d.members)
	for range n {
		age = max(0, min(age, mother-f.first+1))
		p := d.add(relation, age, d.sex(), d.m.single, line)
		if age >= adultAge {
			p.marital = d.grown(age)
		}
		age += f.spacing[f.spacePick.pick(&d.r)][0]
	}
	slices.Reverse(d.members[start:])
	for i := start + 1; i < len(d.members); i++ {
		d.members[i].next = true
	}
}

// grown draws the marital status of a grown child who lives with a parent and
// without a spouse.
func (d *draft) grown(age int) int {
	f := &d.m.families
	status := d.m.single
	for i, from := range f.grownFrom {
		if age >= from {
			status = f.grown[i].pick(&d.r)
			break
		}
	}
	return status
}
