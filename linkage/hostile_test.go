package linkage_test

import (
	"fmt"
	"strings"
	"testing"

	"sijil/internal/errs"
	"sijil/linkage"
)

// TestHostile runs over files that nothing can be made of, or far too much:
// the run ends, looks at no more than 25 pairs for each row, and merges no
// documents that contradict each other.
func TestHostile(t *testing.T) {
	t.Parallel()
	good, _ := people(t, 21, 2000)
	long := strings.Repeat("محمد\x00بن\xff", 1<<17)
	for _, test := range []struct {
		name string
		rows int
		row  func(i int) []string
	}{
		{"no rows but two", 2, func(int) []string { return good[0] }},
		{"all empty", 2000, func(int) []string { return make([]string, 12) }},
		{"all equal", 5000, func(int) []string { return good[1] }},
		{"all equal but the document", 5000, func(i int) []string {
			return append(append([]string(nil), good[1][:10]...), fmt.Sprintf("T%06d", 7919*i%1000003), "")
		}},
		{"presumed birth dates and one name", 20000, func(i int) []string {
			row := append([]string(nil), good[i%len(good)]...)
			row[0], row[1], row[7], row[10], row[11] = "Mohamed", "محمد", "1960-01-01", "", ""
			return row
		}},
		{"one family", 3000, func(i int) []string {
			row := append([]string(nil), good[i%len(good)]...)
			copy(row[2:6], good[0][2:6])
			copy(row[7:9], good[0][7:9])
			row[10], row[11] = "", good[0][11]
			return row
		}},
		{"a megabyte in every cell", 6, func(int) []string {
			row := make([]string, 12)
			for c := range row {
				row[c] = long
			}
			return row
		}},
		{"nonsense", 3000, func(i int) []string {
			row := make([]string, 12)
			for c := range row {
				row[c] = string([]byte{byte(i * c), byte(i >> 3), 0xff, byte(c), byte(i)}[:1+(i+c)%5])
			}
			return row
		}},
		{"one column is told", 3000, func(i int) []string {
			row := make([]string, 12)
			row[8] = good[i%len(good)][8]
			return row
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var rows [][]string
			for i := range test.rows {
				rows = append(rows, test.row(i))
			}
			m, res := dedupe(t, build(t, ma, rows))
			if per := float64(res.Stats.Candidates) / float64(len(rows)); per > 25 {
				t.Errorf("%.1f candidates for each row", per)
			}
			if b := m.Bands(); b.Judge > b.Same {
				t.Error("bands are the wrong way round")
			}
			if test.rows == 2 && res.Stats.Candidates != 1 {
				t.Errorf("the one pair there is was compared %d times", res.Stats.Candidates)
			}
			docs := map[uint32]string{}
			for i, c := range res.Cluster {
				doc := rows[i][10]
				if len(doc) < 4 || strings.HasPrefix(doc, "محمد") || test.name == "nonsense" {
					continue
				}
				if d, ok := docs[c]; ok && apart(d, doc) > 2 {
					t.Fatal("one person with two documents")
				}
				docs[c] = doc
			}
		})
	}
}

// apart is the number of positions at which two texts of one length differ.
func apart(a, b string) int {
	n := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// TestNothingToCompare is an error, not a model.
func TestNothingToCompare(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 22, 1)
	for n := range 2 {
		if _, err := linkage.Train(t.Context(), build(t, ma, rows[:n]), linkage.Options{}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%d rows: %v", n, err)
		}
	}
}

// TestNoDuplicates finds nobody twice in a file without duplicates.
func TestNoDuplicates(t *testing.T) {
	t.Parallel()
	rows, truth := people(t, 23, 4000)
	seen := map[string]bool{}
	var once [][]string
	for i, row := range rows {
		if !seen[truth[i]] {
			seen[truth[i]] = true
			once = append(once, row)
		}
	}
	_, res := dedupe(t, build(t, ma, once))
	if merged := len(once) - res.Clusters; merged > 2 {
		t.Errorf("%d of %d people were merged", merged, len(once))
	}
}

