package household

import (
	"context"
	"fmt"
	"slices"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/seal"
)

// base is a household as an act finds it: the open draft and the computed
// version, each with what it keeps sealed.
type base struct {
	row      Row
	version  *VersionRow // computed; nil before the first
	record   *record
	lines    []MemberRow
	draft    *VersionRow // nil without one
	drafted  *record
	draftKey seal.Key
}

// load reads a household by its code. sealed says whether what it keeps sealed
// is opened too.
func (s *Service) load(ctx context.Context, code Code, sealed bool) (*base, error) {
	b := new(base)
	err := s.store.View(ctx, func(tx Tx) error {
		var err error
		if b.row, err = tx.HouseholdByCode(ctx, code); err != nil {
			return err
		}
		return b.read(ctx, tx)
	})
	if err != nil || !sealed {
		return b, err
	}
	return b, s.unseal(ctx, b)
}

func (b *base) read(ctx context.Context, tx Tx) error {
	if n := b.row.Version; n > 0 {
		v, err := tx.Version(ctx, b.row.ID, n)
		if err != nil {
			return err
		}
		b.version = &v
		if b.lines, err = tx.Members(ctx, b.row.ID, n); err != nil {
			return err
		}
	}
	if n := b.row.Draft; n > 0 {
		v, err := tx.Version(ctx, b.row.ID, n)
		if err != nil {
			return err
		}
		b.draft = &v
	}
	return nil
}

func (s *Service) unseal(ctx context.Context, b *base) error {
	var err error
	if b.version != nil {
		if b.record, _, err = s.open(ctx, b.version); err != nil {
			return err
		}
	}
	if b.draft != nil {
		b.drafted, b.draftKey, err = s.open(ctx, b.draft)
	}
	return err
}

// line finds a person by the line of the open draft, or of the computed
// version.
func (b *base) line(n int) (*recordLine, bool) {
	r := b.drafted
	if r == nil {
		r = b.record
	}
	if r == nil || n < 1 || n > len(r.Members) {
		return nil, false
	}
	return &r.Members[n-1], true
}

// resolve turns a declaration into a record: every claim goes to the
// population register, in one call, and comes back as a token or a no.
func (s *Service) resolve(ctx context.Context, c access.Caller, key string, d *Declaration, b *base) (*record, error) {
	r := d.record()
	var claims []Claim
	var at []int // line of each claim; -1 for the representative
	for i := range d.Members {
		m := &d.Members[i]
		l := &r.Members[i]
		switch {
		case m.Claim != nil:
			claims, at = append(claims, *m.Claim), append(at, i)
		case m.Awaiting == nil:
			known, ok := b.line(m.Line)
			if !ok {
				return nil, invalid("line", member(i, "line"), "there is no such line", "name the person")
			}
			l.Token, l.Receipt, l.Birth, l.Sex = known.Token, known.Receipt, known.Birth, known.Sex
		}
	}
	if d.Representative != nil {
		claims, at = append(claims, *d.Representative), append(at, -1)
	}
	if err := s.exchange(ctx, c, key, claims, at, r); err != nil {
		return nil, err
	}
	return r, r.distinct()
}

// record is a declaration without those who are named in it.
func (d *Declaration) record() *record {
	r := &record{Note: d.Note, Answers: d.Answers, Members: make([]recordLine, len(d.Members)), Declarant: lineOf(d.Members, d.Declarant)}
	for i := range d.Members {
		m := &d.Members[i]
		r.Members[i] = recordLine{Ref: m.Ref, Answers: m.Answers, Custodian: lineOf(d.Members, m.Custodian)}
		if m.Awaiting != nil {
			r.Members[i].Receipt, r.Members[i].Birth, r.Members[i].Sex = m.Awaiting.Receipt, m.Awaiting.Birth, m.Awaiting.Sex
		}
	}
	return r
}

func (s *Service) exchange(ctx context.Context, c access.Caller, key string, claims []Claim, at []int, r *record) error {
	if len(claims) == 0 {
		return nil
	}
	answers, err := s.people.Exchange(ctx, atDoor(c), key, claims)
	if err != nil {
		return err
	}
	if len(answers) != len(claims) {
		return &errs.Error{Code: "household.exchange", What: fmt.Sprintf("%d answers to %d claims", len(answers), len(claims))}
	}
	var bad errs.List
	for i, a := range answers {
		field := "representative"
		if at[i] >= 0 {
			field = member(at[i], "claim")
		}
		switch {
		case !a.Yes || a.Token.IsZero():
			bad.Add(invalid("member_unknown", field, "number, name and date of birth are not together those of a registered person",
				"check all three against the person's receipt, or list the member as awaiting a number; a person registered since is asked for under a new idempotency key"))
		case at[i] < 0:
			r.Representative = a.Token.Text()
		default:
			r.Members[at[i]].Token = a.Token.Text()
		}
	}
	return bad.Err()
}

func lineOf(all []Member, ref string) int {
	return 1 + slices.IndexFunc(all, func(m Member) bool { return ref != "" && m.Ref == ref })
}

// distinct finds a person who stands in two lines.
func (r *record) distinct() error {
	for i := range r.Members {
		if t := r.Members[i].Token; t != "" && slices.ContainsFunc(r.Members[:i], func(o recordLine) bool { return o.Token == t }) {
			return invalid("member_twice", member(i, ""), "a person stands twice in the declaration", "list each member once")
		}
	}
	return nil
}

// facts asks the population register about tokens, in one call.
func (s *Service) facts(ctx context.Context, c access.Caller, tokens []seal.Token) ([]Fact, error) {
	return ask(ctx, c, tokens, s.people.Facts)
}

// members is facts with who has custody of each.
func (s *Service) members(ctx context.Context, c access.Caller, tokens []seal.Token) ([]Fact, error) {
	return ask(ctx, c, tokens, s.people.Members)
}

func ask(ctx context.Context, c access.Caller, tokens []seal.Token, door func(context.Context, access.Caller, []seal.Token) ([]Fact, error)) ([]Fact, error) {
	if len(tokens) == 0 {
		return nil, nil
	}
	facts, err := door(ctx, atDoor(c), tokens)
	if err != nil {
		return nil, err
	}
	if len(facts) != len(tokens) {
		return nil, &errs.Error{Code: "household.facts", What: fmt.Sprintf("%d facts about %d persons", len(facts), len(tokens))}
	}
	return facts, nil
}

// stale is the error of an act on a household that has changed since.
func (b *base) stale(revision int64) error {
	if b.row.Revision == revision {
		return nil
	}
	return errStale
}

var errStale = conflict("stale", "revision", "the household has changed since it was looked at", "look at it again, and repeat what still holds")
