package population

import (
	"context"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/seal"
)

// BlindTable is a table that is found by blind indexes of what records say.
type BlindTable string

// The tables.
const (
	BlindDocuments BlindTable = "document_claims"
	BlindNumbers   BlindTable = "number_claims"
	BlindTokens    BlindTable = "token_claims"
	BlindContacts  BlindTable = "contacts"
	BlindBlocking  BlindTable = "blocking_keys"
)

// BlindPair is one value under an old blind key and under the current one.
type BlindPair struct {
	Table    BlindTable
	Of       string // kind of the document, recipient of the token
	Old, New seal.Blind
}

// Reblinding writes what is found under old blind keys under the current one.
type Reblinding struct {
	Person uid.ID
	Pairs  []BlindPair
	Drop   bool // what was under the old keys goes
}

// Reblinded is what one step of Reblind did.
type Reblinded struct {
	Last uid.ID // where the next step begins; zero when there is none
	Seen int    // people
	Done int    // rows written under the current key
}

// Reblind writes the claims, contacts and linkage keys of people with ids above
// after, at most limit of them, under the current blind key, from what is
// sealed. With drop the rows under older keys go, each only when the one under
// the current key is there. It may stop at any point and be run again from any
// point, while the register is at work: every look-up tries all live keys.
//
// What cannot be derived stays as it is: counts of attempts about numbers that
// nobody has.
func (s *Service) Reblind(ctx context.Context, c access.Caller, after uid.ID, limit int, drop bool) (Reblinded, error) {
	if err := c.May(access.JobRun); err != nil {
		return Reblinded{}, err
	}
	var rows []PersonRow
	var tokens []TokenRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		ids, err := tx.EverybodyAfter(ctx, after, limit)
		if err != nil {
			return err
		}
		people, err := tx.Persons(ctx, ids, "")
		if err != nil {
			return err
		}
		rows = nil
		for _, id := range ids {
			rows = append(rows, people[id])
		}
		tokens, err = tx.TokensOf(ctx, ids)
		return err
	})
	if err != nil {
		return Reblinded{}, err
	}
	list, err := s.inside(ctx, rows...)
	if err != nil {
		return Reblinded{}, err
	}
	var work []Reblinding
	for _, o := range list {
		if o.record == nil {
			continue // erased: nothing of it is claimed
		}
		r := Reblinding{Person: o.row.ID, Drop: drop}
		if r.Pairs, err = s.blindPairs(ctx, o, tokens); err != nil {
			return Reblinded{}, err
		}
		work = append(work, r)
	}
	out := Reblinded{Seen: len(rows)}
	err = s.store.Do(ctx, func(tx Tx) error {
		out.Done = 0
		for _, r := range work {
			n, err := tx.Reblind(ctx, r)
			if err != nil {
				return err
			}
			out.Done += int(n)
		}
		return nil
	})
	if err == nil && len(rows) == limit {
		out.Last = rows[limit-1].ID
	}
	return out, err
}

// blindPairs are all values by which a person is found, under each old key and
// under the current one.
func (s *Service) blindPairs(ctx context.Context, o opened, tokens []TokenRow) ([]BlindPair, error) {
	var out []BlindPair
	add := func(t BlindTable, of string, blinds []seal.Blind) {
		for _, old := range blinds[1:] {
			out = append(out, BlindPair{Table: t, Of: of, Old: old, New: blinds[0]})
		}
	}
	for _, d := range o.Documents {
		if t := s.rules.document[d.Type]; t == nil || !t.Claims {
			continue
		}
		blinds, err := s.documentBlinds(ctx, d)
		if err != nil {
			return nil, err
		}
		add(BlindDocuments, d.Type, blinds)
	}
	for _, k := range o.Contacts {
		blinds, err := s.vault.Blinds(ctx, blindContact+string(k.Channel), []byte(k.Value))
		if err != nil {
			return nil, err
		}
		add(BlindContacts, "", blinds)
	}
	n, err := s.openNumber(o.key, o.row.ID, o.row.Number)
	if err != nil {
		return nil, err
	}
	if !n.IsZero() {
		blinds, err := s.numberBlinds(ctx, n)
		if err != nil {
			return nil, err
		}
		add(BlindNumbers, "", blinds)
	}
	for _, t := range tokens {
		if t.Person != o.row.ID {
			continue
		}
		token, err := openToken(o.key, PersonRow{ID: t.Person, Token: t.Sealed}, t.Recipient)
		if err != nil {
			return nil, err
		}
		blinds, err := s.tokenBlinds(ctx, token, t.Recipient)
		if err != nil {
			return nil, err
		}
		add(BlindTokens, t.Recipient, blinds)
	}
	k, err := s.seek(ctx, o.record)
	if err != nil {
		return nil, err
	}
	for _, l := range k.ladders {
		for _, blinds := range l {
			add(BlindBlocking, "", blinds)
		}
	}
	return out, nil
}

// ForgetAttempts removes what was counted of claims and contacts under a blind
// key that is about to go, at most limit rows of each, and returns how many:
// run it again until it returns none. Counts about numbers that nobody has
// cannot be written anew; they would be of no use after their day anyway.
func (s *Service) ForgetAttempts(ctx context.Context, c access.Caller, key uint16, limit int) (n int, err error) {
	if err := c.May(access.JobRun); err != nil {
		return 0, err
	}
	err = s.store.Do(ctx, func(tx Tx) error {
		done, err := tx.ForgetAttempts(ctx, key, limit)
		n = int(done)
		return err
	})
	return n, err
}
