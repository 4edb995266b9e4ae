package checkmodel

import (
	"slices"

	"sijil/linkage"
	"sijil/population"
)

// leastGain is what a pass must find that those before it do not, as a share
// of the people who come again, to be worth the keys it stores.
const leastGain = 0.001

// met says in which passes two records of a person share a key: the coarsest,
// which a small register reads, and the finest, all that a large one reads.
type met struct{ coarse, fine []bool }

// meets compares the keys of two records.
func meets(a, b []linkage.Key, passes int) met {
	out := met{make([]bool, passes), make([]bool, passes)}
	for p := range passes {
		of := func(all []linkage.Key) []linkage.Key {
			return slices.DeleteFunc(slices.Clone(all), func(k linkage.Key) bool { return int(k.Pass) != p })
		}
		x, y := of(a), of(b)
		if len(x) == 0 || len(y) == 0 {
			continue
		}
		out.coarse[p] = x[0].Hash == y[0].Hash
		out.fine[p] = len(x) == len(y) && x[len(x)-1].Hash == y[len(y)-1].Hash
	}
	return out
}

// telling returns the passes that find people who come again, the best first,
// while each finds some that the others do not. People who show a document that
// is claimed are found by it and do not count.
func (s *Source) telling(m *linkage.Model, enrolments int) ([]int, error) {
	var pairs []met
	var before []linkage.Key
	var first population.Enrolment
	for range enrolments {
		e, err := s.Next()
		if err != nil {
			return nil, err
		}
		r, err := m.Record(s.in.Rules.Values(e.Enrolment)[0])
		if err != nil {
			return nil, err
		}
		keys := m.Keys(r)
		if e.Kind != Again {
			before, first = keys, e.Enrolment
		} else if !shareDocument(first, e.Enrolment) {
			pairs = append(pairs, meets(before, keys, m.Passes()))
		}
	}
	return choose(pairs, m.Passes()), nil
}

func choose(pairs []met, passes int) []int {
	var chosen []int
	found := func(with []int) float64 {
		n := 0
		for _, p := range pairs {
			coarse := slices.ContainsFunc(with, func(i int) bool { return p.coarse[i] })
			fine := slices.ContainsFunc(with, func(i int) bool { return p.fine[i] })
			if coarse {
				n++
			}
			if fine {
				n++
			}
		}
		return float64(n) / float64(2*max(len(pairs), 1))
	}
	for was := 0.0; len(chosen) < passes; {
		best, most := -1, was
		for p := range passes {
			if slices.Contains(chosen, p) {
				continue
			}
			if v := found(append(slices.Clone(chosen), p)); v > most {
				best, most = p, v
			}
		}
		if best < 0 || len(chosen) > 0 && most-was < leastGain {
			break
		}
		chosen, was = append(chosen, best), most
	}
	return chosen
}

func shareDocument(a, b population.Enrolment) bool {
	return slices.ContainsFunc(a.Documents, func(d population.Document) bool {
		return slices.ContainsFunc(b.Documents, func(o population.Document) bool {
			return o.Type == d.Type && o.Parts[numberPart] == d.Parts[numberPart]
		})
	})
}
