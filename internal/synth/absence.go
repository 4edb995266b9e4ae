package synth

import "sijil/questionnaire"

type absences struct {
	migrant, soldier, boarder, prisoner, hospital, noDwelling, child []int // by stratum
	newborn, adult                                                   int
	uncounted                                                        []int // presences
}

func (l *loader) absences(m *Model, f *file) {
	in := f.Absences
	m.absences = absences{
		migrant: spread(l, "absences.migrant", in.Migrant), soldier: spread(l, "absences.soldier", in.Soldier),
		boarder: spread(l, "absences.boarder", in.Boarder), prisoner: spread(l, "absences.prisoner", in.Prisoner),
		hospital: spread(l, "absences.hospital", in.Hospital), noDwelling: spread(l, "absences.no_fixed_dwelling", in.NoDwelling),
		child: spread(l, "absences.awaiting_child", in.Child), newborn: in.Newborn, adult: in.Adult,
	}
	for _, code := range in.Uncounted {
		m.absences.uncounted = append(m.absences.uncounted, l.choice("absences.uncounted", m.presence, code))
	}
	// Where there is no dwelling the questionnaire has a variant for it.
	for _, v := range l.q.Variants {
		if v.FrameProfile == "no_fixed_dwelling" {
			m.noDwelling = v.Code
		}
	}
}

// absent adds the members who are away and marks those who wait for a number.
// Emigrants and prisoners come on top of the members who live together;
// soldiers, pupils who board and patients are among them.
func (d *draft) absent() {
	a, s := &d.m.absences, d.area.stratum
	h := &d.members[0]
	if d.kind.form != minors && d.kind.form != unrelated {
		if h.age > 42 && d.r.chance(a.migrant[s]) {
			d.away(d.m.migrant)
		}
		if h.age > 42 && d.r.chance(a.prisoner[s]) {
			d.away(d.m.prisoner)
		}
	}
	ill := d.r.chance(a.hospital[s])
	for i := range d.members {
		p := &d.members[i]
		switch {
		case p.presence != d.m.present:
		case ill && i > 0 && p.age > 50:
			p.presence, ill = d.m.hospital, false
		case p.relation == d.m.child && p.sex == questionnaire.Male && p.age >= 19 && p.age <= 35 && d.r.chance(a.soldier[s]):
			p.presence = d.m.soldier
		}
		switch {
		case p.age == 0:
			p.awaiting = d.r.chance(a.newborn)
		case p.age < 15:
			p.awaiting = d.r.chance(a.child[s])
		case i > 0:
			p.awaiting = d.r.chance(a.adult)
		}
	}
}

// away adds a grown child who has left for a reason.
func (d *draft) away(presence int) {
	sex := questionnaire.Male
	if presence == d.m.migrant && d.r.chance(3000) {
		sex = questionnaire.Female
	}
	age := d.r.between(20, max(20, min(45, d.members[0].age-21)))
	d.add(d.m.child, age, sex, d.grown(age), 0).presence = presence
}
