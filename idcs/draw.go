package idcs

import (
	"encoding/binary"
	"io"
	"math/bits"

	"sijil/internal/errs"
)

// maxTries bounds the candidates of one draw. The strictest usual rule keeps
// one candidate in fourteen, so that a random source runs into the bound with
// a chance far below 1e-100; a source that repeats itself runs into it at
// once, instead of hanging.
const maxTries = 1 << 14

// Draw returns a number of the scheme that passes its filters, each with the
// same chance, from random bytes: crypto/rand.Reader for numbers that will be
// issued. Whether a number is already taken is for the caller to know.
//
// The other digits are a uniform integer below Candidates, the check digit
// follows, and a number that fails a filter is thrown away. The integer is
// itself drawn by rejection: a remainder, or the leading digits of a large
// random integer, would favour some numbers.
func (s *Scheme) Draw(random io.Reader) (IDCS, error) {
	var buf [MaxLength]uint8
	d := buf[:s.length]
	candidates := s.Candidates()
	for range maxTries {
		n, err := below(random, candidates)
		if err != nil {
			return IDCS{}, err
		}
		s.candidate(d, n)
		if s.passes(d) {
			return of(join(d)), nil
		}
	}
	return IDCS{}, stuck()
}

// candidate writes the n-th number that has the shape of the scheme into d.
func (s *Scheme) candidate(d []uint8, n uint64) {
	for i := len(d) - 2; i > 0; i-- {
		d[i] = uint8(n % 10)
		n /= 10
	}
	d[0] = s.heads[n]
	var left uint8
	for i, c := range d[:len(d)-1] {
		left = extend(left, c, len(d)-1-i)
	}
	d[len(d)-1] = closing(left)
}

// below returns a uniform integer in [0, n).
func below(random io.Reader, n uint64) (uint64, error) {
	var b [8]byte
	mask := uint64(1)<<bits.Len64(n-1) - 1
	for range maxTries {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, &errs.Error{Kind: errs.Unavailable, Code: "idcs.random", What: "the random source failed", Err: err}
		}
		if v := binary.LittleEndian.Uint64(b[:]) & mask; v < n {
			return v, nil
		}
	}
	return 0, stuck()
}

func stuck() error {
	return &errs.Error{
		Kind: errs.Unavailable, Code: "idcs.random",
		What: "no number was found: the random source repeats itself, or the filters leave none",
		Fix:  "check the source, and the capacity of the scheme",
	}
}
