package sample

import (
	"fmt"
	"regexp"
	"strings"

	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/strictjson"
	"sijil/internal/synth"
	"sijil/population"
	"sijil/questionnaire"
)

// The scripts of the synthetic population's names, ISO 15924.
const (
	arabic = "Arab"
	latin  = "Latn"
)

// data is sample.json.
type data struct {
	Format    int    `json:"format"`
	About     string `json:"about"`
	Documents struct {
		Citizen   byAge `json:"citizen"`
		Foreigner byAge `json:"foreigner"`
		population.Origin
	} `json:"documents"`
	Foreigners struct {
		Chance int `json:"chance"` // of 10,000 households
		population.Origin
	} `json:"foreigners"`
	Phones struct {
		Patterns []string `json:"patterns"`
		Chance   int      `json:"chance"`        // of 10,000 adults
		Shared   int      `json:"shared_chance"` // of 10,000 households, in which all have one phone
		population.Origin
	} `json:"phones"`
	Mails struct {
		Patterns []string `json:"patterns"`
		Chance   int      `json:"chance"` // of 10,000 adults
		population.Origin
	} `json:"mails"`
	Addresses struct {
		Patterns []string `json:"patterns"`
		population.Origin
	} `json:"addresses"`
	Introducers []introducer `json:"introducers"`
	// Unaccompanied is what brings a child where no adult has a number.
	Unaccompanied struct {
		As    string   `json:"as"`
		Names []string `json:"names"`
	} `json:"unaccompanied"`
	// Canaries are papers with numbers long enough to be searched for. In
	// their patterns % is a letter or digit drawn for each person.
	Canaries []canaryPaper `json:"canaries"`
}

type canaryPaper struct {
	Category population.Category `json:"category"`
	Adult    bool                `json:"adult"`
	Paper    paper               `json:"paper"`
}

type byAge struct {
	Adult []paper `json:"adult"`
	Minor []paper `json:"minor"`
}

// paper says how a document of a synthetic person is written.
type paper struct {
	Type     string              `json:"type"`
	Parts    map[string][]string `json:"parts"`       // patterns; the next is used when one has no number left
	Years    int                 `json:"valid_years"` // of a document that expires
	Verified string              `json:"verified"`    // the source that may have confirmed it
	Chance   int                 `json:"verified_chance"`

	order []string // names of the parts, as the document has them
}

// introducer says who brings a child: an adult of a sex ("" for any) who is
// something to the household (empty for anything), of a child that is something
// to it ("" for anything). The first rule that finds somebody holds.
type introducer struct {
	As  string   `json:"as"`
	Sex string   `json:"sex"`
	Of  string   `json:"of"`
	Is  []string `json:"is"`
}

// The member items that say who is whose child and who has no number yet.
const (
	itemRelation = "relation"
	itemAwaiting = "awaiting_number"
)

// Model makes enrolments. It does not change and may be shared.
type Model struct {
	synth *synth.Model
	rules *population.Rules

	questionnaire *questionnaire.Questionnaire

	data     data
	today    civil.Date
	notice   population.NoticeText
	relation *questionnaire.Item
	awaiting *questionnaire.Item
	consents map[population.Channel]string
	brings   []bringer
}

type bringer struct {
	as  string
	sex population.Sex
	of  int64 // -1 for anything
	is  []int64
}

// Inputs is what a country hands to Load.
type Inputs struct {
	Synth         *synth.Model
	Questionnaire *questionnaire.Questionnaire
	Rules         *population.Rules
	Data          []byte     // sample.json
	File          string     // its name, for errors
	Today         civil.Date // the day of the enrolments; the zero Date is the synthetic population's
}

// Load reads and checks the data. The error lists everything that is wrong.
func Load(in Inputs) (*Model, error) {
	m := &Model{synth: in.Synth, rules: in.Rules, questionnaire: in.Questionnaire, today: in.Today}
	if m.today.IsZero() {
		m.today = in.Synth.AsOf()
	}
	if err := strictjson.Unmarshal(in.File, in.Data, &m.data); err != nil {
		return nil, err
	}
	var bad errs.List
	if m.data.Format != 1 {
		bad.Add(errs.Bad("format", "this program reads format 1", "write the file in format 1"))
	}
	for name, list := range map[string][]paper{
		"documents.citizen.adult": m.data.Documents.Citizen.Adult, "documents.citizen.minor": m.data.Documents.Citizen.Minor,
		"documents.foreigner.adult": m.data.Documents.Foreigner.Adult, "documents.foreigner.minor": m.data.Documents.Foreigner.Minor,
	} {
		for i := range list {
			m.paper(&bad, fmt.Sprintf("%s[%d]", name, i), &list[i])
		}
	}
	for i := range m.data.Canaries {
		m.paper(&bad, fmt.Sprintf("canaries[%d]", i), &m.data.Canaries[i].Paper)
	}
	m.texts(&bad)
	m.family(&bad, in.Questionnaire)
	if err := bad.Err(); err != nil {
		return nil, errs.At(err, in.File, 0)
	}
	return m, nil
}

