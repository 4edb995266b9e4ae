package linkage_test

import (
	"bytes"
	"testing"

	"sijil/linkage"
)

// FuzzParseModel reads anything: it is refused, or is a model that compares
// and comes back as it was.
func FuzzParseModel(f *testing.F) {
	rows, _ := people(f, 31, 60)
	m, _ := dedupe(f, build(f, ma, rows))
	data, err := m.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"format":1}`))
	f.Add(bytes.Replace(data, []byte(`"base": 1`), []byte(`"base": 9`), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := linkage.ParseModel("m.json", data, nameTable(t))
		if err != nil {
			return
		}
		out, err := m.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := linkage.ParseModel("m.json", out, nameTable(t))
		if err != nil {
			t.Fatal(err)
		}
		if again.Hash() != m.Hash() {
			t.Fatal("another model after a round trip")
		}
		r, err := m.Record(make([]string, len(m.Spec().Columns())))
		if err != nil {
			t.Fatal(err)
		}
		m.Keys(r)
		m.Compare(r, r).Explain()
	})
}

// FuzzCompare compares any two texts in every kind of field.
func FuzzCompare(f *testing.F) {
	var spec linkage.Spec
	for _, k := range linkage.Kinds() {
		spec.Fields = append(spec.Fields, field(k.String(), k))
	}
	var rows [][]string
	for _, v := range []string{"Mohamed", "1970-01-01", "AB12345", "a@b.example", "17", "rue longue"} {
		row := make([]string, len(spec.Fields))
		for c := range row {
			row[c] = v
		}
		rows = append(rows, row)
	}
	m, _ := dedupe(f, build(f, spec, rows))
	f.Add("Mohamed", "محمد")
	f.Add("01/02/1990", "1990-02-01")
	f.Add("AB12345", "AB12354")
	f.Add("\xff\x00", "")
	f.Fuzz(func(t *testing.T, v, w string) {
		record := func(v string) *linkage.Record {
			row := make([]string, len(spec.Fields))
			for c := range row {
				row[c] = v
			}
			r, err := m.Record(row)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		a, b := record(v), record(w)
		s, r := m.Compare(a, b), m.Compare(b, a)
		if s.Weight != r.Weight {
			t.Fatalf("%v one way, %v the other", s.Weight, r.Weight)
		}
		sum := 0.0
		for _, l := range s.Explain() {
			sum += l.Bits
		}
		if sum != s.Weight {
			t.Fatalf("the lines add up to %v, the weight is %v", sum, s.Weight)
		}
		if self := m.Compare(a, a); self.Weight < s.Weight-60 {
			t.Fatalf("%v with itself, %v with another", self.Weight, s.Weight)
		}
	})
}
