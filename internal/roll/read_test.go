package roll_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/internal/errs"
	"sijil/internal/roll"
)

// TestWaysOfWriting reads the ways in which offices write CSV.
func TestWaysOfWriting(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, columns, rows string }{
		"plain":                  {"a,b\n1,2\n3,4\n", "a|b", "1|2/3|4"},
		"no line end at the end": {"a,b\n1,2", "a|b", "1|2"},
		"byte order mark":        {"\uFEFFa,b\n1,2\n", "a|b", "1|2"},
		"carriage returns":       {"a,b\r\n1,2\r\n", "a|b", "1|2"},
		"spaces after commas":    {"a, b\n1, 2 \n , \n", "a|b", "1|2/|"},
		"semicolons":             {"a;b\n1,5;2\n", "a|b", "1,5|2"},
		"tabs":                   {"a\tb\n1\t\n", "a|b", "1|"},
		"quotes":                 {"a,b\n\"x, y\",\"z\"\n", "a|b", "x, y|z"},
		"quotes after spaces":    {"a, b\n1, \"x, y\" \n", "a|b", "1|x, y"},
		"doubled quotes":         {"a,b\n\"x \"\"y\"\"\",\"\"\"\"\n", "a|b", "x \"y\"|\""},
		"quoted spaces stay":     {"a,b\n\" x \",\n", "a|b", " x |"},
		"line ends in quotes":    {"a,b\n\"x\ny\",2\n3,4\n", "a|b", "x\ny|2/3|4"},
		"blank lines":            {"\n\na,b\n\n1,2\n\r\n3,4\n\n", "a|b", "1|2/3|4"},
		"quoted header":          {"\"a, c\",\"b\"\n1,2\n", "a, c|b", "1|2"},
		"one column":             {"a\n1\n2\n", "a", "1/2"},
		"Arabic":                 {"الاسم,النسب\nمحمد,العلمي\n", "الاسم|النسب", "محمد|العلمي"},
		"empty values":           {"a,b,c\n,,\n", "a|b|c", "||"},
		"empty quoted":           {"a,b\n\"\",\"\"\n", "a|b", "|"},
		"no-break space stays":   {"a,b\n\u00a0x,2\n", "a|b", "\u00a0x|2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			columns, rows, err := all(t, file(t, tt.text))
			if err != nil || strings.Join(columns, "|") != tt.columns || joined(rows) != tt.rows {
				t.Errorf("got %q %q, %v; want %q %q", columns, joined(rows), err, tt.columns, tt.rows)
			}
		})
	}
}

