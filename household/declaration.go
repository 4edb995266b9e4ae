package household

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/questionnaire"
)

// Declaration is what somebody hands in about a household: all of it, or as
// much as there is yet for a draft.
type Declaration struct {
	Household Code       // "" for a household that is not registered yet
	Revision  int64      // of the household, as last seen; 0 for one that is not registered yet
	AsOf      civil.Date // the day facts are taken at; zero for today
	Locality  string
	Variant   string // of the questionnaire; "" for its default

	Declarant      string // Ref of the member who declares; "" when somebody who is not a member does
	Representative *Claim // who declares for a household without a capable adult, when that is a person and not an office
	HeadReason     string // why another member is head than before; a code of the rules
	Note           string // free text, kept sealed

	Members []Member
	Answers []byte // the household's answers: a JSON object as docs/questionnaire.md has it
}

// Member is a line of a declaration. Exactly one of Claim, Line and Awaiting
// says who it is.
type Member struct {
	Ref       string        // "1", "2", …; "" takes the place in the list
	Claim     *Claim        // a person named by number, name and date of birth
	Line      int           // a person known already: the line of the open draft, or of the computed version
	Awaiting  *Unregistered // a person who awaits a number
	Custodian string        // Ref of the adult with whom a child lives; "" for the declarant
	Answers   []byte        // JSON object
}

// Unregistered is a member who has no number yet. Nobody is named.
type Unregistered struct {
	Receipt uid.Ref // of the enrolment; "" when there is none yet
	Birth   civil.Partial
	Sex     questionnaire.Sex
}

// How much a declaration may hold. A full one of the reference questionnaire
// has about 300 bytes a member.
const (
	maxAnswers = 16 << 10 // bytes of one member's or the household's answers
	maxBody    = 256 << 10
	maxNote    = 1000 // bytes
	maxName    = 400  // bytes, as typed
	maxKey     = 200  // bytes of an idempotency key
)

func invalid(code, field, what, fix string) *errs.Error {
	return &errs.Error{Kind: errs.Invalid, Code: "household." + code, Field: field, What: what, Fix: fix}
}

func conflict(code, field, what, fix string) *errs.Error {
	return &errs.Error{Kind: errs.Conflict, Code: "household." + code, Field: field, What: what, Fix: fix}
}

func member(i int, name string) string {
	if name == "" {
		return fmt.Sprintf("members[%d]", i)
	}
	return fmt.Sprintf("members[%d].%s", i, name)
}

// check looks at everything that needs no register, and settles what was left
// out: the day and the references of the lines. It discloses nothing to
// nobody, so it comes first.
func (s *Service) check(c access.Caller, op access.Operation, key string, d *Declaration) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if d.AsOf.IsZero() {
		d.AsOf = clock.Today(s.clock, s.zone)
	}
	if err := s.checkDay(d.AsOf); err != nil {
		return err
	}
	if err := refuseNumber("locality", d.Locality); err != nil {
		return err
	}
	if _, err := s.engine.geography.Locality(d.Locality, d.AsOf); err != nil {
		return err
	}
	if err := may(c, op, d.Locality); err != nil {
		return err
	}
	var bad errs.List
	bad.Add(refuseNumber("note", d.Note))
	bad.Add(refuseCase(c.Case))
	if len(d.Note) > maxNote {
		bad.Add(invalid("too_large", "note", "the text is too long", fmt.Sprintf("use at most %d bytes", maxNote)))
	}
	if _, ok := s.engine.q.Variant(d.Variant); !ok {
		bad.Add(errs.Bad("variant", "the questionnaire has no such variant", "use the code of one of its variants"))
	}
	if d.Representative != nil {
		bad.Add(checkClaim("representative", d.Representative))
	}
	size := len(d.Answers)
	bad.Add(checkAnswers("answers", &d.Answers))
	if limit := s.engine.q.Composition.MaxMembers; len(d.Members) > limit {
		bad.Add(invalid("too_many", "members", "more members than a household may have", fmt.Sprintf("declare at most %d; another household declares for itself", limit)))
		return bad.Err()
	}
	for i := range d.Members {
		size += len(d.Members[i].Answers)
		checkMember(&bad, i, d.Members)
	}
	if size > maxBody {
		bad.Add(invalid("too_large", "", "the declaration is too large", fmt.Sprintf("use at most %d bytes of answers", maxBody)))
	}
	bad.Add(refers(d.Members, "declarant", d.Declarant))
	return bad.Err()
}

