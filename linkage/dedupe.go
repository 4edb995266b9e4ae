package linkage

import (
	"context"
	"math"
	"slices"

	"sijil/internal/errs"
)

// Dedupe finds the records of recs that are one person. The model must be of
// the spec and the names table of the records.
func Dedupe(ctx context.Context, recs *Records, m *Model, opt Options) (*Result, error) {
	if err := m.fits(recs); err != nil {
		return nil, err
	}
	s := newSearch(m, recs, recs, opt)
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	g := newGather(m, recs)
	g.take(s.pairs)
	opt.progress("cluster", 1, 1)
	return s.result(g), nil
}

// fits reports whether a model can judge records.
func (m *Model) fits(r *Records) error {
	if !slices.EqualFunc(m.spec.Fields, r.spec.Fields, func(a, b Field) bool {
		return a.Kind == b.Kind && len(a.Columns) == len(b.Columns)
	}) {
		return &errs.Error{Kind: errs.Conflict, Code: "linkage.other_fields", What: "the model is of other fields than the records",
			Fix: "train a model on records of this spec, or use the spec of the model"}
	}
	if hashOf(m.table) != hashOf(r.table) {
		return otherNames()
	}
	return nil
}

func otherNames() error {
	return &errs.Error{Kind: errs.Conflict, Code: "linkage.other_names", What: "the model was trained with another table of names",
		Fix: "use the table of the model, or train a new one"}
}

// result turns what was found into rows as they came.
func (s *search) result(g *gather) *Result {
	r := s.a
	out := &Result{Cluster: make([]uint32, r.rows), Weight: make([]float64, r.rows), Stats: s.stats}
	at := make([]uint32, r.rows) // where the row that came so lies
	for i, in := range r.input {
		at[in] = uint32(i)
	}
	number := make([]uint32, r.rows)
	for in, i := range at {
		root := g.find(i)
		if number[root] == 0 {
			out.Clusters++
			number[root] = uint32(out.Clusters)
		}
		out.Cluster[in] = number[root] - 1
		out.Weight[in] = g.weight[i]
	}
	for _, p := range g.used {
		out.Links = append(out.Links, s.link(p, Same))
	}
	for _, p := range s.pairs {
		if g.find(p.a) != g.find(p.b) && p.weight >= s.m.bands.Judge {
			out.Review = append(out.Review, s.link(p, Judge))
		}
	}
	slices.SortFunc(out.Links, heaviestLink)
	slices.SortFunc(out.Review, heaviestLink)
	out.Stats.Reviews = int64(len(out.Review))
	out.Review = out.Review[:min(len(out.Review), MaxReview)]
	out.Stats.Samples = samples(s.m.bands, out.Links, out.Review)
	out.Stats.Bins = s.filled()
	return out
}

func (s *search) link(p found, b Band) Link {
	l := Link{A: s.a.input[p.a], B: s.b.input[p.b], Weight: p.weight, Band: b}
	if s.a == s.b && l.A > l.B {
		l.A, l.B = l.B, l.A
	}
	return l
}

func heaviestLink(a, b Link) int {
	switch {
	case a.Weight > b.Weight:
		return -1
	case a.Weight < b.Weight:
		return 1
	case a.A != b.A:
		return int(a.A) - int(b.A)
	}
	return int(a.B) - int(b.B)
}

// filled returns the bins from the first to the last that has pairs.
func (s *search) filled() []Bin {
	from, to := 0, len(s.bins)
	for from < to && s.bins[from].Pairs == 0 {
		from++
	}
	for to > from && s.bins[to-1].Pairs == 0 {
		to--
	}
	return slices.Clone(s.bins[from:to])
}

// samples picks pairs from around the bands, heaviest first.
func samples(b Bands, lists ...[]Link) []Link {
	const each = 40
	var out []Link
	for _, at := range []float64{b.Same, b.Judge} {
		var near []Link
		for _, list := range lists {
			near = append(near, nearest(list, at, each)...)
		}
		slices.SortFunc(near, func(x, y Link) int {
			if d := math.Abs(x.Weight-at) - math.Abs(y.Weight-at); d != 0 {
				return int(math.Copysign(1, d))
			}
			return heaviestLink(x, y)
		})
		out = append(out, near[:min(len(near), each)]...)
	}
	slices.SortFunc(out, heaviestLink)
	return slices.Compact(out)
}

// nearest returns up to most links on either side of a weight in a list that
// begins with the heaviest.
func nearest(list []Link, at float64, most int) []Link {
	mid, _ := slices.BinarySearchFunc(list, at, func(l Link, w float64) int {
		if l.Weight > w {
			return -1
		}
		return 1
	})
	return list[max(0, mid-most):min(len(list), mid+most)]
}
