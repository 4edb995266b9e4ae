package synth

type standard struct {
	level, category, employment, activity  []int
	earners, member, rank, noise, roofless int
}

func (l *loader) standard(m *Model, in fileStandard) {
	m.standard = standard{
		level:      l.points("standard.level", m.level, in.Level),
		category:   l.points("standard.category", m.category, in.Category),
		employment: l.points("standard.employment", m.employment, in.Employment),
		activity:   l.points("standard.activity", m.activity, in.Activity),
		earners:    in.Earners, member: in.Member, rank: in.Rank, noise: in.Noise, roofless: in.NoDwelling,
	}
	base, regions := spread(l, "standard.base", in.Base), spread(l, "standard.regions", in.Regions)
	for i := range m.areas {
		a := &m.areas[i]
		points, ok := regions[a.stratum][a.region]
		if !ok {
			l.bad.Addf("standard.regions", "give points to every region and stratum", "region %s has none in %s", a.region, l.q.Strata[a.stratum])
		}
		a.points = base[a.stratum] + points
	}
}

// live sets the points of the household's living standard, which all answers
// about dwelling, equipment and bills lean on: where it lives, the head's
// schooling and work, how many earn, and luck.
func (d *draft) live() {
	s, h := &d.m.standard, &d.members[0]
	d.points = d.area.points + (d.rank-whole/2)*s.rank/whole + d.r.bell(s.noise) - s.member*(len(d.members)-1)
	if h.level != none {
		d.points += s.level[h.level]
	}
	if h.category != none {
		d.points += s.category[h.category]
	}
	if h.employed != none {
		d.points += s.employment[h.employed]
	}
	if h.activity != none {
		d.points += s.activity[h.activity]
	}
	earners := 0
	for i := range d.members {
		if d.members[i].employed != none && d.members[i].presence == d.m.present {
			earners++
		}
	}
	d.points += s.earners * earners / len(d.members)
	if d.roofless {
		d.points += s.roofless
	}
}
