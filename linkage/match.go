package linkage

import (
	"context"
	"slices"
)

// Match finds the records of a and b that are one person, one to one: of two
// links of a record the heavier counts. Nobody is looked for within a or
// within b.
func Match(ctx context.Context, a, b *Records, m *Model, opt Options) (*MatchResult, error) {
	for _, r := range []*Records{a, b} {
		if err := m.fits(r); err != nil {
			return nil, err
		}
	}
	if a == b {
		copied := *b // the same rows, met as those of another file
		b = &copied
	}
	s := newSearch(m, a, b, opt)
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	slices.SortFunc(s.pairs, heaviest)
	out := &MatchResult{}
	usedA, usedB := make([]bool, a.rows), make([]bool, b.rows)
	for _, p := range s.pairs {
		switch {
		case p.weight < m.bands.Judge:
		case p.weight >= m.bands.Same && p.guard == NoGuard && !usedA[p.a] && !usedB[p.b]:
			usedA[p.a], usedB[p.b] = true, true
			out.Links = append(out.Links, s.link(p, Same))
		default:
			out.Review = append(out.Review, s.link(p, Judge))
		}
	}
	slices.SortFunc(out.Links, heaviestLink)
	slices.SortFunc(out.Review, heaviestLink)
	out.Stats = s.stats
	out.Stats.Reviews = int64(len(out.Review))
	out.Review = out.Review[:min(len(out.Review), MaxReview)]
	out.Stats.Samples = samples(m.bands, out.Links, out.Review)
	out.Stats.Bins = s.filled()
	opt.progress("match", 1, 1)
	return out, nil
}
