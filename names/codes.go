package names

import "encoding/binary"

// MaxCompared is the number of characters of either string that Jaro,
// JaroWinkler and Levenshtein look at.
const MaxCompared = 1024

// inMask is the number of characters that fit one machine word.
const inMask = 64

// codes are two strings of at most 64 characters each, one number below 128 a
// character: the same number for the same character. Eight are compared at a
// time.
type codes struct {
	a, b   [inMask]byte
	na, nb int
}

const (
	lows  = 0x0101010101010101
	sevns = 0x7f7f7f7f7f7f7f7f
	highs = 0x8080808080808080
	pack  = 0x0002040810204081 // gathers the high bits of eight bytes
)

// load fills c and reports whether both strings fit.
func (c *codes) load(a, b string) bool {
	if len(a) <= inMask && len(b) <= inMask {
		copy(c.a[:], a)
		copy(c.b[:], b)
		if ascii(&c.a, len(a)) && ascii(&c.b, len(b)) {
			c.na, c.nb = len(a), len(b)
			return true
		}
	}
	if c.na = arabicCodes(&c.a, a); c.na >= 0 {
		if c.nb = arabicCodes(&c.b, b); c.nb >= 0 {
			return true
		}
	}
	return c.number(a, b)
}

func ascii(p *[inMask]byte, n int) bool {
	var all uint64
	for i := 0; i < n; i += 8 {
		all |= binary.LittleEndian.Uint64(p[i&56 : i&56+8])
	}
	return all&highs == 0
}

// arabicCodes numbers characters from U+0600 to U+067F by their low bits, and
// returns how many there are; -1 when there are others, or too many.
func arabicCodes(dst *[inMask]byte, s string) int {
	if len(s) > 2*inMask || len(s)&1 != 0 {
		return -1
	}
	n := 0
	for ; len(s) >= 2; s = s[2:] {
		if s[0]&^1 != 0xD8 || s[1]&0xC0 != 0x80 {
			return -1
		}
		dst[n&63] = s[0]<<6&0x40 | s[1]&0x3F
		n++
	}
	return n
}

// number numbers the characters of other scripts in the order they come.
func (c *codes) number(a, b string) bool {
	var seen [2 * inMask]rune
	known := 0
	one := func(dst *[inMask]byte, s string) int {
		n := 0
		for _, r := range s {
			if n == inMask {
				return -1
			}
			k := 0
			for k < known && seen[k] != r {
				k++
			}
			if k == known {
				seen[k] = r
				known++
			}
			dst[n] = byte(k)
			n++
		}
		return n
	}
	if c.na = one(&c.a, a); c.na < 0 {
		return false
	}
	c.nb = one(&c.b, b)
	return c.nb >= 0
}

// word returns eight numbers of p.
func word(p *[inMask]byte, i int) uint64 {
	return binary.LittleEndian.Uint64(p[i&56 : i&56+8])
}

// same returns which of eight numbers are n, as bits.
func same(eight, n uint64) uint64 {
	return (highs &^ ((eight ^ n) + sevns)) * pack >> 56
}

// places returns which numbers of p are n, as bits; those after the end of p
// are not masked.
func places(p *[inMask]byte, length int, n byte) uint64 {
	all := uint64(n) * lows
	m := same(word(p, 0), all)
	for i := 8; i < length; i += 8 {
		m |= same(word(p, i), all) << uint(i)
	}
	return m
}

// firstRunes are the characters of s that count when it is long.
func firstRunes(s string) []rune {
	out := make([]rune, 0, min(len(s), MaxCompared))
	for _, r := range s {
		if len(out) == MaxCompared {
			break
		}
		out = append(out, r)
	}
	return out
}
