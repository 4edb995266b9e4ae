package linkage

import (
	"context"
	"runtime"

	"sijil/internal/errs"
)

// Train learns a model from a file that may hold several records of a person.
func Train(ctx context.Context, recs *Records, opt Options) (*Model, error) {
	return train(ctx, recs, recs, opt)
}

// TrainMatch learns a model from two files of the same spec and names table.
func TrainMatch(ctx context.Context, a, b *Records, opt Options) (*Model, error) {
	return train(ctx, a, b, opt)
}

func (o Options) workers() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}

func (o Options) progress(step string, done, total int) {
	if o.Progress != nil {
		o.Progress(step, int64(done), int64(total))
	}
}

const emRounds = 200

func train(ctx context.Context, a, b *Records, opt Options) (*Model, error) {
	if pairsOf(a, b) < 1 {
		return nil, errs.Bad("records", "there are not two records to compare", "train on a file of at least two rows")
	}
	w := opt.workers()
	t := &training{a: a, b: b, opt: opt, workers: w}
	m := &Model{spec: a.spec, table: a.table, rows: a.rows, pairs: pairsOf(a, b)}
	if a != b {
		m.rows += b.rows
	}
	m.cap = blockCap(m.rows)
	m.atoms = atomRefs(m.spec)
	measure(m.atoms, a, b, w)
	opt.progress("train", 1, 6)
	counts, drawn, _ := blind(ctx, a, b, w)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	opt.progress("train", 2, 6)
	est := newEstimate(m.spec, m.pairs, float64(m.rows), counts, drawn)
	t.exact(m, est)
	est.start()
	for round := range 2 {
		m.passes = choosePasses(m.atoms, t.rows())
		s := newSampler(a, b, m.atoms, m.passes, m.cap, w)
		est.seen = s.count(ctx)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		est.run(emRounds)
		m.odds = est.odds
		m.weigh()
		opt.progress("train", 3+2*round, 6)
		if round == 0 {
			t.shares(ctx, m, s)
		}
	}
	m.learnFrequencies(a, b, w)
	m.settle(a, est)
	opt.progress("train", 6, 6)
	return m, ctx.Err()
}

// training is what is being learnt from.
type training struct {
	a, b    *Records
	opt     Options
	workers int
}

// rows returns how many rows a row can meet, as choosePasses counts.
func (t *training) rows() int {
	if t.a == t.b {
		return t.a.rows
	}
	return int(2 * pairsOf(t.a, t.b) / float64(t.a.rows+t.b.rows))
}

// blockCap returns how large a block may be before it is split: small files
// can afford more.
func blockCap(rows int) int {
	switch {
	case rows <= 2000:
		return 64
	case rows <= 20000:
		return 40
	}
	return 24
}

// exact counts how often strangers have one value, where blind pairs are too
// few to tell.
func (t *training) exact(m *Model, e *estimate) {
	for i := range m.atoms {
		at := &m.atoms[i]
		if at.k != 0 {
			continue
		}
		switch m.spec.Fields[at.field].Kind {
		case Document:
			e.exact(at.field, documentSame, at.same, at.has)
		case Phone:
			e.exact(at.field, phoneSame, at.same, at.has)
		case Email:
			e.exact(at.field, emailSame, at.same, at.has)
		case Number:
			e.exact(at.field, numberSame, at.same, at.has)
		}
	}
}

// atomCounts counts how often pairs that are likely one person share atoms.
type atomCounts struct {
	x          *comparer
	both, same []uint64
}

// shares measures how often records of one person share each atom.
func (t *training) shares(ctx context.Context, m *Model, s *sampler) {
	n := len(m.atoms)
	all := &atomCounts{both: make([]uint64, n), same: make([]uint64, n)}
	eachPair(ctx, s, func() *atomCounts {
		return &atomCounts{x: newComparer(t.a, t.b), both: make([]uint64, n), same: make([]uint64, n)}
	}, func(c *atomCounts, i, j uint32, units uint64) {
		if joined(m.against(c.x.compare(i, j))) < 0 {
			return
		}
		for k := range m.atoms {
			u, v := t.a.atom(i, &m.atoms[k]), t.b.atom(j, &m.atoms[k])
			if u == 0 || v == 0 {
				continue
			}
			c.both[k] += units
			if u == v {
				c.same[k] += units
			}
		}
	}, func(c *atomCounts) {
		for k := range n {
			all.both[k] += c.both[k]
			all.same[k] += c.same[k]
		}
	})
	const expected = 30 * unitsPerPair
	for k := range m.atoms {
		at := &m.atoms[k]
		at.share = (float64(all.same[k]) + expected*at.share) / (float64(all.both[k]) + expected)
	}
}

// firmDocuments is how seldom the documents of one person may differ for
// documents that differ to say two people, whatever else. In files where they
// differ more often the number is written down badly, and only weighs.
const firmDocuments = .02

// settle fixes what follows from the odds.
func (m *Model) settle(a *Records, e *estimate) {
	m.counts = make([][]int64, len(m.spec.Fields))
	for f, field := range m.spec.Fields {
		n := make([]float64, len(field.ladder()))
		for _, s := range e.seen {
			n[s.pattern.level(f)] += s.pairs
		}
		for _, v := range n {
			m.counts[f] = append(m.counts[f], int64(v+.5))
		}
	}
	for _, c := range a.cols {
		m.monthFirst = append(m.monthFirst, c.monthFirst)
	}
	m.strict = make([]bool, len(m.spec.Fields))
	for f, field := range m.spec.Fields {
		m.strict[f] = field.Kind == Document && (field.Strict || m.odds.field[f][person][different] < firmDocuments)
	}
	m.bands = Bands{Judge: -6, Same: 2}
}
