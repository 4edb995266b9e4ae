package synth

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"sijil/internal/errs"
	"sijil/questionnaire"
)

// The kinds of names in the table.
const (
	firstMale = iota
	firstFemale
	family
	nameKinds
)

// periods is the number of steps between the older and the younger weights.
const periods = 5

// names draws names.
type names struct {
	older, younger        int
	latin, arabic, strays int
	entries               [nameKinds][]spellings
	pick                  [nameKinds]map[string][periods]picker // by region
}

// spellings are one name's: the usual one first.
type spellings struct {
	arabic, latin  []string
	older, younger int
	flavour        string
}

var nameKind = map[string]int{"first_m": firstMale, "first_f": firstFemale, "family": family}

var nameColumns = []string{"kind", "arabic", "arabic_variants", "latin", "latin_variants", "weight_older", "weight_younger", "flavour"}

func (l *loader) names(m *Model, in fileNames) error {
	n := &m.names
	n.older, n.younger, n.latin, n.arabic, n.strays = in.Older, in.Younger, in.Latin, in.Arabic, in.Strays
	if n.older >= n.younger {
		return errs.At(errs.Bad("names.older", "the older generation must end before the younger one begins", "write years that go up"), l.in.FiguresFile, 0)
	}
	r := csv.NewReader(bytes.NewReader(l.in.Names))
	head, err := r.Read()
	if err != nil || !slices.Equal(head, nameColumns) {
		return errs.At(errs.Bad("", "the header is not that of a table of names", "write "+strings.Join(nameColumns, ",")), l.in.NamesFile, 1)
	}
	var bad errs.List
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			bad.Add(errs.At(errs.Bad("", "not a row of the table", "check quotes and the number of columns"), l.in.NamesFile, line))
			break
		}
		if err := n.add(row, in); err != nil {
			bad.Add(errs.At(err, l.in.NamesFile, line))
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return n.weigh(m, in, l.in.NamesFile)
}

func (n *names) add(row []string, in fileNames) error {
	kind, ok := nameKind[row[0]]
	if !ok {
		return errs.Bad("kind", "not a kind of name", "write first_m, first_f or family")
	}
	s := spellings{arabic: spelt(row[1], row[2]), latin: spelt(row[3], row[4]), flavour: row[7]}
	for _, name := range slices.Concat(s.arabic, s.latin) {
		// The writer of persons relies on it: these are written without escapes.
		if name == "" || strings.ContainsAny(name, "\"\\<>&") || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
			return errs.Bad("", "a name is empty or holds a character that names do not have", "remove it")
		}
	}
	if _, ok := in.Flavours[s.flavour]; !ok && s.flavour != "" {
		return errs.Bad("flavour", "the flavour is not in the figures", "give it its percentages by region, or leave it out")
	}
	var err error
	if s.older, err = weight(row[5]); err != nil {
		return errs.Bad("weight_older", "not a weight", "write 0 to 10000")
	}
	if s.younger, err = weight(row[6]); err != nil {
		return errs.Bad("weight_younger", "not a weight", "write 0 to 10000")
	}
	n.entries[kind] = append(n.entries[kind], s)
	return nil
}

func weight(s string) (int, error) {
	w, err := strconv.Atoi(s)
	if err == nil && (w < 0 || w > 10_000) {
		err = strconv.ErrRange
	}
	return w, err
}

func spelt(usual, others string) []string {
	out := []string{usual}
	if others != "" {
		out = append(out, strings.Split(others, "|")...)
	}
	return out
}

// weigh makes the pickers of every region and period.
func (n *names) weigh(m *Model, in fileNames, file string) error {
	for kind := range nameKinds {
		n.pick[kind] = map[string][periods]picker{}
		for _, a := range m.areas {
			var pickers [periods]picker
			for p := range periods {
				weights := make([]int, len(n.entries[kind]))
				for i, e := range n.entries[kind] {
					percent, ok := in.Flavours[e.flavour][a.region]
					if !ok {
						percent = in.Flavours[e.flavour][""]
					}
					if e.flavour == "" {
						percent = 100
					}
					weights[i] = (e.older*(periods-1-p) + e.younger*p) * percent / 10
				}
				var err error
				if pickers[p], err = newPicker(weights); err != nil {
					return errs.At(errs.Bad("", "a kind of name has no weight in some region and generation", "give it some"), file, 0)
				}
			}
			n.pick[kind][a.region] = pickers
		}
	}
	return nil
}

// entry draws a name's spellings for somebody of a region born in a year.
func (n *names) entry(r *rng, kind int, region string, year int) *spellings {
	p := (year - n.older) * periods / (n.younger - n.older)
	pickers := n.pick[kind][region]
	return &n.entries[kind][pickers[min(max(p, 0), periods-1)].pick(r)]
}

// spell draws how a name is spelt: mostly as usual, in either script.
func (n *names) spell(r *rng, s *spellings) Name {
	return Name{Arabic: variant(r, s.arabic, n.arabic), Latin: variant(r, s.latin, n.latin)}
}

func variant(r *rng, all []string, chance int) string {
	if len(all) > 1 && r.chance(chance) {
		return all[1+r.below(len(all)-1)]
	}
	return all[0]
}

// call names the members: the families first, each spelt one way in the
// household, from which a member may stray as a clerk once did.
func (d *draft) call(persons []Person) {
	n, region := &d.m.names, d.area.region
	var lines [maxMembers]*spellings
	var usual [maxMembers]Name
	for i := range min(d.lines, maxMembers) {
		lines[i] = n.entry(&d.r, family, region, n.older)
		usual[i] = n.spell(&d.r, lines[i])
	}
	for i := range persons {
		p := &d.members[i]
		kind := firstMale
		if p.sex == questionnaire.Female {
			kind = firstFemale
		}
		persons[i].Given = n.spell(&d.r, n.entry(&d.r, kind, region, p.birth.Year))
		for j := range i { // two of one household do not share a first name
			if persons[j].Given.Arabic == persons[i].Given.Arabic {
				persons[i].Given = n.spell(&d.r, n.entry(&d.r, kind, region, p.birth.Year))
			}
		}
		line := min(p.line, maxMembers-1)
		persons[i].Family = usual[line]
		if d.r.chance(n.strays) {
			persons[i].Family = n.spell(&d.r, lines[line])
		}
	}
}
