package population

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"unicode"

	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/strictjson"
)

// scripts are the scripts names can be written in, by their ISO 15924 codes.
var scripts = map[string]*unicode.RangeTable{
	"Arab": unicode.Arabic, "Cyrl": unicode.Cyrillic, "Ethi": unicode.Ethiopic, "Grek": unicode.Greek, "Hebr": unicode.Hebrew,
	"Latn": unicode.Latin, "Tfng": unicode.Tifinagh,
}

// ParseRules reads a country's registration.json. The error is an errs.List
// that names file and field of everything that is wrong.
func ParseRules(file string, data []byte) (*Rules, error) {
	var in struct {
		Format int `json:"format"`
		Rules
	}
	if err := strictjson.Unmarshal(file, data, &in); err != nil {
		return nil, err
	}
	r := &in.Rules
	p := rulesParser{r: r}
	if in.Format != 1 {
		p.bad("format", "the format is unknown", "this program reads format 1")
	}
	if len(r.Languages) == 0 {
		p.bad("languages", "the country has no language", "list at least one")
	}
	if r.Majority.Age < 1 || r.Majority.Age > 30 {
		p.bad("majority.age", "no age of majority", "state whole years")
	}
	p.origin("majority", r.Majority.Origin)
	p.scripts()
	p.documents()
	p.substitutes()
	p.witnesses()
	p.holders()
	p.notices()
	p.texts()
	p.judgement()
	p.exchange()
	if err := errs.At(p.errors.Err(), file, 0); err != nil {
		return nil, err
	}
	return r, nil
}

type rulesParser struct {
	r      *Rules
	errors errs.List
}

func (p *rulesParser) bad(field, what, fix string) { p.errors.Add(errs.Bad(field, what, fix)) }

func (p *rulesParser) origin(field string, o Origin) {
	if o.Source == "" {
		p.bad(field+".source", "a rule without a source", "say where it is written")
	}
	if o.Status != "verified" && o.Status != "unverified" {
		p.bad(field+".status", "no status", "use verified or unverified")
	}
}

func (p *rulesParser) text(field string, t lang.Text) {
	t.Check(field, p.r.Languages, p.bad)
}

// code checks a code against those before it.
func (p *rulesParser) code(field, code string, seen map[string]bool) {
	if !isCode(code) {
		p.bad(field, "not a code", "use small letters, digits and _")
	}
	if seen[code] {
		p.bad(field, "the code stands twice", "give each its own")
	}
	seen[code] = true
}

func isCode(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 40
}

func (p *rulesParser) scripts() {
	if len(p.r.Scripts) == 0 {
		p.bad("scripts", "names have no script", "list ISO 15924 codes")
	}
	for i, s := range p.r.Scripts {
		if scripts[s] == nil {
			p.bad(fmt.Sprintf("scripts[%d]", i), "the script is unknown", "use a code of ISO 15924 that the program knows")
		}
	}
}

func (p *rulesParser) form(field, form string) *regexp.Regexp {
	re, err := regexp.Compile(`\A(?:` + form + `)\z`)
	if err != nil || form == "" {
		p.bad(field, "not a regular expression", "use RE2 syntax")
		return nil
	}
	return re
}

func (p *rulesParser) documents() {
	p.r.document = map[string]*DocumentType{}
	seen := map[string]bool{}
	witness := 0
	for i := range p.r.Documents {
		d := &p.r.Documents[i]
		at := fmt.Sprintf("documents[%d]", i)
		p.code(at+".code", d.Code, seen)
		p.text(at+".text", d.Text)
		p.origin(at, d.Origin)
		p.parts(at, d)
		if len(d.Of) == 0 {
			p.bad(at+".of", "the document belongs to nobody", "list categories and ages")
		}
		for j, b := range d.Of {
			if b.Category != Citizen && b.Category != Foreigner || !slices.Contains([]string{anyAge, adults, minors}, b.Ages) {
				p.bad(fmt.Sprintf("%s.of[%d]", at, j), "not a group of people", "use category citizen or foreigner, ages any, adult or minor")
			}
		}
		if d.Confirm && len(d.Sources) == 0 {
			p.bad(at+".sources", "nobody can confirm the document", "name the register that keeps it")
		}
		if d.Witness {
			if witness++; !d.Claims {
				p.bad(at+".witness", "a witness's document that claims nobody", "claim it, or the bearer is not found")
			}
		}
		p.r.document[d.Code] = d
	}
	if witness == 0 && p.usesWitnesses() {
		p.bad("documents", "no document for witnesses to show", "mark one with witness")
	}
}

func (p *rulesParser) usesWitnesses() bool {
	for _, s := range p.r.Without {
		if s.Adult == byWitnesses || s.Minor == byWitnesses {
			return true
		}
	}
	return false
}

func (p *rulesParser) parts(at string, d *DocumentType) {
	if len(d.Parts) == 0 {
		p.bad(at+".parts", "the document has no number", "list its parts")
	}
	seen := map[string]bool{}
	for i := range d.Parts {
		q := &d.Parts[i]
		here := fmt.Sprintf("%s.parts[%d]", at, i)
		p.code(here+".name", q.Name, seen)
		p.text(here+".text", q.Text)
		q.form = p.form(here+".form", q.Form)
	}
	if d.Birth != "" && !seen[d.Birth] {
		p.bad(at+".birth_year", "there is no such part", "name a part of the document")
	}
}

