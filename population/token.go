package population

import (
	"context"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// recipientOf holds a caller to the recipient it may speak for: a token of
// another recipient would join what must not be joined.
func recipientOf(c access.Caller, recipient string) error {
	for _, r := range c.Roles {
		switch r {
		case access.SocialRegister:
			if recipient == Social {
				return nil
			}
		case access.AgencyBooks:
			if recipient == Agency {
				return nil
			}
		case access.Partner:
			if c.Kind == access.Client && recipient == PartnerRecipient(c.Actor) {
				return nil
			}
		case access.RegistrationOfficer, access.Adjudicator:
			if c.Kind == access.Staff && recipient == Counter {
				return nil
			}
		default:
		}
	}
	return &errs.Error{Kind: errs.Denied, Code: "population.recipient", Field: "recipient",
		What: "this account does not speak for this recipient", Fix: "use the recipient's own account"}
}

// issue draws the token of a person for a recipient. It is claimed and kept
// with the changes; a person who has one already ends them with errRaced.
func (s *Service) issue(ctx context.Context, ch *Changes, k seal.Key, person uid.ID, recipient string) (seal.Token, error) {
	t := seal.NewToken(s.rand)
	raw := t.Bytes()
	b, err := s.vault.Blind(ctx, blindToken+recipient, raw[:])
	if err != nil {
		return t, err
	}
	ch.ClaimTokens = append(ch.ClaimTokens, TokenClaim{Blind: b, Recipient: recipient, Person: person})
	ch.Tokens = append(ch.Tokens, TokenRow{Person: person, Recipient: recipient, Sealed: k.Seal(tokenBinding(person, recipient), raw[:]),
		At: s.now(), Raced: errRaced})
	return t, nil
}

func openToken(k seal.Key, row PersonRow, recipient string) (seal.Token, error) {
	raw, err := k.Open(tokenBinding(row.ID, recipient), row.Token)
	if err != nil {
		return seal.Token{}, err
	}
	return seal.TokenOf(raw)
}

func (s *Service) tokenBlinds(ctx context.Context, t seal.Token, recipient string) ([]seal.Blind, error) {
	raw := t.Bytes()
	return s.vault.Blinds(ctx, blindToken+recipient, raw[:])
}

// resolve finds the person of a token of a recipient.
func (s *Service) resolve(ctx context.Context, tx Tx, t seal.Token, recipient string) (PersonRow, error) {
	rows, err := s.resolveAll(ctx, tx, []seal.Token{t}, recipient)
	if err != nil {
		return PersonRow{}, err
	}
	return rows[0], nil
}

// resolveAll finds the persons of tokens, in order.
func (s *Service) resolveAll(ctx context.Context, tx Tx, tokens []seal.Token, recipient string) ([]PersonRow, error) {
	var all []seal.Blind
	of := map[seal.Blind][]int{} // a token may stand twice
	for i, t := range tokens {
		blinds, err := s.tokenBlinds(ctx, t, recipient)
		if err != nil {
			return nil, err
		}
		for _, b := range blinds {
			all, of[b] = append(all, b), append(of[b], i)
		}
	}
	found, err := tx.ByToken(ctx, recipient, all)
	if err != nil {
		return nil, err
	}
	ids := make([]uid.ID, len(tokens)) // in the order of tokens
	for b, id := range found {
		for _, i := range of[b] {
			ids[i] = id
		}
	}
	people, err := s.live(ctx, tx, ids, recipient)
	if err != nil {
		return nil, err
	}
	rows := make([]PersonRow, len(ids))
	for i, t := range tokens {
		row, ok := people[ids[i]]
		if !ok || t.IsZero() {
			return nil, unknownToken(index("tokens", i))
		}
		rows[i] = row
	}
	return rows, nil
}

// TokenOf returns the token of a person, named by the id that events carry,
// for a recipient, for jobs that pass events on. Without issue, a person whom
// the recipient does not know gives the zero token. It is no look at the
// person: nothing of the record is opened.
func (s *Service) TokenOf(ctx context.Context, c access.Caller, person uid.ID, recipient string, issue bool) (seal.Token, error) {
	if err := c.May(access.JobRun); err != nil {
		return seal.Token{}, err
	}
	var out seal.Token
	for i := 0; ; i++ {
		var row PersonRow
		var known bool
		err := s.store.View(ctx, func(tx Tx) error {
			people, err := s.live(ctx, tx, []uid.ID{person}, recipient)
			row, known = people[person]
			return err
		})
		if err != nil || !known || row.Token == nil && !issue {
			return seal.Token{}, err
		}
		person = row.ID // a merged person has become another
		k, err := s.vault.Key(ctx, row.Key)
		if err != nil {
			return seal.Token{}, err
		}
		if row.Token != nil {
			return openToken(k, row, recipient)
		}
		ch := &Changes{}
		if out, err = s.issue(ctx, ch, k, person, recipient); err != nil {
			return seal.Token{}, err
		}
		err = s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, ch) })
		if err == nil || i >= rounds || !isRaced(err) {
			return out, err
		}
	}
}

func unknownToken(field string) error {
	return &errs.Error{Kind: errs.NotFound, Code: "population.unknown_token", Field: field,
		What: "this token names nobody to this recipient", Fix: "ask with the claims of the person again"}
}
