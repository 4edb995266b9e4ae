package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/system"
	"sijil/internal/uid"
)

// adminCmd makes accounts.
type adminCmd struct {
	Create       adminCreateCmd       `cmd:"" help:"Make the first administrator; with --as, an administrator makes any account."`
	CreateClient adminCreateClientCmd `cmd:"" name:"create-client" help:"Make a client of an institution and show its secret, this once."`
	Password     adminPasswordCmd     `cmd:"" help:"Give an account a new password and end its sessions."`
}

// asFlags say in whose name a command works.
type asFlags struct {
	storeFlags

	As             string `help:"Login of the administrator who does it." placeholder:"LOGIN"`
	AsPasswordFile string `name:"as-password-file" help:"File with that administrator's password on its only line. Default: asked on the terminal, or the first line of standard input." placeholder:"FILE" type:"path"`
}

// by logs the administrator in for one act.
func (f *asFlags) by(c *console, s *system.System, p *passwords, act func(access.Caller) error) error {
	if f.As == "" {
		return usageError("--as: name the administrator who does it")
	}
	password, err := p.ask(f.AsPasswordFile, "password of "+f.As, false)
	if err != nil {
		return err
	}
	session, err := s.Agency.Login(c.ctx, agency.Login{Login: f.As, Password: password})
	if err != nil {
		return err
	}
	// A session that cannot be ended ends by itself.
	defer func() { _ = s.Agency.Logout(context.WithoutCancel(c.ctx), session.Secret.Text()) }()
	caller, err := s.Agency.Authenticate(c.ctx, agency.Credential{Session: session.Secret.Text()})
	if err != nil {
		return err
	}
	return act(caller)
}

// adminCreateCmd makes an account of a staff member.
type adminCreateCmd struct {
	asFlags

	Login        string   `required:"" help:"Login: 3 to 64 of a-z, 0-9, dot, hyphen, underscore and @." placeholder:"LOGIN"`
	Name         string   `required:"" help:"Name of the person." placeholder:"NAME"`
	Role         []string `help:"Role; may be repeated. Default: administrator." placeholder:"ROLE" sep:"none"`
	Area         []string `help:"Code of a place the person works for, or *; may be repeated. Default for administrators: *." placeholder:"CODE" sep:"none"`
	Office       string   `help:"Code of the office." placeholder:"CODE"`
	Contact      string   `help:"Telephone or address of work." placeholder:"TEXT"`
	PasswordFile string   `name:"password-file" help:"File with the new account's password on its only line. Default: asked on the terminal, or a line of standard input." placeholder:"FILE" type:"path"`
	Recover      string   `help:"Make an administrator though there is one, because all passwords are lost. The reason, a code such as passwords-lost, is recorded." placeholder:"REASON"`
	JSON         bool     `help:"Print one JSON object."`
}

// Run makes the account. It prints nothing secret.
func (cmd *adminCreateCmd) Run(c *console) (err error) {
	n := agency.NewStaff{Name: cmd.Name, Login: cmd.Login, Contact: cmd.Contact, Areas: cmd.Area, Office: cmd.Office}
	for _, r := range cmd.Role {
		n.Roles = append(n.Roles, access.Role(r))
	}
	if len(n.Roles) == 0 {
		n.Roles = []access.Role{access.Administrator}
	}
	first := len(n.Roles) == 1 && n.Roles[0] == access.Administrator
	if first && len(n.Areas) == 0 {
		n.Areas = []string{access.AnyArea}
	}
	if !first && cmd.As == "" {
		return usageError("--as: accounts other than the first administrator's are made by an administrator")
	}
	if cmd.As != "" && cmd.Recover != "" {
		return usageError("--recover is for when no administrator can log in; leave out --as")
	}
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	p := &passwords{c: c}
	var made agency.Staff
	if cmd.As == "" {
		if n.Password, err = p.ask(cmd.PasswordFile, "new password", true); err != nil {
			return err
		}
		made, err = s.Agency.FirstAdministrator(c.ctx, access.SystemCaller("administration", "command line"), n, cmd.Recover)
	} else {
		err = cmd.by(c, s, p, func(by access.Caller) (err error) {
			if n.Password, err = p.ask(cmd.PasswordFile, "new password", true); err != nil {
				return err
			}
			made, err = s.Agency.CreateStaff(c.ctx, by, string(s.IDs.NewRef()), n)
			return err
		})
	}
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, made)
	}
	roles := make([]string, len(made.Roles))
	for i, r := range made.Roles {
		roles[i] = string(r)
	}
	fmt.Fprintf(c.out, "account %s made: %s, %s\n", made.Ref, made.Login, strings.Join(roles, ", "))
	return nil
}

