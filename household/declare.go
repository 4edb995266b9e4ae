package household

import (
	"context"
	"errors"
	"strconv"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"

	"sijil/seal"
)

// Declare takes a whole declaration, of a new household or of one registered
// already, and computes it in the same act. All faults of the declaration are
// reported together, each with its field; nothing is then written here. A
// repeated idempotency key returns what the first act returned.
func (s *Service) Declare(ctx context.Context, c access.Caller, key string, d Declaration) (*Filed, error) {
	d.Members = append([]Member(nil), d.Members...)
	if err := s.check(c, access.HouseholdDeclare, key, &d); err != nil {
		return nil, err
	}
	request := d.printed()
	f, err := s.begin(ctx, c, key, &d)
	if err == nil {
		f.op, f.request = opDeclare, request
		var filed *Filed
		if filed, err = s.file(ctx, f); err == nil {
			return filed, nil
		}
	}
	out := new(Filed)
	return out.or(before(ctx, s, c, opDeclare, key, request, out, err))
}

func (f *Filed) or(err error) (*Filed, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

// The operations that idempotency keys belong to.
const (
	opDeclare = "household.declare"
	opSave    = "household.save"
	opSubmit  = "household.submit"
	opDiscard = "household.discard"
	opConfirm = "household.confirm"
	opLeave   = "household.leave"
)

// begin finds the household, resolves the members and takes a data key.
func (s *Service) begin(ctx context.Context, c access.Caller, key string, d *Declaration) (*filing, error) {
	b, err := s.find(ctx, c, d)
	if err != nil {
		return nil, err
	}
	if b.draft != nil {
		return nil, conflict("draft_open", "household", "the household has an open draft", "submit or discard it first")
	}
	if len(d.Members) == 0 {
		return nil, invalid("no_member", "members", "the household has no member", "list every member; one person alone is a household")
	}
	r, err := s.resolve(ctx, c, key, d, b)
	if err != nil {
		return nil, err
	}
	k, err := s.vault.NewKey(ctx)
	if err != nil {
		return nil, err
	}
	return &filing{caller: c, key: key, base: b, record: r, dataKey: k, version: s.newVersion(c, d, b, k)}, nil
}

// find loads the household a declaration is about, and refuses one that has
// changed since it was looked at.
func (s *Service) find(ctx context.Context, c access.Caller, d *Declaration) (*base, error) {
	if d.Household == "" {
		if d.Revision != 0 {
			return nil, invalid("revision", "revision", "a household without a code has no revision", "state the code, or leave the revision out")
		}
		return new(base), nil
	}
	code, err := ParseCode(string(d.Household))
	if err != nil {
		return nil, err
	}
	d.Household = code
	b, err := s.load(ctx, code, true)
	if err == nil {
		err = s.mine(ctx, c, b)
	}
	if err != nil {
		return nil, err
	}
	return b, b.stale(d.Revision)
}

func (s *Service) newVersion(c access.Caller, d *Declaration, b *base, k seal.Key) VersionRow {
	home := b.row.ID
	if home.IsZero() {
		home = s.ids.NewID()
	}
	return VersionRow{
		Household: home, Version: b.row.Versions + 1, Key: k.ID(), Locality: d.Locality, Variant: d.Variant, AsOf: d.AsOf,
		HeadReason: d.HeadReason, Questionnaire: s.engine.q.Hash, Actor: c.Actor, ActorKind: c.Kind.String(), Created: s.now(),
	}
}

// printed is a declaration as it is hashed for its idempotency key, identifiers
// included: it stays in memory.
func (d *Declaration) printed() any {
	type line struct {
		Ref, Line, Custodian, Answers string
		Claim                         []string
		Awaiting                      *Unregistered
	}
	claim := func(c *Claim) []string {
		if c == nil {
			return nil
		}
		return []string{c.IDCS.Digits(), c.Name, c.Birth.String()}
	}
	out := struct {
		Declaration
		Who     []string
		Lines   []line
		Answers string
	}{Declaration: *d, Who: claim(d.Representative), Answers: string(d.Answers)}
	out.Declaration.Members, out.Declaration.Representative, out.Declaration.Answers = nil, nil, nil
	for i := range d.Members {
		m := &d.Members[i]
		out.Lines = append(out.Lines, line{m.Ref, strconv.Itoa(m.Line), m.Custodian, string(m.Answers), claim(m.Claim), m.Awaiting})
	}
	return out
}

// monthsAfter returns the same day some months later, or the last of the month
// when that has no such day.
func monthsAfter(d civil.Date, n int) civil.Date {
	m := int(d.Month) - 1 + n
	out := civil.Date{Year: d.Year + m/12, Month: time.Month(m%12 + 1), Day: d.Day}
	out.Day = min(out.Day, civil.DaysIn(out.Year, out.Month))
	return out
}

// noHousehold is the error for a code that names none.
func noHousehold() error {
	return &errs.Error{Kind: errs.NotFound, Code: "household.not_found", Field: "household", What: "there is no household with this code", Fix: "check the code against the receipt"}
}

func isNoHousehold(err error) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Code == "household.not_found"
}

// noLine is the error when somebody asks about a household he or she has no
// line in: the same whether or not there is such a household.
func noLine() error {
	return &errs.Error{Kind: errs.NotFound, Code: "household.no_line", Field: "who", What: "no household with this code has a line about this person", Fix: "check the code against the receipt"}
}

// NotFound is what a Store returns for a household that is not there.
func NotFound() error { return noHousehold() }
