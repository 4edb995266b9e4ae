package population

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/uid"
)

// EnrolmentState is how far an enrolment has come.
type EnrolmentState string

// The states. Captured lasts as long as its transaction.
const (
	Captured           EnrolmentState = "captured"
	AwaitingAcceptance EnrolmentState = "awaiting_acceptance" // of witnesses, by a second officer
	Checking           EnrolmentState = "checking"            // whether the person is enrolled already
	Numbered           EnrolmentState = "numbered"
	InJudgement        EnrolmentState = "in_judgement" // two persons decide whether two records are one
	Refused            EnrolmentState = "refused"
)

// Enrolment is what an officer captures at the counter.
type Enrolment struct {
	Category   Category   `json:"category"`
	Names      []Name     `json:"names"`
	Sex        Sex        `json:"sex"`
	Birth      Birth      `json:"birth"`
	Locality   string     `json:"locality"` // code
	Address    string     `json:"address,omitempty"`
	Contacts   []Contact  `json:"contacts,omitempty"` // each needs its consent
	Documents  []Document `json:"documents,omitempty"`
	Witnesses  []Witness  `json:"witnesses,omitempty"`
	Introducer *Relation  `json:"introducer,omitempty"` // of a child; its Kind may stay empty
	Relations  []Relation `json:"relations,omitempty"`  // the others, as far as known
	Notice     Notice     `json:"notice"`
	Consents   []string   `json:"consents,omitempty"` // codes of the country's data; none costs nothing
}

// Enrolled is what became of an enrolment.
type Enrolled struct {
	State     EnrolmentState
	Receipt   uid.Ref   // zero when refused at the counter: no record is kept
	IDCS      idcs.IDCS // zero unless numbered
	Assurance Assurance
	Refusal   *Refusal // of a refusal
}

// Refusal says why an enrolment was refused, and who helps.
type Refusal struct {
	Code   string    // of the country's data
	Reason lang.Text // one sentence
	Help   lang.Text // addresses
}

// Enrol captures an enrolment. With documents, or a child with its introducer,
// it is checked against everybody at once: the person is numbered, people judge
// whether it is somebody who is enrolled already, or it is refused because it
// is; with witnesses the enrolment awaits Accept, and is checked then.
// A foreigner who shows none of the documents the country asks for gets a
// reasoned refusal, and no record is kept beyond a count.
//
// key is an idempotency key: a repeated act makes no second record, finishes a
// check that was cut off, and returns what became of the enrolment by now.
//
// Errors: an errs.List of what is wrong with the fields; Conflict with code
// population.document_taken when a document belongs to another live person,
// population.witness when a witness does not stand up (Field says which).
func (s *Service) Enrol(ctx context.Context, c access.Caller, key string, e Enrolment) (Enrolled, error) {
	if err := c.MayIn(access.PersonEnrol, e.Locality); err != nil {
		return Enrolled{}, err
	}
	return s.enrol(ctx, c, key, e)
}

func (s *Service) enrol(ctx context.Context, c access.Caller, key string, e Enrolment) (Enrolled, error) {
	d, err := s.check(e)
	if err != nil {
		return Enrolled{}, err
	}
	if d.refused != nil {
		return s.refuse(ctx, d)
	}
	req, err := s.request(ctx, c, access.PersonEnrol, key, e, namedNumbers(e)...)
	if err != nil {
		return Enrolled{}, err
	}
	l, err := s.link(ctx, c, d)
	if err != nil {
		return Enrolled{}, err
	}
	p := &captured{}
	ready := func(round int) (err error) {
		if l.err == nil && round == 0 {
			p, err = s.prepare(ctx, c, d, l)
		}
		return err
	}
	response, err := s.once(ctx, req, ready, func(tx Tx) ([]byte, error) {
		if l.err != nil {
			return nil, l.err
		}
		if err := tx.Apply(ctx, &p.ch); err != nil {
			return nil, err
		}
		return p.out.encode()
	})
	if err != nil {
		return Enrolled{}, s.afterRefusedEnrolment(ctx, c, d, l, err)
	}
	out, err := s.decodeEnrolled(response)
	if err != nil || out.State != Checking {
		return out, err
	}
	done, err := s.conclude(ctx, c, access.PersonEnrol, out.Receipt, p.keysOf(out.Receipt))
	if err != nil {
		return Enrolled{}, err
	}
	return done.enrolled(s.rules), nil
}

