package population

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"regexp"
	"slices"

	"sijil/internal/civil"
	"sijil/internal/lang"
)

// Rules are what a country asks of whoever is enrolled: its registration.json,
// read by ParseRules. Every reading of the law in it has a source and a status,
// verified or unverified; the program treats both alike. Rules do not change
// once read.
type Rules struct {
	Languages []string       `json:"languages"`
	Majority  Majority       `json:"majority"`
	Scripts   []string       `json:"scripts"` // ISO 15924 codes of the scripts names are written in
	Documents []DocumentType `json:"documents"`
	// Without says what stands in for documents, by category and age.
	Without    map[Category]Substitute `json:"without_documents"`
	Witnesses  WitnessRule             `json:"witnesses"`
	Holders    []HolderRule            `json:"holders"`
	Notices    []NoticeText            `json:"notices"`
	Consents   []ConsentRule           `json:"consents"`
	Contacts   ContactRule             `json:"contacts"`
	Refusals   []RefusalRule           `json:"refusals"`
	Causes     []Code                  `json:"causes"`
	KeepDays   KeepDays                `json:"refused_kept"`
	Judgement  JudgementRule           `json:"judgement"`
	Exchange   ExchangeRule            `json:"exchange"`
	document   map[string]*DocumentType
	phone      *regexp.Regexp
	noticeHash map[string][]byte
}

// Origin says where a rule comes from and whether that was read.
type Origin struct {
	Source string `json:"source"`
	Status string `json:"status"` // verified, unverified
}

// Code is a word of the register with its text.
type Code struct {
	Code string    `json:"code"`
	Text lang.Text `json:"text"`
}

// Majority is the age at which representation ends.
type Majority struct {
	Age int `json:"age"` // whole years
	Origin
}

// DocumentType is a kind of document, to whom it belongs, and what it shows.
type DocumentType struct {
	Code  string         `json:"code"`
	Text  lang.Text      `json:"text"`
	Parts []DocumentPart `json:"parts"`
	Of    []Belongs      `json:"of"` // who may show it at all
	// Claims says that it belongs to one live person.
	Claims  bool     `json:"claims"`
	Expires bool     `json:"expires"`              // it bears a last day, which must be stated
	Sources []string `json:"sources,omitempty"`    // codes of the registers that can confirm it
	Confirm bool     `json:"civil_status"`         // confirmed, it shows civil status
	Witness bool     `json:"witness,omitempty"`    // a witness shows this one
	Birth   string   `json:"birth_year,omitempty"` // the part that is the year of birth or later, if one is
	Origin
}

// Belongs is a group of people.
type Belongs struct {
	Category Category `json:"category"`
	Ages     string   `json:"ages"` // any, adult, minor
	// Identifies says that it shows who the bearer is; a supporting paper does
	// not.
	Identifies bool `json:"identifies,omitempty"`
}

// DocumentPart is one part of what names a document.
type DocumentPart struct {
	Name string    `json:"name"`
	Text lang.Text `json:"text"`
	Form string    `json:"form"` // regular expression (RE2) of the whole part, in capitals and without spaces
	// Number says that leading zeros mean nothing.
	Number bool `json:"number,omitempty"`
	form   *regexp.Regexp
}

// Substitute is what stands in for documents.
type Substitute struct {
	Adult string `json:"adult"` // witnesses, refuse
	Minor string `json:"minor"` // introducer, witnesses, refuse
	// Refusal is the code of the refusal.
	Refusal string `json:"refusal,omitempty"`
	Origin
}

// WitnessRule says who may vouch.
type WitnessRule struct {
	Count        int `json:"count"`
	Cap          int `json:"cap"`           // vouchings of one witness in one period
	PeriodMonths int `json:"period_months"` // periods begin in January of year 0
	Origin
}

// HolderRule says what somebody may be to a person, and in which relations.
type HolderRule struct {
	Code        string         `json:"code"`
	Text        lang.Text      `json:"text"`
	For         []RelationKind `json:"for"`
	Institution bool           `json:"institution,omitempty"` // held by an institution
	Act         []RelationKind `json:"act,omitempty"`         // the relations that need the act that founds them
	Origin
}

