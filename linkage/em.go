package linkage

import "math"

// Who a pair may be.
const (
	person   = iota // one person
	kin             // twins, brothers and sisters
	stranger        // two people who have nothing to do with each other
	classes
)

// odds is what is learnt: how often pairs of each class occur among all pairs,
// and how often they agree at each level of each field, where both have it.
type odds struct {
	share [classes]float64
	field [][classes][]float64 // by field, class, level
}

// estimate is the work of learning the odds.
type estimate struct {
	spec  Spec
	total float64      // pairs in the whole space
	rows  float64      // what prior expectations are measured by
	blind [][]float64  // by field and level: how often pairs drawn blindly agree so
	least [][]float64  // the least that can be told from 0
	seen  []counted    // candidates
	both  [][2]float64 // by field: share of pairs in which both have it, by group of levels
	kin   bool         // whether kin can be told at all
	odds  *odds
}

// Strength of expectations, in pairs.
const (
	priorPairs = 20.0
	kinPairs   = 40.0
	blindPrior = 50.0
)

func newEstimate(spec Spec, total, rows float64, blindCounts []counted, drawn float64) *estimate {
	e := &estimate{spec: spec, total: total, rows: rows}
	for f, field := range spec.Fields {
		l := field.ladder()
		n := make([]float64, len(l))
		for _, c := range blindCounts {
			n[c.pattern.level(f)] += c.pairs
		}
		var both [2]float64
		for i := 1; i < len(l); i++ {
			both[l[i].group] += n[i]
		}
		least := make([]float64, len(l))
		for i := 1; i < len(l); i++ {
			least[i] = .5 / (both[l[i].group] + blindPrior)
			n[i] += .5 + blindPrior*l[i].u
		}
		n[0] = 0
		l.normalize(n)
		e.blind = append(e.blind, n)
		e.least = append(e.least, least)
		e.both = append(e.both, [2]float64{(both[0] + .5) / (drawn + 1), (both[1] + .5) / (drawn + 1)})
	}
	e.kin = kinFields(spec)
	return e
}

// kinFields reports whether a spec has what tells a family: a name of one's
// own, a birth date and something that families share.
func kinFields(spec Spec) bool {
	var name, date, shared bool
	for _, f := range spec.Fields {
		name = name || f.Kind == Given || f.Kind == Full
		date = date || f.Kind == Date
		shared = shared || !f.Kind.own()
	}
	return name && date && shared
}

// exact replaces how often strangers agree on a value by what counting says:
// the share of all pairs that have one value.
func (e *estimate) exact(f int, level uint8, share, has float64) {
	if has <= 0 {
		return
	}
	p := share / (has * has)
	least := .5 / math.Max(e.total*has*has, 10)
	rest := 1 - e.blind[f][level]
	e.least[f][level] = least
	if rest <= 0 || p >= 1 {
		return
	}
	for l := 1; l < len(e.blind[f]); l++ {
		if l != int(level) {
			e.blind[f][l] *= (1 - p) / rest
		}
	}
	e.blind[f][level] = math.Max(p, least)
}

// start sets the odds to what is expected before anything is seen.
func (e *estimate) start() {
	o := &odds{field: make([][classes][]float64, len(e.spec.Fields))}
	o.share[person] = math.Min(.02*e.rows/math.Max(e.total, 1), .3)
	if e.kin {
		o.share[kin] = .3 * o.share[person] * .1
	}
	o.share[stranger] = 1 - o.share[person] - o.share[kin]
	for f, field := range e.spec.Fields {
		l := field.ladder()
		for c := range classes {
			o.field[f][c] = make([]float64, len(l))
		}
		for i := 1; i < len(l); i++ {
			o.field[f][person][i] = l[i].m
			o.field[f][kin][i] = l[i].m
			if field.Kind.own() {
				o.field[f][kin][i] = l[i].kin
			}
			o.field[f][stranger][i] = e.blind[f][i]
		}
		if field.Kind == Document { // whoever shows the same document is taken for one person until seen otherwise
			o.field[f][stranger][documentSame] = e.least[f][documentSame]
		}
	}
	e.odds = o
}

// logs returns the logarithm of the odds of a level, 0 for a missing one.
func (o *odds) logs() [][classes][]float64 {
	out := make([][classes][]float64, len(o.field))
	for f := range o.field {
		for c := range classes {
			out[f][c] = make([]float64, len(o.field[f][c]))
			for l := 1; l < len(out[f][c]); l++ {
				out[f][c][l] = math.Log(math.Max(o.field[f][c][l], 1e-12))
			}
		}
	}
	return out
}

