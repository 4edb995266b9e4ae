package agency

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// Looked is one look at a person's data: fields that left a register, or a
// comparison inside it with its verdict. Events carry it as JSON.
type Looked struct {
	ID        uid.ID           `json:"id"`       // of the disclosure or use, in the register it happened in; a row here has another
	Register  string           `json:"register"` // "population", "social"
	At        time.Time        `json:"at"`       // kept here, and read, to the minute
	Recorded  time.Time        `json:"-"`        // when it came here, to the minute
	Operation access.Operation `json:"op"`
	Kind      access.Kind      `json:"kind"`        // of who looked
	Recipient uid.ID           `json:"by,omitzero"` // who looked: a staff member, client or person
	Purpose   string           `json:"purpose,omitempty"`
	Basis     string           `json:"basis,omitempty"`
	Case      string           `json:"case,omitempty"`
	Fields    []string         `json:"fields,omitempty"`  // names of the fields that were handed out; empty for a use
	Verdict   string           `json:"verdict,omitempty"` // of a use, such as "no"; empty for a disclosure
}

// Seen is a look as the person reads it: by which office or institution, never
// by which employee.
type Seen struct {
	At          time.Time
	Register    string
	Operation   access.Operation
	Kind        access.Kind
	Office      string // code of the office, of a staff member
	Roles       []access.Role
	Institution string // name of the institution, of a client
	Purpose     string
	Basis       string
	Case        string
	Fields      []string
	Verdict     string
}

// lookTime is how fine times of looks are kept here. A register keeps them to
// the microsecond; whoever had both could otherwise tell which row of it a look
// is, and so whose.
const lookTime = time.Minute

// lookDetails are what of a look would join it to the row of its register as
// well as an id would: they are sealed.
type lookDetails struct {
	By   uid.ID `json:"by,omitzero"`
	Case string `json:"case,omitempty"`
}

func detailsAt(id uid.ID) seal.Binding {
	return seal.Binding{Table: "looked", Column: "details", Row: id}
}

// KeepLooked copies looks at one person to where the person can see them. It
// may be told the same look again and then changes nothing.
func (s *Service) KeepLooked(ctx context.Context, c access.Caller, person seal.Token, looks ...Looked) error {
	if err := c.May(access.LookedKeep); err != nil {
		return err
	}
	if person.IsZero() {
		return errs.Bad("person", "a look without a person", "send the token of the person")
	}
	token := person.Bytes()
	blind, err := s.vault.Blind(ctx, blindPerson, token[:])
	if err != nil {
		return err
	}
	now := s.now()
	rows := make([]LookedRow, len(looks))
	for i, l := range looks {
		if l.ID.IsZero() || l.At.IsZero() || l.Register == "" || l.Operation == "" {
			return errs.Bad("look", "a look lacks its id, register, time or operation", "send it as the register recorded it")
		}
		if l.ID, err = s.lookID(ctx, person, l); err != nil {
			return err
		}
		l.At, l.Recorded = l.At.UTC().Truncate(lookTime), now.Truncate(lookTime)
		if rows[i], err = s.lookedRow(ctx, l, blind); err != nil {
			return err
		}
	}
	return s.store.Do(ctx, func(tx Tx) error { return tx.KeepLooked(ctx, rows) })
}

// lookedRow seals the details of a look.
func (s *Service) lookedRow(ctx context.Context, l Looked, person seal.Blind) (LookedRow, error) {
	text, err := json.Marshal(lookDetails{By: l.Recipient, Case: l.Case})
	if err != nil {
		return LookedRow{}, err
	}
	sealed, err := s.vault.SealShared(ctx, detailsAt(l.ID), text)
	l.Recipient, l.Case = uid.ID{}, ""
	return LookedRow{Looked: l, Person: person, Details: sealed}, err
}

// openDetails puts back what is sealed of a look. One that was kept before
// details were sealed has them in its row.
func (s *Service) openDetails(ctx context.Context, r *LookedRow) error {
	if len(r.Details) == 0 {
		return nil
	}
	text, err := s.vault.OpenShared(ctx, detailsAt(r.ID), r.Details)
	if err != nil {
		return err
	}
	var d lookDetails
	if err := json.Unmarshal(text, &d); err != nil {
		return &errs.Error{Code: "agency.look", What: "a look has a layout this program does not know"}
	}
	r.Recipient, r.Case = d.By, d.Case
	return nil
}

