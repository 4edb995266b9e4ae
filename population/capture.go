package population

import (
	"context"
	"encoding/json"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/seal"
)

// captured is an enrolment made ready to be written: every row, sealed and
// blinded, and the answer. The service and the bulk path both write it.
type captured struct {
	ch     Changes
	key    seal.Key
	person uid.ID
	out    Enrolled
	sought *sought
}

// keysOf returns the record made ready, if the receipt is the one of these
// rows: a repeated act has another.
func (p *captured) keysOf(receipt uid.Ref) *sought {
	if p.out.Receipt != receipt {
		return nil
	}
	return p.sought
}

// prepare makes the rows of an enrolment as it is captured: a record that is
// being checked, or awaits the acceptance of its witnesses, with the keys under
// which it is looked for. It has no number.
func (s *Service) prepare(ctx context.Context, c access.Caller, d *draft, l links) (*captured, error) {
	key, err := s.vault.NewKey(ctx)
	if err != nil {
		return nil, err
	}
	p := &captured{key: key, person: s.ids.NewID()}
	if err := s.capture(ctx, c, d, l, p); err != nil {
		return nil, err
	}
	p.out.State = Checking
	if d.grounds == ByWitnesses {
		p.out.State = AwaitingAcceptance
	}
	p.ch.Enrolments[0].State = p.out.State
	return p, nil
}

// numbered draws a number and puts it into the rows, as a verdict does.
func (s *Service) numbered(ctx context.Context, p *captured) error {
	n, sealed, err := s.number(ctx, &p.ch, p.key, p.person)
	p.out.State, p.out.IDCS = Numbered, n
	p.ch.Persons[0].State, p.ch.Persons[0].Number = Active, sealed
	p.ch.Enrolments[0].State, p.ch.Enrolments[0].DecidedAt = Numbered, s.now()
	return err
}

// capture makes the rows of what the officer captured.
func (s *Service) capture(ctx context.Context, c access.Caller, d *draft, l links, p *captured) error {
	now, ch, id := s.now(), &p.ch, p.person
	p.out.Receipt, p.out.Assurance = s.ids.NewRef(), d.grounds
	r := record{
		Category: d.Category, Names: d.Names, Sex: d.Sex, Birth: d.Birth, Locality: d.Locality, Address: d.Address,
		Contacts: d.Contacts, Documents: d.Documents, Witnesses: l.witnesses,
	}
	if d.Introducer != nil {
		r.Brought = broughtBy(d.Introducer.Holder, l.holders)
	}
	var err error
	if p.sought, err = s.seek(ctx, &r); err != nil {
		return err
	}
	ch.Blocking = p.sought.rows(id)
	sealed, err := r.seal(p.key, id, 1)
	if err != nil {
		return err
	}
	ch.Persons = []PersonRow{{ID: id, Key: p.key.ID(), State: Unnumbered, Revision: 1, Locality: d.Locality, Assurance: d.grounds,
		Receipt: p.out.Receipt, At: now}}
	ch.Records = []RecordRow{{Person: id, Revision: 1, RecordedAt: now, RecordedBy: c.Actor, Cause: "enrolment", Changed: "all", Sealed: sealed}}
	ch.Enrolments = []EnrolmentRow{{
		Receipt: p.out.Receipt, Person: id, State: Checking, Shown: d.grounds, Locality: d.Locality, CapturedBy: c.Actor, CapturedAt: now,
		NoticeVersion: d.Notice.Version, NoticeLanguage: d.Notice.Language, NoticeWay: d.Notice.Way, NoticeHash: d.noticeHash,
	}}
	if err := s.claimDocuments(ctx, ch, "documents", id, d.Documents); err != nil {
		return err
	}
	if ch.Contacts, err = s.contactRows(ctx, id, d.Contacts); err != nil {
		return err
	}
	for _, code := range d.Consents {
		ch.Consents = append(ch.Consents, ConsentRow{Person: id, ID: s.ids.NewID(), Kind: code, GivenAt: now, GivenTo: c.Actor})
	}
	if d.Introducer != nil {
		if err := s.addRelation(c, ch, p.key, id, *d.Introducer, l.holders); err != nil {
			return err
		}
	}
	for _, rel := range d.Relations {
		if err := s.addRelation(c, ch, p.key, id, rel, l.holders); err != nil {
			return err
		}
	}
	s.vouch(ch, p, l.witnesses)
	if d.grounds == ByWitnesses || d.grounds == ByIntroducer { // how many live without papers, by place: an indicator
		ch.Tallies = append(ch.Tallies, TallyRow{Place: d.Locality, Name: "enrolled." + string(d.grounds), Month: month(s.today()), Count: 1})
	}
	ch.Uses = append(ch.Uses, l.uses...)
	ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: id, Topic: TopicEnrolled, At: now})
	return nil
}

// The topics of the register's events.
const (
	// TopicEnrolled says that an enrolment was captured. It has no body.
	TopicEnrolled = "person.enrolled"
	// TopicNumbered says that witnesses were accepted and the person numbered.
	TopicNumbered = "person.numbered"
	// TopicCorrected says which facts changed: {"facts":["birth","sex","locality"]}.
	TopicCorrected = "person.corrected"
)

// vouch counts the witnesses' word against the cap of their period.
func (s *Service) vouch(ch *Changes, p *captured, witnesses []uid.ID) {
	for i, w := range witnesses {
		ch.Vouchings = append(ch.Vouchings, VouchingRow{
			Witness: w, ID: s.ids.NewID(), For: p.person, Receipt: p.out.Receipt, At: s.now(),
			Period: s.rules.period(s.today()), Cap: int64(s.rules.Witnesses.Cap),
			Over: conflict("witness_cap", index("witnesses", i), "this witness has vouched as often as the rule allows for now", "ask another person"),
		})
	}
}

// relationKept is what of a relation is sealed.
type relationKept struct {
	As     string `json:"as,omitempty"`
	Holder Holder `json:"holder,omitzero"`
	Act    Act    `json:"act,omitzero"`
}

func broughtBy(h Holder, holders map[idcs.IDCS]uid.ID) brought {
	if id, ok := holders[h.IDCS]; ok {
		return brought{Person: id.String()}
	}
	return brought{Name: h.Name}
}

func (s *Service) addRelation(c access.Caller, ch *Changes, k seal.Key, person uid.ID, r Relation, holders map[idcs.IDCS]uid.ID) error {
	row := RelationRow{Person: person, ID: s.ids.NewID(), Kind: r.Kind, State: r.State, Holder: holders[r.Holder.IDCS],
		Since: r.From, Until: r.Until, At: s.now(), By: c.Actor}
	text, err := json.Marshal(relationKept{As: r.As, Holder: r.Holder, Act: r.Act})
	if err != nil {
		return err
	}
	row.Sealed = k.Seal(relationBinding(row.ID), text)
	ch.Relations = append(ch.Relations, row)
	return nil
}

// correctedEvent says which facts that others compute with have changed.
func (s *Service) correctedEvent(person uid.ID, changed []Field) (outbox.Event, bool) {
	var body struct {
		Facts []Field `json:"facts"`
	}
	for _, f := range changed {
		if f == FieldBirth || f == FieldSex || f == FieldLocality {
			body.Facts = append(body.Facts, f)
		}
	}
	text, err := json.Marshal(body)
	return outbox.Event{ID: s.ids.NewID(), Subject: person, Topic: TopicCorrected, At: s.now(), Body: text}, err == nil && len(body.Facts) > 0
}
