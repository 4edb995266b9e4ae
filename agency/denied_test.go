package agency_test

import (
	"reflect"
	"slices"
	"testing"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
)

// TestEveryMethodAsksTheTable calls every method of the service that takes a
// caller as nobody and as every role: who may not gets Denied, before anything
// else is looked at.
func TestEveryMethodAsksTheTable(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		type call struct {
			op  access.Operation
			run func(c access.Caller) error
		}
		ctx := t.Context()
		ref := b.Service
		calls := map[string]call{
			"FirstAdministrator": {access.StaffFirst, func(c access.Caller) error {
				_, err := ref.FirstAdministrator(ctx, c, agency.NewStaff{}, "")
				return err
			}},
			"CreateStaff":      {access.StaffManage, func(c access.Caller) error { _, err := ref.CreateStaff(ctx, c, "k", officer()); return err }},
			"ChangeStaff":      {access.StaffManage, func(c access.Caller) error { _, err := ref.ChangeStaff(ctx, c, "", agency.StaffChange{}); return err }},
			"EndStaff":         {access.StaffManage, func(c access.Caller) error { _, err := ref.EndStaff(ctx, c, "", 1); return err }},
			"ListStaff":        {access.StaffManage, func(c access.Caller) error { _, err := ref.ListStaff(ctx, c, "", 1); return err }},
			"StaffHistory":     {access.StaffManage, func(c access.Caller) error { _, err := ref.StaffHistory(ctx, c, ""); return err }},
			"LinkPerson":       {access.StaffManage, func(c access.Caller) error { return ref.LinkPerson(ctx, c, "", token(t, 1)) }},
			"ResetPassword":    {access.StaffManage, func(c access.Caller) error { return ref.ResetPassword(ctx, c, "", otherPassword) }},
			"ChangePassword":   {access.AccountOwn, func(c access.Caller) error { return ref.ChangePassword(ctx, c, "", "") }},
			"Me":               {access.AccountOwn, func(c access.Caller) error { _, err := ref.Me(ctx, c); return err }},
			"EndOwnSessions":   {access.AccountOwn, func(c access.Caller) error { return ref.EndOwnSessions(ctx, c) }},
			"CreateClient":     {access.ClientManage, func(c access.Caller) error { _, _, err := ref.CreateClient(ctx, c, "k", partner()); return err }},
			"ChangeClient":     {access.ClientManage, func(c access.Caller) error { _, err := ref.ChangeClient(ctx, c, "", 1, nil); return err }},
			"EndClient":        {access.ClientManage, func(c access.Caller) error { _, err := ref.EndClient(ctx, c, "", 1); return err }},
			"ListClients":      {access.ClientManage, func(c access.Caller) error { _, err := ref.ListClients(ctx, c, "", 1); return err }},
			"IssueSecret":      {access.ClientManage, func(c access.Caller) error { _, err := ref.IssueSecret(ctx, c, "", 0, 0); return err }},
			"RegisterPurposes": {access.PurposeManage, func(c access.Caller) error { _, err := ref.RegisterPurposes(ctx, c, nil); return err }},
			"KeepLooked":       {access.LookedKeep, func(c access.Caller) error { return ref.KeepLooked(ctx, c, token(t, 1)) }},
			"WhoLooked":        {access.LookedOwn, func(c access.Caller) error { _, _, err := ref.WhoLooked(ctx, c, token(t, 1), "", 1); return err }},
			"AuditLooked":      {access.LogRead, func(c access.Caller) error { _, _, err := ref.AuditLooked(ctx, c, token(t, 1), "", 1); return err }},
			"Tidy":             {access.JobRun, func(c access.Caller) error { return ref.Tidy(ctx, c, 0) }},
		}
		// No method that takes a caller is left out. Colleague answers another
		// register's question and tells nothing to who is not staff.
		typ := reflect.TypeFor[*agency.Service]()
		for m := range typ.Methods() {
			takes := slices.Contains(slices.Collect(m.Type.Ins()), reflect.TypeFor[access.Caller]())
			if _, tested := calls[m.Name]; takes && !tested && m.Name != "Colleague" {
				t.Errorf("%s is not tested", m.Name)
			}
		}
		for name, call := range calls {
			if err := call.run(access.Caller{}); errs.KindOf(err) != errs.Denied {
				t.Errorf("%s by nobody: %v", name, err)
			}
			for _, r := range access.Roles {
				c := as(r)
				b.spy.take()
				err := call.run(c)
				if c.May(call.op) == nil {
					continue
				}
				if errs.KindOf(err) != errs.Denied || len(b.spy.take()) > 0 {
					t.Errorf("%s as %s: %v", name, r, err)
				}
			}
		}
	})
}