// adminCreateClientCmd makes a client of an institution.
type adminCreateClientCmd struct {
	asFlags

	Name    string   `required:"" help:"Name of the institution and its program." placeholder:"NAME"`
	Role    []string `help:"Role; may be repeated." default:"partner" placeholder:"ROLE" sep:"none"`
	Purpose []string `required:"" help:"Code of a registered purpose, or CODE=NUMBER with the number of the authorisation; may be repeated." placeholder:"CODE" sep:"none"`
	Area    []string `help:"Code of a place, or *; may be repeated." default:"*" placeholder:"CODE" sep:"none"`
	Contact string   `help:"Whom to call." placeholder:"TEXT"`
	Days    int      `help:"Days that the secret lives, at most 730." default:"365" placeholder:"N"`
	JSON    bool     `help:"Print one JSON object."`
}

type clientReport struct {
	agency.Client

	Secret string `json:"secret"`
}

// Run makes the client and shows its secret.
func (cmd *adminCreateClientCmd) Run(c *console) (err error) {
	if cmd.Days < 1 {
		return usageError("--days: at least one")
	}
	n := agency.NewClient{Name: cmd.Name, Contact: cmd.Contact, Areas: cmd.Area, Lives: time.Duration(cmd.Days) * 24 * time.Hour}
	for _, r := range cmd.Role {
		n.Roles = append(n.Roles, access.Role(r))
	}
	for _, p := range cmd.Purpose {
		code, number, _ := strings.Cut(p, "=")
		n.Purposes = append(n.Purposes, agency.Grant{Purpose: code, Authorisation: number})
	}
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var made agency.Client
	var secret agency.Secret
	err = cmd.by(c, s, &passwords{c: c}, func(by access.Caller) (err error) {
		made, secret, err = s.Agency.CreateClient(c.ctx, by, string(s.IDs.NewRef()), n)
		return err
	})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, clientReport{Client: made, Secret: secret.Text()})
	}
	fmt.Fprintf(c.out, "client %s made: %s\nsecret, shown this once: %s\n", made.Ref, made.Name, secret.Text())
	return nil
}

// adminPasswordCmd resets a password.
type adminPasswordCmd struct {
	asFlags

	Ref          string `arg:"" help:"Reference of the account, as it was printed when it was made."`
	PasswordFile string `name:"password-file" help:"File with the new password on its only line. Default: asked on the terminal, or a line of standard input." placeholder:"FILE" type:"path"`
}

// Run sets the password.
func (cmd *adminPasswordCmd) Run(c *console) (err error) {
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	p := &passwords{c: c}
	return cmd.by(c, s, p, func(by access.Caller) error {
		fresh, err := p.ask(cmd.PasswordFile, "new password", true)
		if err != nil {
			return err
		}
		ref, err := uid.ParseRef(cmd.Ref)
		if err != nil {
			return err
		}
		if err := s.Agency.ResetPassword(c.ctx, by, ref, fresh); err != nil {
			return err
		}
		fmt.Fprintln(c.out, "password set; all sessions of the account have ended")
		return nil
	})
}
