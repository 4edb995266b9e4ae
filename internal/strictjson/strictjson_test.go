package strictjson_test

import (
	"testing"

	"sijil/internal/strictjson"
)

type doc struct {
	Name  string         `json:"name"`
	Terms []term         `json:"terms"`
	By    map[string]int `json:"by"`
}

type term struct {
	Code string `json:"code"`
	N    int    `json:"n"`
}

func TestErrorsNameLineAndField(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"whole", "{\"name\":\"a\",\"terms\":[{\"code\":\"x\",\"n\":1}]}", ""},
		{"byte order mark", "\uFEFF{\"name\":\"a\"}", ""},
		{"unknown name", "{\n\"name\":\"a\",\n\"trms\":[]}", "f.json:3: trms: unknown name; check its spelling; known here: name, terms, by"},
		{"wrong kind", "{\n\"terms\":[\n{\"code\":7}]}", "f.json:3: terms[0].code: found a number, expected text"},
		{"fraction for integer", "{\n\"terms\":[{\"n\":1.5}]}", "f.json:2: terms[0].n: found a number, expected a whole number in range"},
		{"repeated name", "{\n\"name\":\"a\",\n\"name\":\"b\"}", "f.json:3: name: the name stands twice in one object; keep one of them"},
		{"repeated map key", "{\"by\":{\n\"a\":1,\n\"a\":2}}", "f.json:3: by.a: the name stands twice in one object; keep one of them"},
		{"cut off", "{\n\"name\":\"a\",", "f.json:2: the text ends in the middle of a value; check that the file is whole"},
		{"cut inside text", "{\n\"name\":\"a", "f.json:2: name: the text ends in the middle of a value; check that the file is whole"},
		{"trailing text", "{}\n{}", "f.json:2: not JSON; check commas, quotes and brackets just before this place"},
		{"missing comma", "{\"name\":\"a\"\n\"by\":{}}", "f.json:2: not JSON; check commas, quotes and brackets just before this place"},
		{"invalid UTF-8", "{\"name\":\"\xff\"}", "f.json:1: name: not JSON; check commas, quotes and brackets just before this place"},
		{"empty", "", "f.json:1: the text is empty; check that the file is whole"},
		{"blank", " \n", "f.json:1: the text is empty; check that the file is whole"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var d doc
			got := ""
			if err := strictjson.Unmarshal("f.json", []byte(tt.in), &d); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
