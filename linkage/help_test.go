package linkage_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
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

// records builds records of a file.
func (f file) records(tb testing.TB, spec linkage.Spec) *linkage.Records {
	tb.Helper()
	var cols [][]string
	for _, c := range spec.Columns() {
		cols = append(cols, f.column(tb, c))
	}
	b, err := linkage.NewBuilder(spec, nameTable(tb))
	if err != nil {
		tb.Fatal(err)
	}
	row := make([]string, len(cols))
	for i := range f.rows {
		for c := range cols {
			row[c] = cols[c][i]
		}
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

var readTable = struct {
	table *names.Table
}{}

func nameTable(tb testing.TB) *names.Table {
	tb.Helper()
	if readTable.table == nil {
		data, err := os.ReadFile("../morocco/names.csv")
		if err != nil {
			tb.Fatal(err)
		}
		table, err := names.ReadTable("names.csv", dropFlavour(data))
		if err != nil {
			tb.Fatal(err)
		}
		readTable.table = table
	}
	return readTable.table
}

func dropFlavour(data []byte) []byte { return data }

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
