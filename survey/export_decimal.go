package survey

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"sijil/formula"
	"sijil/internal/errs"
)

// Rounding says how the numbers of a model are rounded for publication.
//
// Coefficients of terms keep significant digits: what rounding does to a
// contribution is then the same small share of it whatever the unit of the
// variable, while fixed decimals would empty the coefficient of a variable
// measured in large numbers. The intercept, region effects and points of tables
// are in the unit of the index itself, and keep decimals.
type Rounding struct {
	Significant int `json:"significant_digits,omitempty"` // of coefficients; 0 means fixed decimals for them too
	Decimals    int `json:"decimals"`                     // of the other numbers
}

// DefaultRounding is four significant digits and four decimals: a coefficient
// moves by at most 1 in 2,000, far less than it is known to.
var DefaultRounding = Rounding{Significant: 4, Decimals: 4}

const maxPublishedDecimals = 12 // a formula's coefficients have no more

func (r Rounding) check() error {
	switch {
	case r.Significant < 0 || r.Significant > maxPublishedDecimals:
		return errs.Bad("significant digits", "not between 1 and 12", "use 4, or fixed decimals")
	case r.Decimals < 0 || r.Decimals > maxPublishedDecimals:
		return errs.Bad("decimals", "not between 0 and 12", "use 4")
	}
	return nil
}

// coefficient rounds a coefficient and returns it as a formula writes it.
func (r Rounding) coefficient(field string, v float64) (string, error) {
	if r.Significant == 0 {
		text, err := r.points(field, v)
		if err == nil && v != 0 && text == "0" {
			return "", errs.Bad(field, fmt.Sprintf("the coefficient is 0 when rounded to %d decimals", r.Decimals), "use significant digits, or change the unit of the column")
		}
		return text, err
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', r.Significant-1, 64), 64)
	if err != nil {
		return "", err
	}
	return publishable(field, rounded)
}

// points rounds a number that is in the unit of the index.
func (r Rounding) points(field string, v float64) (string, error) {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', r.Decimals, 64), 64)
	if err != nil {
		return "", err
	}
	return publishable(field, rounded)
}

func publishable(field string, v float64) (string, error) {
	text := strconv.FormatFloat(v+0, 'f', -1, 64) // +0: no "-0"
	if _, err := formula.ParsePoints(text); err != nil {
		fix := "change the unit of the column, so that its numbers are larger"
		if math.Abs(v) < 1 {
			fix = "round to fewer digits, or change the unit of the column, so that its numbers are smaller"
		} else if field == Intercept {
			fix = "fit the logarithm of the target, or change its unit"
		}
		return "", errs.Bad(field, "its number does not fit a formula, which has six digits before the point and twelve after", fix)
	}
	return text, nil
}

// exactValue returns the value a formula reads for a number of the survey:
// the ratio with a small denominator that the number is nearest to, where there
// is one (0.16666666666666666 was 1/6), or else its decimals.
func exactValue(v float64) (formula.Value, error) {
	if num, den, ok := smallRatio(v); ok {
		return formula.Ratio(num, den), nil
	}
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if _, fraction, _ := strings.Cut(text, "."); len(fraction) > 18 {
		text = strconv.FormatFloat(v, 'f', 18, 64)
	}
	return formula.ParseValue(text)
}

// smallRatio finds by continued fractions the ratio with a denominator of at
// most a million that prints as v in double precision.
func smallRatio(v float64) (num, den int64, ok bool) {
	if math.Abs(v) >= 1<<53 {
		return 0, 0, false
	}
	h0, h1, k0, k1 := int64(0), int64(1), int64(1), int64(0)
	for x := v; ; {
		whole := math.Floor(x)
		if math.Abs(whole) >= 1<<53 {
			return 0, 0, false
		}
		a := int64(whole)
		if float64(a)*float64(k1)+float64(k0) > 1e6 || math.Abs(float64(a)*float64(h1)+float64(h0)) >= 1<<53 {
			return 0, 0, false
		}
		h0, h1, k0, k1 = h1, a*h1+h0, k1, a*k1+k0
		if float64(h1)/float64(k1) == v {
			return h1, k1, true
		}
		if x == whole {
			return 0, 0, false
		}
		x = 1 / (x - whole)
	}
}
