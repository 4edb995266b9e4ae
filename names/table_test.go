package names_test

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"sijil/internal/errs"
	"sijil/names"
)

const header = "kind,arabic,arabic_variants,latin,latin_variants,weight_older,weight_younger\n"

func TestReadTableSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		csv  string
		line int
		want string
	}{
		{"", 1, "header"},
		{"kind,arabic\n", 1, "header"},
		{header, 2, "no names"},
		{header + "first_x,علي,,Ali,,1,1\n", 2, "kind: not a kind of name"},
		{header + "family,Ali,,Ali,,1,1\n", 2, "arabic: a spelling is not in the script"},
		{header + "family,علي,على|Ali,Ali,,1,1\n", 2, "arabic_variants: a spelling is not in the script"},
		{header + "family,علي,,علي,,1,1\n", 2, "latin: a spelling is not in the script"},
		{header + "family,علي,,Ali,Aly||Alii,1,1\n", 2, "latin_variants: a spelling is empty"},
		{header + "family,علي,,Ali,Aly|Aly,1,1\n", 2, "latin_variants: a spelling is given twice"},
		{header + "family,علي,, Ali,,1,1\n", 2, "latin: a spelling is empty or has spaces"},
		{header + "family,,,Ali,,1,1\n", 2, "arabic: a spelling is empty"},
		{header + "family,علي,,Ali,,x,1\n", 2, "weight_older: not a weight"},
		{header + "family,علي,,Ali,,1,-1\n", 2, "weight_younger: not a weight"},
		{header + "family,علي,,Ali,,1,10001\n", 2, "weight_younger: not a weight"},
		{header + "family,علي,,Ali,,1,1\nfamily,عمر,,Omar,,1\n", 3, "not as many columns"},
		{header + "family,علي,,\"Ali,,1,1\n", 2, "not a row of CSV"},
		{header + "family,علي,,Ali,,1,1\nfamily,علي,,Aly,,1,1\n", 3, "stands on line 2"},
		{header + "family,علي,,\xff,,1,1\n", 0, "not UTF-8"},
		{header + "family," + strings.Repeat("ع", 300) + ",,Ali,,1,1\n", 2, "arabic: a spelling is not in the script"},
	}
	for _, tt := range tests {
		_, err := names.ReadTable("t.csv", []byte(tt.csv))
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.File != "t.csv" || e.Line != tt.line || e.Kind != errs.Invalid || !strings.Contains(err.Error(), tt.want) || e.Fix == "" {
			t.Errorf("%.60q: %v, want line %d, %q", tt.csv, err, tt.line, tt.want)
		}
	}
}

func TestReadTableReportsAllAtOnce(t *testing.T) {
	t.Parallel()
	_, err := names.ReadTable("t.csv", []byte(header+"x,علي,,Ali,,1,1\nfamily,عمر,,Omar,,a,b\n"))
	var list errs.List
	if !errors.As(err, &list) || len(list) != 3 {
		t.Errorf("got %v", err)
	}
}

func TestHashIsOfWhatIsSaid(t *testing.T) {
	t.Parallel()
	read := func(csv string) string {
		tb, err := names.ReadTable("t.csv", []byte(csv))
		if err != nil {
			t.Fatal(err)
		}
		return tb.Hash()
	}
	row := "family,علي,على,Ali,Aly,1,2\n"
	same := read(header + row)
	for name, csv := range map[string]string{
		"further columns": strings.TrimSuffix(header, "\n") + ",flavour\n" + strings.TrimSuffix(row, "\n") + ",x\n",
		"byte order mark": "\ufeff" + header + row,
		"quotes":          header + strings.Replace(row, "Aly", `"Aly"`, 1),
		"Windows lines":   strings.ReplaceAll(header+row, "\n", "\r\n"),
	} {
		if read(csv) != same {
			t.Errorf("%s change the hash", name)
		}
	}
	for _, change := range [][2]string{{"family", "first_f"}, {"first_m", "first_f"}, {"Aly", "Alii"}, {"على", "علىّ"}, {",1,", ",3,"}, {",2\n", ",3\n"}} {
		from := strings.Replace(row, "family", "first_m", 1)
		if change[0] == "family" {
			from = row
		}
		if read(header+from) == read(header+strings.Replace(from, change[0], change[1], 1)) {
			t.Errorf("%v does not change the hash", change)
		}
	}
}

// TestTableOfTheCountry reads the reference country's table, many at a time.
func TestTableOfTheCountry(t *testing.T) {
	t.Parallel()
	tb := table(t)
	if tb.Len() < 600 || len(tb.Hash()) != 64 {
		t.Errorf("%d names, hash %q", tb.Len(), tb.Hash())
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 100 {
				e := tb.Entry(i)
				a, b := tb.Form(e.Kind, e.Latin[0]), tb.Form(e.Kind, e.Arabic[0])
				if names.Compare(a, b).Level < names.Variant || len(tb.SuggestLatin(e.Kind, e.Arabic[0], 1)) != 1 {
					t.Errorf("entry %d", i)
				}
			}
		})
	}
	wg.Wait()
	if got := tb.Find(names.Given, "MED"); len(got) != 1 || tb.Entry(got[0]).Arabic[0] != "محمد" {
		t.Errorf("Med is %v", got)
	}
	if tb.Find(names.Family, "Med") != nil && len(tb.Find(names.Family, "Med")) > 0 {
		t.Error("Med is no family name")
	}
	data, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	again, err := names.ReadTable("other.csv", data)
	if err != nil || again.Hash() != tb.Hash() {
		t.Errorf("read again: %v", err)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte(header + "family,علي,,Ali,Aly,1,1\n"))
	f.Add([]byte(header + "first_m,محمد,,Mohamed,Med,1,1\nfirst_m,امحمد,,M'hamed,Med,2,2\n"))
	f.Add([]byte("\ufeff" + header + "x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<12 {
			return
		}
		tb, err := names.ReadTable("f.csv", data)
		if err != nil {
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%v is of kind %v", err, errs.KindOf(err))
			}
			return
		}
		for i := range tb.Len() {
			e := tb.Entry(i)
			if got := names.Compare(tb.Form(e.Kind, e.Arabic[0]), tb.Form(e.Kind, e.Latin[0])).Level; got < names.Variant && got != names.Unknown {
				t.Errorf("%q and %q of one entry: %v", e.Arabic[0], e.Latin[0], got)
			}
			tb.SuggestLatin(e.Kind, e.Arabic[0], 5)
			tb.SuggestArabic(e.Kind, e.Latin[0], 5)
		}
	})
}
