package idcs

// banned counts the numbers of the right shape with the prefix that a filter
// on the ends, or on rows of pairs, bans.
func (c *counter) banned(prefix []uint8) uint64 {
	if len(c.shapes) == 0 && c.local.pairs == 0 {
		return 0
	}
	var left uint8
	for i, v := range prefix {
		c.d[i] = v
		left = extend(left, v, c.length-1-i)
	}
	return c.doomed(len(prefix), left)
}

func (c *counter) doomed(n int, left uint8) uint64 {
	d := c.d[:n]
	switch {
	case c.stopped || !c.mayFail(d):
		return 0
	case n == c.length-1:
		c.d[n] = closing(left)
		if c.passes(c.d[:c.length]) {
			return 0
		}
		return 1
	case c.local.pairs > 0 && rowOfPairs(d, c.local.pairs):
		return pow10(c.length - 1 - n) // whatever follows, with its one check digit
	}
	if n == 5 {
		select {
		case <-c.stop:
			c.stopped = true
		default:
		}
	}
	var total uint64
	for v := range uint8(10) {
		c.d[n] = v
		total += c.doomed(n+1, extend(left, v, c.length-1-n))
	}
	return total
}

// mayFail reports whether a number that starts with d can still be banned.
func (c *counter) mayFail(d []uint8) bool {
	for _, sh := range c.shapes {
		if sh.possible(d, c.length) {
			return true
		}
	}
	p := c.local.pairs
	if p == 0 {
		return false
	}
	last := c.length - 2*p // the last place where a row can start
	return len(d) <= last+1 || rowStart(d) <= last || rowOfPairs(d, p)
}

// possible reports whether d can become a number of n digits that has the
// shape.
func (sh shape) possible(d []uint8, n int) bool {
	for i := range min(sh.digits, len(d)) {
		j := n - sh.digits + i
		if sh.reversed {
			j = n - 1 - i
		}
		if j < len(d) && d[i] != d[j] {
			return false
		}
	}
	return true
}

// rowStart returns where the row of equal pairs that ends d starts, whole
// pairs or not.
func rowStart(d []uint8) int {
	i := len(d) - 1
	for i >= 2 && d[i] == d[i-2] {
		i--
	}
	return max(0, i-1)
}

// rowOfPairs reports whether d holds a pair of digits n times in succession.
func rowOfPairs(d []uint8, n int) bool {
	run := 2
	for i := 2; i < len(d); i++ {
		if d[i] != d[i-2] {
			run = 2
			continue
		}
		if run++; run >= 2*n {
			return true
		}
	}
	return false
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