// TestRefusals are inputs that are refused, and how.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		spec linkage.Spec
	}{
		{"no fields", linkage.Spec{}},
		{"no column", linkage.Spec{Fields: []linkage.Field{{Name: "a", Kind: linkage.Given}}}},
		{"no kind", linkage.Spec{Fields: []linkage.Field{{Name: "a", Columns: []string{"a"}}}}},
		{"one column twice", linkage.Spec{Fields: []linkage.Field{field("a", linkage.Given, "x", "x")}}},
		{"one name twice", linkage.Spec{Fields: []linkage.Field{field("a", linkage.Given, "x"), field("a", linkage.Family, "y")}}},
		{"a date in two columns", linkage.Spec{Fields: []linkage.Field{field("a", linkage.Date, "x", "y")}}},
		{"strict without a document", linkage.Spec{Fields: []linkage.Field{{Name: "a", Kind: linkage.Phone, Columns: []string{"x"}, Strict: true}}}},
	} {
		if _, err := linkage.NewBuilder(test.spec, nil); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	b, err := linkage.NewBuilder(ma, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add([]string{"one"}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a row of one value: %v", err)
	}
	rows, _ := people(t, 24, 50)
	m, _ := dedupe(t, build(t, ma, rows))
	if _, err := m.Record([]string{"one"}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a record of one value: %v", err)
	}
	data, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := linkage.ParseModel("m", data, nil); errs.KindOf(err) != errs.Conflict {
		t.Errorf("another table of names: %v", err)
	}
	if _, err := linkage.Dedupe(t.Context(), build(t, without(ma, "cin"), [][]string{}), m, linkage.Options{}); errs.KindOf(err) != errs.Conflict {
		t.Errorf("other fields: %v", err)
	}
	if _, err := m.WithBands(linkage.Bands{Judge: 3, Same: 1}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("bands the wrong way round: %v", err)
	}
}

// TestStrict merges people with two documents where the file keeps numbers
// badly, but not where the spec says that they are strict.
func TestStrict(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 25, 3000)
	for i := range rows {
		if i%5 == 0 {
			rows[i][10] = fmt.Sprintf("T%06d", i*104729%1000003)
		}
	}
	strict := linkage.Spec{Fields: append([]linkage.Field(nil), ma.Fields...)}
	for i := range strict.Fields {
		strict.Fields[i].Strict = strict.Fields[i].Kind == linkage.Document
	}
	merged := func(spec linkage.Spec) int {
		_, res := dedupe(t, build(t, spec, rows))
		n := 0
		for _, l := range res.Links {
			if a, b := rows[l.A][10], rows[l.B][10]; a != "" && b != "" && apart(a, b) > 4 {
				n++
			}
		}
		return n
	}
	if n := merged(ma); n == 0 {
		t.Error("badly kept numbers keep people apart")
	}
	if n := merged(strict); n > 0 {
		t.Errorf("%d links over documents that contradict each other", n)
	}
}

// TestChain joins a record without a document to one of two people who differ
// in nothing else, never both of them through it.
func TestChain(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 26, 1500)
	base := []string{"Karim", "كريم", "Tazi", "التازي", "Omar", "عمر", "M", "1987-05-23", "Elm", "", "T123456", "0612345678"}
	for _, doc := range []string{"T123456", "", "T987001", ""} {
		row := append([]string(nil), base...)
		row[10] = doc
		rows = append(rows, row)
	}
	n := len(rows)
	_, res := dedupe(t, build(t, ma, rows))
	if res.Cluster[n-4] == res.Cluster[n-2] {
		t.Error("two documents in one person, by way of a record that has none")
	}
	if c := res.Cluster[n-1]; c != res.Cluster[n-4] && c != res.Cluster[n-2] {
		t.Error("a record without a document is with neither")
	}
	if res.Stats.Guarded == 0 || res.Stats.Reviews == 0 {
		t.Errorf("%d guarded, %d for review", res.Stats.Guarded, res.Stats.Reviews)
	}
}
