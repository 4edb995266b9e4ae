package population

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// Fields of blind indexes: equal values of two fields have nothing in common.
const (
	blindNumber  = "population.number"
	blindRequest = "population.request"
	// The kinds of documents, the channels and the recipients are added to these.
	blindDocument = "population.document."
	blindContact  = "population.contact."
	blindToken    = "population.token."
)

// errNumberTaken says that a drawn number is somebody's: another is drawn.
var errNumberTaken = &errs.Error{Kind: errs.Conflict, Code: "population.number_taken", What: "the drawn number is taken", Fix: "try again"}

// errRaced says that another transaction did the same at the same time: the
// act is looked at anew.
var errRaced = &errs.Error{Kind: errs.Conflict, Code: "population.raced", What: "somebody else changed this at the same moment", Fix: "try again"}

// rounds is how often an act is begun anew after a race or a taken number.
const rounds = 20

// claimDocuments adds the claims of documents: one for every live blind key,
// so that a claim made under one is seen under the other while keys rotate.
func (s *Service) claimDocuments(ctx context.Context, ch *Changes, field string, person uid.ID, list []Document) error {
	for i, d := range list {
		t := s.rules.document[d.Type]
		if !t.Claims {
			continue
		}
		blinds, err := s.documentBlinds(ctx, d)
		if err != nil {
			return err
		}
		taken := conflict("document_taken", index(field, i), "this document belongs to another person of the register",
			"check the document; if it is right, hand the case to adjudication")
		for _, b := range blinds {
			ch.ClaimDocuments = append(ch.ClaimDocuments, DocumentClaim{Kind: d.Type, Blind: b, Person: person, At: s.now(), Taken: taken})
		}
	}
	return nil
}

func (s *Service) documentBlinds(ctx context.Context, d Document) ([]seal.Blind, error) {
	return s.vault.Blinds(ctx, blindDocument+d.Type, []byte(canonical(s.rules.document[d.Type], d)))
}

func (s *Service) numberBlinds(ctx context.Context, n idcs.IDCS) ([]seal.Blind, error) {
	return s.vault.Blinds(ctx, blindNumber, []byte(n.Digits()))
}

func (s *Service) contactRows(ctx context.Context, person uid.ID, list []Contact) ([]ContactRow, error) {
	var rows []ContactRow
	seen := map[seal.Blind]bool{}
	for _, c := range list {
		b, err := s.vault.Blind(ctx, blindContact+string(c.Channel), []byte(c.Value))
		if err != nil {
			return nil, err
		}
		if !seen[b] {
			rows = append(rows, ContactRow{Blind: b, Person: person, Cap: s.rules.Contacts.Cap})
		}
		seen[b] = true
	}
	return rows, nil
}

// number draws a number and claims it for a person for ever. It changes
// nothing else of the changes when it is called again after errNumberTaken.
func (s *Service) number(ctx context.Context, ch *Changes, key seal.Key, person uid.ID) (idcs.IDCS, []byte, error) {
	n, err := s.scheme.Draw(s.rand)
	if err != nil {
		return n, nil, err
	}
	blinds, err := s.numberBlinds(ctx, n)
	if err != nil {
		return n, nil, err
	}
	ch.ClaimNumbers = ch.ClaimNumbers[:0]
	for _, b := range blinds {
		ch.ClaimNumbers = append(ch.ClaimNumbers, NumberClaim{Blind: b, Person: person, At: s.now(), Taken: errNumberTaken})
	}
	return n, key.Seal(numberBinding(person), []byte(n.Digits())), nil
}

// request is an act with its idempotency key.
type request struct {
	key     Key
	binding seal.Binding // of the kept response
}

// request returns the key of an act. The body is blinded: an unkeyed hash of
// what somebody typed could be guessed.
func (s *Service) request(ctx context.Context, c access.Caller, op access.Operation, key string, body any, more ...string) (request, error) {
	if key == "" || len(key) > 200 {
		return request{}, errs.Bad("idempotency_key", "an idempotency key has 1 to 200 characters", "send a random one")
	}
	text, err := json.Marshal(body)
	if err != nil {
		return request{}, err
	}
	h := sha256.New()
	for _, part := range append(more, string(text)) {
		sum := sha256.Sum256([]byte(part))
		_, _ = h.Write(sum[:])
	}
	b, err := s.vault.Blind(ctx, blindRequest, h.Sum([]byte(op)))
	if err != nil {
		return request{}, err
	}
	r := request{key: Key{Caller: c.Actor, Operation: string(op), Text: key}}
	copy(r.key.Body[:], b[:])
	row, err := uid.FromBytes(b[len(b)-16:])
	if err != nil {
		return request{}, err
	}
	r.binding = seal.Binding{Table: "idempotency", Column: "response", Row: row}
	return r, nil
}

// once runs an act under its idempotency key. ready is called before each
// round, with how many went before: an act that raced with another, or drew a
// number that is taken, is begun anew. act returns the response to keep; a
// repeated act gets the kept response instead.
func (s *Service) once(ctx context.Context, r request, ready func(round int) error, act func(tx Tx) (response []byte, err error)) ([]byte, error) {
	for i := 0; ; i++ {
		if err := ready(i); err != nil {
			return nil, err
		}
		out, err := s.onceOnly(ctx, r, act)
		if err == nil || i >= rounds || !isRaced(err) && !errors.Is(err, errNumberTaken) {
			return out, err
		}
	}
}

func (s *Service) onceOnly(ctx context.Context, r request, act func(tx Tx) ([]byte, error)) ([]byte, error) {
	var out []byte
	err := s.store.DoKeyed(ctx, func(tx Tx) error {
		prior, done, err := tx.Once(ctx, r.key, s.now())
		if err != nil {
			return err
		}
		if done {
			out, err = s.vault.OpenShared(ctx, r.binding, prior)
			return err
		}
		if out, err = act(tx); err != nil {
			return err
		}
		sealed, err := s.vault.SealShared(ctx, r.binding, out)
		if err != nil {
			return err
		}
		return tx.Remember(ctx, r.key, sealed)
	})
	return out, err
}
