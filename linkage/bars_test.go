package linkage_test

import (
	"fmt"
	"testing"

	"sijil/linkage"
)

// TestBars holds the engine to what docs/linkage.md says of files with known
// truth, at the default bands. go test -v prints the figures and the models.
func TestBars(t *testing.T) {
	for _, test := range []struct {
		file string
		spec linkage.Spec
		f1   float64
	}{
		{"febrl1.csv", febrl, .999},
		{"febrl2.csv", febrl, .9985},
		{"febrl3.csv", febrl, .999},
		{"fake_1000.csv", fake, .965},
		{"ma_5k.csv", ma, .992},
		{"ma_100k.csv", ma, .997},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			f := load(t, test.file)
			truth := f.truth(t)
			m, res := dedupe(t, f.records(t, test.spec))
			q := judge(truth, res.Cluster)
			t.Logf("precision %.4f recall %.4f F1 %.4f, %d candidates, %d for review, %d guarded", q.precision, q.recall, q.f1,
				res.Stats.Candidates, res.Stats.Reviews, res.Stats.Guarded)
			if testing.Verbose() {
				show(t, m, res.Stats)
			}
			if q.f1 < test.f1 {
				t.Errorf("F1 %.4f, want %.4f", q.f1, test.f1)
			}
			if per := float64(res.Stats.Candidates) / float64(len(truth)); per > 25 {
				t.Errorf("%.1f candidates for each row, want at most 25", per)
			}
			if test.spec.Fields[0].Columns[0] == "first_name" && len(test.spec.Fields) == len(ma.Fields) {
				twinsApart(t, f, truth, res)
			}
		})
	}
}

// twinsApart reports how many pairs of twins were taken for one person: of
// equal family, father, birth date and place, and two names and clusters.
func twinsApart(t *testing.T, f file, truth []string, res *linkage.Result) {
	t.Helper()
	var cols [][]string
	for _, c := range []string{"surname_ar", "father_name_ar", "dob", "birth_place", "first_name_ar"} {
		cols = append(cols, f.column(t, c))
	}
	families := map[[4]string][]int{}
	for i := range truth {
		key := [4]string{cols[0][i], cols[1][i], cols[2][i], cols[3][i]}
		families[key] = append(families[key], i)
	}
	twins, merged := 0, 0
	for _, rows := range families {
		for n, i := range rows {
			for _, j := range rows[n+1:] {
				if truth[i] == truth[j] || cols[4][i] == cols[4][j] {
					continue
				}
				twins++
				if res.Cluster[i] == res.Cluster[j] {
					merged++
				}
			}
		}
	}
	t.Logf("%d pairs of twins, %d merged", twins, merged)
	if float64(merged) > .03*float64(twins) {
		t.Errorf("%d of %d pairs of twins merged, want at most 3 %%", merged, twins)
	}
}

// TestBarMatch is TestBars for two files.
func TestBarMatch(t *testing.T) {
	t.Parallel()
	fa, fb := load(t, "febrl4a.csv"), load(t, "febrl4b.csv")
	ta, tb := fa.truth(t), fb.truth(t)
	a, b := fa.records(t, febrl), fb.records(t, febrl)
	m, err := linkage.TrainMatch(t.Context(), a, b, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := linkage.Match(t.Context(), a, b, m, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, l := range res.Links {
		if ta[l.A] == tb[l.B] {
			right++
		}
	}
	f1 := 2 * float64(right) / float64(len(res.Links)+len(ta))
	t.Logf("%d links, %d right, F1 %.4f, %d candidates", len(res.Links), right, f1, res.Stats.Candidates)
	if f1 < .9995 {
		t.Errorf("F1 %.4f, want .9995", f1)
	}
}

// TestFewerFields holds the engine to what it can do with less to go by: the
// twins of a file without documents above all.
func TestFewerFields(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, file string
		spec       linkage.Spec
		precision  float64
		f1         float64
	}{
		{"without documents", "ma_100k.csv", without(ma, "cin"), .99, .99},
		{"without documents and phones", "ma_100k.csv", without(ma, "cin", "phone"), .99, .99},
		{"without the Arabic", "ma_100k.csv", firstColumns(ma), .995, .975},
		{"documents alone", "ma_100k.csv", without(ma, "first_name", "surname", "father_name", "gender", "dob", "birth_place", "phone"), .99, .65},
		{"without e-mail", "fake_1000.csv", without(fake, "email"), .99, .88},
		{"without numbers", "febrl3.csv", without(febrl, "soc_sec_id"), .999, .996},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := load(t, test.file)
			_, res := dedupe(t, f.records(t, test.spec))
			q := judge(f.truth(t), res.Cluster)
			t.Logf("precision %.4f recall %.4f F1 %.4f", q.precision, q.recall, q.f1)
			if q.f1 < test.f1 || q.precision < test.precision {
				t.Errorf("precision %.4f F1 %.4f, want %.4f and %.4f", q.precision, q.f1, test.precision, test.f1)
			}
		})
	}
}

