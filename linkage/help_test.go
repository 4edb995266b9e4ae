package linkage_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sijil/linkage"
	"sijil/names"
)

// file is records with known truth.
type file struct {
	header []string
	rows   [][]string
}

// load reads a file of SIJIL_TESTDATA, or skips the test.
func load(tb testing.TB, name string) file {
	tb.Helper()
	dir := os.Getenv("SIJIL_TESTDATA")
	if dir == "" {
		tb.Skip("SIJIL_TESTDATA is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, "linkage", name))
	if err != nil {
		tb.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.TrimLeadingSpace = true
	all, err := r.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return file{all[0], all[1:]}
}

// column returns the values of a column.
func (f file) column(tb testing.TB, name string) []string {
	tb.Helper()
	for c, h := range f.header {
		if h != name {
			continue
		}
		var out []string
		for _, row := range f.rows {
			out = append(out, row[c])
		}
		return out
	}
	tb.Fatalf("no column %s", name)
	return nil
}

// truth returns who each row is.
func (f file) truth(tb testing.TB) []string {
	tb.Helper()
	if f.header[0] != "rec_id" {
		return f.column(tb, "cluster")
	}
	var out []string
	for _, id := range f.column(tb, "rec_id") {
		out = append(out, strings.Split(id, "-")[1])
	}
	return out
}

// dedupe trains a model and applies it.
func dedupe(tb testing.TB, recs *linkage.Records) (*linkage.Model, *linkage.Result) {
	tb.Helper()
	m, err := linkage.Train(context.Background(), recs, linkage.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	res, err := linkage.Dedupe(context.Background(), recs, m, linkage.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return m, res
}

func exp2(v float64) float64 { return math.Exp2(v) }

// without returns a spec without some fields.
func without(s linkage.Spec, names ...string) linkage.Spec {
	var out linkage.Spec
	for _, f := range s.Fields {
		if !slices.Contains(names, f.Name) {
			out.Fields = append(out.Fields, f)
		}
	}
	return out
}

// firstColumns returns a spec with one column for each field.
func firstColumns(s linkage.Spec) linkage.Spec {
	var out linkage.Spec
	for _, f := range s.Fields {
		f.Columns = f.Columns[:1]
		out.Fields = append(out.Fields, f)
	}
	return out
}

// build builds records of rows.
func build(tb testing.TB, spec linkage.Spec, rows [][]string) *linkage.Records {
	tb.Helper()
	b, err := linkage.NewBuilder(spec, nameTable(tb))
	if err != nil {
		tb.Fatal(err)
	}
	for _, row := range rows {
		if err := b.Add(row); err != nil {
			tb.Fatal(err)
		}
	}
	recs, err := b.Records()
	if err != nil {
		tb.Fatal(err)
	}
	return recs
}

// records builds records of a file.
func (f file) records(tb testing.TB, spec linkage.Spec) *linkage.Records {
	tb.Helper()
	var cols [][]string
	for _, c := range spec.Columns() {
		cols = append(cols, f.column(tb, c))
	}
	rows := make([][]string, len(f.rows))
	for i := range rows {
		rows[i] = make([]string, len(cols))
		for c := range cols {
			rows[i][c] = cols[c][i]
		}
	}
	return build(tb, spec, rows)
}

var readTable = sync.OnceValues(func() (*names.Table, error) {
	data, err := os.ReadFile("../morocco/names.csv")
	if err != nil {
		return nil, err
	}
	return names.ReadTable("names.csv", data)
})

func nameTable(tb testing.TB) *names.Table {
	tb.Helper()
	table, err := readTable()
	if err != nil {
		tb.Fatal(err)
	}
	return table
}

func field(name string, kind linkage.Kind, columns ...string) linkage.Field {
	if columns == nil {
		columns = []string{name}
	}
	return linkage.Field{Name: name, Kind: kind, Columns: columns}
}

// specs of the files.
var (
	febrl = linkage.Spec{Fields: []linkage.Field{
		field("given_name", linkage.Given), field("surname", linkage.Family), field("street_number", linkage.Number),
		field("address_1", linkage.Text), field("address_2", linkage.Text), field("suburb", linkage.Place),
		field("postcode", linkage.Number), field("state", linkage.Category), field("date_of_birth", linkage.Date),
		field("soc_sec_id", linkage.Document),
	}}
	fake = linkage.Spec{Fields: []linkage.Field{
		field("first_name", linkage.Given), field("surname", linkage.Family), field("dob", linkage.Date),
		field("city", linkage.Place), field("email", linkage.Email),
	}}
	ma = linkage.Spec{Fields: []linkage.Field{
		field("first_name", linkage.Given, "first_name", "first_name_ar"), field("surname", linkage.Family, "surname", "surname_ar"),
		field("father_name", linkage.Parent, "father_name", "father_name_ar"), field("gender", linkage.Category),
		field("dob", linkage.Date), field("birth_place", linkage.Place, "birth_place", "birth_place_ar"),
		field("cin", linkage.Document), field("phone", linkage.Phone),
	}}
)

// quality is precision, recall and their harmonic mean, over pairs of rows in
// one cluster.
type quality struct{ precision, recall, f1 float64 }

func judge(truth []string, cluster []uint32) quality {
	type cell struct {
		who string
		c   uint32
	}
	both, who, in := map[cell]float64{}, map[string]float64{}, map[uint32]float64{}
	for i, w := range truth {
		both[cell{w, cluster[i]}]++
		who[w]++
		in[cluster[i]]++
	}
	var hit, all, said float64
	for _, n := range both {
		hit += n * (n - 1) / 2
	}
	for _, n := range who {
		all += n * (n - 1) / 2
	}
	for _, n := range in {
		said += n * (n - 1) / 2
	}
	q := quality{1, hit / all, 0}
	if said > 0 {
		q.precision = hit / said
	}
	q.f1 = 2 * hit / (all + said)
	return q
}

// people invents rows of the kind of ma: people and what several offices wrote
// down of them. Who each row is comes beside.
func people(tb testing.TB, seed uint64, n int) (rows [][]string, truth []string) {
	tb.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	t := nameTable(tb)
	var given, family []names.Entry
	for i := range t.Len() {
		if e := t.Entry(i); e.Kind == names.Family {
			family = append(family, e)
		} else {
			given = append(given, e)
		}
	}
	pick := func(list []names.Entry) names.Entry { return list[min(rng.IntN(len(list)), rng.IntN(len(list)))] }
	towns := []string{"Alba", "Berk", "Cotta", "Dorn", "Elm", "Fosse", "Gard", "Hune"}
	spell := func(list []string) string {
		s := list[min(rng.IntN(len(list)), rng.IntN(len(list)))]
		if r := []rune(s); rng.IntN(12) == 0 && len(r) > 3 {
			i := 1 + rng.IntN(len(r)-2)
			r[i], r[i+1] = r[i+1], r[i]
			return string(r)
		}
		return s
	}
	for who := range n {
		g, f, p := pick(given), pick(family), pick(given)
		date := fmt.Sprintf("%d-%02d-%02d", 1940+rng.IntN(70), 1+rng.IntN(12), 1+rng.IntN(28))
		if rng.IntN(8) == 0 {
			date = date[:4] + "-01-01"
		}
		town := towns[rng.IntN(len(towns))]
		doc, phone := fmt.Sprintf("T%06d", rng.IntN(1e6)), fmt.Sprintf("06%08d", rng.IntN(1e8))
		for n := range 1 + max(0, rng.IntN(8)-5) {
			row := []string{
				spell(g.Latin), g.Arabic[0], spell(f.Latin), f.Arabic[0], spell(p.Latin), p.Arabic[0],
				[]string{"F", "M"}[who%2], date, town, "", doc, phone,
			}
			if n > 0 {
				if rng.IntN(4) == 0 {
					row[10] = ""
				}
				if rng.IntN(3) == 0 {
					row[11] = ""
				}
				if rng.IntN(20) == 0 {
					row[0], row[1], row[2], row[3] = row[2], row[3], row[0], row[1]
				}
			}
			rows = append(rows, row)
			truth = append(truth, fmt.Sprint(who))
		}
	}
	return rows, truth
}