// TestBadFiles wants the line, the column and a remedy, and never a value.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	const secret = "Qzxwv"
	for name, tt := range map[string]struct {
		text, code, field string
		line              int
	}{
		"empty":                    {"", "empty_file", "", 1},
		"blank":                    {"\n \n", "empty_file", "", 2},
		"header alone":             {"a,b\n", "no_rows", "", 2},
		"too few values":           {"a,b\n1,2\n" + secret + "\n", "ragged", "", 3},
		"too many values":          {"a,b\n" + secret + ",2,3\n", "ragged", "", 2},
		"after a broken line":      {"a,b\n\"1\n2\",3\n4\n", "ragged", "", 4},
		"a column twice":           {"a,b,a\n1,2,3\n", "repeated_column", "a", 1},
		"a column twice, spaced":   {"a, b, a\n1,2,3\n", "repeated_column", "a", 1},
		"no name":                  {"a,,c\n1,2,3\n", "unnamed_column", "column 2", 1},
		"an open quote":            {"a,b\n1,\"" + secret + "\n3,4\n", "open_quote", "b", 2},
		"text after a quote":       {"a,b\n\"" + secret + "\"x,2\n", "stray_quote", "a", 2},
		"a quote in a value":       {"a,b\n1," + secret + "\"x\n3,4\n", "stray_quote", "b", 2},
		"an open quote in header":  {"a,\"b\n1,2\n", "open_quote", "column 2", 1},
		"Windows-1252":             {"a,b\n1,2\n" + secret + ",Fran\xe7ois\n", "encoding", "b", 3},
		"Windows-1252 in header":   {"a,pr\xe9nom\n1,2\n", "encoding", "", 1},
		"UTF-16":                   {"\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00", "encoding", "", 1},
		"UTF-16 without a mark":    {"a\x00,\x00b\x00\n\x001\x00,\x002\x00\n\x00", "encoding", "", 1},
		"a zero byte":              {"a,b\n1,2\n" + strings.Repeat("1,2\n", 2000) + "1," + secret + "\x00\n", "encoding", "b", 2003},
		"carriage returns alone":   {"a,b\r1,2\r", "line_ends", "", 1},
		"a row without end":        {"a,b\n1," + strings.Repeat("x", 5<<20), "long_row", "", 2},
		"a quote without end":      {"a,b\n1,\"" + strings.Repeat("x\n", 5<<20), "open_quote", "b", 2},
		"a long row":               {"a,b\n1," + strings.Repeat("x", 3<<19) + "\n", "long_row", "", 2},
		"a header without end":     {strings.Repeat("a", 3<<20), "long_row", "", 1},
		"too many columns":         {strings.Join(manyNames(roll.MaxColumns+1), ",") + "\n1\n", "too_many_columns", "", 1},
		"ragged in a late block":   {"a,b\n" + strings.Repeat("1111111111,2222222222\n", 100_000) + "3\n", "ragged", "", 100_002},
		"encoding in a late block": {"a,b\n" + strings.Repeat("1111111111,2222222222\n", 100_000) + "3,\xff\n", "encoding", "b", 100_002},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := file(t, tt.text)
			_, _, err := all(t, path)
			e, ok := errors.AsType[*errs.Error](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if e.Kind != errs.Invalid || e.Code != "roll."+tt.code || e.Field != tt.field || e.Line != tt.line || e.File != path || e.Fix == "" {
				t.Errorf("got %s %q line %d: %v; want %s %q line %d", e.Code, e.Field, e.Line, e, tt.code, tt.field, tt.line)
			}
			if strings.Contains(err.Error(), secret) {
				t.Error("the error holds a value")
			}
		})
	}
}

func manyNames(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("c%d", i)
	}
	return out
}

// TestSeveralErrorsAtOnce lets a person mend several rows in one go.
func TestSeveralErrorsAtOnce(t *testing.T) {
	t.Parallel()
	_, _, err := all(t, file(t, "a,b\n1\n2,3\n4,5,6\n"+strings.Repeat("7\n", 100)))
	list, ok := errors.AsType[errs.List](err)
	if !ok || len(list) != 10 || !strings.Contains(err.Error(), ":4:") {
		t.Errorf("got %d: %v", len(list), err)
	}
}

// TestOtherFiles opens what is no file, and one that changes while it is read.
func TestOtherFiles(t *testing.T) {
	t.Parallel()
	if _, err := roll.Open(t.TempDir() + "/nowhere.csv"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("no file: %v", err)
	}
	if _, err := roll.Open(t.TempDir()); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a folder: %v", err)
	}
	path := file(t, "a,b\n1,2\n")
	f, err := roll.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("a,b\n1,2\n3,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := roll.Each(t.Context(), f, roll.Nothing, func(*roll.Block, struct{}) error { return nil }); errs.KindOf(err) != errs.Invalid {
		t.Errorf("changed: %v", err)
	}
}

