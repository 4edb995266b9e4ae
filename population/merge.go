package population

import (
	"context"
	"encoding/json"
	"slices"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// The topics of merges. Both have the body Redirection, and the person whose
// tokens and number lead elsewhere as their subject.
const (
	TopicMerged = "person.merged" // the subject is one person with the survivor
	TopicSplit  = "person.split"  // that was wrong: the subject is a person again
)

// Redirection is the body of TopicMerged and TopicSplit: ids of this register,
// which leave it as tokens only.
type Redirection struct {
	Survivor uid.ID  `json:"survivor"`
	Case     uid.Ref `json:"case"`
}

// mergeable are the states in which two people can become one.
var mergeable = []State{Active, Contested, Suspended, Departed}

// merge makes one person of two. The survivor keeps its number, name and date
// of birth; the other's names become former ones, its documents and consented
// contacts the survivor's. The other's number and tokens lead to the survivor
// from then on; its own rows stay as they are, so that a split finds them.
func (s *Service) merge(ctx context.Context, c access.Caller, ref uid.Ref, ch *Changes, survivor, merged opened) error {
	for _, o := range []opened{survivor, merged} {
		if !slices.Contains(mergeable, o.row.State) {
			return conflict("state", "case", "one of the two is in a state in which people are not made one", "mend the state first")
		}
	}
	now := s.now()
	m := &merging{survivor: survivor, merged: merged, next: *survivor.record}
	if err := s.readMerging(ctx, m); err != nil {
		return err
	}
	m.names()
	if err := s.moveDocuments(ctx, ch, m); err != nil {
		return err
	}
	if err := s.moveConsents(ctx, ch, m); err != nil {
		return err
	}
	if err := s.copyRelations(c, ch, m); err != nil {
		return err
	}
	for _, r := range m.recipients { // whoever knows the other can be told in a token of the survivor
		if _, err := s.issue(ctx, ch, survivor.key, survivor.row.ID, r); err != nil {
			return err
		}
	}
	if err := s.rewrite(ctx, c, ch, survivor, &m.next, "merge"); err != nil {
		return err
	}
	move := find(ch.Moves, func(v Move) bool { return v.Person == survivor.row.ID })
	move.Assurance = betterAssurance(survivor.row.Assurance, merged.row.Assurance)
	ch.Moves = append(ch.Moves, Move{Person: merged.row.ID, FromRevision: merged.row.Revision, FromState: merged.row.State, Revision: merged.row.Revision,
		State: Merged, Locality: merged.row.Locality, Assurance: merged.row.Assurance, At: now, Stale: errRaced})
	if err := s.moveKeys(ctx, ch, merged.row.ID, merged.record, nil); err != nil {
		return err
	}
	ch.Redirects = append(ch.Redirects, RedirectRow{Person: merged.row.ID, Survivor: survivor.row.ID, Case: ref, Since: now})
	ch.Merges = append(ch.Merges, MergeRow{Survivor: survivor.row.ID, Merged: merged.row.ID, Case: ref, Revision: survivor.row.Revision + 1, State: merged.row.State, At: now})
	return s.redirected(ch, TopicMerged, merged.row.ID, survivor.row.ID, ref)
}

// redirected adds the event of a merge or split.
func (s *Service) redirected(ch *Changes, topic string, person, survivor uid.ID, ref uid.Ref) error {
	body, err := json.Marshal(Redirection{Survivor: survivor, Case: ref})
	if err != nil {
		return err
	}
	ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: person, Topic: topic, At: s.now(), Body: body})
	return nil
}

// merging is a merge in the making.
type merging struct {
	survivor, merged opened
	next             record // of the survivor

	relations  [2][]RelationRow // of the survivor, of the other
	consents   [2][]ConsentRow
	recipients []string         // who knows the other, and not the survivor
	channels   map[Channel]bool // that may be used by the other's consent
}

func (s *Service) readMerging(ctx context.Context, m *merging) error {
	return s.store.View(ctx, func(tx Tx) error {
		var known [2][]string
		for i, id := range []uid.ID{m.survivor.row.ID, m.merged.row.ID} {
			var err error
			if m.relations[i], err = tx.Relations(ctx, id); err != nil {
				return err
			}
			if m.consents[i], err = tx.Consents(ctx, id); err != nil {
				return err
			}
			if known[i], err = tx.Recipients(ctx, id); err != nil {
				return err
			}
		}
		m.recipients = slices.DeleteFunc(known[1], func(r string) bool { return slices.Contains(known[0], r) })
		return nil
	})
}

