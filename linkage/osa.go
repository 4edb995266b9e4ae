package linkage

// edits returns the number of characters to insert, delete, replace or
// exchange with their neighbour to turn a into b, or most+1 if it is more than
// most. It compares bytes: its values are digits and Latin letters.
func edits(a, b string, most int) int {
	if a == b {
		return 0
	}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	if most == 1 {
		if len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0] {
			return 1
		}
		return 2
	}
	const widest = 64
	if len(b) > widest || len(a) > widest {
		return most + 1
	}
	var rows [3][widest + 1]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, last, now = last, now, before
	}
	return min(last[len(b)], most+1)
}

// signsOf counts the characters of s, in sixteen groups of four bits each.
func signsOf(s string) uint64 {
	var n uint64
	for i := range len(s) {
		at := 4 * (s[i] & 15)
		if n>>at&15 < 15 {
			n += 1 << at
		}
	}
	return n
}

// signsApart returns how many characters two strings at least do not share,
// both sides counted: no more than twice their edits.
func signsApart(a, b uint64) int {
	sum := 0
	for a != b {
		d := int(a&15) - int(b&15)
		sum += max(d, -d)
		a, b = a>>4, b>>4
	}
	return sum
}
