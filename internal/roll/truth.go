package roll

import (
	"bytes"
	"slices"
)

// Truth says for every row of one or several files who it is of. Rows with the
// same value are of one person; a row without a value is of nobody else.
//
// When every value has the form rec-N-org or rec-N-dup-K, as in the files of
// FEBRL, the number N is the person.
type Truth struct {
	ids     map[string]uint32
	rows    []uint32 // for each row its value
	files   []int    // rows before each file
	org     bool     // all values so far have the form of FEBRL
	persons []uint32 // for each value its person, once settled
}

// NewTruth returns a truth without rows.
func NewTruth() *Truth { return &Truth{ids: map[string]uint32{}, org: true} }

// NextFile says that the rows to come are of another file.
func (t *Truth) NextFile() { t.files = append(t.files, len(t.rows)) }

// Add adds the next row. The value is copied.
func (t *Truth) Add(value []byte) {
	if len(value) == 0 { // of nobody else: a number that no value has
		t.rows = append(t.rows, 0)
		return
	}
	id, ok := t.ids[string(value)]
	if !ok {
		id = uint32(len(t.ids) + 1)
		t.ids[string(value)] = id
		if t.org {
			_, t.org = original(value)
		}
	}
	t.rows = append(t.rows, id)
}

// original takes the number out of rec-N-org and rec-N-dup-K.
func original(v []byte) (n []byte, ok bool) {
	rest, ok := bytes.CutPrefix(v, []byte("rec-"))
	if !ok {
		return nil, false
	}
	i := bytes.IndexByte(rest, '-')
	if i < 1 || !allDigits(rest[:i]) {
		return nil, false
	}
	if string(rest[i:]) == "-org" {
		return rest[:i], true
	}
	k, ok := bytes.CutPrefix(rest[i:], []byte("-dup-"))
	return rest[:i], ok && allDigits(k)
}

func allDigits(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(v) > 0
}

// settle gives every row its person.
func (t *Truth) settle() {
	if t.persons != nil {
		return
	}
	of := make([]uint32, len(t.ids)+1)
	next := uint32(0)
	if t.org {
		numbers := map[string]uint32{}
		for value, id := range t.ids {
			n, _ := original([]byte(value))
			p, ok := numbers[string(n)]
			if !ok {
				next++
				p = next
				numbers[string(n)] = p
			}
			of[id] = p
		}
	} else {
		for i := range of {
			of[i] = uint32(i)
		}
		next = uint32(len(t.ids))
	}
	t.persons = make([]uint32, len(t.rows))
	for i, id := range t.rows {
		if id == 0 {
			next++
			t.persons[i] = next
			continue
		}
		t.persons[i] = of[id]
	}
}

// Judgement compares pairs found with pairs that are.
type Judgement struct {
	True, Found, Right int64 // pairs
}

// Precision is the share of the pairs found that are right; 1 when none was.
func (j Judgement) Precision() float64 { return ratio(j.Right, j.Found) }

// Recall is the share of the true pairs that were found; 1 when there are none.
func (j Judgement) Recall() float64 { return ratio(j.Right, j.True) }

// F1 is the harmonic mean of the two.
func (j Judgement) F1() float64 { return ratio(2*j.Right, j.True+j.Found) }

func ratio(part, whole int64) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Clusters judges the pairs that are in one cluster.
func (t *Truth) Clusters(cluster []uint32) Judgement {
	t.settle()
	both := make([]uint64, len(cluster))
	for i, c := range cluster {
		both[i] = uint64(c)<<32 | uint64(t.persons[i])
	}
	return Judgement{True: pairsOf(slices.Clone(t.persons)), Found: pairsOf(slices.Clone(cluster)), Right: pairsOf(both)}
}

// pairsOf counts the pairs of equal values. It sorts them.
func pairsOf[T uint32 | uint64](v []T) int64 {
	slices.Sort(v)
	var pairs, run int64
	for i := range v {
		if i > 0 && v[i] == v[i-1] {
			run++
		} else {
			run = 0
		}
		pairs += run
	}
	return pairs
}

// Links judges links from the first to the second of two files, each given by
// the rows' numbers within their files.
func (t *Truth) Links(links int, link func(int) (a, b uint32)) Judgement {
	t.settle()
	second := t.files[1]
	var j Judgement
	for i := range links {
		a, b := link(i)
		j.Found++
		if t.persons[a] == t.persons[second+int(b)] {
			j.Right++
		}
	}
	a, b := slices.Clone(t.persons[:second]), slices.Clone(t.persons[second:])
	slices.Sort(a)
	slices.Sort(b)
	for len(a) > 0 && len(b) > 0 {
		x := min(a[0], b[0])
		m, n := runOf(a, x), runOf(b, x)
		j.True += int64(m) * int64(n)
		a, b = a[m:], b[n:]
	}
	return j
}

func runOf(v []uint32, x uint32) int {
	n := 0
	for n < len(v) && v[n] == x {
		n++
	}
	return n
}

// SameRow reports whether two rows of the files are of one person.
func (t *Truth) SameRow(a, b int) bool {
	t.settle()
	return t.persons[a] == t.persons[b]
}

// Person is the number of the person of a row.
func (t *Truth) Person(row int) uint32 {
	t.settle()
	return t.persons[row]
}
