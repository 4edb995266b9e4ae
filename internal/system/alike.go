package system

import (
	"context"

	"sijil/access"
	"sijil/internal/outbox"
)

// alikePerson is the handler of population.TopicAlike: whoever was corrected is
// compared with everybody again.
func (s *System) alikePerson(ctx context.Context, e outbox.Event) error {
	return s.Population.Recheck(ctx, access.SystemCaller("enrolment", "one person, one number"), e.Subject)
}
