package formula

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
)

// places tells where in a file a path such as "strata.urban.terms[3].code"
// stands, and which code the term around it has.
type places struct {
	newlines []int // offsets
	lines    map[string]int
	codes    map[string]string // by path of the term
}

var termPath = regexp.MustCompile(`^strata\.[^.\[]*\.terms\[\d+\]`)

// findPlaces reads as much of data as is JSON.
func findPlaces(data []byte) *places {
	p := &places{lines: map[string]int{}, codes: map[string]string{}}
	for i, b := range data {
		if b == '\n' {
			p.newlines = append(p.newlines, i)
		}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	p.value(dec, "", 0)
	return p
}

// value notes the value at path and those inside it; it reports whether the
// text was JSON so far.
func (p *places) value(dec *json.Decoder, path string, depth int) bool {
	tok, err := dec.Token()
	if err != nil || depth > 16 {
		return false
	}
	// The offset is just behind the token: on its line.
	p.lines[path] = 1 + sort.SearchInts(p.newlines, int(dec.InputOffset()))
	switch tok {
	case json.Delim('{'):
		for dec.More() {
			name, broken := dec.Token()
			if broken != nil {
				return false
			}
			inner := fmt.Sprint(name)
			if path != "" {
				inner = path + "." + inner
			}
			if !p.value(dec, inner, depth+1) {
				return false
			}
		}
	case json.Delim('['):
		for i := 0; dec.More(); i++ {
			if !p.value(dec, fmt.Sprintf("%s[%d]", path, i), depth+1) {
				return false
			}
		}
	default:
		if code, ok := tok.(string); ok && termPath.FindString(path)+".code" == path {
			p.codes[termPath.FindString(path)] = code
		}
		return true
	}
	_, err = dec.Token()
	return err == nil
}

// line returns the line of path, or of what is around it.
func (p *places) line(path string) int {
	for path != "" {
		if n, ok := p.lines[path]; ok {
			return n
		}
		i := len(path) - 1
		for i > 0 && path[i] != '.' && path[i] != '[' {
			i--
		}
		path = path[:i]
	}
	return p.lines[""]
}

// term returns the code of the term path lies in, or "".
func (p *places) term(path string) string { return p.codes[termPath.FindString(path)] }
