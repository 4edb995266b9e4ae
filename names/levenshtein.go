package names

// Levenshtein returns the number of characters to insert, delete or replace to
// turn one string into the other, by Myers' bit vectors (Journal of the ACM
// 46, 1999, in Hyyrö's form of 2003). It does not allocate up to 64 characters
// a side, and looks at the first MaxCompared of each.
func Levenshtein(a, b string) int {
	if a == b {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	var c codes
	if !c.load(a, b) {
		return levenshteinLong(firstRunes(a), firstRunes(b))
	}
	return c.levenshtein()
}

func (c *codes) levenshtein() int {
	if c.na == 0 {
		return c.nb
	}
	up, down := ^uint64(0), uint64(0) // where a column grows and falls
	top := uint(c.na-1) & 63
	d := c.na
	// What lies above the last character of a never flows down to it.
	low, high := word(&c.a, 0), word(&c.a, 8)
	for j := range c.nb {
		n := uint64(c.b[j&63]) * lows
		eq := same(low, n) | same(high, n)<<8
		if c.na > 16 {
			eq = places(&c.a, c.na, c.b[j&63])
		}
		diagonal := (((eq & up) + up) ^ up) | eq | down
		right := down | ^(diagonal | up)
		left := up & diagonal
		d += int(right>>top&1) - int(left>>top&1)
		right = right<<1 | 1
		left <<= 1
		up = left | ^(diagonal | right)
		down = right & diagonal
	}
	return d
}

// levenshteinLong is the table of Wagner and Fischer, a row at a time.
func levenshteinLong(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range b {
			cost := diagonal
			if r != s {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
