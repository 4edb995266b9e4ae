package synthroll_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sijil/internal/errs"
	"sijil/internal/synthroll"
)

func inputs(t testing.TB) synthroll.Inputs {
	t.Helper()
	in := synthroll.Inputs{FiguresFile: "synthroll.json", NamesFile: "names.csv"}
	for name, to := range map[string]*[]byte{"synthroll.json": &in.Figures, "names.csv": &in.Names} {
		data, err := os.ReadFile("../../morocco/" + name)
		if err != nil {
			t.Fatal(err)
		}
		*to = data
	}
	data, err := os.ReadFile("../../morocco/geography/provinces.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		in.Places = append(in.Places, synthroll.Place{Latin: row[4], Arabic: row[3]})
	}
	return in
}

func model(t testing.TB) *synthroll.Model {
	t.Helper()
	m, err := synthroll.Load(inputs(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t testing.TB, m *synthroll.Model, seed uint64, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := m.Write(t.Context(), &out, seed, n, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSameSeedSameBytes changes the number of processors, which must change
// nothing.
func TestSameSeedSameBytes(t *testing.T) {
	m := model(t)
	was := runtime.GOMAXPROCS(1)
	alone := write(t, m, 7, 20_000)
	runtime.GOMAXPROCS(4)
	together := write(t, m, 7, 20_000)
	runtime.GOMAXPROCS(was)
	if !bytes.Equal(alone, together) {
		t.Error("the number of processors changed the roll")
	}
	if sha256.Sum256(alone) == sha256.Sum256(write(t, m, 8, 20_000)) {
		t.Error("another seed made the same roll")
	}
}

// TestTruthAndTraits reads a roll and counts what it should hold.
func TestTruthAndTraits(t *testing.T) {
	t.Parallel()
	const n = 60_000
	rows, err := csv.NewReader(bytes.NewReader(write(t, model(t), 1, n))).ReadAll()
	if err != nil || len(rows) != n+1 {
		t.Fatal(len(rows), err)
	}
	at := func(name string) int { return slices.Index(rows[0], name) }
	people := map[string][][]string{}
	document := map[string]string{}
	apart := 0
	before := ""
	for _, row := range rows[1:] {
		id := row[at("cluster")]
		people[id] = append(people[id], row)
		if id == before {
			apart++
		}
		before = id
	}
	if apart > 10 {
		t.Errorf("%d rows stand beside another of the same person", apart)
	}
	sizes := map[int]int{}
	twins, same, misspelt, changed := 0, 0, 0, 0
	families := map[string]string{}
	for id, list := range people {
		sizes[min(len(list), 5)]++
		first := list[0]
		for _, row := range list {
			if d := row[at("cin")]; d != "" && d == first[at("cin")] {
				if was, ok := document[d]; ok && was != id {
					t.Fatal("two people share a document")
				}
				document[d] = id
			}
			same++
			misspelt += one(row[at("surname")] != first[at("surname")])
			changed += one(row[at("dob")] != first[at("dob")])
		}
		if key := first[at("surname")] + "|" + first[at("father_name_ar")] + "|" + first[at("dob")] + "|" + first[at("phone")]; first[at("phone")] != "" {
			if other, ok := families[key]; ok {
				twins++
				if other == first[at("first_name_ar")] {
					t.Error("twins of one name")
				}
			}
			families[key] = first[at("first_name_ar")]
		}
	}
	if sizes[2] < 4000 || sizes[3] < 400 || sizes[4] < 80 || sizes[5] > 0 {
		t.Errorf("people by number of records: %v", sizes)
	}
	if twins < 200 || misspelt < same/40 || changed < same/200 {
		t.Errorf("%d twins, %d of %d surnames misspelt, %d birth dates changed", twins, misspelt, same, changed)
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestEveryRowOnce counts the rows of small rolls, and refuses sizes that are
// none.
func TestEveryRowOnce(t *testing.T) {
	t.Parallel()
	m := model(t)
	for _, n := range []int{1, 15, 16, 17, 4097} {
		if got := bytes.Count(write(t, m, 3, n), []byte{'\n'}); got != n+1 {
			t.Errorf("%d lines for %d rows", got, n)
		}
	}
	for _, n := range []int{0, -1, synthroll.MaxRows + 1} {
		if err := m.Write(t.Context(), io.Discard, 1, n, nil); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%d rows: %v", n, err)
		}
	}
}

// TestStops cancels, and fails to write.
func TestStops(t *testing.T) {
	t.Parallel()
	m := model(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := m.Write(ctx, io.Discard, 1, 1_000_000, func(int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := m.Write(t.Context(), full{}, 1, 10_000, nil); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestBadData spoils the country's data one part at a time.
func TestBadData(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(in *synthroll.Inputs){
		"another format":     func(in *synthroll.Inputs) { replace(in, `"format": 1`, `"format": 2`) },
		"years go down":      func(in *synthroll.Inputs) { replace(in, `"older": 1965`, `"older": 1765`) },
		"an unknown key":     func(in *synthroll.Inputs) { replace(in, `"skew"`, `"skewed"`) },
		"a comma in header":  func(in *synthroll.Inputs) { replace(in, `"unique_id"`, `"unique,id"`) },
		"no weight":          func(in *synthroll.Inputs) { replace(in, `"weight": 40`, `"weight": 0`) },
		"no places":          func(in *synthroll.Inputs) { in.Places = nil },
		"a quote in a place": func(in *synthroll.Inputs) { in.Places[0].Latin = `a"b` },
		"no names":           func(in *synthroll.Inputs) { in.Names = []byte("kind\n") },
		"names without women": func(in *synthroll.Inputs) {
			in.Names = bytes.ReplaceAll(in.Names, []byte("\nfirst_f,"), []byte("\nfirst_m,"))
		},
		"a weight of letters": func(in *synthroll.Inputs) {
			in.Names = bytes.Replace(in.Names, []byte(",130,75,"), []byte(",x,75,"), 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := inputs(t)
			spoil(&in)
			if _, err := synthroll.Load(in); errs.KindOf(err) != errs.Invalid {
				t.Errorf("got %v", err)
			}
		})
	}
}

func replace(in *synthroll.Inputs, from, to string) {
	in.Figures = []byte(strings.Replace(string(in.Figures), from, to, 1))
}

// BenchmarkWrite makes rows.
func BenchmarkWrite(b *testing.B) {
	m := model(b)
	for b.Loop() {
		if err := m.Write(b.Context(), io.Discard, 1, 100_000, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "rows/s")
}