// NoticeText is a version of the notice that is read or played before
// anything is asked. Hash is its NoticeHash: a text that changes is a new
// version.
type NoticeText struct {
	Version string     `json:"version"`
	From    civil.Date `json:"from"`
	To      civil.Date `json:"to,omitzero"`
	Texts   lang.Text  `json:"texts"`
	Hash    string     `json:"hash"`
	Origin
}

// ConsentRule is something the law leaves optional.
type ConsentRule struct {
	Code    string    `json:"code"`
	Text    lang.Text `json:"text"`
	Channel Channel   `json:"channel,omitempty"` // the channel it allows
	Origin
}

// ContactRule says what a phone number looks like, and how many persons may
// share a contact before the alarm counter rises.
type ContactRule struct {
	Phone    string            `json:"phone"`    // regular expression of the whole number
	Prefixes map[string]string `json:"prefixes"` // how a number may begin, and what stands for it
	Cap      int64             `json:"cap"`
	Origin
}

// RefusalRule is a reason to refuse.
type RefusalRule struct {
	Code string    `json:"code"`
	Text lang.Text `json:"text"`
	Help lang.Text `json:"help"`
	Origin
}

// KeepDays is how long the data of a refused person are kept for a contest.
type KeepDays struct {
	Days int `json:"days"`
	Origin
}

// NoticeHash returns the SHA-256, in hex, of a notice: each language's code and
// text in the order of the codes, each followed by a zero byte.
func NoticeHash(t lang.Text) string {
	h := sha256.New()
	for _, l := range slices.Sorted(maps.Keys(t)) {
		_, _ = io.WriteString(h, l+"\x00"+t[l]+"\x00")
	}
	return hex.EncodeToString(h.Sum(nil))
}

// adultAges and the others are the words of Belongs.
const (
	anyAge = "any"
	adults = "adult"
	minors = "minor"
)

// The words of Substitute.
const (
	byWitnesses  = "witnesses"
	byIntroducer = "introducer"
	refuse       = "refuse"
)

// Document returns a type of document, or nil.
func (r *Rules) Document(code string) *DocumentType { return r.document[code] }

// Notice returns a version of the notice if it is in force on a day; nil when
// it is not.
func (r *Rules) Notice(version string, day civil.Date) *NoticeText {
	for i := range r.Notices {
		n := &r.Notices[i]
		if n.Version == version && !day.Before(n.From) && (n.To.IsZero() || !day.After(n.To)) {
			return n
		}
	}
	return nil
}

func (r *Rules) holder(code string) *HolderRule {
	return find(r.Holders, func(h HolderRule) bool { return h.Code == code })
}

func (r *Rules) consent(code string) *ConsentRule {
	return find(r.Consents, func(c ConsentRule) bool { return c.Code == code })
}

func (r *Rules) refusal(code string) *RefusalRule {
	return find(r.Refusals, func(f RefusalRule) bool { return f.Code == code })
}

func (r *Rules) cause(code string) bool {
	return find(r.Causes, func(c Code) bool { return c.Code == code }) != nil
}

// period is the number of the period a witness's day falls into.
func (r *Rules) period(day civil.Date) int64 {
	return int64((day.Year*12 + int(day.Month) - 1) / r.Witnesses.PeriodMonths)
}

func find[T any](list []T, is func(T) bool) *T {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return &list[i]
	}
	return nil
}

// fits reports whether one of the document's groups takes a person of a
// category who may be an adult, a minor or, when the date of birth leaves it
// open, either; and whether it then shows who the person is.
func (d *DocumentType) fits(c Category, a age) (belongs, identifies bool) {
	for _, b := range d.Of {
		if b.Category == c && (b.Ages == anyAge || b.Ages == adults && a.adult || b.Ages == minors && a.minor) {
			belongs, identifies = true, identifies || b.Identifies
		}
	}
	return belongs, identifies
}
