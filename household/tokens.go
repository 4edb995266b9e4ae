package household

import (
	"context"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/seal"
)

// TokensOf returns the sector tokens of the members of a version, for the job
// that tells them who looked at it. Nothing of what was declared is returned.
func (s *Service) TokensOf(ctx context.Context, c access.Caller, household uid.ID, version int) ([]seal.Token, error) {
	if err := c.May(access.JobRun); err != nil {
		return nil, err
	}
	var row VersionRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		row, err = tx.Version(ctx, household, version)
		return err
	})
	if err != nil {
		return nil, err
	}
	r, _, err := s.open(ctx, &row)
	if err != nil {
		return nil, err
	}
	return r.tokens()
}
