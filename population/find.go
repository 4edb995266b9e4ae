package population

import (
	"context"
	"slices"
	"strings"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/uid"
	"sijil/seal"
)

// MaxCandidates is how many persons one Find shows.
const MaxCandidates = 10

// FindRequest names a person by one exact key.
type FindRequest struct {
	IDCS     idcs.IDCS
	Document *Document // a birth act, too
	Contact  *Contact
	Receipt  uid.Ref
}

// Candidate is a person who may be the one looked for, masked. Token is what
// Show and Correct take, with the recipient Counter.
type Candidate struct {
	Token     seal.Token
	Names     []string // official name in each script, all but the first letters masked
	BirthYear int
	Sex       Sex
	Locality  string
	Number    string // masked but for the last two digits; "" while there is none
	State     State
}

// Find returns the persons who have an exact key, at most MaxCandidates, of
// the caller's area only. Each is a disclosure. A person who was refused is
// found by the receipt alone, which he or she holds, and by adjudicators, who
// decide when the refusal is contested.
func (s *Service) Find(ctx context.Context, c access.Caller, r FindRequest) ([]Candidate, error) {
	if err := c.May(access.DoorFind); err != nil {
		return nil, err
	}
	return s.find(ctx, c, r)
}

func (s *Service) find(ctx context.Context, c access.Caller, r FindRequest) ([]Candidate, error) {
	if err := recipientOf(c, Counter); err != nil {
		return nil, err
	}
	look, err := s.keyOf(ctx, r)
	if err != nil {
		return nil, err
	}
	issued := map[uid.ID]seal.Token{}
	list, err := s.disclose(ctx, func(tx Tx) ([]looked, *Changes, error) {
		ids, err := look(tx)
		if err != nil {
			return nil, nil, err
		}
		people, err := s.live(ctx, tx, ids, Counter)
		if err != nil {
			return nil, nil, err
		}
		var out []looked
		ch := &Changes{}
		for _, id := range ids {
			row, ok := people[id]
			known := func(l looked) bool { return l.row.ID == row.ID } // by two of the numbers that lead to one person
			if !ok || !c.In(row.Locality) || len(out) == MaxCandidates || slices.ContainsFunc(out, known) {
				continue
			}
			id = row.ID
			if hidden, err := s.hiddenFrom(ctx, tx, c, r, row); err != nil || hidden {
				if err != nil {
					return nil, nil, err
				}
				continue
			}
			if row.Token == nil {
				if issued[id], err = s.issueTo(ctx, ch, row, Counter); err != nil {
					return nil, nil, err
				}
			}
			out = append(out, looked{row, c.Disclose(s.ids.NewID(), id, s.now(), access.DoorFind, "masked_names", "birth_year", "sex", "locality", "masked_number", "state")})
		}
		return out, ch, nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Candidate, len(list))
	for i, o := range list {
		if out[i], err = s.candidate(o, issued[o.row.ID]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// hiddenFrom reports whether a person was refused and is kept for a contest
// only, which is not what this caller does.
func (s *Service) hiddenFrom(ctx context.Context, tx Tx, c access.Caller, r FindRequest, row PersonRow) (bool, error) {
	if row.State != Unnumbered || r.Receipt != "" || slices.Contains(c.Roles, access.Adjudicator) {
		return false, nil
	}
	e, _, err := tx.Enrolment(ctx, row.Receipt)
	return e.State == Refused, err
}

// issueTo issues the token of a person whose key is not at hand.
func (s *Service) issueTo(ctx context.Context, ch *Changes, row PersonRow, recipient string) (seal.Token, error) {
	k, err := s.vault.Key(ctx, row.Key)
	if err != nil {
		return seal.Token{}, err
	}
	return s.issue(ctx, ch, k, row.ID, recipient)
}

// keyOf returns the look-up of the one key that a request states.
func (s *Service) keyOf(ctx context.Context, r FindRequest) (func(tx Tx) ([]uid.ID, error), error) {
	k := &checker{rules: s.rules, today: s.today()}
	stated := 0
	for _, there := range []bool{!r.IDCS.IsZero(), r.Document != nil, r.Contact != nil, r.Receipt != ""} {
		if there {
			stated++
		}
	}
	if stated != 1 {
		k.bad("find", "request", "not exactly one key is stated", "state a number, a document, a contact or a receipt")
		return nil, k.errors.Err()
	}
	switch {
	case !r.IDCS.IsZero():
		blinds, err := s.numberBlinds(ctx, r.IDCS)
		return func(tx Tx) ([]uid.ID, error) { return ids(tx.ByNumber(ctx, blinds)) }, err
	case r.Document != nil:
		return s.keyOfDocument(ctx, k, *r.Document)
	case r.Contact != nil:
		contact := k.contact("contact", *r.Contact)
		if err := k.errors.Err(); err != nil {
			return nil, err
		}
		blinds, err := s.vault.Blinds(ctx, blindContact+string(contact.Channel), []byte(contact.Value))
		return func(tx Tx) ([]uid.ID, error) { return tx.ByContact(ctx, blinds, 10*MaxCandidates) }, err
	}
	return func(tx Tx) ([]uid.ID, error) {
		e, ok, err := tx.Enrolment(ctx, r.Receipt)
		if err != nil || !ok {
			return nil, err
		}
		return []uid.ID{e.Person}, nil
	}, nil
}

func (s *Service) keyOfDocument(ctx context.Context, k *checker, d Document) (func(tx Tx) ([]uid.ID, error), error) {
	d.Expires, d.Verified = civil.Date{}, ""
	t := s.rules.document[d.Type]
	if t == nil || !t.Claims {
		k.bad("document", "document.type", "nobody is found by such a document", "use one that belongs to one person")
		return nil, k.errors.Err()
	}
	for _, p := range t.Parts {
		if !p.form.MatchString(p.canonical(d.Parts[p.Name])) {
			k.bad("document", "document.parts."+p.Name, "not written as this document writes it", "copy it from the document")
		}
	}
	if err := k.errors.Err(); err != nil {
		return nil, err
	}
	blinds, err := s.documentBlinds(ctx, d)
	return func(tx Tx) ([]uid.ID, error) { return ids(tx.ByDocument(ctx, d.Type, blinds)) }, err
}

// ids returns the persons of a look-up, each once.
func ids(found map[seal.Blind]uid.ID, err error) ([]uid.ID, error) {
	var out []uid.ID
	for _, id := range found {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, err
}

// candidate masks a person.
func (s *Service) candidate(o opened, t seal.Token) (Candidate, error) {
	out := Candidate{Token: t, BirthYear: o.Birth.Date.Year, Sex: o.Sex, Locality: o.row.Locality, State: o.row.State}
	for _, w := range official(o.Names).Spellings {
		out.Names = append(out.Names, strings.TrimSpace(mask(w.Given)+" "+mask(w.Family)))
	}
	var err error
	if t.IsZero() {
		if out.Token, err = openToken(o.key, o.row, Counter); err != nil {
			return out, err
		}
	}
	n, err := s.openNumber(o.key, o.row.ID, o.row.Number)
	if err == nil && !n.IsZero() {
		out.Number = n.Mask(2)
	}
	return out, err
}

// mask leaves the first letter of a name, and says nothing of its length.
func mask(s string) string {
	for _, r := range s {
		return string(r) + "•••"
	}
	return ""
}
