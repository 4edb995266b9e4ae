package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/internal/system"
)

// Account is somebody who can sign in to a demo.
type Account struct {
	Login string
	Role  access.Role

	office string
}

// Accounts are the people of a demo: one for each role, and as many as an act
// of several persons needs.
var Accounts = []Account{
	{"admin", access.Administrator, "demo-agency"},
	{"officer", access.RegistrationOfficer, "demo-counter"},
	{"authority", access.LocalAuthority, "demo-annexe"},
	{"authority2", access.LocalAuthority, "demo-annexe-2"},
	{"adjudicator", access.Adjudicator, "demo-agency"},
	{"adjudicator2", access.Adjudicator, "demo-agency"},
	{"programme", access.ProgrammeManager, "demo-programme"},
	{"planner", access.Planner, "demo-planning"},
	{"statistician", access.Statistician, "demo-statistics"},
	{"auditor", access.Auditor, "demo-audit"},
	{"operator", access.Operator, "demo-agency"},
}

// administrator is who makes the other accounts.
const administrator = "admin"

// makeAccounts makes the accounts that are not there yet.
func makeAccounts(ctx context.Context, s *system.System, password string) error {
	first := agency.NewStaff{Name: "Demo administrator", Login: administrator, Password: password, Areas: []string{access.AnyArea}, Office: Accounts[0].office}
	there, err := s.Agency.HasAdministrator(ctx)
	if err == nil && !there {
		_, err = s.Agency.FirstAdministrator(ctx, access.SystemCaller("administration", "demo"), first, "")
	}
	if err != nil {
		return err
	}
	admin, err := signIn(ctx, s, administrator, password)
	if err != nil {
		return err
	}
	for _, a := range Accounts {
		if a.Login == administrator {
			continue
		}
		_, err := s.Agency.CreateStaff(ctx, admin.caller, "demo-account-"+a.Login, agency.NewStaff{
			Name: "Demo " + a.Login, Login: a.Login, Password: password, Roles: []access.Role{a.Role}, Areas: []string{access.AnyArea}, Office: a.office,
		})
		if err != nil {
			return errors.Join(fmt.Errorf("account %s: %w", a.Login, err), admin.out(ctx))
		}
	}
	return admin.out(ctx)
}

// session is an account at work.
type session struct {
	agency *agency.Service
	secret agency.Secret
	caller access.Caller
}

func signIn(ctx context.Context, s *system.System, login, password string) (*session, error) {
	in, err := s.Agency.Login(ctx, agency.Login{Login: login, Password: password})
	if err != nil {
		return nil, err
	}
	out := &session{agency: s.Agency, secret: in.Secret}
	out.caller, err = s.Agency.Authenticate(ctx, agency.Credential{Session: in.Secret.Text()})
	return out, err
}

func (s *session) out(ctx context.Context) error {
	return s.agency.Logout(context.WithoutCancel(ctx), s.secret.Text())
}

// office are the people who do the acts of the sample, with the purpose of
// each kind of act.
type office struct {
	enrols, declares, corrects, consents access.Caller // the officer at the counter
	accepts, verifies                    access.Caller // the local authority
	judges                               [2]access.Caller
}

// openOffice lets them sign in once, and takes each with the purposes that the
// country's register has for their acts.
func openOffice(ctx context.Context, s *system.System, password string) (*office, error) {
	purposes, err := s.Agency.Purposes(ctx)
	if err != nil {
		return nil, err
	}
	o := &office{}
	at := map[string]*session{}
	for _, want := range []struct {
		login   string
		role    access.Role
		purpose string
		into    *access.Caller
	}{
		{"officer", access.RegistrationOfficer, "enrolment", &o.enrols},
		{"officer", access.RegistrationOfficer, "declaration", &o.declares},
		{"officer", access.RegistrationOfficer, "correction", &o.corrects},
		{"officer", access.RegistrationOfficer, "consent", &o.consents},
		{"authority", access.LocalAuthority, "enrolment", &o.accepts},
		{"authority2", access.LocalAuthority, "local_verification", &o.verifies},
		{"adjudicator", access.Adjudicator, "adjudication", &o.judges[0]},
		{"adjudicator2", access.Adjudicator, "adjudication", &o.judges[1]},
	} {
		if at[want.login] == nil {
			if at[want.login], err = signIn(ctx, s, want.login, password); err != nil {
				return nil, err
			}
		}
		code := ""
		for _, p := range purposes {
			if slices.Contains(p.Roles, want.role) && (code == "" || p.Code == want.purpose) {
				code = p.Code
			}
		}
		*want.into, err = s.Agency.Authenticate(ctx, agency.Credential{Session: at[want.login].secret.Text(), Purpose: code})
		if err != nil {
			return nil, err
		}
	}
	for _, session := range at {
		err = errors.Join(err, session.out(ctx))
	}
	return o, err
}

// refused reports whether an error is a register's "no", which leaves the
// sample a little poorer, and no fault.
func refused(err error) bool {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict, errs.NotFound:
		return true
	default:
		return false
	}
}
