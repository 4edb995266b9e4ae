package api_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"sijil/api"
)

// FuzzBody holds what every body goes through to the standard library: what is
// let through is one JSON value, in UTF-8, without repeated names, zero
// characters or depth; what is refused is never let through by a blank more.
func FuzzBody(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1,"a":2}`, `{"a":{"b":[1,2,{"c":null}]}}`, "\"\\u0000\"", "\"\xff\"", `[1] 2`, "", " ", `{"a":"\ud800"}`, `{"a":"\ud83d\ude00"}`,
		strings.Repeat("[", 17) + strings.Repeat("]", 17), `{"é":"أحمد"}`, `1e400`, `-0`, `{"a\u0000":1}`, `tru`, "\uFEFF{}", `{"a":1}//`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := api.CheckJSON(data)
		if again := api.CheckJSON(append(bytes.Clone(data), '\n')); (again == nil) != (err == nil) {
			t.Fatalf("with a blank more: %v, before %v", again, err)
		}
		if err != nil {
			return
		}
		if !utf8.Valid(data) || !json.Valid(data) {
			t.Fatalf("let through: %q", data)
		}
		depth, names := 0, []map[string]bool{}
		d := json.NewDecoder(bytes.NewReader(data))
		expectName := []bool{}
		for {
			token, err := d.Token()
			if err != nil {
				break
			}
			switch v := token.(type) {
			case json.Delim:
				if v == '{' || v == '[' {
					if n := len(expectName); n > 0 && names[n-1] != nil {
						expectName[n-1] = true
					}
					depth++
					set := map[string]bool(nil)
					if v == '{' {
						set = map[string]bool{}
					}
					names, expectName = append(names, set), append(expectName, v == '{')
				} else {
					depth--
					names, expectName = names[:depth], expectName[:depth]
				}
				if depth > api.MaxDepth {
					t.Fatalf("%d deep", depth)
				}
				continue
			case string:
				if strings.ContainsRune(v, 0) {
					t.Fatalf("a zero character was let through")
				}
				if n := len(expectName); n > 0 && expectName[n-1] {
					if names[n-1][v] {
						t.Fatalf("a repeated name was let through")
					}
					names[n-1][v], expectName[n-1] = true, false
					continue
				}
			}
			if n := len(expectName); n > 0 && names[n-1] != nil {
				expectName[n-1] = true
			}
		}
	})
}
