package agency

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// Staff is a staff member as administrators see one.
type Staff struct {
	Ref     uid.Ref       `json:"ref"`
	Name    string        `json:"name"`
	Login   string        `json:"login"`
	Contact string        `json:"contact,omitempty"`
	Roles   []access.Role `json:"roles"`
	Areas   []string      `json:"areas"`
	Office  string        `json:"office,omitempty"` // code of the office
	State   State         `json:"state"`
	Version int64         `json:"version"`
}

// NewStaff is what an administrator says about a new staff member.
type NewStaff struct {
	Name     string // of the person
	Login    string // 3 to 64 of a-z, 0-9, dot, hyphen, underscore and @
	Contact  string // may be empty
	Password string
	Roles    []access.Role
	Areas    []string // codes of places, or access.AnyArea
	Office   string   // code; may be empty
}

// StaffChange is what may change about a staff member's work. Name and login
// stay: the log speaks of them.
type StaffChange struct {
	Version int64 // the version that was seen
	Roles   []access.Role
	Areas   []string
	Office  string
}

// apart are roles that one person must not hold together: who guards does not
// do, who captures does not accept, who does not judge.
var apart = [][2]access.Role{
	{access.RegistrationOfficer, access.LocalAuthority},
	{access.RegistrationOfficer, access.Adjudicator},
	{access.LocalAuthority, access.Adjudicator},
	{access.Operator, access.RegistrationOfficer},
}

// alone are roles that go with no other.
var alone = []access.Role{access.Administrator, access.Auditor}

