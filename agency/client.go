package agency

import (
	"context"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// Client is a program of an institution that asks the registers.
type Client struct {
	Ref      uid.Ref       `json:"ref"`
	Name     string        `json:"name"` // of the institution
	Contact  string        `json:"contact,omitempty"`
	Roles    []access.Role `json:"roles"`
	Areas    []string      `json:"areas"`
	Purposes []Grant       `json:"purposes"`
	State    State         `json:"state"`
	Version  int64         `json:"version"`
}

// NewClient is what an administrator says about a new client.
type NewClient struct {
	Name     string
	Contact  string // the person to call; may be empty
	Roles    []access.Role
	Areas    []string
	Purposes []Grant
	Lives    time.Duration // of the first secret; 0 is a year
}

// The life of a client's secret: a year, at most two.
const (
	secretLife    = 365 * 24 * time.Hour
	longestSecret = 2 * secretLife
)

// CreateClient makes a client and its first secret, which is shown this once:
// asked again with the same key, the client is the same and the secret empty.
func (s *Service) CreateClient(ctx context.Context, c access.Caller, key string, n NewClient) (Client, Secret, error) {
	if err := c.May(access.ClientManage); err != nil {
		return Client{}, Secret{}, err
	}
	var bad errs.List
	checkText(&bad, "name", n.Name, 1, 200)
	checkText(&bad, "contact", n.Contact, 0, 200)
	s.checkWork(&bad, n.Roles, n.Areas, "", access.ClientRoles())
	if len(n.Purposes) == 0 {
		bad.Addf("purposes", "name what the client may ask for", "the client has no purpose")
	}
	if err := bad.Err(); err != nil {
		return Client{}, Secret{}, err
	}
	dataKey, err := s.vault.NewKey(ctx)
	if err != nil {
		return Client{}, Secret{}, err
	}
	now := s.now()
	row := ClientRow{ID: s.ids.NewID(), Ref: s.ids.NewRef(), Key: dataKey.ID(), Version: 1, State: Active, Name: n.Name,
		Roles: n.Roles, Areas: n.Areas, Purposes: n.Purposes, Recorded: now}
	if n.Contact != "" {
		row.Contact = dataKey.Seal(clientCell(row.ID), []byte(n.Contact))
	}
	secret, secretRow, err := s.drawSecret(ctx, row.ID, now, n.Lives)
	if err != nil {
		return Client{}, Secret{}, err
	}
	out, again, err := once(ctx, s, c, "client.create", key, n, func(tx Tx) (Client, error) {
		if err := s.stillAdministrator(ctx, tx, c); err != nil {
			return Client{}, err
		}
		if err := s.checkGrants(ctx, tx, n.Purposes, n.Roles); err != nil {
			return Client{}, err
		}
		if err := tx.InsertClient(ctx, row, byOf(c)); err != nil {
			return Client{}, err
		}
		if err := tx.InsertSecret(ctx, secretRow); err != nil {
			return Client{}, err
		}
		shown := shownClient(row)
		shown.Contact = n.Contact
		return shown, s.emit(ctx, tx, row.ID, TopicClientCreated, now, c, eventBody{Version: 1, Roles: row.Roles, Areas: row.Areas})
	})
	if err != nil || again {
		return out, Secret{}, err
	}
	return out, secret, nil
}

func clientCell(id uid.ID) seal.Binding {
	return seal.Binding{Table: "clients", Column: "contact", Row: id, Version: 1}
}

// checkGrants holds a client's purposes to the register of purposes.
func (s *Service) checkGrants(ctx context.Context, tx Tx, grants []Grant, roles []access.Role) error {
	var bad errs.List
	for i, g := range grants {
		at := "purposes[" + itoa(i) + "]"
		p, err := tx.Purpose(ctx, g.Purpose)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		switch {
		case err != nil:
			bad.Addf(at, "register the purpose with its legal basis first", "there is no such purpose")
		case !slices.ContainsFunc(roles, func(r access.Role) bool { return slices.Contains(p.Roles, r) }):
			bad.Addf(at, "name a purpose of this role", "the purpose is not for this role")
		case !g.To.IsZero() && g.To.Before(g.From):
			bad.Addf(at, "let it end on or after the day it begins", "the purpose ends before it begins")
		case slices.ContainsFunc(grants[:i], func(h Grant) bool { return h.Purpose == g.Purpose }):
			bad.Addf(at, "name it once", "a purpose is named twice")
		}
		checkText(&bad, at+".authorisation", g.Authorisation, 0, 200)
	}
	return bad.Err()
}

func (s *Service) drawSecret(ctx context.Context, client uid.ID, now time.Time, lives time.Duration) (Secret, SecretRow, error) {
	if lives == 0 {
		lives = secretLife
	}
	if lives < 0 || lives > longestSecret {
		return Secret{}, SecretRow{}, errs.Bad("lives", "a secret lives at most two years", "let it expire earlier and issue the next in time")
	}
	text := newSecret(s.rand, clientPrefix)
	blind, err := s.vault.Blind(ctx, blindSecret, []byte(text))
	if err != nil {
		return Secret{}, SecretRow{}, err
	}
	return Secret{text}, SecretRow{Secret: blind, Client: client, Created: now, Expires: now.Add(lives)}, nil
}

// IssueSecret gives a client another secret, shown this once. The ones before
// live on for overlap at most, so that the client can change over.
func (s *Service) IssueSecret(ctx context.Context, c access.Caller, ref uid.Ref, lives, overlap time.Duration) (Secret, error) {
	if err := c.May(access.ClientManage); err != nil {
		return Secret{}, err
	}
	if overlap < 0 || overlap > 90*24*time.Hour {
		return Secret{}, errs.Bad("overlap", "the secrets before may live on for 90 days at most", "state a shorter time")
	}
	now := s.now()
	var secret Secret
	err := s.store.Do(ctx, func(tx Tx) error {
		if err := s.stillAdministrator(ctx, tx, c); err != nil {
			return err
		}
		row, err := tx.ClientByRef(ctx, ref)
		if err != nil {
			return err
		}
		if row.State != Active {
			return &errs.Error{Kind: errs.Conflict, Code: "agency.ended", What: "the client has ended", Fix: "make a new one"}
		}
		if err := tx.EndSecrets(ctx, row.ID, now.Add(overlap)); err != nil {
			return err
		}
		var fresh SecretRow
		if secret, fresh, err = s.drawSecret(ctx, row.ID, now, lives); err != nil {
			return err
		}
		if err := tx.InsertSecret(ctx, fresh); err != nil {
			return err
		}
		return s.emit(ctx, tx, row.ID, TopicSecretIssued, now, c, eventBody{})
	})
	if err != nil {
		return Secret{}, err
	}
	return secret, nil
}

// ChangeClient replaces a client's purposes.
func (s *Service) ChangeClient(ctx context.Context, c access.Caller, ref uid.Ref, version int64, grants []Grant) (Client, error) {
	return s.nextClient(ctx, c, ref, version, TopicClientChanged, func(tx Tx, row *ClientRow) error {
		row.Purposes = grants
		return s.checkGrants(ctx, tx, grants, row.Roles)
	})
}

// EndClient ends a client for ever, with all its secrets.
func (s *Service) EndClient(ctx context.Context, c access.Caller, ref uid.Ref, version int64) (Client, error) {
	now := s.now()
	return s.nextClient(ctx, c, ref, version, TopicClientEnded, func(tx Tx, row *ClientRow) error {
		row.State = Ended
		return tx.EndSecrets(ctx, row.ID, now)
	})
}

func (s *Service) nextClient(ctx context.Context, c access.Caller, ref uid.Ref, version int64, topic string, change func(Tx, *ClientRow) error) (Client, error) {
	if err := c.May(access.ClientManage); err != nil {
		return Client{}, err
	}
	now := s.now()
	var row ClientRow
	err := s.store.Do(ctx, func(tx Tx) error {
		if err := s.stillAdministrator(ctx, tx, c); err != nil {
			return err
		}
		var err error
		if row, err = tx.ClientByRef(ctx, ref); err != nil {
			return err
		}
		if row.Version != version {
			return stale()
		}
		if row.State != Active {
			return &errs.Error{Kind: errs.Conflict, Code: "agency.ended", What: "the client has ended", Fix: "make a new one"}
		}
		row.Version, row.Recorded = version+1, now
		if err := change(tx, &row); err != nil {
			return err
		}
		if err := tx.UpdateClient(ctx, row, byOf(c)); err != nil {
			return err
		}
		return s.emit(ctx, tx, row.ID, topic, now, c, eventBody{Version: row.Version})
	})
	if err != nil {
		return Client{}, err
	}
	return s.openClient(ctx, row)
}

// ListClients lists clients in the order of their references, after one.
func (s *Service) ListClients(ctx context.Context, c access.Caller, after uid.Ref, limit int) ([]Client, error) {
	if err := c.May(access.ClientManage); err != nil {
		return nil, err
	}
	var rows []ClientRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = tx.ClientsAfter(ctx, after, within(limit))
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]Client, len(rows))
	for i, r := range rows {
		if out[i], err = s.openClient(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func shownClient(row ClientRow) Client {
	return Client{Ref: row.Ref, Name: row.Name, Roles: row.Roles, Areas: row.Areas, Purposes: row.Purposes, State: row.State, Version: row.Version}
}

func (s *Service) openClient(ctx context.Context, row ClientRow) (Client, error) {
	out := shownClient(row)
	if row.Contact == nil {
		return out, nil
	}
	key, err := s.vault.Key(ctx, row.Key)
	if err != nil {
		return Client{}, err
	}
	plain, err := key.Open(clientCell(row.ID), row.Contact)
	out.Contact = string(plain)
	return out, err
}

// noSecret is the one answer to a secret that opens nothing.
func noSecret() error {
	return &errs.Error{Kind: errs.Denied, Code: "agency.secret", What: "the secret opens nothing",
		Fix: "send the secret that was shown when it was issued, or ask for a new one"}
}

func (s *Service) fromBearer(ctx context.Context, secret string) (access.Caller, []Grant, error) {
	if !wellFormed(secret, clientPrefix) {
		return access.Caller{}, nil, noSecret()
	}
	blinds, err := s.blindsOf(ctx, blindSecret, secret)
	if err != nil {
		return access.Caller{}, nil, err
	}
	var row SecretRow
	var client ClientRow
	err = s.store.View(ctx, func(tx Tx) (err error) {
		if row, err = tx.Secret(ctx, blinds); err != nil {
			return err
		}
		client, err = tx.ClientByID(ctx, row.Client)
		return err
	})
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return access.Caller{}, nil, err
	}
	if err != nil || !s.now().Before(row.Expires) || client.State != Active {
		return access.Caller{}, nil, noSecret()
	}
	return access.Caller{Kind: access.Client, Actor: client.ID, Roles: client.Roles, Areas: client.Areas}, client.Purposes, nil
}
