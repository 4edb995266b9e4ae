package survey

import (
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/strictjson"
)

// Wording is the terms file: how the columns of a survey are called once their
// coefficients are law. What it leaves out has a default where one is sensible;
// labels have none (docs/model-card.md is the reference).
type Wording struct {
	Format     int              `json:"format"` // 1
	Languages  []string         `json:"languages"`
	Title      formula.Text     `json:"title"`
	Meaning    formula.Text     `json:"meaning"`
	IndexRange *formula.Range   `json:"index_range,omitempty"` // default: the survey's scores, and as much again on either side
	Frame      *formula.Frame   `json:"frame,omitempty"`       // default: ordinary households; nomads, homeless, institutions outside
	Intercept  formula.Text     `json:"intercept,omitempty"`
	Strata     []StratumWording `json:"strata,omitempty"`
	Regions    []RegionWording  `json:"regions,omitempty"`
	Terms      []TermWording    `json:"terms"`
	Groups     []GroupWording   `json:"groups,omitempty"`

	// Failures are known failures beside those the figures show, and NotFor
	// uses to be warned of beside the general ones.
	Failures []formula.Text `json:"known_failures,omitempty"`
	NotFor   []formula.Text `json:"not_for,omitempty"`
}

// StratumWording names a stratum of the formula: the level of the group whose
// levels were fitted apart, or, in a pooled model, the households for which an
// indicator column is 1. One stratum of a pooled model may have neither: the
// households of no other.
type StratumWording struct {
	Name   string       `json:"name"`
	Level  string       `json:"level,omitempty"`
	Column string       `json:"column,omitempty"`
	Label  formula.Text `json:"label"`
}

// RegionWording names the regions for which an indicator column is 1. One entry
// has no column: the regions of no other.
type RegionWording struct {
	Column  string       `json:"column,omitempty"`
	Regions []string     `json:"regions"` // codes
	Label   formula.Text `json:"label"`
}

// TermWording says what a column, or a categorical variable, is called in the
// formula.
type TermWording struct {
	Column   string            `json:"column"`
	Of       string            `json:"of,omitempty"`       // for squares and tables: the column it was computed from
	Code     string            `json:"code,omitempty"`     // default: from the column
	Variable string            `json:"variable,omitempty"` // default: the code, or that of the column Of
	Kind     formula.Kind      `json:"kind,omitempty"`     // default: from the values
	Label    formula.Text      `json:"label"`
	Unit     formula.Text      `json:"unit,omitempty"`
	Floor    *string           `json:"floor,omitempty"`
	Cap      *string           `json:"cap,omitempty"`
	Without  map[string]string `json:"without,omitempty"`
	Tags     []string          `json:"tags,omitempty"` // verifiable, movable, sensitive

	Levels map[string]formula.Text `json:"levels,omitempty"` // of a categorical variable: what each code is called
}

// GroupWording names a group by which errors are reported, and its levels.
type GroupWording struct {
	Group  string                  `json:"group"`
	Label  formula.Text            `json:"label"`
	Levels map[string]formula.Text `json:"levels"`
}

// ParseWording reads a terms file. Errors carry file, line and field.
func ParseWording(file string, data []byte) (*Wording, error) {
	w := &Wording{}
	if err := strictjson.Unmarshal(file, data, w); err != nil {
		return nil, err
	}
	return w, nil
}

// DefaultLanguages are the languages of a model card unless the terms file
// names others.
var DefaultLanguages = []string{"ar", "fr", "en"}

func words(ar, fr, en string) formula.Text { return formula.Text{"ar": ar, "fr": fr, "en": en} }

// withDefaults returns a copy in which what may be left out is filled in.
func (w *Wording) withDefaults() *Wording {
	out := *w
	if out.Languages == nil {
		out.Languages = slices.Clone(DefaultLanguages)
	}
	if out.Intercept == nil {
		out.Intercept = out.only(words("الثابت", "Constante", "Constant"))
	}
	if out.Frame == nil {
		out.Frame = &formula.Frame{
			Describes: out.only(words("الأسر العادية التي تقطن مسكنا قارا، كما عاينها البحث", "Ménages ordinaires à domicile fixe, tels que l'enquête les a tirés", "Ordinary households with a fixed dwelling, as the survey sampled them")),
			Outside: []formula.Profile{
				{Code: "nomad", Label: out.only(words("الرحل", "Nomades", "Nomads"))},
				{Code: "homeless", Label: out.only(words("الأشخاص بدون مأوى", "Personnes sans abri", "People without a home"))},
				{Code: "institution", Label: out.only(words("المقيمون بالمؤسسات (مستشفيات، سجون، دور الرعاية، ثكنات)", "Personnes vivant en institution (hôpital, prison, foyer, caserne)", "People living in institutions (hospitals, prisons, homes, barracks)"))},
			},
		}
	}
	if out.Strata == nil {
		out.Strata = []StratumWording{{Name: "all", Label: out.only(words("جميع الأسر", "Tous les ménages", "All households"))}}
	}
	if out.Regions == nil {
		out.Regions = []RegionWording{{Regions: []string{"all"}, Label: out.only(words("جميع الجهات", "Toutes les régions", "All regions"))}}
	}
	return &out
}

