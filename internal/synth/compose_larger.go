package synth

import "sijil/questionnaire"

// extended makes a couple or a lone head, one relative or two, and children.
func (d *draft) extended(age int, sex questionnaire.Sex, n int) {
	relatives := 1
	if n >= 5 && d.r.chance(3500) {
		relatives = 2
	}
	children := n - 1 - relatives
	line, mother := 0, age
	if n >= 3 && d.r.chance(7500) {
		children--
		d.head(age, sex, d.m.married)
		mother, line = d.spouse(d.m.present)
	} else {
		d.head(age, sex, d.kind.marital.pick(&d.r))
		if sex == questionnaire.Female {
			line = d.family()
		}
	}
	for range relatives {
		d.relative()
	}
	d.children(d.m.child, children, mother, line)
}

// relative adds a relative of the head: an old parent mostly, who is mostly a
// widow.
func (d *draft) relative() {
	h := d.members[0]
	relation := d.m.families.relatives.pick(&d.r)
	if relation == d.m.parentInLaw && h.marital != d.m.married {
		relation = d.m.parent
	}
	if h.age > 68 && (relation == d.m.parent || relation == d.m.parentInLaw) {
		relation = d.m.sibling
	}
	if relation == d.m.grandchild && h.age < 45 {
		relation = d.m.sibling
	}
	sex := d.sex()
	switch relation {
	case d.m.parent, d.m.parentInLaw:
		if d.r.chance(6000) {
			sex = questionnaire.Female
		}
		line := d.family()
		if relation == d.m.parent && sex == questionnaire.Male {
			line = h.line
		}
		d.add(relation, min(99, h.age+d.r.between(20, 36)), sex, d.m.widowed, line)
	case d.m.sibling:
		age := max(adultAge, h.age+d.r.between(-14, 6))
		d.add(relation, age, sex, d.grown(age), h.line)
	case d.m.grandchild:
		line := h.line
		if d.r.chance(whole / 2) {
			line = d.family()
		}
		d.add(relation, d.r.between(2, min(24, h.age-38)), sex, d.m.single, line)
	default:
		d.add(d.m.other, d.r.between(adultAge, 60), sex, d.m.single, d.family())
	}
}

// nuclei makes a couple with a married child, that child's spouse and
// children, and unmarried children.
func (d *draft) nuclei(age, n int) {
	d.head(age, questionnaire.Male, d.m.married)
	mother, line := d.spouse(d.m.present)
	rest := n - 4
	grandchildren := min(rest, d.r.between(0, 3))
	if rest > 2 {
		grandchildren = max(grandchildren, 1)
	}
	d.children(d.m.child, rest-grandchildren, mother, line)
	// Sons mostly bring their wife to the parents' house, so grandchildren
	// bear the head's name.
	son := max(21, min(mother-d.m.families.first-1, d.r.between(24, 38)))
	d.add(d.m.child, son, questionnaire.Male, d.m.married, line)
	wife := max(adultAge, son-d.r.between(0, 7))
	d.add(d.m.other, wife, questionnaire.Female, d.m.married, d.family())
	d.children(d.m.grandchild, grandchildren, wife, line)
}

// spouses makes a man, two wives and the children of each.
func (d *draft) spouses(age, n int) {
	d.head(age, questionnaire.Male, d.m.married)
	first, line := d.spouse(d.m.present)
	second := max(adultAge, first-d.r.between(3, 14))
	d.add(d.m.spouse, second, questionnaire.Female, d.m.married, d.family())
	ofFirst := d.r.between(0, n-3)
	d.children(d.m.child, ofFirst, first, line)
	d.children(d.m.child, n-3-ofFirst, second, line)
}

// minors makes brothers and sisters under age; the declaration is made by
// somebody who answers for them.
func (d *draft) minors(age int, sex questionnaire.Sex, n int) {
	d.byOther = true
	d.head(age, sex, d.m.single)
	for range n - 1 {
		age = max(0, age-d.r.between(1, 4))
		d.add(d.m.sibling, age, d.sex(), d.m.single, 0)
	}
}

func (d *draft) unrelated(age int, sex questionnaire.Sex, n int) {
	d.head(age, sex, d.kind.marital.pick(&d.r))
	for range n - 1 {
		d.add(d.m.other, max(adultAge, age+d.r.between(-6, 6)), sex, d.kind.marital.pick(&d.r), d.family())
	}
}