// posterior returns how likely a pair of the pattern is of each class.
func (o *odds) posterior(logs [][classes][]float64, p pattern) (post [classes]float64) {
	top := math.Inf(-1)
	for c := range classes {
		if o.share[c] <= 0 {
			post[c] = math.Inf(-1)
			continue
		}
		sum := math.Log(o.share[c])
		for f := range logs {
			sum += logs[f][c][p.level(f)]
		}
		post[c] = sum
		top = math.Max(top, sum)
	}
	all := 0.0
	for c := range post {
		post[c] = math.Exp(post[c] - top)
		all += post[c]
	}
	for c := range post {
		post[c] /= all
	}
	return post
}

// run learns by expectation and maximisation over the whole space of pairs:
// what is no candidate is taken for a pair of strangers.
func (e *estimate) run(rounds int) {
	for range rounds {
		before := *e.odds
		e.step()
		if math.Abs(math.Log(e.odds.share[person]/before.share[person])) < 1e-5 &&
			math.Abs(e.odds.share[kin]-before.share[kin]) < 1e-4*before.share[person] {
			break
		}
	}
}

func (e *estimate) step() {
	logs := e.odds.logs()
	var sums [classes]float64
	counts := make([][2][]float64, len(e.spec.Fields))
	for f := range counts {
		counts[f][person] = make([]float64, len(e.blind[f]))
		counts[f][kin] = make([]float64, len(e.blind[f]))
	}
	for _, s := range e.seen {
		post := e.odds.posterior(logs, s.pattern)
		for c := person; c <= kin; c++ {
			w := post[c] * s.pairs
			if w < 1e-9*s.pairs {
				continue
			}
			sums[c] += w
			for f := range counts {
				counts[f][c][s.pattern.level(f)] += w
			}
		}
	}
	e.maximise(sums, counts)
}

// maximise sets the odds to what fits the counts best, expectations included.
func (e *estimate) maximise(sums [classes]float64, counts [][2][]float64) {
	o := &odds{field: make([][classes][]float64, len(e.spec.Fields))}
	o.share[person] = (sums[person] + .5) / (e.total + 1)
	if e.kin {
		o.share[kin] = (sums[kin] + .05) / (e.total + 1)
	}
	o.share[stranger] = 1 - o.share[person] - o.share[kin]
	ms := make([][]float64, len(e.spec.Fields))
	for f, field := range e.spec.Fields {
		l := field.ladder()
		ms[f] = l.blend(counts[f][person], func(i int) float64 { return l[i].m }, priorPairs)
	}
	e.temper(ms)
	for f, field := range e.spec.Fields {
		l := field.ladder()
		m := ms[f]
		k := m
		if field.Kind.own() {
			k = l.blend(counts[f][kin], func(i int) float64 { return l[i].kin }, kinPairs)
		}
		u := make([]float64, len(l))
		for i := 1; i < len(l); i++ {
			related := (counts[f][person][i] + counts[f][kin][i]) / (e.total * e.both[f][l[i].group])
			u[i] = math.Max(e.blind[f][i]-related, e.least[f][i])
		}
		l.normalize(u)
		o.field[f] = [classes][]float64{m, k, u}
	}
	e.odds = o
}

// Bounds of temper.
const (
	temperTimes = 1.5
	temperLeast = .002
)

// temper keeps twins from being taken for people who gave two given names. It
// is writing that makes the names of one person differ, and writing spoils all
// names alike: the given names of one person differ no more often than their
// other names do, those of the family, which twins share.
func (e *estimate) temper(ms [][]float64) {
	if !e.kin {
		return
	}
	most := math.Inf(1)
	for f, field := range e.spec.Fields {
		if field.Kind == Family || field.Kind == Parent {
			most = math.Min(most, temperTimes*apart(field, ms[f])+temperLeast)
		}
	}
	for f, field := range e.spec.Fields {
		now := apart(field, ms[f])
		if field.Kind != Given && field.Kind != Full || now <= most {
			continue
		}
		for i := 1; i < len(ms[f]); i++ {
			if field.twoNames(uint8(i)) {
				ms[f][i] *= most / now
			}
		}
		field.ladder().normalize(ms[f])
	}
}

// apart returns how often a name is another name, of records that have it in
// full.
func apart(field Field, m []float64) float64 {
	sum := 0.0
	for i, v := range m {
		if field.twoNames(uint8(i)) && field.ladder()[i].group == 0 {
			sum += v
		}
	}
	return sum
}

// blend returns the shares of levels among counts and some expected pairs.
func (l ladder) blend(counts []float64, expected func(int) float64, pairs float64) []float64 {
	out := make([]float64, len(counts))
	for i := 1; i < len(out); i++ {
		out[i] = counts[i] + pairs*math.Max(expected(i), 1e-4)
	}
	l.normalize(out)
	return out
}

// normalize makes the levels of each group add up to 1.
func (l ladder) normalize(v []float64) {
	var sum [2]float64
	for i := 1; i < len(l); i++ {
		sum[l[i].group] += v[i]
	}
	for i := 1; i < len(l); i++ {
		v[i] /= sum[l[i].group]
	}
}