// paper checks that every number a pattern makes has the document's form.
func (m *Model) paper(bad *errs.List, at string, p *paper) {
	t := m.rules.Document(p.Type)
	if t == nil {
		bad.Add(errs.Bad(at+".type", "there is no such document", "use a type of registration.json"))
		return
	}
	if t.Expires != (p.Years > 0) {
		bad.Add(errs.Bad(at+".valid_years", "a document has years of validity if, and only if, it expires", "see registration.json"))
	}
	for _, part := range t.Parts {
		p.order = append(p.order, part.Name)
		if len(p.Parts[part.Name]) == 0 {
			bad.Add(errs.Bad(at+".parts."+part.Name, "the part is missing", "state at least one pattern"))
		}
		for _, pattern := range p.Parts[part.Name] {
			checkForm(bad, at+".parts."+part.Name, pattern, part.Form)
		}
	}
	if len(p.Parts) > len(t.Parts) {
		bad.Add(errs.Bad(at+".parts", "a part that this document does not have", "leave it out"))
	}
}

func checkForm(bad *errs.List, at, pattern, form string) {
	re, err := regexp.Compile("^(?:" + form + ")$")
	if err != nil {
		bad.Add(errs.Bad(at, "the form is not a regular expression", "mend it in registration.json"))
		return
	}
	for _, digit := range []string{"0", "9"} {
		example := strings.NewReplacer("#", digit, "%", digit, "YYYY", "1987").Replace(pattern)
		if !re.MatchString(example) {
			bad.Add(errs.Bad(at, "the pattern does not have the form of registration.json", "change one of the two"))
			return
		}
	}
}

func (m *Model) texts(bad *errs.List) {
	for _, p := range m.data.Phones.Patterns {
		checkForm(bad, "phones.patterns", p, m.rules.Contacts.Phone)
	}
	if len(m.data.Phones.Patterns) == 0 || len(m.data.Mails.Patterns) == 0 || len(m.data.Addresses.Patterns) == 0 {
		bad.Add(errs.Bad("phones, mails, addresses", "patterns are missing", "state at least one of each"))
	}
	m.consents = map[population.Channel]string{}
	for _, c := range m.rules.Consents {
		if c.Channel != "" {
			m.consents[c.Channel] = c.Code
		}
	}
	found := false
	for _, n := range m.rules.Notices {
		if m.rules.Notice(n.Version, m.today) != nil {
			m.notice, found = n, true
		}
	}
	if !found {
		bad.Add(errs.Bad("", "no notice is in force on the day of the enrolments", "choose another day"))
	}
}

func (m *Model) family(bad *errs.List, q *questionnaire.Questionnaire) {
	var ok bool
	if m.relation, ok = q.Item(itemRelation); !ok {
		bad.Add(errs.Bad("", "the questionnaire asks members no item "+itemRelation, "add it to the questionnaire"))
		return
	}
	m.awaiting, _ = q.Item(itemAwaiting)
	for i, in := range m.data.Introducers {
		at := fmt.Sprintf("introducers[%d]", i)
		choice := func(code string) int64 {
			pos, ok := m.relation.Choice(code)
			if !ok {
				bad.Add(errs.Bad(at, "the questionnaire has no such relation", "use its choices"))
			}
			return int64(pos)
		}
		b := bringer{as: in.As, sex: population.Sex(in.Sex), of: -1}
		if in.Of != "" {
			b.of = choice(in.Of)
		}
		for _, code := range in.Is {
			b.is = append(b.is, choice(code))
		}
		if in.Sex != "" && b.sex != population.Female && b.sex != population.Male || in.As == "" {
			bad.Add(errs.Bad(at, "who brings the child is not stated", "state as, and female, male or no sex"))
		}
		m.brings = append(m.brings, b)
	}
	if m.data.Unaccompanied.As == "" || len(m.data.Unaccompanied.Names) == 0 {
		bad.Add(errs.Bad("unaccompanied", "what brings a child without an adult is missing", "state as and names"))
	}
}
