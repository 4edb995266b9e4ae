package household

import (
	"context"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/questionnaire"
	"sijil/seal"
)

// People is what this register asks the population register. Both calls are
// recorded there, for the person to see.
type People interface {
	// Exchange answers each claim yes or no on the whole set, with the sector
	// token on a yes. A repeated key gives the same answers.
	Exchange(ctx context.Context, c access.Caller, key string, claims []Claim) ([]Exchanged, error)
	// Facts returns what an index needs to know of each person, in their order.
	Facts(ctx context.Context, c access.Caller, tokens []seal.Token) ([]Fact, error)
	// Members is Facts with who has custody of each person.
	Members(ctx context.Context, c access.Caller, tokens []seal.Token) ([]Fact, error)
	// Concerned reports whether any of the persons is who asks, or works in the
	// same office: then who asks does not decide about them.
	Concerned(ctx context.Context, c access.Caller, tokens []seal.Token) (bool, error)
	// Own returns the sector token of a person who asks for himself or herself;
	// the zero token when the register does not know the person.
	Own(ctx context.Context, c access.Caller) (seal.Token, error)
}

// Claim names a person in a declarant's words: it is passed on and never
// stored here.
type Claim struct {
	IDCS  idcs.IDCS
	Name  string // as typed, in any script
	Birth civil.Partial
}

// Exchanged is the answer to a claim.
type Exchanged struct {
	Yes   bool
	Token seal.Token // zero unless Yes
}

// Fact is what the population register says of one person.
type Fact struct {
	Birth civil.Partial
	Sex   questionnaire.Sex
	Alive bool

	Custody Custody // with Members only
}

// CustodyState says what the population register knows of who has custody.
type CustodyState string

// The states.
const (
	NoCustody            CustodyState = ""            // nothing is recorded
	CustodyHeld          CustodyState = "held"        // by somebody
	CustodyOfInstitution CustodyState = "institution" // by an institution, perhaps beside somebody
	CustodyDisputed      CustodyState = "disputed"
	CustodyVacant        CustodyState = "vacant" // recorded as held by nobody
)

// Custody is what the population register says of who has custody of a person
// today.
type Custody struct {
	State   CustodyState
	Holders []Custodian
}

// Custodian is somebody the population register has as custodian.
type Custodian struct {
	Token seal.Token // zero for somebody whom this register does not know
	ByAct bool       // an act founds it, such as a court's decision
}

// isOneself reports whether a token is that of the person who asks. Number, name
// and date of birth are known to a whole family: an account acts for nobody
// else. Staff act for whoever stands at the counter.
func (s *Service) isOneself(ctx context.Context, c access.Caller, t seal.Token) (bool, error) {
	if c.Kind != access.Person {
		return true, nil
	}
	own, err := s.people.Own(ctx, c)
	return !own.IsZero() && own == t, err
}

// mine refuses a person a household he or she has no line in, and whose draft
// is another's, as if there were none.
func (s *Service) mine(ctx context.Context, c access.Caller, b *base) error {
	if c.Kind != access.Person || b.draft != nil && b.draft.Actor == c.Actor {
		return nil
	}
	own, err := s.people.Own(ctx, c)
	if err != nil {
		return err
	}
	if !own.IsZero() {
		blinds, err := s.blinds(ctx, own)
		if err != nil {
			return err
		}
		if l, ok := lineBefore(b.lines, blinds); ok && l.Standing.holds() {
			return nil
		}
	}
	return noHousehold()
}

// atDoor is the caller as the population register is to see him: this
// register asks, in the name of whoever works here. The household's code never
// goes along, not even as a case: the population store keeps cases beside
// persons, and whoever stole both stores would join them by it.
func atDoor(c access.Caller) access.Caller {
	c.Roles, c.Areas = []access.Role{access.SocialRegister}, []string{access.AnyArea}
	if _, err := ParseCode(c.Case); err == nil || c.Case == "" {
		c.Case = "declaration"
	}
	return c
}
