package system

import (
	"context"
	"errors"
	"log/slog"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// rekeyBatch is how many people's keys one transaction makes.
const rekeyBatch = 500

// checkModel holds that everybody of the population register is looked for
// under the keys of the country's model. Where the model or the names have
// changed so that they are not, the keys are made anew before anybody enrols:
// cut off, that begins again.
func (s *System) checkModel(ctx context.Context) error {
	job := access.SystemCaller("enrolment", "one person, one number")
	err := s.Population.UseModel(ctx, job)
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != "population.other_keys" {
		return err
	}
	s.Parts.Log.Info("linkage keys are made anew: the model or the table of names has changed")
	n := 0
	for at, done := (uid.ID{}), false; !done; n += rekeyBatch {
		if at, done, err = s.Population.Rekey(ctx, job, at, rekeyBatch); err != nil {
			return err
		}
		if n%(100*rekeyBatch) == 0 {
			s.Parts.Log.Info("linkage keys are made anew", slog.Int("people", n))
		}
	}
	return s.Population.UseModel(ctx, job)
}
