package system

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/household"
	"sijil/household/householddb"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/population/populationdb"
	"sijil/seal"
)

// The topics of looks on their way to where people see them. An act writes its
// looks at one person, or at one household, into the outbox of its store in its
// own transaction; a relay tells the agency.
const (
	topicPersonLooked    = "person.looked"
	topicHouseholdLooked = "household.looked"
)

// lookedEvent is the body of both topics: ids and codes.
type lookedEvent struct {
	Version int             `json:"version,omitempty"` // of the household
	Looks   []agency.Looked `json:"looks"`
}

func lookOf(register string, d access.Disclosure) agency.Looked {
	return agency.Looked{ID: d.ID, Register: register, At: d.At, Operation: d.Operation, Kind: d.Kind, Recipient: d.Recipient,
		Purpose: d.Purpose, Basis: d.Basis, Case: d.Case, Fields: d.Fields}
}

func useOf(register string, u access.Use) agency.Looked {
	return agency.Looked{ID: u.ID, Register: register, At: u.At, Operation: u.Operation, Kind: u.Kind, Recipient: u.Recipient,
		Purpose: u.Purpose, Basis: u.Basis, Case: u.Case, Verdict: u.Verdict}
}

// watched is the population register's store that sends every look on.
type watched struct {
	*populationdb.Store

	ids *uid.Source
}

func (w watched) Do(ctx context.Context, fn func(population.Tx) error) error {
	return w.Store.Do(ctx, func(tx population.Tx) error { return fn(watchedTx{tx, w.ids}) })
}

func (w watched) DoKeyed(ctx context.Context, fn func(population.Tx) error) error {
	return w.Store.DoKeyed(ctx, func(tx population.Tx) error { return fn(watchedTx{tx, w.ids}) })
}

// Load loads in bulk; the looks of loaded acts are sent on as well.
func (w watched) Load(ctx context.Context, next func() (*population.Changes, error)) (int64, error) {
	return w.Store.Load(ctx, func() (*population.Changes, error) {
		c, err := next()
		if err != nil {
			return c, err
		}
		return withLooks(c, w.ids)
	})
}

type watchedTx struct {
	population.Tx

	ids *uid.Source
}

func (t watchedTx) Apply(ctx context.Context, c *population.Changes) error {
	told, err := withLooks(c, t.ids)
	if err != nil {
		return err
	}
	return t.Tx.Apply(ctx, told)
}

// withLooks returns the changes with an event for each person looked at. The
// changes themselves stay as they are: a transaction may run again.
func withLooks(c *population.Changes, ids *uid.Source) (*population.Changes, error) {
	if len(c.Disclosures)+len(c.Uses) == 0 {
		return c, nil
	}
	var order []uid.ID
	by := map[uid.ID][]agency.Looked{}
	add := func(person uid.ID, l agency.Looked) {
		if _, known := by[person]; !known {
			order = append(order, person)
		}
		by[person] = append(by[person], l)
	}
	for _, d := range c.Disclosures {
		add(d.Subject, lookOf(PopulationStore, d))
	}
	for _, u := range c.Uses {
		add(u.Subject, useOf(PopulationStore, u))
	}
	told := *c
	told.Events = slices.Clone(c.Events)
	for _, person := range order {
		e, err := lookedAbout(ids, person, topicPersonLooked, by[person][0].At, lookedEvent{Looks: by[person]})
		if err != nil {
			return nil, err
		}
		told.Events = append(told.Events, e)
	}
	return &told, nil
}

func lookedAbout(ids *uid.Source, subject uid.ID, topic string, at time.Time, body lookedEvent) (outbox.Event, error) {
	b, err := json.Marshal(body)
	return outbox.Event{ID: ids.NewID(), Subject: subject, Topic: topic, At: at, Body: b}, err
}

// watchedHomes is the social register's store that sends every look on.
type watchedHomes struct {
	householddb.Store

	ids *uid.Source
}

func (w watchedHomes) Do(ctx context.Context, fn func(household.Tx) error) error {
	return w.Store.Do(ctx, func(tx household.Tx) error { return fn(watchedHomeTx{tx, w.ids}) })
}

func (w watchedHomes) DoKeyed(ctx context.Context, fn func(household.Tx) error) error {
	return w.Store.DoKeyed(ctx, func(tx household.Tx) error { return fn(watchedHomeTx{tx, w.ids}) })
}

type watchedHomeTx struct {
	household.Tx

	ids *uid.Source
}

func (t watchedHomeTx) Apply(ctx context.Context, c *household.Change) error {
	if len(c.Disclosures) == 0 {
		return t.Tx.Apply(ctx, c)
	}
	told := *c
	told.Events = slices.Clone(c.Events)
	for _, d := range c.Disclosures {
		e, err := lookedAbout(t.ids, d.Household, topicHouseholdLooked, d.At, lookedEvent{Version: d.Version, Looks: []agency.Looked{lookOf(SocialStore, d.Disclosure)}})
		if err != nil {
			return err
		}
		told.Events = append(told.Events, e)
	}
	return t.Tx.Apply(ctx, &told)
}

// lookedJob is this program at work on who looked at whom.
func lookedJob() access.Caller {
	return access.SystemCaller("looked", "the law of the protection of persons")
}

func readLooked(e outbox.Event) (lookedEvent, error) {
	var body lookedEvent
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return body, &errs.Error{Code: "system.event", What: "the body of an event of " + e.Topic + " cannot be read", Err: err}
	}
	return body, nil
}

// personLooked tells the agency of looks at a person. The agency knows the
// person by its own token only. Whoever has no record, or none any more, has
// nowhere to see it.
func (s *System) personLooked(ctx context.Context, e outbox.Event) error {
	body, err := readLooked(e)
	if err != nil {
		return err
	}
	token, err := s.Population.TokenOf(ctx, lookedJob(), e.Subject, population.Agency, true)
	if gone(err) || err == nil && token.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Agency.KeepLooked(ctx, lookedJob(), token, body.Looks...)
}

// householdLooked tells the agency of looks at a household, for each of its
// members.
func (s *System) householdLooked(ctx context.Context, e outbox.Event) error {
	body, err := readLooked(e)
	if err != nil {
		return err
	}
	members, err := s.Household.TokensOf(ctx, lookedJob(), e.Subject, body.Version)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, sector := range members {
		token, err := s.Population.Retoken(ctx, lookedJob(), sector, population.Social, population.Agency, true)
		if gone(err) || err == nil && token.IsZero() {
			continue
		}
		if err == nil {
			err = s.Agency.KeepLooked(ctx, lookedJob(), token, body.Looks...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// gone reports whether data were erased.
func gone(err error) bool {
	_, erased := errors.AsType[*seal.Erased](err)
	return erased
}