// TestFullNames joins given and family name to one text in the first column of
// the file: the twins stay apart by the one word in which they differ.
func TestFullNames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, file, given string
		rest              linkage.Spec
		f1                float64
	}{
		{"FEBRL", "febrl3.csv", "given_name", without(febrl, "given_name", "surname"), .999},
		{"short", "fake_1000.csv", "first_name", without(fake, "first_name", "surname"), .955},
		{"Latin", "ma_100k.csv", "first_name", firstColumns(without(ma, "first_name", "surname")), .97},
		{"Latin without documents and phones", "ma_100k.csv", "first_name", firstColumns(without(ma, "first_name", "surname", "cin", "phone")), .95},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := load(t, test.file)
			f.header = append(f.header, "full")
			given, family := f.column(t, test.given), f.column(t, "surname")
			for i := range f.rows {
				f.rows[i] = append(f.rows[i], given[i]+" "+family[i])
			}
			spec := linkage.Spec{Fields: append([]linkage.Field{field("full", linkage.Full)}, test.rest.Fields...)}
			truth := f.truth(t)
			_, res := dedupe(t, f.records(t, spec))
			q := judge(truth, res.Cluster)
			t.Logf("precision %.4f recall %.4f F1 %.4f", q.precision, q.recall, q.f1)
			if q.f1 < test.f1 {
				t.Errorf("F1 %.4f, want %.4f", q.f1, test.f1)
			}
			if test.file == "ma_100k.csv" {
				twinsApart(t, f, truth, res)
			}
		})
	}
}

// TestCalibration asks whether the pairs of each band of weights are one
// person as often as the model says.
func TestCalibration(t *testing.T) {
	t.Parallel()
	f := load(t, "ma_100k.csv")
	truth := f.truth(t)
	_, res := dedupe(t, f.records(t, without(ma, "cin")))
	sum, right, n := 0.0, 0, 0
	for _, l := range res.Links {
		sum += 1 / (1 + exp2(-l.Weight))
		n++
		if truth[l.A] == truth[l.B] {
			right++
		}
	}
	said, found := sum/float64(n), float64(right)/float64(n)
	t.Logf("links: %.4f said, %.4f found", said, found)
	if d := said - found; d > .02 || d < -.02 {
		t.Errorf("the model says %.4f of the links are right, %.4f are", said, found)
	}
}

func show(t *testing.T, m *linkage.Model, s linkage.Stats) {
	t.Helper()
	out := fmt.Sprintf("prior %.2f\n", m.Prior())
	for _, f := range m.Weights() {
		for _, l := range f.Levels {
			out += fmt.Sprintf("  %-14s %-24s m %.5f u %.7f kin %.5f bits %6.2f n %d\n", f.Field, l.Code, l.M, l.U, l.Kin, l.Bits, l.Count)
		}
	}
	for _, p := range s.Passes {
		out += fmt.Sprintf("  %s: %d pairs, %d blocks, largest %d, %d split, %d cut\n", p.Name, p.Pairs, p.Blocks, p.Largest, p.Splits, p.Cut)
	}
	t.Log(out)
}
