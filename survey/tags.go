package survey

import (
	"path"
	"slices"
	"strings"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
)

// The tags a variable may bear; one variable may bear several.
const (
	Verifiable = "verifiable" // an office can check the answer against another source
	Movable    = "movable"    // a household can hide the thing, or give it up, to look poorer
	Sensitive  = "sensitive"  // the law or decency asks for a reason to use it
)

// Tags say what is to be known of variables beside their coefficients. Every
// list holds names of variables or patterns such as "x_tv*".
type Tags struct {
	Verifiable []string `json:"verifiable,omitempty"`
	Movable    []string `json:"movable,omitempty"`
	Sensitive  []string `json:"sensitive,omitempty"`

	// Groups are further sets whose price is wanted, such as all that is asked
	// about work.
	Groups []TagGroup `json:"groups,omitempty"`
}

// TagGroup is a named set of variables.
type TagGroup struct {
	Name      string   `json:"name"`
	Variables []string `json:"variables"`
}

// VariableTags are the tags and groups of one variable.
type VariableTags struct {
	Variable string   `json:"variable"`
	Tags     []string `json:"tags"`
	Groups   []string `json:"groups,omitempty"`
}

// ParseTags reads tags from JSON, the content of file:
// {"movable": ["x_tv"], "groups": [{"name": "occupation", "variables": ["x_occ*"]}]}.
func ParseTags(file string, data []byte) (*Tags, error) {
	t := &Tags{}
	if err := strictjson.Unmarshal(file, data, t); err != nil {
		return nil, err
	}
	return t, nil
}

// AddTag adds "tag=variable,variable", as a command line gives it.
func (t *Tags) AddTag(text string) error {
	name, list, err := splitTag("tag", text)
	if err != nil {
		return err
	}
	into := map[string]*[]string{Verifiable: &t.Verifiable, Movable: &t.Movable, Sensitive: &t.Sensitive}[name]
	if into == nil {
		return errs.Bad("tag", "there is no such tag", "use verifiable, movable or sensitive, or name a group")
	}
	*into = append(*into, list...)
	return nil
}

// AddGroup adds "name=variable,variable", as a command line gives it.
func (t *Tags) AddGroup(text string) error {
	name, list, err := splitTag("group", text)
	if err != nil {
		return err
	}
	t.Groups = append(t.Groups, TagGroup{Name: name, Variables: list})
	return nil
}

func splitTag(field, text string) (name string, list []string, err error) {
	name, rest, found := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	for v := range strings.SplitSeq(rest, ",") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	if !found || name == "" || list == nil {
		return "", nil, errs.Bad(field, "a name and its variables are wanted", "write name=variable,variable")
	}
	return name, list, nil
}

// Resolve matches the patterns against the variables of a sample. A pattern
// that meets no variable, and a group named twice or like a tag, is an Invalid
// error; all are reported together.
func (t *Tags) Resolve(s *Sample) (*Tagged, error) {
	var list errs.List
	out := &Tagged{}
	for _, term := range s.Terms {
		out.variables = append(out.variables, term.Name)
	}
	resolve := func(field, name string, patterns []string) {
		if slices.ContainsFunc(out.sets, func(g TagGroup) bool { return g.Name == name }) {
			list.Addf(field, "name each group once, and unlike a tag", "the group is named twice")
			return
		}
		if len(patterns) == 0 && field != name {
			list.Addf(field, "name its variables", "the group has no variables")
		}
		taken := make([]bool, len(out.variables))
		for _, p := range patterns {
			met := false
			for j, v := range out.variables {
				if ok, err := path.Match(p, v); p == v || err == nil && ok {
					met, taken[j] = true, true
				}
			}
			if !met {
				list.Addf(field, "check the spelling against the variables of the formula", "no variable matches %s", p)
			}
		}
		g := TagGroup{Name: name}
		for j, in := range taken {
			if in {
				g.Variables = append(g.Variables, out.variables[j])
			}
		}
		out.sets = append(out.sets, g)
	}
	resolve(Verifiable, Verifiable, t.Verifiable)
	resolve(Movable, Movable, t.Movable)
	resolve(Sensitive, Sensitive, t.Sensitive)
	for _, g := range t.Groups {
		if g.Name == "" || g.Name == Unverifiable {
			list.Addf("groups", "give it a name of its own", "a group has no name, or the name kept for what is not verifiable")
			continue
		}
		resolve("groups."+g.Name, g.Name, g.Variables)
	}
	if err := list.Err(); err != nil {
		return nil, errs.At(err, s.File, 0)
	}
	return out, nil
}

// Unverifiable names the variables that are not verifiable, where some are.
const Unverifiable = "not verifiable"

// Tagged are tags matched against the variables of a sample.
type Tagged struct {
	variables []string
	sets      []TagGroup // the three tags, then the groups as given
}

// With returns the variables that bear a tag or belong to a group, in the
// order of the sample.
func (t *Tagged) With(name string) []string {
	for _, g := range t.sets {
		if g.Name == name {
			return g.Variables
		}
	}
	return nil
}

// Variables lists every variable with its tags and groups.
func (t *Tagged) Variables() []VariableTags {
	out := make([]VariableTags, len(t.variables))
	for j, v := range t.variables {
		out[j] = VariableTags{Variable: v, Tags: []string{}}
		for i, g := range t.sets {
			switch {
			case !slices.Contains(g.Variables, v):
			case i < 3:
				out[j].Tags = append(out[j].Tags, g.Name)
			default:
				out[j].Groups = append(out[j].Groups, g.Name)
			}
		}
	}
	return out
}

// Groups lists the sets whose price is wanted: what is asked about work first
// (groups named occupation or status), for thresholds have pushed people out
// of declared work; then the other groups as given, then sensitive, movable,
// not verifiable and verifiable variables. Empty sets are left out.
func (t *Tagged) Groups() []TagGroup {
	var work, other []TagGroup
	for _, g := range t.sets[3:] {
		if g.Name == "occupation" || g.Name == "status" {
			work = append(work, g)
			continue
		}
		other = append(other, g)
	}
	rest := TagGroup{Name: Unverifiable}
	if verifiable := t.With(Verifiable); verifiable != nil {
		for _, v := range t.variables {
			if !slices.Contains(verifiable, v) {
				rest.Variables = append(rest.Variables, v)
			}
		}
	}
	out := slices.Concat(work, other, []TagGroup{t.sets[2], t.sets[1], rest, t.sets[0]})
	return slices.DeleteFunc(out, func(g TagGroup) bool { return g.Variables == nil })
}
