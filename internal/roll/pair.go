package roll

import (
	"slices"

	"sijil/linkage"
)

// Pair makes one spec of the guesses about two files: the fields that both
// have. Columns of a field go together by script. The columns that find no
// partner are marked in the guesses.
func Pair(a, b *Guess, samples [2]*Sample) *Spec {
	s := &Spec{Format: specFormat}
	for _, f := range a.Fields {
		i := slices.IndexFunc(b.Fields, func(o linkage.Field) bool { return o.Name == f.Name && o.Kind == f.Kind })
		if i < 0 {
			i = b.alike(f, a)
		}
		if i < 0 {
			continue
		}
		s.Fields = append(s.Fields, pairField(f, b.Fields[i], a, b, samples))
	}
	for second, g := range []*Guess{a, b} {
		for i := range g.Columns {
			c := &g.Columns[i]
			if c.Field == "" {
				continue
			}
			at := slices.IndexFunc(s.Fields, func(f SpecField) bool {
				return slices.Contains([][]string{f.Columns, f.Second}[second], c.Name)
			})
			if at < 0 {
				c.Field, c.Kind, c.From = "", 0, IsOneSided
				continue
			}
			c.Field, c.Kind = s.Fields[at].Name, s.Fields[at].Kind
		}
	}
	return s
}

// alike is the only field of the other file of a kind that either file has
// once: two documents called differently are one kind of document.
func (g *Guess) alike(f linkage.Field, other *Guess) int {
	count := func(fields []linkage.Field) (n, at int) {
		for i, o := range fields {
			if o.Kind == f.Kind {
				n, at = n+1, i
			}
		}
		return n, at
	}
	mine, at := count(g.Fields)
	if theirs, _ := count(other.Fields); mine != 1 || theirs != 1 || f.Kind == linkage.Place || f.Kind == linkage.Parent {
		return -1
	}
	return at
}

// pairField lines the columns of two fields up by script. A script that only
// one file has takes no part, unless it is the only one.
func pairField(a, b linkage.Field, ga, gb *Guess, samples [2]*Sample) SpecField {
	out := SpecField{Name: a.Name, Kind: a.Kind}
	scripts := func(f linkage.Field, g *Guess, s *Sample) map[string]string {
		of := map[string]string{}
		for _, name := range f.Columns {
			i := slices.IndexFunc(g.Columns, func(c Column) bool { return c.Name == name })
			of[lookAt(s.Values[i], nil).script()] = name
		}
		return of
	}
	of := [2]map[string]string{scripts(a, ga, samples[0]), scripts(b, gb, samples[1])}
	for _, script := range []string{"latin", "arabic", "tifinagh"} {
		first, second := of[0][script], of[1][script]
		if first != "" && second != "" {
			out.Columns, out.Second = append(out.Columns, first), append(out.Second, second)
		}
	}
	if out.Columns == nil { // each file in a script of its own
		out.Columns, out.Second = a.Columns[:1], b.Columns[:1]
	}
	return out
}
