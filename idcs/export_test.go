package idcs

import "context"

// NewShortScheme compiles a rule for numbers short enough to try them all.
func NewShortScheme(r Rule) (*Scheme, error) { return newScheme(r, 4) }

// CountsByHead returns how many numbers pass the filters for each pair of
// leading digits.
func (s *Scheme) CountsByHead(ctx context.Context) map[string]uint64 {
	out := map[string]uint64{}
	c := s.counter(ctx)
	for _, a := range s.heads {
		for b := range uint8(10) {
			if s.local.empty() && len(s.shapes) == 0 {
				out[string([]byte{'0' + a, '0' + b})] = pow10(s.length - 3)
				continue
			}
			out[string([]byte{'0' + a, '0' + b})] = c.valid([]uint8{a, b})
		}
	}
	return out
}