// TestEachStops ends with the error of a sink, of a work, and of the context.
func TestEachStops(t *testing.T) {
	t.Parallel()
	f, err := roll.Open(file(t, "a,b\n"+strings.Repeat("1111111111,2222222222\n", 200_000)))
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	if err := roll.Each(t.Context(), f, roll.Nothing, func(*roll.Block, struct{}) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("sink: %v", err)
	}
	failing := func() func(*roll.Block) (int, error) { return func(*roll.Block) (int, error) { return 0, stop } }
	if err := roll.Each(t.Context(), f, failing, func(*roll.Block, int) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("work: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := roll.Each(ctx, f, roll.Nothing, func(*roll.Block, struct{}) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}

// TestReadsWhatIsWritten writes any values with the standard library and reads
// them again. Values are long enough that rows cross the blocks.
func TestReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	value := rapid.OneOf(
		rapid.StringMatching(`[a-z",;\n\t ']{0,12}`),
		rapid.StringMatching(`[ا-ي ]{0,8}`),
		rapid.Map(rapid.IntRange(0, 60_000), func(n int) string { return strings.Repeat("x\"\n,", n/4) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(2, 5).Draw(t, "columns")
		rows := rapid.SliceOfN(rapid.SliceOfN(value, columns, columns), 1, 40).Draw(t, "rows")
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		_ = w.Write(manyNames(columns))
		_ = w.WriteAll(rows)
		dir, err := os.MkdirTemp("", "roll") //nolint:usetesting // rapid's T has no TempDir
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		path := dir + "/r.csv"
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := roll.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		err = roll.Each(context.Background(), f, roll.Nothing, func(b *roll.Block, _ struct{}) error {
			for r := range b.Rows() {
				row := make([]string, columns)
				for c := range row {
					row[c] = string(b.Value(r, c))
				}
				got = append(got, row)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for c, v := range row {
				if w.UseCRLF {
					v = strings.ReplaceAll(v, "\n", "\r\n")
				}
				// Outside quotes blanks around a value do not belong to it.
				if have := got[i][c]; have != v && have != strings.Trim(v, " \t") {
					t.Fatalf("row %d column %d: %q, want %q", i, c, have, v)
				}
			}
		}
		if len(got) != len(rows) {
			t.Fatalf("%d rows, want %d", len(got), len(rows))
		}
	})
}

// FuzzRead reads anything. What is read has as many values in each row as the
// header; what is not is refused with a place; copying adds two columns and
// changes nothing else.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "\uFEFFa;b\r\n\"x\";\"y\"\"z\"\r\n", "a, b\n1, \"x\ny\"\n", "a,b\n1\n", "\"", "a\n\"", "a,b\n\xff,1\n", "\n\n\na\n\n1", "a\tb\n \t\"\"", "a\r1\r",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := file(t, string(text))
		columns, rows, err := all(t, path)
		if err != nil {
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Kind != errs.Invalid || e.File != path || e.Line == 0 {
				t.Fatalf("%v", err)
			}
			return
		}
		r, err := roll.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Sample(); err != nil {
			t.Fatal(err)
		}
		var copied bytes.Buffer
		err = r.CopyWith(t.Context(), &copied, true, func(to []byte, _ int, comma byte) []byte { return append(to, comma, '7', comma) })
		if err != nil {
			t.Fatal(err)
		}
		again, moreRows, err := all(t, file(t, copied.String()))
		if slices.Contains(columns, roll.Added[0]) || slices.Contains(columns, roll.Added[1]) || len(columns)+2 > roll.MaxColumns {
			return
		}
		if err != nil && !strings.Contains(err.Error(), "bytes") {
			t.Fatalf("the copy cannot be read: %v\n%q", err, copied.String())
		}
		if err == nil && (len(again) != len(columns)+2 || len(moreRows) != len(rows)) {
			t.Fatalf("%d columns and %d rows became %d and %d", len(columns), len(rows), len(again), len(moreRows))
		}
		for i, row := range moreRows {
			if !slices.Equal(row[:len(columns)], rows[i]) || row[len(columns)] != "7" {
				t.Fatalf("row %d changed: %q, was %q", i, row, rows[i])
			}
		}
	})
}

// TestBlocksEndBetweenRows reads a file of many blocks whose values are full of
// line ends: wherever a block ends by itself, it is within quotes.
func TestBlocksEndBetweenRows(t *testing.T) {
	t.Parallel()
	value := strings.Repeat("x\n", 5000)
	var text strings.Builder
	text.WriteString("a,b\n")
	const n = 700
	for i := range n {
		fmt.Fprintf(&text, "%d,\"%s\"\n", i, value)
	}
	_, rows, err := all(t, file(t, text.String()))
	if err != nil || len(rows) != n {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, row := range rows {
		if row[0] != fmt.Sprint(i) || row[1] != value {
			t.Fatalf("row %d changed", i)
		}
	}
}
