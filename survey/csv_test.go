package survey_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"sijil/internal/errs"
	"sijil/survey"
)

func TestColumnsAreTypedByTheirValues(t *testing.T) {
	t.Parallel()
	text := "\xef\xbb\xbf\"size\",urban,region,wall,share,empty\n" +
		"3,yes,10,\"brick, fired\",.5,NA\n" +
		"4,no,9,\"say \"\"mud\"\"\",1e-3,\n" +
		" 5 ,NA,9,\"brick, fired\",-2,.\n"
	table, err := survey.ReadCSV(strings.NewReader(text), survey.ReadOptions{Kinds: map[string]survey.Kind{"region": survey.Categorical}})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name    string
		kind    survey.Kind
		missing int
		levels  string
	}{
		{"size", survey.Numeric, 0, "[]"},
		{"urban", survey.Boolean, 1, "[]"},
		{"region", survey.Categorical, 0, "[9 10]"},
		{"wall", survey.Categorical, 0, `[brick, fired say "mud"]`},
		{"share", survey.Numeric, 0, "[]"},
		{"empty", survey.Numeric, 3, "[]"},
	}
	for i, c := range table.Columns {
		if w := want[i]; c.Name != w.name || c.Kind != w.kind || c.Missing != w.missing || fmt.Sprint(c.Levels) != w.levels {
			t.Errorf("column %d: %s %v, %d missing, levels %v; want %+v", i, c.Name, c.Kind, c.Missing, c.Levels, w)
		}
	}
	urban := table.Column("urban").Values
	if urban[0] != 1 || urban[1] != 0 || !math.IsNaN(urban[2]) {
		t.Errorf("urban reads %v, want 1, 0 and missing", urban)
	}
	if size := table.Column("size").Values; size[2] != 5 {
		t.Errorf("a number between spaces reads %v, want 5", size[2])
	}
}

func TestDecimalCommaBetweenSemicolons(t *testing.T) {
	t.Parallel()
	table, err := survey.ReadCSV(strings.NewReader("a;b\n1,5;x\n-2,25;y\n"), survey.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if v := table.Column("a").Values; v[0] != 1.5 || v[1] != -2.25 {
		t.Errorf("got %v, want 1.5 and -2.25", v)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"empty", "", "f.csv:1: the file is empty; give a CSV file whose first row names the columns"},
		{"header alone", "a,b\n", "f.csv:1: the file has a header and no rows; check that the export is whole"},
		{"ragged", "a,b,c\n1,2,3\n4,5\n", "f.csv:3: c: the row has 2 fields and the header 3; check separators and quotes in this row"},
		{"too long", "a,b\n1,2,3\n", "f.csv:2: the row has 3 fields and the header 2; check separators and quotes in this row"},
		{"unnamed", "a,,c\n1,2,3\n", "f.csv:1: column 2 has no name; name every column in the first row"},
		{"twice", "a,b,a\n1,2,3\n", "f.csv:1: a: two columns have this name; rename one of them"},
		{"open quote", "a,b\n1,\"2\n", "f.csv:2: the text breaks off the CSV form at byte 6 of the line: extraneous or missing \" in quoted-field; close every quote, and double a quote that belongs to the text"},
		{"Latin-1", "a,b\n1,2\n3,caf\xe9\n", "f.csv:3: the text is not UTF-8; save the file as UTF-8"},
		{"UTF-16", "\xff\xfea\x00", "f.csv:1: the file is UTF-16; save it as UTF-8"},
		{"binary", "a\n1\n\x00", "f.csv:3: the file holds a NUL byte and is not text; export the survey as CSV in UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := survey.ReadCSV(strings.NewReader(tt.text), survey.ReadOptions{File: "f.csv"})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %v", err, tt.want)
			}
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("kind %v", errs.KindOf(err))
			}
		})
	}
}

