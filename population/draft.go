package population

import (
	"fmt"
	"slices"

	"sijil/internal/civil"
	"sijil/internal/errs"
)

// draft is an enrolment that was checked, in one form, and on what grounds the
// person will be believed.
type draft struct {
	Enrolment
	grounds    Assurance
	refused    *RefusalRule // instead of all else
	noticeHash []byte
}

func index(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// check checks an enrolment by itself: what must be asked of the register
// comes later.
func (s *Service) check(e Enrolment) (*draft, error) {
	k := &checker{rules: s.rules, today: s.today()}
	d := &draft{Enrolment: e}
	if e.Category != Citizen && e.Category != Foreigner {
		k.bad("category", "category", "no category is stated", "use citizen or foreigner")
	}
	d.Names = k.names("names", e.Names)
	k.sex("sex", e.Sex)
	bornOK := k.birth("birth", e.Birth)
	k.place(s, "locality", e.Locality)
	d.Address = k.text("address", e.Address, maxAddress)
	d.noticeHash = k.notice("notice", e.Notice)
	k.consents(d)
	if bornOK && (e.Category == Citizen || e.Category == Foreigner) {
		k.identity(d)
	}
	k.relations(&d.Enrolment)
	if bornOK {
		k.endRepresentation(d.Birth.Date, d.Relations)
	}
	if err := k.errors.Err(); err != nil {
		return nil, err
	}
	return d, nil
}

func (k *checker) place(s *Service, field, code string) {
	if err := s.places(code, k.today); err != nil {
		k.bad("locality", field, "not a place of the country", "use a code of the list of localities")
	}
}

// consents checks consents and the contacts that each need one.
func (k *checker) consents(d *draft) {
	allowed := map[Channel]bool{}
	seen := map[string]bool{}
	for i, code := range d.Consents {
		c := k.rules.consent(code)
		if c == nil || seen[code] {
			k.bad("consent", index("consents", i), "there is no such consent, or it stands twice", "use a code of the country's list")
			continue
		}
		seen[code] = true
		allowed[c.Channel] = true
	}
	if len(d.Contacts) > maxContacts {
		k.bad("too_many", "contacts", fmt.Sprintf("more than %d contacts", maxContacts), "record those that reach the person")
		d.Contacts = nil
	}
	var out []Contact
	for i, c := range d.Contacts {
		at := index("contacts", i)
		c = k.contact(at, c)
		if !allowed[c.Channel] {
			k.bad("consent", at, "a contact without the person's consent", "ask, and leave the contact out if the answer is no")
		}
		out = append(out, c)
	}
	d.Contacts = out
}

// identity decides on what grounds the register can believe who the person is.
func (k *checker) identity(d *draft) {
	a := k.ageOf(d.Birth.Date)
	if a.adult && a.minor { // a year alone decides nothing against the person
		a = age{adult: d.Introducer == nil, minor: d.Introducer != nil}
	}
	var identified bool
	d.Documents, identified = k.documents("documents", d.Documents, d.Category, d.Birth.Date, k.ageOf(d.Birth.Date))
	rule := k.rules.Without[d.Category]
	instead := rule.Adult
	if a.minor {
		instead = rule.Minor
	}
	if a.minor && d.Introducer == nil && (identified || instead != refuse) {
		k.bad("introducer", "introducer", "a child without an introducer", "record who brings the child: a parent, who has custody, a kafil, the head of an institution")
	}
	switch {
	case identified:
		d.grounds = k.rules.grounds(d.Documents)
		if len(d.Witnesses) > 0 {
			k.bad("witnesses", "witnesses", "witnesses beside a document that shows the identity", "leave them out: a vouching counts for them")
		}
	case instead == refuse:
		d.refused = k.rules.refusal(rule.Refusal)
	case instead == byIntroducer && len(d.Witnesses) == 0:
		d.grounds = ByIntroducer
	default:
		d.grounds = ByWitnesses
		k.witnesses(d)
	}
}

// grounds says what documents that show an identity are worth.
func (r *Rules) grounds(list []Document) Assurance {
	for _, d := range list {
		if t := r.document[d.Type]; t.Confirm && d.Verified != "" {
			return ByCivilStatus
		}
	}
	return ByDocument
}

// endRepresentation ends representation on the day before majority, by itself.
func (k *checker) endRepresentation(birth civil.Partial, relations []Relation) {
	last := k.rules.majority(birth)
	if last.Before(k.today) { // of an adult under protection, a court says how long
		return
	}
	for i := range relations {
		if r := &relations[i]; r.Kind == Representative && r.Until.IsZero() {
			r.Until = last
		}
	}
}

func (k *checker) witnesses(d *draft) {
	want := k.rules.Witnesses.Count
	if len(d.Witnesses) == 0 {
		k.bad("identity", "documents", "nothing shows who the person is", fmt.Sprintf("record a document, or %d witnesses", want))
		return
	}
	if len(d.Witnesses) != want {
		k.bad("witnesses", "witnesses", "not the number of witnesses the rule asks for", fmt.Sprintf("record %d", want))
		return
	}
	d.Witnesses = slices.Clone(d.Witnesses)
	for i := range d.Witnesses {
		w, at := &d.Witnesses[i], index("witnesses", i)
		if w.IDCS.IsZero() {
			k.bad("witness_number", at+".idcs", "a witness without a number", "a witness is registered: ask for the number")
		}
		doc, ok := k.document(at+".document", w.Document)
		if t := k.rules.document[doc.Type]; ok && !t.Witness {
			k.bad("witness_document", at+".document.type", "not the document a witness shows", "ask for the one the country's rule names")
		}
		w.Document = doc
		for j := range i {
			if o := d.Witnesses[j]; o.IDCS == w.IDCS || sameDocument(k.rules, o.Document, w.Document) {
				k.bad("witness_same", at, "the same witness twice", "ask another person")
			}
		}
		for _, own := range d.Documents {
			if sameDocument(k.rules, own, w.Document) {
				k.bad("witness_self", at, "nobody is a witness for himself or herself", "ask another person")
			}
		}
	}
}

func sameDocument(r *Rules, a, b Document) bool {
	return a.Type == b.Type && r.document[a.Type] != nil && canonical(r.document[a.Type], a) == canonical(r.document[b.Type], b)
}

// refusal is the answer of a refusal at the counter.
func (f *RefusalRule) answer() Enrolled {
	return Enrolled{State: Refused, Refusal: &Refusal{Code: f.Code, Reason: f.Text, Help: f.Help}}
}

// month is the first day of the month of a day.
func month(d civil.Date) civil.Date { return civil.Date{Year: d.Year, Month: d.Month, Day: 1} }

func conflict(code, field, what, fix string) *errs.Error {
	return &errs.Error{Kind: errs.Conflict, Code: "population." + code, Field: field, What: what, Fix: fix}
}
