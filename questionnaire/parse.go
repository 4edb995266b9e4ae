package questionnaire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/strictjson"
)

var (
	levels = map[string]Level{"household": OfHousehold, "member": OfMember}
	kinds  = map[string]Type{"boolean": Boolean, "count": Count, "choice": Choice, "amount": Amount}
)

// maxMembers bounds what a country may state as the most members of one
// household; the worst case of every rule is estimated from it.
const maxMembers = 200

// Parse reads a questionnaire from data, the content of file. Every fault is
// reported together, each with the section, item or variable it is in.
func Parse(file string, data []byte) (*Questionnaire, error) {
	var in fileQuestionnaire
	if err := strictjson.Unmarshal(file, data, &in); err != nil {
		return nil, err
	}
	b := builder{in: &in}
	q := b.build()
	if err := b.errs.Err(); err != nil {
		return nil, errs.At(err, file, 0)
	}
	canonical := jsontext.Value(slices.Clone(data))
	if err := canonical.Canonicalize(); err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, File: file, What: "not canonical JSON", Err: err}
	}
	sum := sha256.Sum256(canonical)
	q.Hash = hex.EncodeToString(sum[:])
	return q, nil
}

// builder turns the file into a Questionnaire, collecting every fault.
type builder struct {
	in   *fileQuestionnaire
	q    *Questionnaire
	errs errs.List
}

func (b *builder) build() *Questionnaire {
	in := b.in
	b.q = &Questionnaire{
		ID: in.ID, Version: in.Version, Source: in.Source, Status: in.Status,
		Languages: in.Languages, Strata: in.Strata,
		PresumedBirthday: Birthday(in.Birthday),
		household:        items{byCode: map[string]*Item{}},
		member:           items{byCode: map[string]*Item{}},
		byVariable:       map[string]*Derivation{},
	}
	b.head()
	for i, s := range in.Sections {
		b.section(fmt.Sprintf("sections[%d]", i), s)
	}
	b.q.Household, b.q.Member = b.q.household.all, b.q.member.all
	b.composition()
	b.variants()
	if len(b.errs) == 0 { // the rules need every name
		b.compile()
	}
	return b.q
}

func (b *builder) head() {
	in := b.in
	for _, need := range []struct{ field, value string }{
		{"id", in.ID}, {"source", in.Source}, {"status", in.Status},
		{"presumed_birthday.source", in.Birthday.Source}, {"presumed_birthday.status", in.Birthday.Status},
		{"composition.source", in.Composition.Source}, {"composition.status", in.Composition.Status},
	} {
		if need.value == "" {
			b.errs.Addf(need.field, "state it", "it is empty")
		}
	}
	if in.Version < 1 {
		b.errs.Addf("version", "count from 1", "it is not a version")
	}
	b.unique("languages", in.Languages)
	b.unique("strata", in.Strata)
	m, d := in.Birthday.Month, in.Birthday.Day
	if m < 1 || m > 12 || d < 1 || d > civil.DaysIn(2001, b.q.PresumedBirthday.month()) {
		b.errs.Addf("presumed_birthday", "state month and day, such as 7 and 1", "the year has no such day")
	}
}

// unique checks a list of codes.
func (b *builder) unique(field string, codes []string) {
	if len(codes) == 0 {
		b.errs.Addf(field, "name at least one", "the list is empty")
	}
	for i, c := range codes {
		at := fmt.Sprintf("%s[%d]", field, i)
		b.code(at, c)
		if slices.Contains(codes[:i], c) {
			b.errs.Addf(at, "keep one of them", "the code %q stands twice", c)
		}
	}
}

// code checks the spelling of a code: what a rule can name.
func (b *builder) code(field, code string) {
	ok := code != "" && len(code) <= 40 && code[0] >= 'a' && code[0] <= 'z'
	for _, r := range code {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_')
	}
	if !ok {
		b.errs.Addf(field, "use a-z, 0-9 and _, beginning with a letter, at most 40", "not a code")
	}
}

