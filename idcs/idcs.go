// Package idcs knows the civil and social identifier: a decimal number drawn
// at random whose last digit is a Verhoeff check digit. It draws numbers
// uniformly, checks typed ones, and counts exactly how many a rule allows.
//
// It refuses to know who has which number, which numbers are taken, and what
// a country's rule is: the rule is data. It also refuses to let a number
// slip out: an IDCS prints as a mask under every verb and does not marshal;
// Digits is the only way to the plaintext.
package idcs

import (
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"unique"

	"sijil/internal/errs"
)

// IDCS is one valid number. The zero IDCS is no number. Values are comparable
// and may be map keys.
//
// The number is behind a handle because fmt reaches unexported fields of
// outer structs without calling their methods: printing such a struct shows an
// address, not the number.
type IDCS struct {
	h unique.Handle[uint64]
}

func of(n uint64) IDCS { return IDCS{unique.Make(n)} }

// IsZero reports whether n is no number.
func (n IDCS) IsZero() bool { return n == IDCS{} }

// Digits returns the plaintext: ASCII digits without grouping, "" for the
// zero IDCS. Whoever calls it discloses the number.
func (n IDCS) Digits() string {
	if n.IsZero() {
		return ""
	}
	return strconv.FormatUint(n.h.Value(), 10)
}

// Mask returns the number with all but its last digits replaced by bullets,
// for a person who knows it to recognise. shown is held between 2 and 4.
func (n IDCS) Mask(shown int) string {
	d := n.Digits()
	if d == "" {
		return ""
	}
	shown = min(max(shown, 2), 4)
	return strings.Repeat("•", len(d)-shown) + d[len(d)-shown:]
}

// masked is what every print of an IDCS shows: not even the length, which
// would tell nothing about a person but might tempt somebody to show more.
const masked = "IDCS(***)"

// String returns a mask that holds no digit.
func (n IDCS) String() string { return masked }

// GoString returns a mask that holds no digit.
func (n IDCS) GoString() string { return masked }

// Format writes a mask that holds no digit under every verb and flag.
func (n IDCS) Format(f fmt.State, _ rune) {
	// A printer that cannot write has nobody to tell.
	_, _ = io.WriteString(f, masked)
}

// LogValue makes log records hold a mask without digits.
func (n IDCS) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText refuses: a masked number written to a file or an answer would
// be taken for the number, and the number must not leave unnoticed.
func (n IDCS) MarshalText() ([]byte, error) {
	return nil, &errs.Error{
		Code: "idcs.not_marshalled",
		What: "an identifier does not marshal",
		Fix:  "record the disclosure and write Digits, or show Mask",
	}
}

// Group returns digits in groups of three and four, the larger first, so that
// people can read and dictate them: ten digits stand as 4-3-3. That is never
// taken for an amount of money, which groups by three from the right.
//
// The separator is the no-break space U+00A0. A line does not break at it,
// and the bidirectional algorithm keeps the groups in order inside Arabic
// text, where ordinary spaces would reverse them (UAX #9, rule W4).
func Group(digits string) string {
	groups := (len(digits) + 3) / 4
	if groups == 0 {
		return ""
	}
	size, larger := len(digits)/groups, len(digits)%groups
	var b strings.Builder
	for g := range groups {
		if g > 0 {
			b.WriteRune('\u00A0')
		}
		n := size
		if g < larger {
			n++
		}
		b.WriteString(digits[:n])
		digits = digits[n:]
	}
	return b.String()
}