// TestTextAtRow40000 finds one slip deep in a long file, names row and column
// and does not repeat the value.
func TestTextAtRow40000(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y,x,note\n")
	for i := range 45000 {
		x := fmt.Sprint(i % 7)
		if i == 39999 {
			x = "Person Synthetic"
		}
		fmt.Fprintf(&b, "%d,%s,%d\n", i%11, x, i%3)
	}
	table, err := survey.ReadCSV(strings.NewReader(b.String()), survey.ReadOptions{File: "f.csv"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = survey.Build(table, survey.Spec{Target: "y", Vars: []string{"x"}})
	want := "f.csv:40001: x: text stands in a column of numbers; mend the value, or declare the column categorical"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %v", err, want)
	}
	if _, err := survey.Build(table, survey.Spec{Target: "y", Vars: []string{"note"}}); err != nil {
		t.Errorf("a slip in a column not used stops the fit: %v", err)
	}
}

// TestNamesAndIdentifiersAreNoVariables shows what the lab refuses to take.
func TestNamesAndIdentifiersAreNoVariables(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y,serial,number,label,first_name,phone,owns_phone,wage,region_name\n")
	for i := range 120 {
		fmt.Fprintf(&b, "%d,%d,%d,t%d,n%d,%d,%d,%d,r%d\n", i%13, i+1, 90000000+(i*37)%120, (i*7)%120, i%35, 500+(i*11)%120, i%2, 1000+(i*17)%120, i%4)
	}
	table, err := survey.ReadCSV(strings.NewReader(b.String()), survey.ReadOptions{File: "f.csv"})
	if err != nil {
		t.Fatal(err)
	}
	for name, refused := range map[string]bool{"serial": true, "number": true, "label": true, "first_name": true, "phone": true,
		"owns_phone": false, "wage": false, "region_name": false} {
		_, err := survey.Build(table, survey.Spec{Target: "y", Vars: []string{name}})
		if (err != nil) != refused {
			t.Errorf("%s: refused %v, want %v (%v)", name, err != nil, refused, err)
		}
	}
	for _, name := range []string{"label", "first_name"} {
		if c := table.Column(name); c.Levels != nil || c.Codes != nil || c.Values != nil {
			t.Errorf("%s: its text is kept", name)
		}
	}
	s, err := survey.Build(table, survey.Spec{Target: "y", Vars: []string{"*"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(s.Names), "[(Intercept) owns_phone wage region_name=r1 region_name=r2 region_name=r3]"; got != want {
		t.Errorf("a pattern takes %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(s.Withheld), "[serial number label first_name phone]"; got != want {
		t.Errorf("withheld %s, want %s", got, want)
	}
}

// FuzzReadCSV holds the reader to encoding/csv on rows and columns, and to
// clear errors otherwise.
func FuzzReadCSV(f *testing.F) {
	f.Add("a,b\n1,2\n")
	f.Add("a;b\n\"1\";x\n")
	f.Add("\xef\xbb\xbfa\n\n1\nNA\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := survey.ReadCSV(strings.NewReader(text), survey.ReadOptions{Comma: ','})
		if err != nil {
			var e *errs.Error
			var l errs.List
			if !errors.As(err, &e) && !errors.As(err, &l) || errs.KindOf(err) != errs.Invalid {
				t.Fatalf("not a clear error: %v", err)
			}
			return
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\xef\xbb\xbf"))).ReadAll()
		if err != nil {
			t.Fatalf("read what encoding/csv refuses: %v", err)
		}
		if table.Rows != len(rows)-1 || len(table.Columns) != len(rows[0]) {
			t.Fatalf("%d rows and %d columns, want %d and %d", table.Rows, len(table.Columns), len(rows)-1, len(rows[0]))
		}
		for _, c := range table.Columns {
			if c.Values != nil && len(c.Values) != table.Rows || c.Codes != nil && len(c.Codes) != table.Rows {
				t.Fatalf("column %s is not as long as the table", c.Name)
			}
			for _, v := range c.Values {
				if math.IsInf(v, 0) {
					t.Fatalf("column %s holds an infinity", c.Name)
				}
			}
		}
	})
}
