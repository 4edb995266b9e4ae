package names

import "math/bits"

// Jaro returns the Jaro similarity of two strings, from 0 (nothing in common)
// to 1 (equal), character by character as they are: two empty strings are
// equal. The number of transpositions is halved downwards, as in Winkler's
// strcmp95 (US Bureau of the Census, 1994). It does not depend on the order of
// its arguments. It does not allocate up to 64 characters a side, and looks at
// the first MaxCompared of each.
func Jaro(a, b string) float64 {
	j, _ := jaro(a, b)
	return j
}

// JaroWinkler returns the Jaro similarity raised by a tenth of what is missing
// to 1 for each of the first four characters that agree (Winkler 1990), with
// no lower limit on the similarity that is raised.
func JaroWinkler(a, b string) float64 {
	j, first := jaro(a, b)
	return j + float64(first)*0.1*(1-j)
}

// jaro also returns how many of the first four characters agree.
func jaro(a, b string) (similarity float64, first int) {
	if a == b {
		return 1, 0
	}
	var c codes
	if !c.load(a, b) {
		ra, rb := firstRunes(a), firstRunes(b)
		for first < 4 && first < len(ra) && first < len(rb) && ra[first] == rb[first] {
			first++
		}
		return jaroLong(ra, rb), first
	}
	first = c.prefix()
	return c.jaro(first), min(first, 4)
}

// prefix returns how many of the first eight characters are the same.
func (c *codes) prefix() int {
	differ := word(&c.a, 0) ^ word(&c.b, 0)
	return min(bits.TrailingZeros64(differ)/8, c.na, c.nb)
}

// jaro matches from the left, which for each character gives the same pairs
// from either side. The first characters that agree match each other.
func (c *codes) jaro(agree int) float64 {
	na, nb := c.na, c.nb
	window := max(max(na, nb)/2-1, 0)
	matched := uint64(1)<<(uint(agree)&63) - 1
	inA := matched
	all := uint64(1)<<(uint(nb)&63) - 1
	if nb == inMask {
		all = ^uint64(0)
	}
	free := all &^ matched // places of b not matched yet
	reach := 2*window + 1
	low, high := word(&c.b, 0), word(&c.b, 8)
	for i := agree; i < na; i++ {
		n := uint64(c.a[i&63]) * lows
		m := same(low, n)
		if nb > 8 {
			m |= same(high, n) << 8
			if nb > 16 {
				m = places(&c.b, nb, c.a[i&63])
			}
		}
		m &= free & near(i-window, reach)
		m &= -m
		free &^= m
		inA |= (m | -m) >> 63 << (uint(i) & 63)
	}
	inB := all &^ free
	matches := bits.OnesCount64(inA)
	inA &^= matched
	inB &^= matched
	moved := 0
	for inA != 0 {
		moved += bit(c.a[bits.TrailingZeros64(inA)&63] != c.b[bits.TrailingZeros64(inB)&63])
		inA &= inA - 1
		inB &= inB - 1
	}
	return jaroOf(matches, moved, na, nb)
}

// near returns reach places from the given one, which may lie before the first.
func near(from, reach int) uint64 {
	if from < 0 {
		return 1<<uint(reach+from) - 1
	}
	return (1<<uint(reach) - 1) << uint(from)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// jaroOf is (m/na + m/nb + (m-t)/m) / 3 over one denominator, for a division
// takes as long as comparing three characters.
func jaroOf(m, moved, na, nb int) float64 {
	if m == 0 {
		return 0
	}
	return float64(m*m*(na+nb)+(m-moved/2)*na*nb) / float64(3*m*na*nb)
}

// jaroLong is the method as it is written down, for strings that do not fit
// one machine word.
func jaroLong(a, b []rune) float64 {
	window := max(len(a), len(b))/2 - 1
	used := make([]bool, len(b))
	var matched []rune
	for i, r := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !used[j] && b[j] == r {
				used[j] = true
				matched = append(matched, r)
				break
			}
		}
	}
	moved, k := 0, 0
	for j, r := range b {
		if used[j] {
			if matched[k] != r {
				moved++
			}
			k++
		}
	}
	return jaroOf(len(matched), moved, len(a), len(b))
}
