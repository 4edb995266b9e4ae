package questionnaire

import (
	"fmt"
	"strings"
	"time"

	"sijil/rules"
)

// Places of the facts that rules read, before the items.
const (
	memberAge = iota
	memberSex
	memberItems // the first item
)

const (
	householdSize = iota
	householdStratum
	householdItems
)

var sexes = &rules.List{Name: "sex", Codes: []string{"female", "male"}}

func (b Birthday) month() time.Month { return time.Month(b.Month) }

func (i *Item) field() rules.Field {
	f := rules.Field{Name: i.Code, Kind: rules.Int, List: i.list}
	switch i.Type {
	case Boolean:
		f.Kind = rules.Bool
	case Choice:
		f.Kind = rules.Choice
	}
	return f
}

// compile compiles every rule of the questionnaire. A condition on members
// reads that member and the stratum; everything else reads the household.
func (b *builder) compile() {
	q := b.q
	strata := &rules.List{Name: "stratum", Codes: q.Strata}
	stratum := rules.Field{Name: "stratum", Kind: rules.Choice, List: strata}
	member := &rules.Object{Name: "member", Fields: []rules.Field{
		{Name: "age", Kind: rules.Int}, {Name: "sex", Kind: rules.Choice, List: sexes},
	}}
	for _, i := range q.Member {
		member.Fields = append(member.Fields, i.field())
	}
	household := make([]rules.Field, 0, householdItems+len(q.Household))
	household = append(household, rules.Field{Name: "size", Kind: rules.Int}, stratum)
	for _, i := range q.Household {
		household = append(household, i.field())
	}
	ofMember := b.env(rules.Schema{Scalars: append(append([]rules.Field(nil), member.Fields...), stratum)})
	ofHousehold := b.env(rules.Schema{
		Scalars: household,
		Objects: []rules.Named{{Name: "head", Object: member}},
		Lists: []rules.Named{
			{Name: "members", Object: member, Max: q.Composition.MaxMembers},
			{Name: "everyone", Object: member, Max: q.Composition.MaxMembers},
		},
	})
	if ofMember == nil || ofHousehold == nil {
		return
	}
	for _, i := range q.Member {
		b.condition(ofMember, i, q.Member)
	}
	for _, i := range q.Household {
		b.condition(ofHousehold, i, q.Household)
	}
	q.counted = b.program(ofMember, "composition.counted_if", b.in.Composition.CountedIf, rules.Bool)
	for n, d := range b.in.Derivations {
		b.derivation(ofHousehold, n, d)
	}
}

func (b *builder) env(s rules.Schema) *rules.Env {
	e, err := rules.NewEnv(s)
	b.errs.Add(err)
	return e
}

func (b *builder) program(e *rules.Env, name, expr string, want rules.Kind) *rules.Program {
	p, err := e.Compile(name, expr, want, nil)
	b.errs.Add(err)
	return p
}

// condition compiles the condition of an item. It may read items asked before
// this one only, so that one pass settles every question.
func (b *builder) condition(e *rules.Env, i *Item, level []*Item) {
	if i.AskedIf == "" {
		return
	}
	path := fmt.Sprintf("sections.%s.items.%s.asked_if", i.Section, i.Code)
	if i.asked = b.program(e, path, i.AskedIf, rules.Bool); i.asked == nil {
		return
	}
	for _, name := range i.asked.Reads() {
		i.ages = i.ages || name == "age"
		for _, later := range level[i.at:] {
			if later.Code == name {
				b.errs.Addf(path, "ask "+name+" before it, or change the condition", "the condition reads an item that is asked later")
			}
		}
	}
}

func (b *builder) derivation(e *rules.Env, n int, in fileDerivation) {
	b.code(fmt.Sprintf("derivations[%d].variable", n), in.Variable)
	path := "derivations." + in.Variable
	if _, twice := b.q.byVariable[in.Variable]; twice {
		b.errs.Addf(path, "keep one of them", "the variable is derived twice")
	}
	d := &Derivation{Variable: in.Variable, Note: in.Note, Status: in.Status}
	want := rules.Kind(0)
	if in.Denominator != "" {
		want = rules.Int
		d.denominator = b.program(e, path+".denominator", in.Denominator, rules.Int)
	}
	d.value = b.program(e, path+".value", in.Value, want)
	if strings.TrimSpace(in.Note) == "" && in.Status != "" {
		b.errs.Addf(path+".note", "say what the reading is", "a status without a note")
	}
	b.q.Derivations = append(b.q.Derivations, d)
	b.q.byVariable[in.Variable] = d
}