// names makes the other's names former ones of the survivor: the person bore
// them here, and is found by them.
func (m *merging) names() {
	m.next.Names = slices.Clone(m.next.Names)
	for _, n := range m.merged.Names {
		if slices.ContainsFunc(m.next.Names, func(o Name) bool { return sameSpellings(o, n) }) || len(m.next.Names) >= 2*maxNames {
			continue
		}
		n.Use = Former
		m.next.Names = append(m.next.Names, n)
	}
}

// moveDocuments moves the claims that the other has.
func (s *Service) moveDocuments(ctx context.Context, ch *Changes, m *merging) error {
	owners, err := s.documentOwners(ctx, m.merged.Documents)
	if err != nil {
		return err
	}
	m.next.Documents = slices.Clone(m.next.Documents)
	var moved []Document
	for i, d := range m.merged.Documents {
		if s.rules.document[d.Type].Claims {
			if owners[i] != m.merged.row.ID {
				continue // somebody else's by now
			}
			moved = append(moved, d)
		}
		if !slices.ContainsFunc(m.next.Documents, func(o Document) bool { return sameDocument(s.rules, o, d) }) {
			m.next.Documents = append(m.next.Documents, d)
		}
	}
	return s.handOver(ctx, ch, moved, m.merged.row.ID, m.survivor.row.ID)
}

// handOver moves the claims of documents from one person to another.
func (s *Service) handOver(ctx context.Context, ch *Changes, list []Document, from, to uid.ID) error {
	released, err := s.releases(ctx, from, list)
	if err != nil {
		return err
	}
	ch.ReleaseDocuments = append(ch.ReleaseDocuments, released...)
	return s.claimFree(ctx, ch, to, list)
}

// moveConsents moves consents that hold, unless the survivor withdrew the same
// one later, and with them the contacts that they allow.
func (s *Service) moveConsents(ctx context.Context, ch *Changes, m *merging) error {
	m.channels = map[Channel]bool{}
	for _, k := range m.consents[1] {
		if !k.WithdrawnAt.IsZero() {
			continue
		}
		held, refused := false, false
		for _, o := range m.consents[0] {
			if o.Kind == k.Kind {
				held, refused = held || o.WithdrawnAt.IsZero(), refused || o.WithdrawnAt.After(k.GivenAt)
			}
		}
		if refused && !held {
			continue
		}
		if rule := s.rules.consent(k.Kind); rule != nil && rule.Channel != "" {
			m.channels[rule.Channel] = true
		}
		if !held {
			k.Person, k.ID = m.survivor.row.ID, s.ids.NewID()
			k.Twice = errRaced
			ch.Consents = append(ch.Consents, k)
		}
	}
	var moved []Contact
	m.next.Contacts = slices.Clone(m.next.Contacts)
	for _, k := range m.merged.Contacts {
		if m.channels[k.Channel] && len(m.next.Contacts) < maxContacts && !slices.ContainsFunc(m.next.Contacts, func(o Contact) bool { return sameContact(o, k) }) {
			moved = append(moved, k)
			m.next.Contacts = append(m.next.Contacts, k)
		}
	}
	return s.moveContacts(ctx, ch, moved, m.merged.row.ID, m.survivor.row.ID)
}

// moveContacts lets contacts find another person than before.
func (s *Service) moveContacts(ctx context.Context, ch *Changes, list []Contact, from, to uid.ID) error {
	for _, id := range []uid.ID{from, to} {
		gone, err := s.drops(ctx, id, list)
		if err != nil {
			return err
		}
		ch.DropContacts = append(ch.DropContacts, gone...)
	}
	rows, err := s.contactRows(ctx, to, list)
	ch.Contacts = append(ch.Contacts, rows...)
	return err
}

// copyRelations gives the survivor the other's relations that hold. The
// other's own rows stay: they are its history, and a split goes on from them.
func (s *Service) copyRelations(c access.Caller, ch *Changes, m *merging) error {
	for _, r := range m.relations[1] {
		same := func(o RelationRow) bool {
			return o.Kind == r.Kind && o.State == r.State && o.Holder == r.Holder && !r.Holder.IsZero()
		}
		if r.State == Ended || r.Holder == m.survivor.row.ID || slices.ContainsFunc(m.relations[0], same) {
			continue
		}
		text, err := m.merged.key.Open(relationBinding(r.ID), r.Sealed)
		if err != nil {
			return err
		}
		if !json.Valid(text) {
			return &errs.Error{Code: "population.record", What: "a relation has a layout this program does not know"}
		}
		r.Person, r.ID, r.At, r.By = m.survivor.row.ID, s.ids.NewID(), s.now(), c.Actor
		r.Sealed = m.survivor.key.Seal(relationBinding(r.ID), text)
		ch.Relations = append(ch.Relations, r)
	}
	if len(ch.Relations) > 0 {
		ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: m.survivor.row.ID, Topic: TopicRelated, At: s.now()})
	}
	return nil
}
