package household

import (
	"io"
	"strings"

	"sijil/internal/errs"
)

// Code is the household code that people know: eleven characters, shown as ten,
// a hyphen and the last. It is drawn at random and says nothing about anybody;
// it stays when the head or the members change.
//
// The first and the sixth character are letters, so that no code holds more
// than five digits in a row: it can neither be nor contain an identifier. The
// last is a check character (ISO/IEC 7064, hybrid system, MOD 33,32), which
// finds every wrong character and nearly every pair swapped.
type Code string

const (
	codeLength = 11
	// The digits and capitals that are not mistaken for each other: no 0, 1, I, O.
	codeAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	codeLetters  = "ABCDEFGHJKLMNPQRSTUVWXYZ"
)

// drawCode draws a code. Every code that has its form is as likely as any.
func drawCode(rand io.Reader) (Code, error) {
	var b [codeLength]byte
	for i := range codeLength - 1 {
		from := codeAlphabet
		if i == 0 || i == 5 {
			from = codeLetters
		}
		c, err := pick(rand, from)
		if err != nil {
			return "", err
		}
		b[i] = c
	}
	b[codeLength-1] = checkCharacter(b[:codeLength-1])
	return Code(b[:]), nil
}

// pick draws one of at most 32 characters, each as likely.
func pick(rand io.Reader, from string) (byte, error) {
	var b [1]byte
	for {
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return 0, &errs.Error{Kind: errs.Unavailable, Code: "household.randomness", What: "no randomness for a household code", Err: err}
		}
		if n := int(b[0] & 31); n < len(from) {
			return from[n], nil
		}
	}
}

func checkCharacter(body []byte) byte {
	const m = len(codeAlphabet)
	p := m
	for _, c := range body {
		p = (p + strings.IndexByte(codeAlphabet, c)) % m
		if p == 0 {
			p = m
		}
		p = 2 * p % (m + 1)
	}
	return codeAlphabet[(m+1-p)%m]
}

// ParseCode reads a code as somebody types it: small letters, spaces and the
// hyphen do not matter.
func ParseCode(s string) (Code, error) {
	bad := func(what string) (Code, error) {
		return "", &errs.Error{Kind: errs.Invalid, Code: "household.code", Field: "household", What: what, Fix: "copy all eleven characters of the code from the receipt"}
	}
	if len(s) > 4*codeLength {
		return bad("this is not a household code")
	}
	t := strings.NewReplacer("-", "", " ", "", "\u00A0", "").Replace(strings.ToUpper(s))
	if len(t) != codeLength || strings.Trim(t, codeAlphabet) != "" ||
		strings.IndexByte(codeLetters, t[0]) < 0 || strings.IndexByte(codeLetters, t[5]) < 0 {
		return bad("this is not a household code")
	}
	if checkCharacter([]byte(t[:codeLength-1])) != t[codeLength-1] {
		return bad("a character of the household code is wrong")
	}
	return Code(t), nil
}

// String shows the code as people write it: ten characters, a hyphen, the last.
func (c Code) String() string {
	if len(c) != codeLength {
		return string(c)
	}
	return string(c[:codeLength-1]) + "-" + string(c[codeLength-1:])
}
