package linkage_test

import (
	"os"
	"slices"
	"testing"

	"sijil/linkage"
)

func TestAblation(t *testing.T) {
	if os.Getenv("ABL") == "" {
		t.Skip()
	}
	pick := func(s linkage.Spec, names ...string) linkage.Spec {
		var out linkage.Spec
		for _, f := range s.Fields {
			if slices.Contains(names, f.Name) {
				out.Fields = append(out.Fields, f)
			}
		}
		return out
	}
	latin := func(s linkage.Spec) linkage.Spec {
		var out linkage.Spec
		for _, f := range s.Fields {
			f.Columns = f.Columns[:1]
			out.Fields = append(out.Fields, f)
		}
		return out
	}
	for _, c := range []struct {
		name, file string
		spec       linkage.Spec
	}{
		{"nodoc", "ma_100k.csv", pick(ma, "first_name", "surname", "father_name", "gender", "dob", "birth_place", "phone")},
		{"nodocphone", "ma_100k.csv", pick(ma, "first_name", "surname", "father_name", "gender", "dob", "birth_place")},
		{"latin", "ma_100k.csv", latin(ma)},
		{"latin names dob", "ma_100k.csv", latin(pick(ma, "first_name", "surname", "dob"))},
		{"latin names dob place", "ma_100k.csv", latin(pick(ma, "first_name", "surname", "dob", "birth_place"))},
		{"names only", "ma_5k.csv", latin(pick(ma, "first_name", "surname"))},
		{"dob doc", "ma_100k.csv", pick(ma, "dob", "cin")},
		{"doc", "ma_100k.csv", pick(ma, "cin")},
		{"gender", "ma_5k.csv", pick(ma, "gender")},
		{"febrl3 nodoc", "febrl3.csv", pick(febrl, "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth")},
		{"febrl3 name dob sub", "febrl3.csv", pick(febrl, "given_name", "surname", "date_of_birth", "suburb")},
		{"febrl2 nodob", "febrl2.csv", pick(febrl, "given_name", "surname", "street_number", "address_1", "suburb", "postcode")},
		{"fake no email", "fake_1000.csv", pick(fake, "first_name", "surname", "dob", "city")},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := load(t, c.file)
			recs := f.records(t, c.spec)
			m, err := linkage.Train(t.Context(), recs, linkage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			res, err := linkage.Dedupe(t.Context(), recs, m, linkage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			q := judge(f.truth(t), res.Cluster)
			exp, n := 0.0, int64(0)
			for _, b := range res.Stats.Bins {
				if b.From >= 2 {
					exp += b.Expected
					n += b.Pairs
				}
			}
			t.Logf("p %.4f r %.4f F1 %.4f cand %d guarded %d reviews %d expected precision %.4f prior %.1f", q.precision, q.recall, q.f1, res.Stats.Candidates, res.Stats.Guarded, res.Stats.Reviews, exp/float64(n), m.Prior())
		})
	}
}
