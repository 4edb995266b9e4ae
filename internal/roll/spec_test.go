package roll_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sijil/internal/errs"
	"sijil/internal/roll"
)

const goodSpec = `{"format": 1, "id": "n", "truth": "t", "fields": [
  {"name": "given", "kind": "given", "columns": ["a", "b"], "second": ["x", ""]},
  {"name": "birth", "kind": "date", "columns": ["c"]}
]}`

// TestSpec reads a spec, finds its columns in two files, and prints it again.
func TestSpec(t *testing.T) {
	t.Parallel()
	s, err := roll.ParseSpec("s.json", []byte(goodSpec))
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if s, err = roll.ParseSpec("s.json", text); err != nil {
		t.Fatal(err)
	}
	first, err := roll.Open(file(t, "n,t,c,b,a\n1,2,3,4,5\n"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := roll.Open(file(t, "c,x\n1,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]int{{4, 3, 2}, {1, -1, 0}} {
		got, err := s.Places([]*roll.File{first, second}[i], i == 1)
		if err != nil || len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
			t.Errorf("file %d: %v, %v, want %v", i+1, got, err, want)
		}
	}
	if _, err := s.Places(second, false); err == nil || !strings.Contains(err.Error(), "fields[0].columns") {
		t.Errorf("missing columns: %v", err)
	}
}

// TestBadSpecs wants the place of each fault.
func TestBadSpecs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ from, to, field string }{
		"format":           {`"format": 1`, `"format": 2`, "format"},
		"unknown key":      {`"id"`, `"ids"`, "ids"},
		"unknown kind":     {`"kind": "date"`, `"kind": "dates"`, "kind"},
		"two names":        {`"name": "birth"`, `"name": "given"`, "fields[1].name"},
		"a column twice":   {`["c"]`, `["a"]`, "fields[1].columns"},
		"no columns":       {`["c"]`, `[]`, "fields[1].columns"},
		"another number":   {`["x", ""]`, `["x"]`, "fields[0].second"},
		"truth as field":   {`["c"]`, `["t"]`, "fields[1].columns"},
		"id as field":      {`["x", ""]`, `["n", ""]`, "fields[0].columns"},
		"no JSON":          {goodSpec, "fields", ""},
		"two date columns": {`["c"]`, `["c","d"]`, "fields[1].columns"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := roll.ParseSpec("s.json", []byte(strings.Replace(goodSpec, tt.from, tt.to, 1)))
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Kind != errs.Invalid || e.File != "s.json" || !strings.Contains(e.Field, tt.field) {
				t.Errorf("got %v, want something about %s", err, tt.field)
			}
		})
	}
}

// TestPair lines two rolls up that call their columns otherwise, in other
// orders and scripts.
func TestPair(t *testing.T) {
	t.Parallel()
	a, b := rollOf(t, 60, "prenom=given", "nom=family", "prenom_ar=given_ar", "nom_ar=family_ar", "ddn=date", "cin=document", "commune=place"),
		rollOf(t, 60, "National ID=document", "النسب=family_ar", "الاسم=given_ar", "DOB=date_fr", "phone=phone")
	ga, _ := guess(t, a, nil)
	gb, _ := guess(t, b, nil)
	s := roll.Pair(ga, gb, [2]*roll.Sample{sample(t, a), sample(t, b)})
	got := ""
	for _, f := range s.Fields {
		got += f.Name + " " + strings.Join(f.Columns, "+") + " = " + strings.Join(f.Second, "+") + "; "
	}
	want := "given prenom_ar = الاسم; family nom_ar = النسب; birth_date ddn = DOB; cin cin = National ID; "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for column, g := range map[string]*roll.Guess{"commune": ga, "phone": gb, "nom": ga} {
		for _, c := range g.Columns {
			if c.Name == column && c.From != roll.IsOneSided {
				t.Errorf("%s: %s", column, c.From)
			}
		}
	}
	text, err := s.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := roll.ParseSpec("s.json", text); err != nil {
		t.Error(err)
	}
}

func sample(t *testing.T, path string) *roll.Sample {
	t.Helper()
	f, err := roll.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Sample()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSampleSeesTheWholeFile finds a column that is filled in the last rows
// only.
func TestSampleSeesTheWholeFile(t *testing.T) {
	t.Parallel()
	s := sample(t, file(t, "a,b\n"+strings.Repeat("1111111111,\n", 400_000)+strings.Repeat("1111111111,x\n", 10_000)))
	filled := 0
	for _, v := range s.Values[1] {
		if v != "" {
			filled++
		}
	}
	if filled == 0 || s.Rows > 200_000 {
		t.Errorf("%d of %d sampled values", filled, s.Rows)
	}
}

// TestCopyWith changes nothing but the two columns.
func TestCopyWith(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string][2]string{
		"plain":               {"a,b\n1, 2\n\"x \"\"y\"\"\",\n", "a,b,cluster_id,match_weight\n1, 2,0,w\n\"x \"\"y\"\"\",,1,w\n"},
		"mark and semicolons": {"\uFEFFa;b\r\n1;2\r\n\r\n3;4", "\uFEFFa;b;cluster_id;match_weight\r\n1;2;0;w\r\n3;4;1;w\r\n"},
		"line ends in quotes": {"a,b\n\"1\n2\",3\n", "a,b,cluster_id,match_weight\n\"1\n2\",3,0,w\n"},
		"mixed line ends":     {"a,b\r\n1,2\n3,4\r\n", "a,b,cluster_id,match_weight\r\n1,2,0,w\n3,4,1,w\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := roll.Open(file(t, tt[0]))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err = f.CopyWith(t.Context(), &out, true, func(to []byte, row int, comma byte) []byte {
				return append(to, comma, byte('0'+row), comma, 'w')
			})
			if err != nil || out.String() != tt[1] {
				t.Errorf("got %q, %v, want %q", out.String(), err, tt[1])
			}
		})
	}
}

// TestCountryWords refuses a country's file that cannot be right.
func TestCountryWords(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"format":      `{"format": 2, "roles": []}`,
		"kind":        `{"format": 1, "roles": [{"role": "x", "kind": "y", "words": ["z"]}]}`,
		"small words": `{"format": 1, "roles": [{"role": "x", "kind": "text", "words": ["de la"]}]}`,
		"unknown key": `{"format": 1, "rolls": []}`,
	} {
		if _, err := roll.LoadWords("rolls.json", []byte(text)); errs.KindOf(err) != errs.Invalid || !strings.HasPrefix(err.Error(), "rolls.json") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := roll.LoadWords("", nil); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join("..", "..", "morocco", "rolls.json")); err != nil {
		t.Error(err)
	}
}