// may is MayIn for those who work for an area. A person acts for his or her own
// household wherever that is.
func may(c access.Caller, op access.Operation, place string) error {
	if c.Kind == access.Person {
		return c.May(op)
	}
	return c.MayIn(op, place)
}

func checkKey(key string) error {
	if key == "" || len(key) > maxKey {
		return invalid("key", "idempotency_key", fmt.Sprintf("an idempotency key has 1 to %d characters", maxKey), "send a random one")
	}
	return nil
}

func (s *Service) checkDay(day civil.Date) error {
	today := clock.Today(s.clock, s.zone)
	if day.After(today) || day.Before(today.AddDays(-s.engine.rules.AsOf.DaysBack)) {
		return invalid("as_of", "as_of", "the day lies ahead, or too far back", fmt.Sprintf("use today or one of the %d days before", s.engine.rules.AsOf.DaysBack))
	}
	return nil
}

func checkMember(bad *errs.List, i int, all []Member) {
	m := &all[i]
	if m.Ref == "" {
		m.Ref = strconv.Itoa(i + 1)
	}
	bad.Add(refuseNumber(member(i, "ref"), m.Ref))
	ways := 0
	if m.Claim != nil {
		ways++
		bad.Add(checkClaim(member(i, "claim"), m.Claim))
		for _, o := range all[:i] {
			if o.Claim != nil && o.Claim.IDCS == m.Claim.IDCS {
				bad.Add(invalid("member_twice", member(i, "claim"), "a person stands twice in the declaration", "list each member once"))
				break
			}
		}
	}
	if m.Line != 0 {
		ways++
	}
	if m.Awaiting != nil {
		ways++
		if m.Awaiting.Receipt != "" {
			if _, err := uid.ParseRef(string(m.Awaiting.Receipt)); err != nil {
				bad.Add(invalid("receipt", member(i, "awaiting.receipt"), "this is not a receipt", "copy all of it, or leave it out"))
			}
		}
	}
	if ways != 1 {
		bad.Add(invalid("member", member(i, ""), "it must be said in one way who this is", "name the person, or state the line, or that a number is awaited"))
	}
	bad.Add(checkAnswers(member(i, "answers"), &m.Answers))
	bad.Add(refers(all, member(i, "custodian"), m.Custodian))
}

func checkClaim(field string, c *Claim) error {
	if c.IDCS.IsZero() || c.Name == "" || c.Birth.Year == 0 {
		return invalid("claim", field, "number, name and date of birth are needed", "state all three as on the person's receipt")
	}
	if len(c.Name) > maxName {
		return invalid("too_large", field, "the name is too long", fmt.Sprintf("use at most %d bytes", maxName))
	}
	return nil
}

// checkAnswers holds answers to one JSON object of bounded size, in which no
// number of a person hides. What the answers mean is checked later.
func checkAnswers(field string, answers *[]byte) error {
	a := bytes.TrimSpace(*answers)
	if len(a) == 0 {
		a = []byte("{}")
	}
	*answers = a
	switch {
	case len(a) > maxAnswers:
		return invalid("too_large", field, "the answers are too large", fmt.Sprintf("use at most %d bytes", maxAnswers))
	case !json.Valid(a) || a[0] != '{':
		return invalid("answers", field, "not a JSON object", "write the answers by the codes of their items")
	case bytes.IndexByte(a, '\\') >= 0:
		return invalid("answers", field, "an escaped character", "codes and amounts need none")
	}
	return refuseNumber(field, string(a))
}

func refers(all []Member, field, ref string) error {
	if ref == "" {
		return nil
	}
	for i := range all {
		if all[i].Ref == ref || all[i].Ref == "" && strconv.Itoa(i+1) == ref {
			return nil
		}
	}
	return invalid("reference", field, "no line has this reference", "use the reference of a member's line")
}
