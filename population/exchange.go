package population

import (
	"context"
	"encoding/json"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// MaxClaims is how many persons one Exchange may ask about.
const MaxClaims = 100

// Claim is what somebody says of a person.
type Claim struct {
	IDCS  idcs.IDCS
	Name  string        // as typed: any script, given and family name in any order
	Birth civil.Partial // at least as precise as the register has it
}

// Exchanged is the answer to a claim. It does not say which part was wrong.
type Exchanged struct {
	Yes   bool
	Token seal.Token // zero unless Yes
}

// Exchange answers for each claim whether number, name and birth date are
// those of one living, active person, and gives the recipient's token of that
// person. Claims of a household are one act; a claim that is not true does not
// hold up the others.
//
// Claims that fail are limited, by the country's ExchangeRule. Over a limit
// none is judged: kind Limited, code population.limited, Field says which claim
// or that it is the caller, RetryAfter how long. It says nothing of the number.
func (s *Service) Exchange(ctx context.Context, c access.Caller, recipient, key string, claims []Claim) ([]Exchanged, error) {
	if err := c.May(access.DoorExchange); err != nil {
		return nil, err
	}
	return s.exchange(ctx, c, recipient, key, claims)
}

func (s *Service) exchange(ctx context.Context, c access.Caller, recipient, key string, claims []Claim) ([]Exchanged, error) {
	if err := recipientOf(c, recipient); err != nil {
		return nil, err
	}
	if err := s.checkClaims(claims); err != nil {
		return nil, err
	}
	body := make([]string, 0, 3*len(claims))
	for _, cl := range claims {
		body = append(body, cl.IDCS.Digits(), cl.Name, cl.Birth.String())
	}
	req, err := s.request(ctx, c, access.DoorExchange, key, recipient, body...)
	if err != nil {
		return nil, err
	}
	var ch *Changes
	var answers []string
	var over error
	response, err := s.once(ctx, req,
		func(int) (err error) {
			ch, answers, err = s.judge(ctx, c, recipient, claims)
			if over = nil; errs.KindOf(err) == errs.Limited { // a repeated act gets its first answer all the same
				over, err = err, nil
			}
			return err
		},
		func(tx Tx) ([]byte, error) {
			if over != nil {
				return nil, over
			}
			if err := tx.Apply(ctx, ch); err != nil {
				return nil, err
			}
			return json.Marshal(answers)
		})
	if err != nil {
		return nil, err
	}
	return exchanged(response)
}

func exchanged(response []byte) ([]Exchanged, error) {
	var answers []string
	if err := json.Unmarshal(response, &answers); err != nil {
		return nil, &errs.Error{Code: "population.response", What: "a kept answer cannot be read"}
	}
	out := make([]Exchanged, len(answers))
	for i, text := range answers {
		if text == "" {
			continue
		}
		t, err := seal.ParseToken(text)
		if err != nil {
			return nil, err
		}
		out[i] = Exchanged{Yes: true, Token: t}
	}
	return out, nil
}

func (s *Service) checkClaims(claims []Claim) error {
	k := &checker{rules: s.rules, today: s.today()}
	if len(claims) == 0 || len(claims) > MaxClaims {
		k.bad("claims", "claims", "no claims, or too many at once", "send 1 to 100")
		return k.errors.Err()
	}
	seen := map[idcs.IDCS]bool{}
	for i, cl := range claims {
		at := index("claims", i)
		switch {
		case cl.IDCS.IsZero():
			k.bad("claim", at+".idcs", "no number is stated", "a claim has number, name and birth date")
		case seen[cl.IDCS]:
			k.bad("claim_twice", at+".idcs", "the number stands twice", "claim each person once")
		}
		seen[cl.IDCS] = true
		if k.text(at+".name", cl.Name, 4*maxNamePart) == "" {
			k.bad("claim", at+".name", "no name is stated", "a claim has number, name and birth date")
		}
		if p, err := civil.ParsePartial(cl.Birth.String()); err != nil || p != cl.Birth {
			k.bad("claim", at+".birth", "not a date of birth", "write YYYY, YYYY-MM or YYYY-MM-DD, as far as it is known")
		}
	}
	return k.errors.Err()
}

// judge compares claims with the register, and makes the rows and the tokens
// of the answers. It does the same work whether a claim is true, false or about
// a number that nobody has: that one is compared with a decoy.
func (s *Service) judge(ctx context.Context, c access.Caller, recipient string, claims []Claim) (*Changes, []string, error) {
	numbers := make([]idcs.IDCS, len(claims))
	for i, cl := range claims {
		numbers[i] = cl.IDCS
	}
	before, err := s.asked(ctx, c, numbers)
	if err != nil {
		return nil, nil, err
	}
	people, merged, err := s.byAnyNumber(ctx, numbers, recipient)
	if err != nil {
		return nil, nil, err
	}
	rows := make([]PersonRow, 0, len(people))
	at, was := map[idcs.IDCS]int{}, map[idcs.IDCS]int{}
	for _, n := range numbers {
		if row, ok := people[n]; ok {
			at[n] = len(rows)
			rows = append(rows, row)
		}
		if row, ok := merged[n]; ok {
			was[n] = len(rows)
			rows = append(rows, row)
		}
	}
	records, err := s.inside(ctx, rows...)
	if err != nil {
		return nil, nil, err
	}
	ch, answers, judged, issued := &Changes{}, make([]string, len(claims)), make([]bool, len(claims)), map[uid.ID]seal.Token{}
	for i, cl := range claims {
		who := opened{row: PersonRow{ID: s.ids.NewID()}, record: s.decoy.record}
		if j, ok := at[cl.IDCS]; ok && records[j].record != nil {
			who = records[j]
		}
		judged[i] = s.matches(who.record, cl) && who.row.State == Active
		if j, ok := was[cl.IDCS]; ok && records[j].record != nil { // what is on the papers of the number's own time
			judged[i] = judged[i] || s.matches(records[j].record, cl) && who.row.State == Active
		}
		if err := s.answer(ctx, c, recipient, ch, who, judged[i], issued, &answers[i]); err != nil {
			return nil, nil, err
		}
	}
	return ch, answers, s.count(ctx, c, ch, before, numbers, judged)
}

// answer adds what one claim leaves behind: a disclosure of the token, or the
// use of a comparison. The use of a number that nobody has names nobody.
func (s *Service) answer(ctx context.Context, c access.Caller, recipient string, ch *Changes, who opened, yes bool, issued map[uid.ID]seal.Token, text *string) error {
	if !yes {
		ch.Uses = append(ch.Uses, c.Used(s.ids.NewID(), who.row.ID, s.now(), access.DoorExchange, "no"))
		return nil
	}
	ch.Disclosures = append(ch.Disclosures, c.Disclose(s.ids.NewID(), who.row.ID, s.now(), access.DoorExchange, "token"))
	var t seal.Token
	var err error
	switch {
	case who.row.Token != nil:
		t, err = openToken(who.key, who.row, recipient)
	case issued[who.row.ID] != seal.Token{}: // named by two numbers, of which one was merged into the other
		t = issued[who.row.ID]
	default:
		t, err = s.issue(ctx, ch, who.key, who.row.ID, recipient)
		issued[who.row.ID] = t
	}
	*text = t.Text()
	return err
}