var (
	loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{2,63}$`)
	areaForm  = regexp.MustCompile(`^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*$`)
	codeForm  = regexp.MustCompile(`^[0-9a-z]+([._-][0-9a-z]+)*$`)
)

// loginOf brings a login into the form that is compared.
func loginOf(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func (s *Service) checkWork(bad *errs.List, roles []access.Role, areas []string, office string, allowed []access.Role) {
	if len(roles) == 0 {
		bad.Addf("roles", "give at least one", "the account has no role")
	}
	for i, r := range roles {
		switch {
		case !slices.Contains(allowed, r):
			bad.Addf("roles", "the roles are: "+roleList(allowed), "there is no such role for this account")
		case slices.Contains(roles[:i], r):
			bad.Addf("roles", "name it once", "a role is named twice")
		case slices.Contains(alone, r) && len(roles) > 1:
			bad.Addf("roles", "make a second account", "the role %s goes with no other", r)
		}
	}
	for _, p := range apart {
		if slices.Contains(roles, p[0]) && slices.Contains(roles, p[1]) {
			bad.Addf("roles", "give them to two people", "the roles %s and %s must not be held by one person", p[0], p[1])
		}
	}
	if len(areas) == 0 {
		bad.Addf("areas", "name the code of a place, or * for everywhere", "the account works nowhere")
	}
	for _, a := range areas {
		if a != access.AnyArea && (!areaForm.MatchString(a) || !s.knownArea(a)) {
			bad.Addf("areas", "write the code of a place as the country's list has it, or *", "an area is not the code of a place")
		}
	}
	if office != "" && !areaForm.MatchString(office) {
		bad.Addf("office", "write its code: letters, digits, dots and hyphens", "this is not the code of an office")
	}
}

func roleList(roles []access.Role) string {
	var b strings.Builder
	for i, r := range roles {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(r))
	}
	return b.String()
}

func checkText(bad *errs.List, field, text string, least, most int) {
	n := utf8.RuneCountInString(text)
	if n < least || n > most || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || strings.TrimSpace(text) != text {
		bad.Addf(field, "write it on one line, without spaces around it", "the text must have %d to %d characters", least, most)
	}
}

// prepared is a new staff member, ready to be written.
type prepared struct {
	row      StaffRow
	logins   []seal.Blind
	password []byte
	shown    Staff
}

// prepare checks and seals a new staff member. It computes the password, so it
// stays outside of transactions, which may run several times.
func (s *Service) prepare(ctx context.Context, n NewStaff, allowed []access.Role) (prepared, error) {
	n.Login = loginOf(n.Login)
	var bad errs.List
	if !loginForm.MatchString(n.Login) {
		bad.Addf("login", "use 3 to 64 of a-z, 0-9, dot, hyphen, underscore and @, the first a letter or digit", "this cannot be a login")
	}
	checkText(&bad, "name", n.Name, 1, 200)
	checkText(&bad, "contact", n.Contact, 0, 200)
	s.checkWork(&bad, n.Roles, n.Areas, n.Office, allowed)
	bad.Add(CheckPassword(n.Password, n.Login, n.Name))
	if err := bad.Err(); err != nil {
		return prepared{}, err
	}
	return s.sealStaff(ctx, n, Active)
}

func (s *Service) sealStaff(ctx context.Context, n NewStaff, state State) (prepared, error) {
	logins, err := s.vault.Blinds(ctx, blindLogin, []byte(n.Login))
	if err != nil {
		return prepared{}, err
	}
	hashed, err := s.hasher.hash(ctx, normalise(n.Password))
	if err != nil {
		return prepared{}, err
	}
	key, err := s.vault.NewKey(ctx)
	if err != nil {
		return prepared{}, err
	}
	id := s.ids.NewID()
	row := StaffRow{
		ID: id, Ref: s.ids.NewRef(), Key: key.ID(), Version: 1, State: state,
		Roles: slices.Clone(n.Roles), Areas: slices.Clone(n.Areas), Office: n.Office,
		Name:  key.Seal(staffCell("name", id), []byte(n.Name)),
		Login: key.Seal(staffCell("login", id), []byte(n.Login)), Recorded: s.now(),
	}
	if n.Contact != "" {
		row.Contact = key.Seal(staffCell("contact", id), []byte(n.Contact))
	}
	return prepared{
		row: row, logins: logins, password: key.Seal(passwordCell(id), hashed),
		shown: Staff{Ref: row.Ref, Name: n.Name, Login: n.Login, Contact: n.Contact, Roles: row.Roles, Areas: row.Areas, Office: n.Office, State: state, Version: 1},
	}, nil
}

// Where sealed values of staff belong. They stay under one binding for life:
// only a password changes, and it is the row of a table of its own.
func staffCell(column string, id uid.ID) seal.Binding {
	return seal.Binding{Table: "staff", Column: column, Row: id, Version: 1}
}

func passwordCell(id uid.ID) seal.Binding {
	return seal.Binding{Table: "passwords", Column: "hash", Row: id, Version: 1}
}

// CreateStaff makes a staff member's account. A login is given once and never
// again, also after the account has ended: a Conflict, code
// "agency.login_taken". key is the idempotency key.
func (s *Service) CreateStaff(ctx context.Context, c access.Caller, key string, n NewStaff) (Staff, error) {
	if err := c.May(access.StaffManage); err != nil {
		return Staff{}, err
	}
	p, err := s.prepare(ctx, n, access.StaffRoles())
	if err != nil {
		return Staff{}, err
	}
	asked := n
	asked.Password = "" // no hash of it but argon2's
	out, _, err := once(ctx, s, c, "staff.create", key, asked, func(tx Tx) (Staff, error) {
		if err := s.stillAdministrator(ctx, tx, c); err != nil {
			return Staff{}, err
		}
		return p.shown, s.insertStaff(ctx, tx, c, p, TopicStaffCreated, "")
	})
	return out, err
}

func (s *Service) insertStaff(ctx context.Context, tx Tx, c access.Caller, p prepared, topic, reason string) error {
	if err := tx.InsertStaff(ctx, p.row, byOf(c), p.logins, p.password); err != nil {
		return err
	}
	return s.emit(ctx, tx, p.row.ID, topic, p.row.Recorded, c, eventBody{Version: 1, Roles: p.row.Roles, Areas: p.row.Areas, Reason: reason})
}

// stillAdministrator makes sure, inside the transaction of an act of an
// administrator, that the account was not ended or changed meanwhile: two
// administrators cannot end each other.
func (s *Service) stillAdministrator(ctx context.Context, tx Tx, c access.Caller) error {
	if err := tx.Guard(ctx); err != nil {
		return err
	}
	row, err := tx.StaffByID(ctx, c.Actor)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	if err != nil || row.State != Active || !slices.Contains(row.Roles, access.Administrator) {
		return &errs.Error{Kind: errs.Denied, Code: "access.denied", What: "this account is no longer an administrator's"}
	}
	return nil
}

// ChangeStaff gives a staff member other roles, areas or another office. It
// holds from the next thing they do.
func (s *Service) ChangeStaff(ctx context.Context, c access.Caller, ref uid.Ref, change StaffChange) (Staff, error) {
	if err := c.May(access.StaffManage); err != nil {
		return Staff{}, err
	}
	var bad errs.List
	s.checkWork(&bad, change.Roles, change.Areas, change.Office, access.StaffRoles())
	if err := bad.Err(); err != nil {
		return Staff{}, err
	}
	return s.next(ctx, c, ref, change.Version, TopicStaffChanged, func(row *StaffRow) {
		row.Roles, row.Areas, row.Office = change.Roles, change.Areas, change.Office
	})
}

// EndStaff ends an account for ever, with all its sessions.
func (s *Service) EndStaff(ctx context.Context, c access.Caller, ref uid.Ref, version int64) (Staff, error) {
	if err := c.May(access.StaffManage); err != nil {
		return Staff{}, err
	}
	return s.next(ctx, c, ref, version, TopicStaffEnded, func(row *StaffRow) { row.State = Ended })
}

// next writes the next version of an active staff member. The last
// administrator stays one.
func (s *Service) next(ctx context.Context, c access.Caller, ref uid.Ref, version int64, topic string, change func(*StaffRow)) (Staff, error) {
	var row StaffRow
	now := s.now()
	err := s.store.Do(ctx, func(tx Tx) error {
		if err := s.stillAdministrator(ctx, tx, c); err != nil {
			return err
		}
		var err error
		if row, err = tx.StaffByRef(ctx, ref); err != nil {
			return err
		}
		if row.Version != version {
			return stale()
		}
		if row.State != Active {
			return &errs.Error{Kind: errs.Conflict, Code: "agency.ended", What: "the account has ended", Fix: "make a new one"}
		}
		row.Version, row.Recorded = version+1, now
		change(&row)
		if err := tx.UpdateStaff(ctx, row, byOf(c)); err != nil {
			return err
		}
		if n, err := tx.ActiveStaff(ctx, access.Administrator); err != nil {
			return err
		} else if n == 0 {
			return &errs.Error{Kind: errs.Conflict, Code: "agency.last_administrator", What: "this is the last administrator",
				Fix: "make another administrator first"}
		}
		if row.State != Active {
			if err := tx.EndSessions(ctx, row.ID, now, "account_ended"); err != nil {
				return err
			}
		}
		return s.emit(ctx, tx, row.ID, topic, now, c, eventBody{Version: row.Version, Roles: row.Roles, Areas: row.Areas})
	})
	if err != nil {
		return Staff{}, err
	}
	return s.openStaff(ctx, row)
}

func stale() error {
	return &errs.Error{Kind: errs.Conflict, Code: "agency.stale", What: "somebody changed this meanwhile", Fix: "read it again and decide anew"}
}

func (s *Service) openStaff(ctx context.Context, row StaffRow) (Staff, error) {
	out := Staff{Ref: row.Ref, Roles: row.Roles, Areas: row.Areas, Office: row.Office, State: row.State, Version: row.Version}
	key, err := s.vault.Key(ctx, row.Key)
	if err != nil {
		return Staff{}, err
	}
	for _, f := range []struct {
		column string
		sealed []byte
		to     *string
	}{{"name", row.Name, &out.Name}, {"login", row.Login, &out.Login}, {"contact", row.Contact, &out.Contact}} {
		if f.sealed == nil {
			continue
		}
		plain, err := key.Open(staffCell(f.column, row.ID), f.sealed)
		if err != nil {
			return Staff{}, err
		}
		*f.to = string(plain)
	}
	return out, nil
}

// listMost is how many rows a list returns at most.
const listMost = 100

// ListStaff lists accounts in the order of their references, after one.
func (s *Service) ListStaff(ctx context.Context, c access.Caller, after uid.Ref, limit int) ([]Staff, error) {
	if err := c.May(access.StaffManage); err != nil {
		return nil, err
	}
	var rows []StaffRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = tx.StaffAfter(ctx, after, within(limit))
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]Staff, len(rows))
	for i, r := range rows {
		if out[i], err = s.openStaff(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// StaffHistory returns what a staff member was allowed, the oldest first.
func (s *Service) StaffHistory(ctx context.Context, c access.Caller, ref uid.Ref) ([]StaffVersion, error) {
	if err := c.May(access.StaffManage); err != nil {
		return nil, err
	}
	var out []StaffVersion
	err := s.store.View(ctx, func(tx Tx) error {
		row, err := tx.StaffByRef(ctx, ref)
		if err != nil {
			return err
		}
		out, err = tx.StaffVersions(ctx, row.ID)
		return err
	})
	return out, err
}

func within(limit int) int {
	if limit < 1 || limit > listMost {
		return listMost
	}
	return limit
}

// Tidy removes counters of failed logins and ended sessions that were last
// used more than keep ago; the events of them stay.
func (s *Service) Tidy(ctx context.Context, c access.Caller, keep time.Duration) error {
	if err := c.May(access.JobRun); err != nil {
		return err
	}
	before := s.now().Add(-max(keep, forgetAfter))
	return s.store.Do(ctx, func(tx Tx) error { return tx.Tidy(ctx, before) })
}