// only is a text in the languages of the file.
func (w *Wording) only(t formula.Text) formula.Text {
	out := formula.Text{}
	for _, l := range w.Languages {
		if t[l] != "" {
			out[l] = t[l]
		}
	}
	return out
}

// blank is a text to be filled in.
func (w *Wording) blank() formula.Text {
	out := formula.Text{}
	for _, l := range w.Languages {
		out[l] = ""
	}
	return out
}

// Draft returns a terms file for a model, as given where w (which may be nil)
// says something, by default elsewhere, with empty texts to be filled in.
func Draft(s *Sample, l *Linear, w *Wording) *Wording {
	if w == nil {
		w = &Wording{Format: 1}
	}
	out := w.withDefaults()
	for _, t := range []*formula.Text{&out.Title, &out.Meaning} {
		if *t == nil {
			*t = out.blank()
		}
	}
	if l.Method.By != "" && w.Strata == nil {
		out.Strata = nil
		for _, p := range l.Parts {
			out.Strata = append(out.Strata, StratumWording{Name: codeOf(p.Level), Level: p.Level, Label: out.blank()})
		}
	}
	out.Terms = slices.Clone(w.Terms)
	for _, t := range out.unworded(s, l) {
		t.Label = out.blank()
		if t.Kind != formula.Boolean && t.Kind != formula.TableByCode {
			t.Unit = out.blank()
		}
		if term := termNamed(s, t.Column); term != nil && term.Kind == Categorical.String() {
			t.Levels = map[string]formula.Text{}
			for _, level := range levelsOf(s, term) {
				t.Levels[level] = out.blank()
			}
		}
		out.Terms = append(out.Terms, t)
	}
	out.Groups = slices.Clone(w.Groups)
	for i := range s.Groups {
		g := &s.Groups[i]
		if out.group(g.Name) != nil {
			continue
		}
		named := GroupWording{Group: g.Name, Label: out.blank(), Levels: map[string]formula.Text{}}
		for _, level := range g.Levels {
			named.Levels[level] = out.blank()
		}
		out.Groups = append(out.Groups, named)
	}
	return out
}

func (w *Wording) group(name string) *GroupWording {
	for i := range w.Groups {
		if w.Groups[i].Group == name {
			return &w.Groups[i]
		}
	}
	return nil
}

func (w *Wording) term(column string) *TermWording {
	for i := range w.Terms {
		if w.Terms[i].Column == column {
			return &w.Terms[i]
		}
	}
	return nil
}

// unworded lists default entries for what the model uses and the file does not
// name, in the order of the columns.
func (w *Wording) unworded(s *Sample, l *Linear) []TermWording {
	placed := map[string]bool{}
	for _, x := range w.Strata {
		placed[x.Column] = true
	}
	for _, x := range w.Regions {
		placed[x.Column] = true
	}
	used := l.used(s)
	var out []TermWording
	for _, term := range s.Terms {
		whole := false // a categorical variable is one table
		for _, j := range term.Columns {
			name := s.Names[j]
			if !used[j] || placed[name] || w.term(name) != nil || w.term(term.Name) != nil || whole {
				continue
			}
			t := TermWording{Column: name, Code: codeOf(name), Kind: guessKind(s, j)}
			if term.Kind == Categorical.String() {
				t, whole = TermWording{Column: term.Name, Code: codeOf(term.Name), Kind: formula.TableByCode}, true
			}
			t.Variable = t.Code
			out = append(out, t)
		}
	}
	return out
}

// guessKind is the narrowest kind that accepts every value of a column.
func guessKind(s *Sample, j int) formula.Kind {
	binary, whole, share, positive := true, true, true, true
	for i := range s.N() {
		v := s.X.At(i, j)
		binary = binary && (v == 0 || v == 1)
		whole = whole && v >= 0 && v == float64(int64(v))
		share = share && v >= 0 && v <= 1
		positive = positive && v >= 0
	}
	switch {
	case binary:
		return formula.Boolean
	case whole:
		return formula.Count
	case share:
		return formula.Share
	case positive:
		return formula.RatioOf
	}
	return formula.Number
}

// codeOf makes a code of a formula out of the name of a column.
func codeOf(name string) string {
	name = strings.TrimPrefix(strings.ToLower(name), "x_")
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		name = "v_" + strings.TrimLeft(name, "_")
	}
	return name[:min(len(name), 64)]
}
