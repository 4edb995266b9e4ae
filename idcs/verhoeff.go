package idcs

import "sijil/internal/errs"

// The tables of Verhoeff's scheme (J. Verhoeff, Error Detecting Decimal
// Codes, Mathematical Centre Tracts 29, 1969): multiplication in the dihedral
// group D5, the powers of the permutation (1 5 8 9 4 2 7 0)(3 6), and the
// inverses in D5.
var (
	product = [10][10]uint8{
		{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		{1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
		{2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
		{3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
		{4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
		{5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
		{6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
		{7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
		{8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
		{9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
	}
	permuted = [8][10]uint8{
		{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		{1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
		{5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
		{8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
		{9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
		{4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
		{2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
		{7, 0, 4, 6, 9, 1, 3, 2, 5, 8},
	}
	inverse = [10]uint8{0, 4, 3, 2, 1, 5, 6, 7, 8, 9}
)

// extend returns the check product of digit followed to its right by nothing
// yet known, when the digits to its left have the product left and the digit
// stands place places from the right end of the whole number. D5 does not
// commute, so the digit multiplies from the left: this is what lets numbers be
// built, and counted, from their first digit on.
func extend(left uint8, digit uint8, place int) uint8 {
	return product[permuted[place&7][digit]][left]
}

// closing returns the check digit that makes a number whose other digits have
// the given product valid.
func closing(left uint8) uint8 { return inverse[left] }

// CheckDigit returns the Verhoeff check digit, '0' to '9', of a text of ASCII
// digits.
func CheckDigit(digits string) (byte, error) {
	var left uint8
	for i := range len(digits) {
		c := digits[i] - '0'
		if c > 9 {
			return 0, errs.Bad("", "a check digit is computed from digits only", "leave out everything but 0 to 9")
		}
		left = extend(left, c, len(digits)-i)
	}
	return '0' + closing(left), nil
}

// checks reports whether the last digit is the check digit of the others.
func checks(d []uint8) bool {
	var left uint8
	for i, c := range d {
		left = extend(left, c, len(d)-1-i)
	}
	return left == 0
}