// refuse refuses at the counter: a count by place and month, and nothing else,
// not even the idempotency key. Sent again, it is counted again.
func (s *Service) refuse(ctx context.Context, d *draft) (Enrolled, error) {
	tally := TallyRow{Place: d.Locality, Name: "refused." + d.refused.Code, Month: month(s.today()), Count: 1}
	err := s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, &Changes{Tallies: []TallyRow{tally}}) })
	if err != nil {
		return Enrolled{}, err
	}
	return d.refused.answer(), nil
}

// afterRefusedEnrolment records the comparisons that an enrolment made before
// it was found wrong: the transaction of the act itself is undone.
func (s *Service) afterRefusedEnrolment(ctx context.Context, c access.Caller, d *draft, l links, cause error) error {
	e, ok := errors.AsType[*errs.Error](cause)
	if !ok || e.Kind != errs.Conflict || e.Code == "store.key_reused" {
		return cause
	}
	uses := l.uses
	if e.Code == "population.document_taken" {
		taken, err := s.ownersOf(ctx, d.Documents)
		if err != nil {
			return errors.Join(cause, err)
		}
		for _, id := range taken {
			uses = append(uses, c.Used(s.ids.NewID(), id, s.now(), access.PersonEnrol, "document_taken"))
		}
	}
	if err := s.note(ctx, uses); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// ownersOf returns whose the claimed documents are.
func (s *Service) ownersOf(ctx context.Context, list []Document) ([]uid.ID, error) {
	owners := map[uid.ID]bool{}
	for _, d := range list {
		if !s.rules.document[d.Type].Claims {
			continue
		}
		blinds, err := s.documentBlinds(ctx, d)
		if err != nil {
			return nil, err
		}
		err = s.store.View(ctx, func(tx Tx) error {
			found, err := tx.ByDocument(ctx, d.Type, blinds)
			for _, id := range found {
				owners[id] = true
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.Collect(maps.Keys(owners)), nil
}

// namedNumbers are the numbers that an enrolment names, which JSON leaves out.
func namedNumbers(e Enrolment) []string {
	out := []string{}
	for _, w := range e.Witnesses {
		out = append(out, w.IDCS.Digits())
	}
	if e.Introducer != nil {
		out = append(out, "introducer", e.Introducer.Holder.IDCS.Digits())
	}
	for _, r := range e.Relations {
		out = append(out, "relation", r.Holder.IDCS.Digits())
	}
	return out
}

// enrolledKept is an answer as its idempotency key keeps it, sealed.
type enrolledKept struct {
	State     EnrolmentState `json:"state"`
	Receipt   uid.Ref        `json:"receipt"`
	Number    string         `json:"number,omitempty"`
	Assurance Assurance      `json:"assurance"`
}

func (e Enrolled) encode() ([]byte, error) {
	return json.Marshal(enrolledKept{State: e.State, Receipt: e.Receipt, Number: e.IDCS.Digits(), Assurance: e.Assurance})
}

func (s *Service) decodeEnrolled(text []byte) (Enrolled, error) {
	var k enrolledKept
	if err := json.Unmarshal(text, &k); err != nil {
		return Enrolled{}, &errs.Error{Code: "population.response", What: "a kept answer cannot be read"}
	}
	out := Enrolled{State: k.State, Receipt: k.Receipt, Assurance: k.Assurance}
	if k.Number == "" {
		return out, nil
	}
	n, err := s.scheme.Parse(k.Number)
	out.IDCS = n
	return out, err
}