// text checks that a text stands in every language and in no other.
func (b *builder) text(field string, t lang.Text) {
	t.Check(field, b.in.Languages, func(field, what, fix string) { b.errs.Addf(field, fix, "%s", what) })
}

func (b *builder) section(path string, s fileSection) {
	b.code(path+".code", s.Code)
	path = "sections." + s.Code
	if slices.ContainsFunc(b.q.Sections, func(o *Section) bool { return o.Code == s.Code }) {
		b.errs.Addf(path, "give one of them another code", "the section stands twice")
	}
	b.text(path+".title", s.Title)
	out := &Section{Code: s.Code, Title: s.Title}
	for i, it := range s.Items {
		b.code(fmt.Sprintf("%s.items[%d].code", path, i), it.Code)
		if item := b.item(path+".items."+it.Code, s.Code, it); item != nil {
			out.Items = append(out.Items, item)
		}
	}
	b.q.Sections = append(b.q.Sections, out)
}

func (b *builder) composition() {
	c, q := b.in.Composition, b.q
	out := &q.Composition
	out.AwaitingCounted, out.MaxMembers = c.AwaitingCounted, c.MaxMembers
	if c.MaxMembers < 1 || c.MaxMembers > maxMembers {
		b.errs.Addf("composition.max_members", "state the most members accepted", "not between 1 and %d", maxMembers)
	}
	out.Relation = q.member.byCode[c.Relation]
	if out.Relation == nil || out.Relation.Type != Choice {
		b.errs.Addf("composition.relation", "name the item that asks the relation to the head", "there is no such choice among the items of members")
	} else {
		var ok bool
		if out.Head, ok = out.Relation.Choice(c.Head); !ok {
			b.errs.Addf("composition.head", "use a code of the item's choices", "the relation has no such code")
		}
	}
	if c.Awaiting != "" {
		out.Awaiting = q.member.byCode[c.Awaiting]
		if out.Awaiting == nil || out.Awaiting.Type != Boolean {
			b.errs.Addf("composition.awaiting", "name the item that marks members awaiting a number", "there is no such boolean among the items of members")
		}
	}
	for field, item := range map[string]*Item{"composition.relation": out.Relation, "composition.awaiting": out.Awaiting} {
		if item != nil && (item.Optional || item.AskedIf != "") {
			b.errs.Addf(field, "ask the item of every member", "who the members are cannot be optional or conditional")
		}
	}
	if c.CountedIf == "" {
		b.errs.Addf("composition.counted_if", "write 'true' when every member listed counts", "it is not stated which members count in size")
	}
}

func (b *builder) variants() {
	if len(b.in.Variants) == 0 {
		b.errs.Addf("variants", "name the default variant", "the list is empty")
	}
	for i, v := range b.in.Variants {
		path := "variants." + v.Code
		b.code(fmt.Sprintf("variants[%d].code", i), v.Code)
		if slices.ContainsFunc(b.q.Variants, func(o *Variant) bool { return o.Code == v.Code }) {
			b.errs.Addf(path, "give one of them another code", "the variant stands twice")
		}
		b.text(path+".label", v.Label)
		if v.Help != nil {
			b.text(path+".help", v.Help)
		}
		out := &Variant{Code: v.Code, Label: v.Label, Help: v.Help, FrameProfile: v.FrameProfile, notAsked: map[*Item]bool{}}
		for j, code := range v.NotAsked {
			at := fmt.Sprintf("%s.not_asked[%d]", path, j)
			item, ok := b.q.Item(code)
			switch {
			case !ok:
				b.errs.Addf(at, "use the code of an item", "there is no item %q", code)
			case out.notAsked[item]:
				b.errs.Addf(at, "keep one of them", "the item stands twice")
			case item == b.q.Composition.Relation || item == b.q.Composition.Awaiting:
				b.errs.Addf(at, "ask it in every variant", "who the members are is always asked")
			default:
				out.notAsked[item] = true
			}
		}
		b.q.Variants = append(b.q.Variants, out)
	}
}
