package agencydb

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

func (t tx) PutPurpose(ctx context.Context, p agency.Purpose, now time.Time) error {
	name, err := json.Marshal(p.Name)
	if err != nil {
		return err
	}
	var last int64
	if err := t.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM purposes WHERE code = $1`, p.Code).Scan(&last); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO purposes (code, version, name, basis, roles, valid_from, valid_to, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, p.Code, last+1, string(name), p.Basis, bars(p.Roles), p.From, p.To, now)
	return err
}

const purposeColumns = `code, name, basis, roles, valid_from, valid_to`

func scanPurpose(s store.Scanner) (p agency.Purpose, err error) {
	var name, roles string
	if err := s.Scan(&p.Code, &name, &p.Basis, &roles, &p.From, &p.To); err != nil {
		return p, err
	}
	p.Roles = unbars[access.Role](roles)
	return p, json.Unmarshal([]byte(name), &p.Name)
}

func (t tx) Purpose(ctx context.Context, code string) (agency.Purpose, error) {
	p, err := scanPurpose(t.QueryRow(ctx, `SELECT `+purposeColumns+` FROM purposes WHERE code = $1 ORDER BY version DESC LIMIT 1`, code))
	return p, missing(err, "agency.no_purpose", "there is no such purpose")
}

func (t tx) Purposes(ctx context.Context) (out []agency.Purpose, err error) {
	err = t.each(ctx, func(rows *store.Rows) error {
		p, err := scanPurpose(rows)
		if n := len(out); n > 0 && out[n-1].Code == p.Code {
			out = out[:n-1] // a later version of the same
		}
		out = append(out, p)
		return err
	}, `SELECT `+purposeColumns+` FROM purposes ORDER BY code, version`)
	return slices.Clip(out), err
}

func (t tx) InsertClient(ctx context.Context, r agency.ClientRow, by uid.ID) error {
	purposes, err := json.Marshal(r.Purposes)
	if err != nil {
		return err
	}
	var b store.Batch
	b.Exec(`INSERT INTO clients (client_id, ref, key_id, version, state, name, contact, roles, areas, purposes, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.Ref, r.Key, r.Version, string(r.State), r.Name, r.Contact, bars(r.Roles), bars(r.Areas), string(purposes), r.Recorded)
	insertClientVersion(&b, r, string(purposes), by)
	return t.Run(ctx, &b)
}

func insertClientVersion(b *store.Batch, r agency.ClientRow, purposes string, by uid.ID) {
	b.Exec(`INSERT INTO client_versions (client_id, version, state, roles, areas, purposes, recorded_at, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, r.ID, r.Version, string(r.State), bars(r.Roles), bars(r.Areas), purposes, r.Recorded, by)
}

func (t tx) UpdateClient(ctx context.Context, r agency.ClientRow, by uid.ID) error {
	purposes, err := json.Marshal(r.Purposes)
	if err != nil {
		return err
	}
	var b store.Batch
	b.Must(1, errStale, `UPDATE clients SET version = $2, state = $3, roles = $4, areas = $5, purposes = $6, recorded_at = $7
		WHERE client_id = $1 AND version = $8`, r.ID, r.Version, string(r.State), bars(r.Roles), bars(r.Areas), string(purposes), r.Recorded, r.Version-1)
	insertClientVersion(&b, r, string(purposes), by)
	return t.Run(ctx, &b)
}

const clientColumns = `client_id, ref, key_id, version, state, name, contact, roles, areas, purposes, recorded_at`

func scanClient(s store.Scanner) (r agency.ClientRow, err error) {
	var roles, areas, purposes string
	err = s.Scan(&r.ID, &r.Ref, &r.Key, &r.Version, &r.State, &r.Name, &r.Contact, &roles, &areas, &purposes, &r.Recorded)
	if err != nil {
		return r, err
	}
	r.Roles, r.Areas = unbars[access.Role](roles), unbars[string](areas)
	return r, json.Unmarshal([]byte(purposes), &r.Purposes)
}

func noClient(err error) error { return missing(err, "agency.no_client", "there is no such client") }

func (t tx) ClientByRef(ctx context.Context, ref uid.Ref) (agency.ClientRow, error) {
	r, err := scanClient(t.QueryRow(ctx, `SELECT `+clientColumns+` FROM clients WHERE ref = $1`, ref))
	return r, noClient(err)
}

func (t tx) ClientByID(ctx context.Context, id uid.ID) (agency.ClientRow, error) {
	r, err := scanClient(t.QueryRow(ctx, `SELECT `+clientColumns+` FROM clients WHERE client_id = $1`, id))
	return r, noClient(err)
}

func (t tx) ClientsAfter(ctx context.Context, after uid.Ref, limit int) (out []agency.ClientRow, err error) {
	err = t.each(ctx, func(rows *store.Rows) error {
		r, err := scanClient(rows)
		out = append(out, r)
		return err
	}, `SELECT `+clientColumns+` FROM clients WHERE ref > $1 ORDER BY ref LIMIT $2`, after, limit)
	return out, err
}

func (t tx) InsertSecret(ctx context.Context, r agency.SecretRow) error {
	var b store.Batch
	b.Must(1, &errs.Error{Code: "agency.secret_twice", What: "a secret was drawn twice"},
		`INSERT INTO client_secrets (secret, client_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`, r.Secret, r.Client, r.Created, r.Expires)
	return t.Run(ctx, &b)
}

func (t tx) Secret(ctx context.Context, secrets []seal.Blind) (r agency.SecretRow, err error) {
	err = t.QueryRow(ctx, `SELECT secret, client_id, created_at, expires_at FROM client_secrets WHERE secret = ANY($1)`,
		blinds(secrets)).Scan(&r.Secret, &r.Client, &r.Created, &r.Expires)
	return r, missing(err, "agency.secret", "there is no such secret")
}

func (t tx) EndSecrets(ctx context.Context, client uid.ID, at time.Time) error {
	_, err := t.Exec(ctx, `UPDATE client_secrets SET expires_at = $2 WHERE client_id = $1 AND expires_at > $2`, client, at)
	return err
}