// lookID is what a look is called here: the minute of its id, by which lists
// are in order, and a keyed sum of the person and the id. Told again it is the
// same; without the key it leads neither to the row of the register it came
// from nor to the same look at somebody else. Looks of one minute are in no
// order.
func (s *Service) lookID(ctx context.Context, person seal.Token, l Looked) (uid.ID, error) {
	token := person.Bytes()
	b, err := s.vault.Blind(ctx, blindLook, append(append(token[:], l.ID[:]...), l.Register...))
	if err != nil {
		return uid.ID{}, err
	}
	out := l.ID
	ms := binary.BigEndian.Uint64(append([]byte{0, 0}, out[:6]...))
	ms -= ms % uint64(lookTime.Milliseconds())
	copy(out[:6], binary.BigEndian.AppendUint64(nil, ms)[2:])
	copy(out[6:], b[2:]) // behind the number of the key
	return out, nil
}

// WhoLooked lists who looked at the caller's data and why, the newest first.
// person is the caller's own token, which the population register gave for
// this caller. cursor is "" for the first page; next is "" after the last.
func (s *Service) WhoLooked(ctx context.Context, c access.Caller, person seal.Token, cursor string, limit int) (page []Seen, next string, err error) {
	if err := c.May(access.LookedOwn); err != nil {
		return nil, "", err
	}
	return s.looked(ctx, c, person, cursor, limit)
}

// AuditLooked is WhoLooked for an auditor.
func (s *Service) AuditLooked(ctx context.Context, c access.Caller, person seal.Token, cursor string, limit int) (page []Seen, next string, err error) {
	if err := c.May(access.LogRead); err != nil {
		return nil, "", err
	}
	return s.looked(ctx, c, person, cursor, limit)
}

func (s *Service) looked(ctx context.Context, c access.Caller, person seal.Token, cursor string, limit int) (page []Seen, next string, err error) {
	if person.IsZero() {
		return nil, "", errs.Bad("person", "no person was named", "send the token of the person")
	}
	token := person.Bytes()
	blinds, err := s.vault.Blinds(ctx, blindPerson, token[:])
	if err != nil {
		return nil, "", err
	}
	before, err := s.openCursor(ctx, c, cursor)
	if err != nil {
		return nil, "", err
	}
	limit = within(limit)
	last := uid.ID{}
	err = s.store.View(ctx, func(tx Tx) error {
		rows, err := tx.LookedAt(ctx, blinds, before, limit)
		if err != nil {
			return err
		}
		page = make([]Seen, len(rows))
		for i, r := range rows {
			if err := s.openDetails(ctx, &r); err != nil {
				return err
			}
			page[i] = Seen{At: r.At, Register: r.Register, Operation: r.Operation, Kind: r.Kind, Purpose: r.Purpose, Basis: r.Basis,
				Case: r.Case, Fields: r.Fields, Verdict: r.Verdict}
			if err := s.who(ctx, tx, r.Looked, &page[i]); err != nil {
				return err
			}
			last = r.ID
		}
		return nil
	})
	if err != nil || len(page) < limit {
		return page, "", err
	}
	next, err = s.sealCursor(ctx, c, last)
	return page, next, err
}

// A cursor is the id of the last look of a page, sealed for the caller.

func cursorAt(c access.Caller) seal.Binding {
	return seal.Binding{Table: "looked", Column: "cursor", Row: c.Actor}
}

func (s *Service) sealCursor(ctx context.Context, c access.Caller, id uid.ID) (string, error) {
	sealed, err := s.vault.SealShared(ctx, cursorAt(c), id[:])
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

func (s *Service) openCursor(ctx context.Context, c access.Caller, cursor string) (id uid.ID, err error) {
	if cursor == "" {
		return id, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		var plain []byte
		if plain, err = s.vault.OpenShared(ctx, cursorAt(c), raw); err == nil {
			id, err = uid.FromBytes(plain)
		}
	}
	if errs.KindOf(err) == errs.Unavailable {
		return id, err
	}
	if err != nil {
		return id, &errs.Error{Kind: errs.Invalid, Code: "agency.cursor", Field: "cursor", What: "this is not a cursor of this list", Fix: "begin at the first page"}
	}
	return id, nil
}

// who fills in by which office or institution somebody looked.
func (s *Service) who(ctx context.Context, tx Tx, l Looked, to *Seen) error {
	switch l.Kind {
	case access.Staff:
		row, err := tx.StaffByID(ctx, l.Recipient)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		to.Office, to.Roles = row.Office, row.Roles
	case access.Client:
		row, err := tx.ClientByID(ctx, l.Recipient)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		to.Institution = row.Name
	case access.Nobody, access.Person, access.System:
	}
	return nil
}
