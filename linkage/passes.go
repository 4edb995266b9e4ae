package linkage

import "sijil/internal/errs"

// Passes returns how many passes of blocking the model has: Key.Pass counts
// from 0 to one less.
func (m *Model) Passes() int { return len(m.passes) }

// WithPasses returns the model with some of its passes, in the order given: for
// a register that pays for every key it stores and knows which passes find
// what the others do not. Its hash and KeyVersion are others.
func (m *Model) WithPasses(keep []int) (*Model, error) {
	other := *m
	other.passes = nil
	seen := map[int]bool{}
	for _, p := range keep {
		if p < 0 || p >= len(m.passes) || seen[p] {
			return nil, errs.Bad("passes", "a pass that the model does not have, or one twice", "name each pass once, from 0")
		}
		seen[p] = true
		other.passes = append(other.passes, m.passes[p])
	}
	if len(other.passes) == 0 {
		return nil, errs.Bad("passes", "no pass is left", "keep at least one")
	}
	other.weigh()
	return &other, nil
}
