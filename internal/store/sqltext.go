package store

import (
	"strings"
)

// The little of SQL's grammar that migrations are read with: words, quoted
// texts, numbers and signs. Comments are left out, but for directives.

// sqlToken is a word, a quoted text, or one sign.
type sqlToken struct {
	text string
	at   int  // offset in the file
	line int  // from 1
	word bool // a name or keyword
}

// is reports whether the token is one of some keywords.
func (t sqlToken) is(words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(t.text, w) {
			return true
		}
	}
	return false
}

// directiveMark begins a comment that means something: "--+ place …".
const directiveMark = "--+"

// tokens splits SQL. A directive is one token of its own.
func tokens(sql string) []sqlToken {
	var out []sqlToken
	line := 1
	for i := 0; i < len(sql); {
		start, c := i, sql[i]
		switch {
		case c == '\n':
			line++
			i++
			continue
		case c == ' ' || c == '\t' || c == '\r':
			i++
			continue
		case strings.HasPrefix(sql[i:], "--"):
			end := strings.IndexByte(sql[i:], '\n')
			if end < 0 {
				end = len(sql) - i
			}
			i += end
			if !strings.HasPrefix(sql[start:], directiveMark) {
				continue
			}
		case strings.HasPrefix(sql[i:], "/*"):
			i += skipTo(sql[i:], "*/", 2)
			line += strings.Count(sql[start:i], "\n")
			continue
		case c == '\'' || c == '"':
			i++
			i += skipTo(sql[i:], string(c), 0)
		case c == '$' && strings.IndexByte(sql[i+1:], '$') >= 0 && !strings.ContainsAny(sql[i+1:i+1+strings.IndexByte(sql[i+1:], '$')], " \n;,)"):
			mark := sql[i : i+2+strings.IndexByte(sql[i+1:], '$')]
			i += len(mark)
			i += skipTo(sql[i:], mark, 0)
		case wordByte(c):
			for i < len(sql) && wordByte(sql[i]) {
				i++
			}
		default:
			i++
		}
		out = append(out, sqlToken{text: sql[start:i], at: start, line: line, word: wordByte(c)})
		line += strings.Count(sql[start:i], "\n")
	}
	return out
}

// skipTo returns how far it is to the end of the next mark in s, from an
// offset on; to the end of s when there is none.
func skipTo(s, mark string, from int) int {
	if i := strings.Index(s[from:], mark); i >= 0 {
		return from + i + len(mark)
	}
	return len(s)
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// joined writes tokens as SQL again.
func joined(ts []sqlToken) string {
	var b strings.Builder
	for i, t := range ts {
		if i > 0 && spaced(ts[i-1], t) {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// spaced reports whether a space belongs between two tokens: two signs that
// stood together (such as <>) stay together.
func spaced(a, b sqlToken) bool {
	if !a.word && !b.word && a.at+len(a.text) == b.at {
		return false
	}
	return !b.is(",", ")", ".", ";") && !a.is("(", ".")
}
