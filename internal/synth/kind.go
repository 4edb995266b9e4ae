package synth

import "slices"

// form is how a kind of household is composed.
type form int

// The forms, with the least number of members each takes.
const (
	alone        form = iota // the head
	couple                   // the head and a spouse
	parents                  // the head, a spouse and their children
	lone                     // the head and children
	absentSpouse             // the head and children; the spouse has settled elsewhere, with another household or abroad
	extended                 // one of the above with a relative or two
	nuclei                   // a couple, children, a married child with spouse and children
	spouses                  // a man, two wives and their children
	minors                   // brothers and sisters under age
	unrelated                // people who share a dwelling and its costs
)

var forms = map[string]struct {
	form  form
	least int
}{
	"alone": {alone, 1}, "couple": {couple, 2}, "parents": {parents, 3}, "lone": {lone, 2}, "absent_spouse": {absentSpouse, 2},
	"extended": {extended, 2}, "nuclei": {nuclei, 4}, "several_spouses": {spouses, 3}, "minors": {minors, 2}, "unrelated": {unrelated, 2},
}

type kind struct {
	code    string
	form    form
	bands   [][3]int
	band    picker
	female  int
	marital picker // of a head without spouse; nil when there always is one
}

type families struct {
	gap, spacing       [][2]int
	gapPick, spacePick picker
	lastFrom, lastTo   int
	first              int
	relatives          picker
	grownFrom          []int
	grown              []picker
}

// adultAge is the least age of a head or spouse.
const adultAge = 18

// kinds compiles sizes and kinds of households.
func (l *loader) kinds(m *Model, f *file) {
	for s, w := range spread(l, "sizes.weights", f.Sizes.Weights) {
		m.sizes = append(m.sizes, l.picker("sizes.weights."+l.q.Strata[s], w))
	}
	largest := 0
	byKind := make([][][]int, len(f.Kinds.List)) // kind, stratum, size
	for i, in := range f.Kinds.List {
		k, ok := l.kind(m, i, in)
		if !ok {
			continue
		}
		m.kinds = append(m.kinds, k)
		byKind[i] = spread(l, at("kinds.list", i, "weights"), in.Weights)
		for _, w := range byKind[i] {
			largest = max(largest, len(w))
			for size, v := range w {
				if v > 0 && size+1 < forms[in.Form].least {
					l.bad.Addf(at("kinds.list", i, "weights"), "give these sizes the weight 0", "the form %s needs %d members", in.Form, forms[in.Form].least)
				}
			}
		}
	}
	for s := range l.q.Strata {
		bySize := make([]picker, 0, largest)
		for size := range largest {
			w := make([]int, len(byKind))
			for i := range byKind {
				if row := byKind[i]; row != nil && len(row[s]) > 0 {
					w[i] = row[s][min(size, len(row[s])-1)]
				}
			}
			bySize = append(bySize, l.picker("kinds.list", w))
		}
		m.kindOf = append(m.kindOf, bySize)
	}
	if largest == 0 {
		l.bad.Addf("kinds.list", "list at least one", "there is no kind of household")
	}
}

func (l *loader) kind(m *Model, i int, in fileKind) (kind, bool) {
	f, ok := forms[in.Form]
	if !ok {
		l.bad.Addf(at("kinds.list", i, "form"), "see kind.go for the forms", "there is no form %s", in.Form)
		return kind{}, false
	}
	k := kind{code: in.Kind, form: f.form, bands: in.HeadAges, female: in.FemaleHead}
	var w []int
	for _, b := range in.HeadAges {
		w = append(w, b[2])
		if b[0] > b[1] || b[0] < adultAge && f.form != minors {
			l.bad.Addf(at("kinds.list", i, "head_ages"), "write [from, to, weight], heads of age unless the form is minors", "not a range of ages of heads")
		}
	}
	k.band = l.picker(at("kinds.list", i, "head_ages"), w)
	if len(in.Marital) > 0 {
		k.marital = l.weights(at("kinds.list", i, "marital"), m.marital, in.Marital)
	} else if slices.Contains([]form{alone, lone, extended, unrelated}, f.form) {
		l.bad.Addf(at("kinds.list", i, "marital"), "give weights by marital status", "heads of this form may have no spouse")
	}
	return k, true
}

func (l *loader) families(m *Model, f *file) {
	in := f.Families
	m.families = families{
		gap: in.Gap, spacing: in.Spacing, gapPick: l.picker("families.gap", second(in.Gap)), spacePick: l.picker("families.spacing", second(in.Spacing)),
		lastFrom: in.LastBirth[0], lastTo: in.LastBirth[1], first: in.FirstBirth,
		relatives: l.weights("families.relatives", m.relation, in.Relatives),
	}
	if in.FirstBirth < 12 || in.LastBirth[0] < in.FirstBirth || in.LastBirth[1] < in.LastBirth[0] || in.LastBirth[1] > 55 {
		l.bad.Addf("families.last_birth", "write ages that go up from first_birth", "the ages at births make no sense")
	}
	for i, row := range in.ChildMarital {
		m.families.grownFrom = append(m.families.grownFrom, row.From)
		m.families.grown = append(m.families.grown, l.weights(at("families.child_marital", i, "weights"), m.marital, row.Weights))
	}
}

func second(pairs [][2]int) []int {
	out := make([]int, len(pairs))
	for i, p := range pairs {
		out[i] = p[1]
	}
	return out
}
