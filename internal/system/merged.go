package system

import (
	"context"
	"encoding/json"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

// mergedHandlers tell whoever knows a person that two tokens are one person's,
// or are two people's after all.
func (s *System) mergedHandlers() map[string]outbox.Handler {
	return map[string]outbox.Handler{
		population.TopicMerged: s.MergedPerson(s.Household.PersonMerged),
		population.TopicSplit:  s.MergedPerson(s.Household.PersonSplit),
	}
}

// MergedPerson is the handler of population.TopicMerged and of TopicSplit: the
// social register hears of it in its own two tokens.
func (s *System) MergedPerson(tell func(ctx context.Context, c access.Caller, merged, survivor seal.Token, event uid.ID) error) outbox.Handler {
	return func(ctx context.Context, e outbox.Event) error {
		var body population.Redirection
		if err := json.Unmarshal(e.Body, &body); err != nil {
			return &errs.Error{Code: "system.event", What: "the body of an event of " + e.Topic + " cannot be read", Err: err}
		}
		merged, err := s.Population.OwnToken(ctx, socialJob(), e.Subject, population.Social)
		if gone(err) || err == nil && merged.IsZero() {
			return nil // the social register does not know the person
		}
		if err != nil {
			return err
		}
		survivor, err := s.Population.OwnToken(ctx, socialJob(), body.Survivor, population.Social)
		if gone(err) || err == nil && survivor.IsZero() {
			return nil
		}
		if err != nil {
			return err
		}
		return tell(ctx, socialJob(), merged, survivor, e.ID)
	}
}
