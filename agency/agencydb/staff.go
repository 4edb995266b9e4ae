package agencydb

import (
	"context"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

func (t tx) ActiveStaff(ctx context.Context, role access.Role) (int, error) {
	n := 0
	err := t.QueryRow(ctx, `SELECT count(*) FROM staff WHERE state = 'active' AND roles LIKE $1`, "%|"+string(role)+"|%").Scan(&n)
	return n, err
}

func (t tx) InsertStaff(ctx context.Context, r agency.StaffRow, by uid.ID, logins []seal.Blind, password []byte) error {
	var taken int
	if err := t.QueryRow(ctx, `SELECT count(*) FROM logins WHERE login = ANY($1)`, blinds(logins)).Scan(&taken); err != nil {
		return err
	}
	if taken > 0 {
		return errTaken
	}
	var b store.Batch
	b.Must(1, errTaken,
		`INSERT INTO logins (login, staff_id) VALUES ($1, $2) ON CONFLICT (login) DO NOTHING`, logins[0], r.ID)
	b.Exec(`INSERT INTO staff (staff_id, ref, key_id, version, state, roles, areas, office, name, login, contact, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.ID, r.Ref, r.Key, r.Version, string(r.State), bars(r.Roles), bars(r.Areas), r.Office, r.Name, r.Login, r.Contact, r.Recorded)
	insertVersion(&b, r, by)
	b.Exec(`INSERT INTO passwords (staff_id, hash, set_at) VALUES ($1, $2, $3)`, r.ID, password, r.Recorded)
	return t.Run(ctx, &b)
}

var errTaken = &errs.Error{Kind: errs.Conflict, Code: "agency.login_taken", Field: "login", What: "this login is taken, or was once", Fix: "choose another"}

func insertVersion(b *store.Batch, r agency.StaffRow, by uid.ID) {
	b.Exec(`INSERT INTO staff_versions (staff_id, version, state, roles, areas, office, recorded_at, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, r.ID, r.Version, string(r.State), bars(r.Roles), bars(r.Areas), r.Office, r.Recorded, by)
}

func (t tx) UpdateStaff(ctx context.Context, r agency.StaffRow, by uid.ID) error {
	var b store.Batch
	b.Must(1, errStale, `UPDATE staff SET version = $2, state = $3, roles = $4, areas = $5, office = $6, recorded_at = $7
		WHERE staff_id = $1 AND version = $8`, r.ID, r.Version, string(r.State), bars(r.Roles), bars(r.Areas), r.Office, r.Recorded, r.Version-1)
	insertVersion(&b, r, by)
	return t.Run(ctx, &b)
}

const staffColumns = `staff_id, ref, key_id, version, state, roles, areas, office, name, login, contact, recorded_at`

func scanStaff(s store.Scanner) (r agency.StaffRow, err error) {
	var roles, areas string
	err = s.Scan(&r.ID, &r.Ref, &r.Key, &r.Version, &r.State, &roles, &areas, &r.Office, &r.Name, &r.Login, &r.Contact, &r.Recorded)
	r.Roles, r.Areas = unbars[access.Role](roles), unbars[string](areas)
	return r, err
}

func noStaff(err error) error { return missing(err, "agency.no_staff", "there is no such account") }

func (t tx) StaffByRef(ctx context.Context, ref uid.Ref) (agency.StaffRow, error) {
	r, err := scanStaff(t.QueryRow(ctx, `SELECT `+staffColumns+` FROM staff WHERE ref = $1 AND state <> 'decoy'`, ref))
	return r, noStaff(err)
}

func (t tx) StaffByID(ctx context.Context, id uid.ID) (agency.StaffRow, error) {
	r, err := scanStaff(t.QueryRow(ctx, `SELECT `+staffColumns+` FROM staff WHERE staff_id = $1 AND state <> 'decoy'`, id))
	return r, noStaff(err)
}

func (t tx) StaffAfter(ctx context.Context, after uid.Ref, limit int) (out []agency.StaffRow, err error) {
	err = t.each(ctx, func(rows *store.Rows) error {
		r, err := scanStaff(rows)
		out = append(out, r)
		return err
	}, `SELECT `+staffColumns+` FROM staff WHERE ref > $1 AND state <> 'decoy' ORDER BY ref LIMIT $2`, after, limit)
	return out, err
}

func (t tx) StaffVersions(ctx context.Context, id uid.ID) (out []agency.StaffVersion, err error) {
	err = t.each(ctx, func(rows *store.Rows) error {
		var v agency.StaffVersion
		var roles, areas string
		err := rows.Scan(&v.Version, &v.State, &roles, &areas, &v.Office, &v.Recorded, &v.By)
		v.Roles, v.Areas = unbars[access.Role](roles), unbars[string](areas)
		out = append(out, v)
		return err
	}, `SELECT version, state, roles, areas, office, recorded_at, recorded_by FROM staff_versions WHERE staff_id = $1 ORDER BY version`, id)
	return out, err
}

// StaffByLogin reads the decoy's login together with the one asked for, and
// one account either way.
func (t tx) StaffByLogin(ctx context.Context, logins, decoys []seal.Blind) (row agency.StaffRow, password []byte, err error) {
	wanted := append(blinds(logins), blinds(decoys)...)
	found := map[seal.Blind]uid.ID{}
	err = t.each(ctx, func(rows *store.Rows) error {
		var login seal.Blind
		var id uid.ID
		err := rows.Scan(&login, &id)
		found[login] = id
		return err
	}, `SELECT login, staff_id FROM logins WHERE login = ANY($1)`, wanted)
	if err != nil {
		return row, nil, err
	}
	var id uid.ID
	for _, list := range [][]seal.Blind{decoys, logins} { // the login asked for has the last word
		for _, b := range list {
			if hit, ok := found[b]; ok {
				id = hit
			}
		}
	}
	row, err = scanStaff(t.QueryRow(ctx, `SELECT `+staffColumns+` FROM staff WHERE staff_id = $1`, id))
	if err != nil {
		return row, nil, noStaff(err)
	}
	err = t.QueryRow(ctx, `SELECT hash FROM passwords WHERE staff_id = $1`, id).Scan(&password)
	return row, password, noStaff(err)
}

func (t tx) SetPassword(ctx context.Context, staff uid.ID, password []byte, now time.Time) error {
	var b store.Batch
	b.Must(1, errStale, `UPDATE passwords SET hash = $2, set_at = $3 WHERE staff_id = $1`, staff, password, now)
	return t.Run(ctx, &b)
}

func (t tx) LinkPerson(ctx context.Context, person seal.Blind, staff uid.ID) error {
	var b store.Batch
	b.Exec(`DELETE FROM staff_persons WHERE staff_id = $1`, staff)
	b.Must(1, &errs.Error{Kind: errs.Conflict, Code: "agency.person_linked", What: "another account is this person's already", Fix: "end the other account's link first"},
		`INSERT INTO staff_persons (person, staff_id) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING`, person, staff)
	return t.Run(ctx, &b)
}

func (t tx) StaffOfPerson(ctx context.Context, persons []seal.Blind) (agency.StaffRow, error) {
	var id uid.ID
	err := t.QueryRow(ctx, `SELECT staff_id FROM staff_persons WHERE person = ANY($1)`, blinds(persons)).Scan(&id)
	if err != nil {
		return agency.StaffRow{}, noStaff(err)
	}
	return t.StaffByID(ctx, id)
}
