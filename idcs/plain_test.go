package idcs_test

import (
	"strconv"
	"strings"

	"sijil/idcs"
)

// What follows says the filters again, the long way and on whole numbers, so
// that the package is held to something it does not share code with.

func digitsOf(n int) string { return strconv.Itoa(n) }

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// checked recomputes the check digit from the others.
func checked(n string) bool {
	c, err := idcs.CheckDigit(n[:len(n)-1])
	return err == nil && n[len(n)-1] == c
}

// eachNumber calls f with every number of the rule's shape.
func eachNumber(r idcs.Rule, f func(string)) {
	first := r.First
	if first == "" {
		first = idcs.DefaultFirst
	}
	low := 1
	for range r.Length - 2 {
		low *= 10
	}
	for n := low; n < 10*low; n++ {
		s := strconv.Itoa(n)
		if !strings.Contains(first, s[:1]) {
			continue
		}
		c, err := idcs.CheckDigit(s)
		if err != nil {
			panic(err)
		}
		f(s + string(c))
	}
}

// plain reports whether n passes the filters of the rule.
func plain(r idcs.Rule, n string) bool {
	for _, f := range r.Filters {
		if breaks(f, n) {
			return false
		}
	}
	return true
}

func breaks(f idcs.Filter, n string) bool {
	half := f.Limit
	if half == 0 {
		half = len(n) / 2
	}
	switch f.Name {
	case idcs.Sequence:
		up := "0123456789"
		if f.Wrap {
			up += "0123456789"
		}
		down := reverse(up)
		return anyPart(n, f.Limit, func(p string) bool { return strings.Contains(up, p) || strings.Contains(down, p) })
	case idcs.RepeatedDigit:
		for d := 2; d <= f.Limit+1; d++ {
			if anyPart(n, d, func(p string) bool { return p[0] == p[d-1] }) {
				return true
			}
		}
		return false
	case idcs.RepeatedBlock:
		return anyPart(n, f.Limit, func(p string) bool {
			i := strings.Index(n, p)
			return strings.Contains(n[i+len(p):], p)
		})
	case idcs.EvenRun:
		return anyPart(n, f.Limit, func(p string) bool { return strings.Trim(p, "2468") == "" })
	case idcs.Forbidden:
		for _, v := range f.Values {
			if strings.Contains(n, v) {
				return true
			}
		}
		return false
	case idcs.HalvesEqual:
		return n[:half] == n[len(n)-half:]
	case idcs.HalvesReversed:
		return n[:half] == reverse(n[len(n)-half:])
	case idcs.PairRepeated:
		return anyPart(n, 2*f.Limit, func(p string) bool { return p == strings.Repeat(p[:2], f.Limit) })
	}
	panic("unknown filter")
}

func anyPart(n string, size int, f func(string) bool) bool {
	for i := 0; i+size <= len(n); i++ {
		if f(n[i : i+size]) {
			return true
		}
	}
	return false
}
