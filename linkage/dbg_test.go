package linkage_test

import (
	"fmt"
	"os"
	"testing"

	"sijil/linkage"
)

func TestDbg(t *testing.T) {
	name := os.Getenv("DBG")
	if name == "" {
		t.Skip()
	}
	spec := map[string]linkage.Spec{"f": febrl, "m": ma}[name[:1]]
	if name == "fake_1000.csv" {
		spec = fake
	}
	f := load(t, name)
	truth := f.truth(t)
	recs := f.records(t, spec)
	m, err := linkage.Train(t.Context(), recs, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := linkage.Dedupe(t.Context(), recs, m, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string][]int{}
	for i, w := range truth {
		by[w] = append(by[w], i)
	}
	n := 0
	for _, v := range by {
		if len(v) < 2 {
			continue
		}
		bad := false
		for _, i := range v {
			bad = bad || res.Cluster[i] != res.Cluster[v[0]]
		}
		if bad && n < 40 {
			n++
			for _, i := range v {
				fmt.Println("FN", res.Cluster[i], f.rows[i])
			}
			a, _ := m.Record(values(t, f, spec, v[0]))
			b, _ := m.Record(values(t, f, spec, v[1]))
			s := m.Compare(a, b)
			fmt.Println("   ", s.Weight, s.Guard)
			for _, l := range s.Explain() {
				fmt.Println("       ", l.Field, l.Code, l.Bits)
			}
		}
	}
}

func values(t *testing.T, f file, spec linkage.Spec, i int) []string {
	var out []string
	for _, c := range spec.Columns() {
		out = append(out, f.column(t, c)[i])
	}
	return out
}
