package linkage

import (
	"math"
	"slices"
)

// Bounds of term frequencies.
const (
	maxFrequent   = 4096 // classes of a field that are told apart
	leastFrequent = 12   // rows a class must have to be told: rarer ones could name a person
	frequencyBits = 6.0  // the most that a frequency adds or takes
	frequencyPart = .5   // how much of what theory gives is used: names go together
)

// byFrequency reports whether agreement on a rare value says more in a field.
func byFrequency(k Kind) bool {
	return k.isName() || k == Place || k == Text || k == Number
}

// agreed returns the class that two rows agree on in a field, at a level that
// says they do; 0 where they do not.
func (x *comparer) agreed(f int, level uint8, ra, rb []uint32) uint64 {
	field := &x.a.spec.Fields[f]
	from, to := x.a.first[f], x.a.first[f+1]
	var least uint8
	switch {
	case field.Kind == Place:
		least = placeSame
	case field.Kind == Text:
		least = textSame
	case field.Kind == Number:
		least = numberSame
	case to-from > 1:
		least = pairVX
	default:
		least = nameClose
	}
	if level < least {
		return 0
	}
	for c := from; c < to; c++ {
		ia, ib := ra[c], rb[c]
		if ia == 0 || ib == 0 {
			continue
		}
		if h := x.a.cols[c].class[ia]; h == x.b.cols[c].class[ib] {
			return h
		}
	}
	return 0
}

// hopeless is the weight below which frequencies are not looked at: they
// could not lift a pair to any band.
const hopeless = -25

// frequencies returns the bits that agreeing on frequent and on rare values
// adds, summed over the fields.
func (m *Model) frequencies(x *comparer, p pattern, strangers float64, i, j uint32, often *[MaxFields]float64) float64 {
	if strangers < hopeless {
		return 0
	}
	ra, rb := x.a.row(i), x.b.row(j)
	sum := 0.0
	for f := range m.frequent {
		if m.frequent[f] == nil {
			continue
		}
		h := x.agreed(f, p.level(f), ra, rb)
		if h == 0 {
			continue
		}
		bits := m.frequency(f, h)
		sum += bits
		if often != nil {
			often[f] = bits
		}
	}
	return sum
}

func (m *Model) frequency(f int, class uint64) float64 {
	if bits, ok := m.frequent[f][class]; ok {
		return bits
	}
	return m.rare[f]
}

// learnFrequencies counts the classes of every field in the training files.
func (m *Model) learnFrequencies(a, b *Records, workers int) {
	n := len(m.spec.Fields)
	m.frequent, m.rare = make([]map[uint64]float64, n), make([]float64, n)
	parallel(workers, n, func(f int) {
		if byFrequency(m.spec.Fields[f].Kind) {
			m.frequent[f], m.rare[f] = classBits(a, b, f)
		}
	})
}

func classBits(a, b *Records, f int) (frequent map[uint64]float64, rare float64) {
	counts := map[uint64]int{}
	rows := 0
	for n, r := range []*Records{a, b} {
		if n == 1 && a == b {
			break
		}
		for c := r.first[f]; c < r.first[f+1]; c++ {
			col := r.cols[c]
			for i := 1; i < col.dict.size(); i++ {
				if h := col.class[i]; h != 0 {
					counts[h] += int(col.dict.count[i])
					rows += int(col.dict.count[i])
				}
			}
		}
	}
	frequent = map[uint64]float64{}
	if rows == 0 {
		return frequent, 0
	}
	type class struct {
		hash uint64
		n    int
	}
	list := make([]class, 0, len(counts))
	for h, n := range counts {
		list = append(list, class{h, n})
	}
	slices.SortFunc(list, func(x, y class) int {
		if x.n != y.n {
			return y.n - x.n
		}
		if x.hash < y.hash {
			return -1
		}
		return 1
	})
	all, squares := float64(rows), 0.0
	for _, c := range list {
		squares += float64(c.n) / all * float64(c.n) / all
	}
	tail, tailSquares := 0.0, 0.0
	for i, c := range list {
		share := float64(c.n) / all
		if i < maxFrequent && c.n >= leastFrequent {
			frequent[c.hash] = quantized(clamp(frequencyPart*math.Log2(squares/share), frequencyBits))
			continue
		}
		tail += share
		tailSquares += share * share
	}
	if tail > 0 {
		rare = quantized(clamp(frequencyPart*math.Log2(squares*tail/tailSquares), frequencyBits))
	}
	return frequent, rare
}