func (p *rulesParser) substitutes() {
	for _, c := range []Category{Citizen, Foreigner} {
		s, ok := p.r.Without[c]
		at := "without_documents." + string(c)
		if !ok {
			p.bad(at, "no rule", "say what stands in for documents")
			continue
		}
		p.origin(at, s.Origin)
		if s.Adult != byWitnesses && s.Adult != refuse {
			p.bad(at+".adult", "no such rule", "use witnesses or refuse")
		}
		if !slices.Contains([]string{byIntroducer, byWitnesses, refuse}, s.Minor) {
			p.bad(at+".minor", "no such rule", "use introducer, witnesses or refuse")
		}
		if (s.Adult == refuse || s.Minor == refuse) && p.r.refusal(s.Refusal) == nil {
			p.bad(at+".refusal", "there is no such refusal", "list it in refusals")
		}
	}
	if len(p.r.Without) > 2 {
		p.bad("without_documents", "an unknown category", "use citizen and foreigner")
	}
}

func (p *rulesParser) witnesses() {
	w := p.r.Witnesses
	p.origin("witnesses", w.Origin)
	if w.Count < 1 || w.Count > 5 || w.Cap < 1 || w.PeriodMonths < 1 || w.PeriodMonths > 1200 {
		p.bad("witnesses", "the rule is not whole", "state count (1 to 5), cap and period_months")
	}
}

func (p *rulesParser) holders() {
	kinds := []RelationKind{Introducer, Representative, Custodian, Payee}
	seen := map[string]bool{}
	introducers := 0
	for i, h := range p.r.Holders {
		at := fmt.Sprintf("holders[%d]", i)
		p.code(at+".code", h.Code, seen)
		p.text(at+".text", h.Text)
		p.origin(at, h.Origin)
		for _, k := range slices.Concat(h.For, h.Act) {
			if !slices.Contains(kinds, k) {
				p.bad(at+".for", "no such relation", "use introducer, representative, custodian, payee")
			}
		}
		for _, k := range h.Act {
			if !slices.Contains(h.For, k) {
				p.bad(at+".act", "an act for a relation that it does not hold", "list the relation in for")
			}
		}
		if slices.Contains(h.For, Introducer) {
			introducers++
		}
	}
	if introducers == 0 {
		p.bad("holders", "nobody can bring a child", "list at least one holder for introducer")
	}
}

func (p *rulesParser) notices() {
	seen := map[string]bool{}
	p.r.noticeHash = map[string][]byte{}
	if len(p.r.Notices) == 0 {
		p.bad("notices", "there is no notice", "write the text that is read before anything is asked")
	}
	for i, n := range p.r.Notices {
		at := fmt.Sprintf("notices[%d]", i)
		if n.Version == "" || seen[n.Version] || len(n.Version) > 40 {
			p.bad(at+".version", "no version, or one that stands twice", "give each text its own")
		}
		seen[n.Version] = true
		p.text(at+".texts", n.Texts)
		p.origin(at, n.Origin)
		if n.From.IsZero() || !n.To.IsZero() && n.To.Before(n.From) {
			p.bad(at+".from", "the days are missing or reversed", "state the first day, and a later last one")
		}
		want := NoticeHash(n.Texts)
		if n.Hash != want {
			p.bad(at+".hash", "the text is not the one that was hashed", "a changed text is a new version; the hash of this text is "+want)
		}
		raw, err := hex.DecodeString(want)
		if err == nil {
			p.r.noticeHash[n.Version] = raw
		}
	}
}

// texts checks what is left: consents, contacts, refusals, causes.
func (p *rulesParser) texts() {
	seen := map[string]bool{}
	for i, c := range p.r.Consents {
		at := fmt.Sprintf("consents[%d]", i)
		p.code(at+".code", c.Code, seen)
		p.text(at+".text", c.Text)
		p.origin(at, c.Origin)
		if c.Channel != "" && c.Channel != Phone && c.Channel != Mail {
			p.bad(at+".channel", "no such channel", "use phone or mail")
		}
	}
	p.origin("contacts", p.r.Contacts.Origin)
	p.r.phone = p.form("contacts.phone", p.r.Contacts.Phone)
	if p.r.Contacts.Cap < 1 {
		p.bad("contacts.cap", "no cap", "say how many persons may share a contact before it is looked at")
	}
	seen = map[string]bool{}
	for i, f := range p.r.Refusals {
		at := fmt.Sprintf("refusals[%d]", i)
		p.code(at+".code", f.Code, seen)
		p.text(at+".text", f.Text)
		p.text(at+".help", f.Help)
		p.origin(at, f.Origin)
	}
	seen = map[string]bool{}
	for i, c := range p.r.Causes {
		at := fmt.Sprintf("causes[%d]", i)
		p.code(at+".code", c.Code, seen)
		p.text(at+".text", c.Text)
	}
	p.origin("refused_kept", p.r.KeepDays.Origin)
	if p.r.KeepDays.Days < 1 {
		p.bad("refused_kept.days", "no time to contest", "state days")
	}
}

func (p *rulesParser) exchange() {
	r := p.r.Exchange
	if r.Failures < 1 || r.SlowAfter < 1 || r.SlowMinutes < 1 || r.CallerFailures < 1 || r.AlarmNumbers < 1 {
		p.bad("exchange", "the rule is not whole", "state failures, slow_after, slow_minutes, caller_failures and alarm_numbers")
	}
	p.origin("exchange", r.Origin)
}
