package synth

import (
	"strconv"

	"sijil/questionnaire"
)

// maxMembers bounds a household; the tables of sizes stay far below.
const maxMembers = 60

// Household is one synthetic household. Its slices are used again when it is
// handed to Model.Household again.
type Household struct {
	Declaration questionnaire.Declaration
	Persons     []Person // in the order of Declaration.Members
	Kind        string   // code of the kind of household in the data
	Region      string
	Stratum     string

	draft draft
}

// Household makes household number i, from 0, of the population of a seed,
// into h. It depends on nothing but the model, the seed and the number. The
// declaration leaves out the questions that do not arise.
func (m *Model) Household(seed uint64, i int, h *Household) {
	d := &h.draft
	d.m = m
	d.r.seed(seed, i)
	d.area = &m.areas[m.area.pick(&d.r)]
	d.rank = d.r.below(whole)
	n := d.size()
	kinds := m.kindOf[d.area.stratum]
	d.kind = &m.kinds[kinds[min(n, len(kinds))-1].pick(&d.r)]
	d.roofless = m.noDwelling != "" && d.r.chance(m.absences.noDwelling[d.area.stratum])
	d.compose(n)
	d.absent()
	for i := range d.members {
		d.bear(i)
		d.educate(&d.members[i])
		d.employ(i)
	}
	d.live()
	d.cover()
	d.schools()
	d.declare(i, h)
}

func (d *draft) size() int {
	n := 1 + d.m.sizes[d.area.stratum].pick(&d.r)
	if shift := d.area.shift; shift > 0 && d.r.chance(shift) {
		n++
	} else if shift < 0 && n > 1 && d.r.chance(-shift) {
		n--
	}
	return min(n, maxMembers-4)
}

// schools sends some of the pupils to private schools, brothers and sisters
// together, and some to board.
func (d *draft) schools() {
	m, s := d.m, d.area.stratum
	private := d.r.chance(m.school.private[s].at(d.points))
	for i := range d.members {
		p := &d.members[i]
		if p.school == none || p.school == m.notAttending {
			continue
		}
		if private {
			p.school = m.private
		}
		if p.age >= 12 && p.relation == m.child && p.presence == m.present && d.r.chance(m.absences.boarder[s]) {
			p.presence = m.boarder
		}
	}
}

// declare writes the draft into h.
func (d *draft) declare(i int, h *Household) {
	m := d.m
	h.Kind, h.Region, h.Stratum = d.kind.code, d.area.region, m.q.Strata[d.area.stratum]
	dec := &h.Declaration
	dec.Household, dec.AsOf = reference(i), m.asOf
	dec.Locality = d.area.localities[d.area.locality.pick(&d.r)]
	dec.Variant = ""
	if d.roofless {
		dec.Variant = m.noDwelling
	}
	v, _ := m.q.Variant(dec.Variant)
	if len(d.answers) != len(m.q.Household) {
		d.answers = make([]questionnaire.Answer, len(m.q.Household))
	}
	d.answer(v)
	dec.Answers = append(dec.Answers[:0], d.answers...)
	h.Persons = room(h.Persons, len(d.members))
	d.call(h.Persons)
	dec.Members = room(dec.Members, len(d.members))
	for i := range d.members {
		d.write(i, v, &dec.Members[i])
		p := &h.Persons[i]
		p.Household, p.Ref, p.Sex, p.Birth = dec.Household, dec.Members[i].Ref, d.members[i].sex, d.members[i].birth
	}
}

// room returns a slice of n elements, the first of them those of old.
func room[T any](old []T, n int) []T {
	if cap(old) >= n {
		return old[:n]
	}
	out := make([]T, n, 2*n)
	copy(out, old[:cap(old)])
	return out
}

func (d *draft) write(i int, v *questionnaire.Variant, out *questionnaire.Member) {
	m, p := d.m, &d.members[i]
	out.Ref, out.Birth, out.Sex = strconv.Itoa(i+1), p.birth, p.sex
	out.Answers = room(out.Answers, len(m.q.Member))
	clear(out.Answers)
	put := func(item *questionnaire.Item, answer int) {
		if answer != none && v.Asks(item) {
			out.Answers[item.Position()] = given(int64(answer))
		}
	}
	put(m.relation, p.relation)
	put(m.presence, p.presence)
	put(m.awaiting, int(truth(p.awaiting)))
	put(m.attends, p.school)
	put(m.level, p.level)
	if p.age >= m.school.adult {
		put(m.marital, p.marital)
		put(m.diploma, p.diploma)
		put(m.literate, int(truth(p.literate)))
	}
	put(m.activity, p.activity)
	put(m.category, p.category)
	put(m.employment, p.employed)
	put(m.covered, p.cover)
	put(m.disability, p.disability)
}

// reference names household i: letters and digits that identify nobody.
func reference(i int) string {
	var b [8]byte
	b[0] = 'h'
	for k := 7; k > 0; k-- {
		b[k] = byte('0' + i%10)
		i /= 10
	}
	if i > 0 {
		return "h" + strconv.Itoa(i) + "-" + string(b[1:])
	}
	return string(b[:])
}
