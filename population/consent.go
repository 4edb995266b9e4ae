package population

import (
	"context"
	"slices"
	"time"

	"sijil/access"
	"sijil/seal"
)

// ConsentShown is a consent of a person.
type ConsentShown struct {
	Kind      string
	Given     time.Time
	Withdrawn time.Time // zero while it holds
}

// ConsentAct gives or withdraws one consent.
type ConsentAct struct {
	Person  seal.Token `json:"-"`    // for the recipient Counter; zero for a person who acts alone
	Kind    string     `json:"kind"` // code of the country's data
	Give    bool       `json:"give"`
	Contact *Contact   `json:"contact,omitempty"` // with a consent to a channel: the address itself
}

// Consent gives or withdraws a consent for what the law leaves optional. With
// the consent to a channel its contacts leave the record. A consent that holds
// already may be given again with another contact, which replaces the first.
//
// What was given before anything was decided can be withdrawn before it too:
// by whoever awaits acceptance or judgement, or was refused, for as long as the
// data are kept. To give one, a person has to be numbered.
func (s *Service) Consent(ctx context.Context, c access.Caller, key string, a ConsentAct) error {
	if err := c.May(access.PersonConsent); err != nil {
		return err
	}
	return s.consent(ctx, c, key, a)
}

func (s *Service) consent(ctx context.Context, c access.Caller, key string, a ConsentAct) error {
	k := &checker{rules: s.rules, today: s.today()}
	rule := s.rules.consent(a.Kind)
	if rule == nil {
		k.bad("consent", "kind", "there is no such consent", "use a code of the country's list")
		return k.errors.Err()
	}
	if a.Contact != nil {
		contact := k.contact("contact", *a.Contact)
		if a.Contact = &contact; !a.Give || rule.Channel != contact.Channel {
			k.bad("consent", "contact", "the contact is not of the channel that is consented to", "leave it out")
		}
	}
	if err := k.errors.Err(); err != nil {
		return err
	}
	req, err := s.request(ctx, c, access.PersonConsent, key, a, a.Person.Text())
	if err != nil {
		return err
	}
	_, err = s.act(ctx, req, func() (*Changes, []byte, error) {
		var live bool
		not := []State{Merged}
		if a.Give {
			not = append(not, Unnumbered)
		}
		old, err := s.revisableBut(ctx, func(tx Tx) (PersonRow, error) {
			row, err := s.subject(ctx, tx, c, a.Person, Counter)
			if err != nil {
				return row, err
			}
			rows, err := tx.Consents(ctx, row.ID)
			live = slices.ContainsFunc(rows, func(r ConsentRow) bool { return r.Kind == a.Kind && r.WithdrawnAt.IsZero() })
			return row, err
		}, not...)
		if err != nil {
			return nil, nil, err
		}
		ch, err := s.consentChanges(ctx, c, a, rule, old, live)
		return ch, []byte("{}"), err
	})
	return err
}

// consentChanges makes the rows of a consent, and of the record without, or
// with another, contact.
func (s *Service) consentChanges(ctx context.Context, c access.Caller, a ConsentAct, rule *ConsentRule, old opened, live bool) (*Changes, error) {
	rev := &revision{old: old, next: *old.record, why: "consent", from: s.today(), assurance: old.row.Assurance}
	if rule.Channel != "" && (!a.Give || a.Contact != nil) {
		of := func(o Contact) bool { return o.Channel == rule.Channel }
		rev.next.Contacts = slices.DeleteFunc(slices.Clone(old.Contacts), of)
		if a.Contact != nil {
			rev.next.Contacts = append(rev.next.Contacts, *a.Contact)
		}
		before := slices.DeleteFunc(slices.Clone(old.Contacts), func(o Contact) bool { return !of(o) })
		var err error
		if rev.ch.DropContacts, err = s.drops(ctx, old.row.ID, before); err != nil {
			return nil, err
		}
		if a.Contact != nil {
			if rev.ch.Contacts, err = s.contactRows(ctx, old.row.ID, []Contact{*a.Contact}); err != nil {
				return nil, err
			}
		}
		if !sameJSON(old.fact(FieldContacts), rev.next.fact(FieldContacts)) {
			if err := s.write(ctx, c, rev); err != nil {
				return nil, err
			}
		} else {
			rev.ch.DropContacts, rev.ch.Contacts = nil, nil
		}
	}
	switch now := s.now(); {
	case a.Give && !live:
		twice := conflict("consent_given", "kind", "this consent holds already", "nothing is to be done")
		rev.ch.Consents = []ConsentRow{{Person: old.row.ID, ID: s.ids.NewID(), Kind: a.Kind, GivenAt: now, GivenTo: c.Actor, Twice: twice}}
	case !a.Give && live:
		none := conflict("consent_none", "kind", "this consent was withdrawn meanwhile", "nothing is to be done")
		rev.ch.Withdrawals = []Withdrawal{{Person: old.row.ID, Kind: a.Kind, At: now, By: c.Actor, None: none}}
	case len(rev.ch.Records) == 0:
		return nil, conflict("consent_same", "kind", "nothing would change", "nothing is to be done")
	}
	rev.ch.Uses = append(rev.ch.Uses, c.Used(s.ids.NewID(), old.row.ID, s.now(), access.PersonConsent, "consent"))
	return &rev.ch, nil
}
