package synthroll

// name is one name, in both scripts.
type name struct{ latin, arabic []rune }

// person is somebody as the truth has them.
type person struct {
	id                    int
	female                bool
	given, family, father name
	year, month, day      int
	place                 int
	document, phone       []rune
	cohort                int // 0 the old, to 100 the young
}

// Streams of one person: what a family shares is drawn apart from what is the
// person's own.
const (
	streamBlock = iota + 1
	streamFamily
	streamOwn
	streamBirth
	streamRecord
)

// born makes a person. of is the first child of the family, whose id twins and
// siblings are made from; it is the person itself for most.
func (m *Model) born(seed uint64, id, of int, twin bool, p *person) {
	var r rng
	p.id = id
	r.seed(seed, streamFamily, uint64(of))
	p.place = min(r.below(len(m.places)), r.below(len(m.places)))
	p.family = m.surname(&r)
	p.father = m.pick(&r, &m.given[0], r.below(60))
	p.phone = p.phone[:0]
	if !r.chance(m.Phones.Missing) {
		p.phone = m.newPhone(&r, p.phone)
	}
	r.seed(seed, streamBirth, uint64(of))
	p.year, p.month, p.day = r.between(m.Births.From, m.Births.To), r.between(1, 12), r.between(1, 28)
	if id != of && !twin {
		r.seed(seed, streamBirth, uint64(id))
		p.year = min(max(p.year+r.between(-14, 14), m.Births.From), m.Births.To)
		p.month, p.day = r.between(1, 12), r.between(1, 28)
	}
	if p.year < m.Births.PresumedBefore && r.chance(m.Births.Presumed) {
		p.month, p.day = 1, 1
	}
	p.cohort = min(max(100*(p.year-m.Births.Older)/(m.Births.Younger-m.Births.Older), 0), 100)
	r.seed(seed, streamOwn, uint64(id))
	p.female = r.chance(whole / 2)
	p.given = m.pick(&r, m.givenFor(p.female), p.cohort)
	p.document = p.document[:0]
	if p.year < m.Births.DocumentsBefore && !r.chance(m.Documents.Missing) {
		p.document = m.newDocument(seed, id, p.document)
	}
}

func (m *Model) givenFor(female bool) *nameList {
	if female {
		return &m.given[1]
	}
	return &m.given[0]
}

// pick draws a name for a generation, and how this person's papers spell it.
func (m *Model) pick(r *rng, l *nameList, cohort int) name {
	p := l.older
	if r.below(100) < cohort {
		p = l.young
	}
	s := &l.names[p.pick(r)]
	return name{latin: spelling(r, s.latin), arabic: spelling(r, s.arabic)}
}

func spelling(r *rng, all []string) []rune {
	if len(all) > 1 && r.chance(2500) {
		return []rune(all[1+r.below(len(all)-1)])
	}
	return []rune(all[0])
}

// surname draws a family name: one of the country's table, or one invented of
// syllables. Invented ones are numbered, and low numbers are common.
func (m *Model) surname(r *rng) name {
	s := &m.Surnames
	if r.chance(s.Known) {
		return m.pick(r, &m.family, 0)
	}
	u := 1.0
	for range s.Skew {
		u *= r.unit()
	}
	var own rng
	own.seed(uint64(u * float64(s.Kinds)))
	prefix := s.Prefixes[m.prefixes.pick(&own)]
	latin, arabic := prefix.Latin, prefix.Arabic
	for _, part := range [][][2]string{s.Starts, s.Middles, s.Ends} {
		syllable := part[own.below(len(part))]
		latin += syllable[0]
		arabic += syllable[1]
	}
	return name{[]rune(latin), []rune(arabic)}
}

func (m *Model) newPhone(r *rng, to []rune) []rune {
	to = append(to, []rune(m.Phones.Starts[r.below(len(m.Phones.Starts))])...)
	for range m.Phones.Digits {
		to = append(to, rune('0'+r.below(10)))
	}
	return to
}

// newDocument numbers a person's document so that no two people share it.
func (m *Model) newDocument(seed uint64, id int, to []rune) []rune {
	d := &m.Documents
	numbers := 1
	for range d.Digits {
		numbers *= 10
	}
	n := newShuffle(len(d.First)*len(d.Second)*numbers, seed).at(id)
	letters := n / numbers
	to = append(to, rune(d.First[letters%len(d.First)]), rune(d.Second[letters/len(d.First)]))
	for n %= numbers; numbers > 1; {
		numbers /= 10
		to = append(to, rune('0'+n/numbers%10))
	}
	return to
}
