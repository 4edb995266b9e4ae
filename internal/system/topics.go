package system

import (
	"context"
	"errors"
	"maps"
	"slices"

	"sijil/agency"
	"sijil/household"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/population"
	"sijil/programme"
)

// keptTopics are those that the log will read, from the first event on. Nobody
// reads them yet: they wait, and are late for nobody.
var keptTopics = map[string][]string{
	PopulationStore: {population.TopicEnrolled, population.TopicNumbered, population.TopicCase, population.TopicEscalated, population.TopicBurst},
	SocialStore:     {household.TopicTask, household.TopicCustody, programme.TopicDecided},
	AgencyStore: {
		agency.TopicStaffCreated, agency.TopicStaffChanged, agency.TopicStaffEnded, agency.TopicStaffRecovered, agency.TopicPasswordSet,
		agency.TopicLogin, agency.TopicLogout, agency.TopicLoginSlowed, agency.TopicClientCreated, agency.TopicClientChanged,
		agency.TopicClientEnded, agency.TopicSecretIssued, agency.TopicPurposeRecorded,
	},
}

// Topics says what becomes of the topics of a store's outbox.
func (s *System) Topics(name string) outbox.Topics {
	t := outbox.Topics{Kept: slices.Sorted(slices.Values(keptTopics[name]))}
	for _, c := range s.carriers() {
		if c.store == name {
			t.Read = append(t.Read, slices.Collect(maps.Keys(c.handlers))...)
		}
	}
	slices.Sort(t.Read)
	return t
}

// mostKept is as far as kept events are counted: it shows that they grow, and a
// look at the measures stays cheap.
const mostKept = 1_000_000

func (s *System) kept(ctx context.Context, name string, t outbox.Topics) (n int64, err error) {
	if len(t.Kept) == 0 {
		return 0, nil
	}
	err = s.view(ctx, name, `SELECT count(*) FROM (SELECT 1 AS one FROM outbox WHERE state <> 1 AND topic = ANY($1) LIMIT $2) x`, []any{t.Kept, mostKept}, &n)
	return n, err
}

// strays returns an error when events of a topic wait that nobody reads and
// that is not kept for anybody: a defect, or a newer program's. It skips from
// topic to topic by the index, however many events wait.
func (s *System) strays(ctx context.Context, name string) error {
	t := s.Topics(name)
	for topic := ""; ; {
		err := s.view(ctx, name, `SELECT topic FROM outbox WHERE state <> 1 AND topic > $1 ORDER BY topic LIMIT 1`, []any{topic}, &topic)
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if !t.Has(topic) {
			return &errs.Error{Kind: errs.Unavailable, Code: "outbox.unread", What: "events wait that nobody reads: " + topic, Fix: "see that all processes run the newest program"}
		}
	}
}
